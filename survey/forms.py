"""The survey form: checks what a person entered and turns it into a `Survey`.

Every rule that a constraint of `Respondent` states is checked here with a message beside it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from movies.models import LARGEST_MOVIE_ID, Gender, Movie, Platform
from recommend.services.surveys import Survey
from survey.models import (
    FEWEST_PICKS,
    LARGEST_BUDGET,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    MOST_PICKS,
    SUBMISSION_TOKEN,
    Education,
    Income,
    OttFrequency,
)

NO_ANSWER = ("", _("Prefer not to say"))


def new_token() -> str:
    """A random value for each form given out; the same form sent twice carries the same."""
    return secrets.token_urlsafe(24)


def known_token(data: QueryDict) -> str:
    """The token that the form was given out with, or a new one in place of a broken one."""
    token = data.get("token", "")
    return token if SUBMISSION_TOKEN.match(token) else new_token()


def film_numbers(values: Iterable[str]) -> list[int]:
    """The values that can be film ids, each once; anything else is left out."""
    numbers = {
        int(value) for value in values if re.fullmatch(r"[0-9]{1,10}", value) and value.isascii()
    }
    return sorted(number for number in numbers if number <= LARGEST_MOVIE_ID)


@dataclass(frozen=True)
class FormProblem:
    """A message of the error summary, and the id of the element that it is about."""

    message: str
    target: str


class FilmsField(forms.Field):
    """The ids of the picked films, all of them loaded."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {
        "few": _("Please pick at least %(fewest)s films that you like."),
        "many": _("Please pick at most %(most)s films."),
        "unknown": _(
            "One of the films you picked is not known here. Please pick it again from the list."
        ),
    }

    def to_python(self, value: Sequence[str] | None) -> list[int]:
        values = set(value or [])
        if len(values) > MOST_PICKS:
            raise forms.ValidationError(
                self.error_messages["many"], code="many", params={"most": f"{MOST_PICKS:,}"}
            )
        numbers = film_numbers(values)
        if len(numbers) != len(values):
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return numbers

    def validate(self, value: list[int]) -> None:
        if len(value) < FEWEST_PICKS:
            raise forms.ValidationError(
                self.error_messages["few"], code="few", params={"fewest": FEWEST_PICKS}
            )
        if Movie.objects.filter(movie_id__in=value).count() != len(value):
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")


class WholeNumberField(forms.IntegerField):
    """A number in a plain text box: a browser silently empties a number box with a word in it.

    Takes what people write: "15,000", "15000원", "31세". No autocomplete="off": with it a browser
    that goes back empties the box, and the same form would be sent with another answer.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = re.sub(r"\s*(원|won|세)$|^₩\s*", "", value.strip())
            value = re.sub(r"(?<=\d),(?=\d{3}(,|$))", "", value)
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class SurveyForm(forms.Form):
    """One survey. `liked` and the demographic answers become a `Survey`; consent is required."""

    use_required_attribute = False

    token = forms.RegexField(
        SUBMISSION_TOKEN,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This form has expired. Please send it once more."),
            "invalid": _("This form has expired. Please send it once more."),
        },
    )
    liked = FilmsField(label=_("Films that you like"))
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[*Gender.choices, NO_ANSWER],
        widget=forms.RadioSelect,
        required=False,
    )
    age = WholeNumberField(
        label=_("Age"),
        required=False,
        help_text=_("In years. You must be at least 14 to take part."),
        error_messages={"invalid": _("Please write your age as a whole number, such as 31.")},
        validators=[
            MinValueValidator(
                MINIMUM_AGE,
                _("People under 14 can not take part. Nothing that you entered was stored."),
            ),
            MaxValueValidator(MAXIMUM_AGE, _("Please check your age: it can be at most 120.")),
        ],
    )
    education = forms.ChoiceField(
        label=_("Education"), choices=[NO_ANSWER, *Education.choices], required=False
    )
    income = forms.ChoiceField(
        label=_("Monthly household income"), choices=[NO_ANSWER, *Income.choices], required=False
    )
    ott_frequency = forms.ChoiceField(
        label=_("How often do you watch OTT?"),
        choices=[NO_ANSWER, *OttFrequency.choices],
        required=False,
    )
    subscribed = forms.MultipleChoiceField(
        label=_("Platforms that you pay for now"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": _("One of the platforms is not known here. Please choose again.")
        },
    )
    monthly_budget = WholeNumberField(
        label=_("Monthly budget for OTT, in won"),
        required=False,
        help_text=_("For example 15000."),
        error_messages={"invalid": _("Please write the budget as a whole number, such as 15000.")},
        validators=[
            MinValueValidator(0, _("The budget can not be below 0.")),
            MaxValueValidator(LARGEST_BUDGET, _("The budget can be at most 10,000,000 won.")),
        ],
    )
    consent = forms.BooleanField(
        label=_("I agree that my answers are stored as described."),
        error_messages={"required": _("Without your consent the answers can not be used.")},
    )

    def __init__(self, *args: Any, platforms: Iterable[Platform] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subscribed = cast(forms.MultipleChoiceField, self.fields["subscribed"])
        subscribed.choices = [(platform.slug, str(platform)) for platform in platforms]
        for name in ("gender", "education", "income", "ott_frequency"):
            self.fields[name].error_messages["invalid_choice"] = _(
                "Please choose one of the answers given."
            )

    def survey(self) -> Survey:
        """The answers of a valid form."""
        data = self.cleaned_data
        return Survey(
            liked=data["liked"],
            gender=data["gender"],
            age=data["age"],
            education=data["education"],
            income=data["income"],
            ott_frequency=data["ott_frequency"],
            subscribed=tuple(data["subscribed"]),
            monthly_budget=data["monthly_budget"],
        )

    def problems(self) -> list[FormProblem]:
        """What the error summary lists, in the order of the page."""
        targets = {"liked": "films", "gender": "id_gender_0", "subscribed": "id_subscribed_0"}
        problems = [
            FormProblem(str(message), "survey-form")
            for name in (NON_FIELD_ERRORS, "token")
            for message in self.errors.get(name, ())
        ]
        for name in self.fields:
            if name != "token":
                target = targets.get(name, f"id_{name}")
                problems += [FormProblem(str(text), target) for text in self.errors.get(name, ())]
        return problems


def entered(data: QueryDict) -> dict[str, Any]:
    """What was entered so far, unchecked, as initial values of a form that is shown again."""
    several = ("liked", "subscribed")
    return {
        name: data.getlist(name) if name in several else data.get(name, "")
        for name in SurveyForm.base_fields
    }
