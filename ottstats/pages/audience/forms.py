"""The questions of the pages: what is left out has a usual answer, what is wrong is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ottstats.living.figures import AGES, GENDERS, Cell
from ottstats.living.formulas import METHODS, MOST_TARGETS, STANDARD
from ottstats.pages.audience.names import (
    GENDER_NAMES,
    METHOD_NAMES,
    OTT_FIRST,
)
from ottstats.pages.names import SERVICE_NAMES, decade_name

LONGEST_SHOWN = 40  # characters of a wrong value
USUAL_DISTRICT, USUAL_LIMIT = "강남구", 10


class AudienceChoice(forms.ChoiceField):
    """Whatever is not one of the values is answered with all of them."""

    def to_python(self, value: Any) -> str:
        return str(value or "")

    def validate(self, value: str) -> None:
        valid = [str(name) for name, _label in self.choices]  # type: ignore[misc, union-attr]
        if value not in valid:
            given = "".join(one for one in value if one.isprintable())[:LONGEST_SHOWN]
            raise forms.ValidationError(
                gettext("“%(given)s” is not possible here. Possible: %(values)s.")
                % {"given": given, "values": ", ".join(filter(None, valid))}
            )


class Number(forms.CharField):
    """A whole number from 1 to the most targets, in digits."""

    def clean(self, value: Any) -> int:
        text = str(value or "").strip()
        if text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_TARGETS:
            return int(text)
        raise forms.ValidationError(
            gettext("Please give a whole number from 1 to %(most)d.") % {"most": MOST_TARGETS}
        )


class QueryForm(forms.Form):
    """The question in an address, whose other parameters do not matter.

    `file` names one of the tables, which is then sent as a file; it has no field on the page.
    """

    file = AudienceChoice(widget=forms.HiddenInput, label=_("File"))

    def __init__(self, query: QueryDict, usual: Mapping[str, str], tables: Sequence[str]) -> None:
        given = {name: query.get(name, value) for name, value in usual.items()}
        super().__init__({**given, "file": query.get("file", "")})
        self.fields["file"].choices = [("", ""), *((name, name) for name in tables)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> str:
        """The question as a query, without the file."""
        return urlencode({name: self[name].value() for name in self.fields if name != "file"})

    @property
    def questions(self) -> list[forms.BoundField]:
        return self.visible_fields()

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of the field, and what is wrong."""
        return [
            (self[name].id_for_label, f"{self[name].label}: {error}")
            for name, errors in self.errors.items()
            for error in errors
        ]


def _methods() -> list[tuple[str, Any]]:
    return [(method, METHOD_NAMES[method]) for method in METHODS]


class CustomerForm(QueryForm):
    district = AudienceChoice(label=_("District"))
    gender = AudienceChoice(
        label=_("Gender"), choices=[(one, GENDER_NAMES[one]) for one in GENDERS]
    )
    age = AudienceChoice(label=_("Age group"))
    month = AudienceChoice(label=_("Month"))
    method = AudienceChoice(label=_("Method"), choices=_methods)

    def __init__(
        self,
        query: QueryDict,
        months: Sequence[str],
        districts: Mapping[str, str],
        tables: Sequence[str],
    ) -> None:
        usual = USUAL_DISTRICT if USUAL_DISTRICT in districts else next(iter(districts))
        super().__init__(
            query,
            {
                "district": usual,
                "gender": GENDERS[0],
                "age": str(AGES[0]),
                "month": months[-1],
                "method": STANDARD,
            },
            tables,
        )
        choices: dict[str, list[tuple[str, str]]] = {
            "district": list(districts.items()),
            "age": [(str(age), decade_name(age)) for age in AGES],
            "month": [(month, month) for month in reversed(months)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def cell(self) -> Cell:
        data = self.cleaned_data
        return Cell(data["district"], data["gender"], int(data["age"]))


class ServiceForm(QueryForm):
    service = AudienceChoice(
        label=_("Service"), choices=[(one, SERVICE_NAMES[one]) for one in OTT_FIRST]
    )
    limit = Number(
        label=_("How many targets"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3}),
    )
    method = AudienceChoice(label=_("Method"), choices=_methods)

    def __init__(self, query: QueryDict, tables: Sequence[str]) -> None:
        usual = {"service": "netflix", "limit": str(USUAL_LIMIT), "method": STANDARD}
        super().__init__(query, usual, tables)
