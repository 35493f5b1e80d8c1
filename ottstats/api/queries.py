"""What may be asked of the audience. A refusal names the values that there are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.web.input import LONGEST_SHOWN, StrictInput, WholeNumber
from ottstats.living.figures import AGES, GENDERS, SERVICES, Cell
from ottstats.living.formulas import METHODS, MOST_TARGETS, STANDARD
from ottstats.selectors.audience import Audience

USUAL_TARGETS = 20
LIMIT_TEXT = format_lazy(gettext_lazy("Send a whole number from 1 to {most}."), most=MOST_TARGETS)


class Chosen(serializers.ChoiceField):
    """One of the values that the description of the API lists."""

    def to_internal_value(self, data: Any) -> Any:
        named = {str(value): value for value in self.choices}
        if data not in named:
            raise _no_such(data, list(named))
        return named[data]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is serializers.empty and self.required:
            raise _missing(list(map(str, self.choices)))
        # Not that of ChoiceField, for which an empty text may be no choice at all.
        return super(serializers.ChoiceField, self).run_validation(data)


@extend_schema_field(OpenApiTypes.STR)
class OfTheData(serializers.Field[Any, Any, Any, Any]):
    """One of the values that the loaded data have, as its `AudienceQuery` knows them."""

    def to_internal_value(self, data: Any) -> str:
        values, named = self.parent.known[self.field_name]
        name = str(data).strip().casefold()
        if name not in named:
            raise _no_such(data, values)
        return str(named[name])

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is serializers.empty and self.required:
            raise _missing(self.parent.known[self.field_name][0])
        return super().run_validation(data)


class AudienceQuery(StrictInput):
    """What is asked of the data that stand in the context as `audience`."""

    @cached_property
    def known(self) -> Mapping[str, tuple[list[str], Mapping[str, str]]]:
        """By field, the values as people read them, and each by all of its names."""
        audience: Audience = self.context["audience"]
        districts = audience.districts()
        named = {
            name.casefold(): district.name_ko
            for district in districts
            for name in (district.name_ko, district.name, district.code)
        }
        return {
            "district": ([f"{one.name_ko} ({one.name})" for one in districts], named),
            "month": (audience.months, {month: month for month in audience.months}),
        }


class CellQuery(AudienceQuery):
    """`cell` of the validated data is what the three together mean."""

    district = OfTheData(help_text="Its Korean or English name, or its code")
    gender = Chosen(choices=GENDERS)
    age = Chosen(choices=AGES, help_text="First year of a decade")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {"cell": Cell(attrs["district"], attrs["gender"], attrs["age"])}


class ServicesQuery(CellQuery):
    month = OfTheData(
        required=False, default=None, help_text="Such as 2023-01; left out: the newest"
    )
    method = Chosen(required=False, default=STANDARD, choices=METHODS)


class TargetsQuery(AudienceQuery):
    service = Chosen(choices=SERVICES)
    limit = WholeNumber(
        required=False,
        default=USUAL_TARGETS,
        min_value=1,
        max_value=MOST_TARGETS,
        error_messages=dict.fromkeys(
            ("invalid", "null", "min_value", "max_value", "max_string_length"), LIMIT_TEXT
        ),
    )
    method = Chosen(required=False, default=STANDARD, choices=METHODS)


class AdvertsQuery(CellQuery):
    service = Chosen(choices=SERVICES)


def _no_such(given: Any, values: list[str]) -> serializers.ValidationError:
    text = _("“%(given)s” is none of these: %(values)s.")
    shown = {"given": str(given)[:LONGEST_SHOWN], "values": ", ".join(values)}
    return serializers.ValidationError(text % shown)


def _missing(values: list[str]) -> serializers.ValidationError:
    return serializers.ValidationError(_("Send one of these: %s.") % ", ".join(values))
