"""The description of the API: inputs are closed, and every operation may end in an error."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
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


class ErrorOutput(serializers.Serializer[Any]):
    """Every error: a sentence and, where fields are wrong, what is wrong with each."""

    detail = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class ClosedSchema(AutoSchema):
    """Inputs take no field that is not named; the errors stand at every operation."""

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
