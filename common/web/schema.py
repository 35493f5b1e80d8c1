"""The description of the API: inputs are closed, every operation has an example and may end in an
error."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from common.web.input import EachOnce, StrictInput, Text

WITHOUT_NUL = r"^[^\x00]*$"  # what PostgreSQL cannot store

ERRORS = {
    "400": "The request cannot be read, or a field is wrong",
    "404": "There is nothing at this address",
    "405": "Another method",
    "406": "Another format than JSON",
    "411": "A body without a length",
    "413": "A body that is too large",
    "415": "A body that is not JSON in UTF-8",
    "429": "Too many requests; Retry-After says when to try again",
    "503": "Not ready, or busy; Retry-After says when to try again",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Error",
            value={
                "detail": "The request is not valid; see “fields”.",
                "fields": {"liked": ["Name each film only once."]},
            },
            status_codes=["400"],
        )
    ]
)
class ErrorOutput(serializers.Serializer[Any]):
    """Every error: a sentence and, where fields are wrong, what is wrong with each."""

    detail = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class ClosedSchema(AutoSchema):
    """Inputs take no field that is not named; the errors stand at every operation.

    `fixtures/api/OPERATION.json` has the example of an operation, as recorded from the bundled
    sample with lists cut short: `parameters`, `request`, and `responses` by status.
    """

    def _example(self) -> dict[str, Any]:
        path = settings.BASE_DIR / "fixtures" / "api" / f"{self.get_operation_id()}.json"
        example: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return example

    def get_examples(self) -> list[OpenApiExample]:
        example = self._example()
        found = [
            OpenApiExample(name, value=value, parameter_only=(name, place))
            for place, values in example.get("parameters", {}).items()
            for name, value in values.items()
        ]
        if "request" in example:
            found.append(OpenApiExample("Request", value=example["request"], request_only=True))
        for code, value in example.get("responses", {}).items():
            found.append(
                OpenApiExample("Answer", value=value, response_only=True, status_codes=[code])
            )
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        if isinstance(serializer, StrictInput):
            schema |= {"additionalProperties": False, **serializer.schema_extra}
        return schema

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: Any = False
    ) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )
        return schema | {"uniqueItems": True} if isinstance(field, EachOnce) else schema

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if isinstance(field, Text):
            schema["pattern"] = WITHOUT_NUL

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code, text in ERRORS.items():
            body = self._get_response_for_code(  # type: ignore[no-untyped-call]
                ErrorOutput, code, direction=direction
            )
            bodies.setdefault(code, body | {"description": text})
        return bodies
