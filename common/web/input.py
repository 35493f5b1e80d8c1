"""What the API's input serializers are made of: they take what is documented, and nothing else.

Numbers are JSON numbers and statements JSON booleans: "15.000" is no amount, and 1 no consent. In a
query, where everything is text, a number is digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.request import Request

# Texts of Django REST framework that can be answered; it has none for the language "ko".
ANSWERED = [
    gettext_noop("Invalid input."),
    gettext_noop("Not found."),
    gettext_noop('Method "{method}" not allowed.'),
    gettext_noop("Could not satisfy the request Accept header."),
    gettext_noop('Unsupported media type "{media_type}" in request.'),
    gettext_noop("Request was throttled."),
    gettext_noop("This field is required."),
    gettext_noop("This field may not be null."),
    gettext_noop("This field may not be blank."),
    gettext_noop("Must be a valid boolean."),
    gettext_noop("A valid integer is required."),
    gettext_noop("Not a valid string."),
    gettext_noop("Ensure this field has no more than {max_length} characters."),
    gettext_noop("Ensure this value is less than or equal to {max_value}."),
    gettext_noop("Ensure this value is greater than or equal to {min_value}."),
    gettext_noop('"{input}" is not a valid choice.'),
    gettext_noop('Expected a list of items but got type "{input_type}".'),
    gettext_noop("Ensure this field has at least {min_length} elements."),
    gettext_noop("Ensure this field has no more than {max_length} elements."),
    gettext_noop('Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.'),
    gettext_noop("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
]
LONGEST_SHOWN = 50  # characters of a name that a program sent
MOST_SHOWN = 10  # of the things that are there again


class StrictInput(serializers.Serializer[Any]):
    """Refuses a field that it does not know, and a field of a query that is said twice."""

    schema_extra: ClassVar[Mapping[str, Any]] = {}  # of the description in `/api/schema/`

    def to_internal_value(self, data: Any) -> Any:
        faults: dict[str, list[str]] = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(data) - known)
            faults = {name[:LONGEST_SHOWN]: [_("There is no such field.")] for name in unknown}
        if isinstance(data, QueryDict):
            twice = [name for name, values in data.lists() if len(values) > 1]
            faults |= {name[:LONGEST_SHOWN]: [_("This field is given twice.")] for name in twice}
        if faults:
            raise serializers.ValidationError(faults)
        # As a mapping like any other: of a form, an empty field would count as left out.
        return super().to_internal_value(data.dict() if isinstance(data, QueryDict) else data)


def refuse_query(request: Request) -> None:
    """For an operation that takes no query."""
    StrictInput(data=request.query_params).is_valid(raise_exception=True)


class Text(serializers.CharField):
    """Any text that can be stored."""


class WholeNumber(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str):
            is_query = isinstance(getattr(self.root, "initial_data", None), QueryDict)
            if not (is_query and re.fullmatch(r"-?[0-9]{1,18}", data)):
                self.fail("invalid")
        elif isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class TrueOrFalse(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class OneOf(serializers.ChoiceField):
    """One of the values as it is documented: 1080 is not "1080"."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, str | int) or data not in self.choices:
            self.fail("invalid_choice", input=data)
        return data


class EachOnce(serializers.ListField):
    """A list of numbers in which each is there once."""

    def to_internal_value(self, data: Any) -> list[int]:
        numbers: list[int] = super().to_internal_value(data)
        again = [str(number) for number, times in Counter(numbers).items() if times > 1]
        if again:
            text = _("Name each of them once: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(again[:MOST_SHOWN])})
        return numbers


class Token(serializers.RegexField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))
