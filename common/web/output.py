"""What the API's output serializers are made of: they show dataclasses and rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

Show = Callable[[Any], Any]


# JSON of a dataclass or row: each field shows the attribute of its name, or of its `source`. A
# missing attribute is an AttributeError; Django REST framework writes null where a field allows it,
# and its look-ups cost 6 ms for 50 films (ADR 0010). A docstring here would become the description
# of every output in the schema.
class DataOutput(serializers.Serializer[Any]):
    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            name: None if (value := read(instance)) is None else shown(value)
            for name, read, shown in _columns(type(self))
        }


@cache
def _columns(output: type[DataOutput]) -> list[tuple[str, Show, Show]]:
    """Kept: what is shown depends on the class alone, and copying its fields takes time."""
    return [
        (name, _reader(str(field.source)), _shown_by(field))
        for name, field in output().fields.items()
    ]


def _reader(source: str) -> Show:
    return _as_it_is if source == "*" else attrgetter(source)


def _as_it_is(value: Any) -> Any:
    return value


def _shown_by(field: serializers.Field[Any, Any, Any, Any]) -> Show:
    """Lists and mappings hold what JSON has, so their items need no look."""
    plain = isinstance(field, serializers.ListField | serializers.DictField)
    return _as_it_is if plain else field.to_representation


class Slugs(serializers.ListField):
    child = serializers.SlugField(trim_whitespace=False)


def private(data: Any) -> Response:
    """Everybody's differs; a browser may keep it, and asks each time whether it still holds."""
    headers = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    return Response(data, headers=headers)
