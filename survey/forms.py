"""The forms of the four steps.

They check every constraint of `Respondent` too, with a message beside the field.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.numbers import Unit, WholeNumberField, short_amount, won_amount
from movies.models import LARGEST_MOVIE_ID, Gender, Movie, Platform, Product
from survey.models import (
    FEWEST_PICKS,
    LARGEST_BUDGET,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    MOST_MUST_HAVES,
    MOST_OWNED,
    MOST_PICKS,
    SUBMISSION_TOKEN,
    AnsweredWishes,
    Draft,
    Education,
    Income,
    OttFrequency,
    Region,
)
from survey.wish_tiles import OnOffer, TileGroup, attraction_groups, owned_groups

NO_ANSWER = ("", _("Prefer not to say"))
TOO_YOUNG = _("People under 14 cannot take part. We keep nothing that you entered.")
CHECK_AGE = _("Please check your age: from 14 to 120.")
USUAL_BUDGETS = (5_000, 10_000, 15_000, 20_000, 30_000)  # won a month
ANY = ("", _("Does not matter"))


def new_token() -> str:
    """A random value for a form that is served; sending that form twice sends the same value."""
    return secrets.token_urlsafe(24)


def known_token(data: QueryDict) -> str:
    """The token of the form that was sent, or a new one if it is malformed."""
    token = data.get("token", "")
    return token if SUBMISSION_TOKEN.match(token) else new_token()


def film_numbers(values: Iterable[str]) -> list[int]:
    """The values that can be film ids, each once and sorted; all others are dropped."""
    numbers = {int(value) for value in values if re.fullmatch(r"[0-9]{1,10}", value)}
    return sorted(number for number in numbers if number <= LARGEST_MOVIE_ID)


@dataclass(frozen=True)
class FormProblem:
    """A message of the error summary, and the id of the element that it refers to."""

    message: str
    target: str


class FilmsField(forms.Field):
    """The ids of the picked films, all of which must exist."""

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
        numbers = film_numbers(values)
        if len(numbers) != len(values):
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return numbers

    def validate(self, value: list[int]) -> None:
        if len(value) > MOST_PICKS:
            raise forms.ValidationError(
                self.error_messages["many"], code="many", params={"most": f"{MOST_PICKS:,}"}
            )
        if len(value) < FEWEST_PICKS:
            raise forms.ValidationError(
                self.error_messages["few"], code="few", params={"fewest": FEWEST_PICKS}
            )
        if Movie.objects.filter(movie_id__in=value).count() != len(value):
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")


class StepForm(forms.Form):
    """Base of the forms of all steps: messages, and the error summary that lists them."""

    use_required_attribute = False
    # By field, the id of the element that its messages link to, if it is not the field's own.
    targets: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _(
                    "Please choose one of the answers given."
                )

    def problems(self) -> list[FormProblem]:
        """The entries of the error summary, in the order of the page."""
        problems = [FormProblem(str(text), "survey-form") for text in self.non_field_errors()]
        for name in self.fields:
            target = self.targets.get(name, f"id_{name}")
            problems += [FormProblem(str(text), target) for text in self.errors.get(name, ())]
        return problems

    def valid_answers(self) -> dict[str, Any]:
        """The answers; none if any of them is invalid."""
        return self.cleaned_data if self.is_valid() else {}

    def given(self) -> dict[str, str]:
        """The valid answers as text, ready for a form again; empty answers are left out."""
        return {
            name: str(value)
            for name, value in self.cleaned_data.items()
            if value is not None and value != ""
        }


class FilmsForm(StepForm):
    """Step 1: at least three films."""

    targets: ClassVar = {"liked": "films"}

    liked = FilmsField(label=_("Films that you like"))


class _SlugsField(forms.MultipleChoiceField):
    """Slugs of tiles that are offered, each once, and not too many."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int, label: Any) -> None:
        text = _("Please choose at most %(limit_value)s.")
        super().__init__(label=label, required=False, validators=[MaxLengthValidator(most, text)])

    def clean(self, value: Any) -> list[str]:
        slugs: list[str] = super().clean(list(dict.fromkeys(value or [])))
        return slugs


def _number_choice(label: Any, choices: Sequence[tuple[Any, Any]]) -> forms.TypedChoiceField:
    """One of the numbers, or None for any."""
    return forms.TypedChoiceField(
        label=label,
        choices=[ANY, *choices],
        widget=forms.RadioSelect,
        required=False,
        coerce=int,
        empty_value=None,
    )


class OttForm(StepForm):
    """Step 2: present subscriptions, the monthly budget, and wishes of the products."""

    targets: ClassVar = {
        "subscribed": "id_subscribed_0",
        "budget_choice": "id_budget_choice_0",
        "must_have": "must-have",
        "min_streams": "id_min_streams_0",
        "min_resolution": "id_min_resolution_0",
        "owned": "owned",
    }

    subscribed = forms.MultipleChoiceField(
        label=_("Which of these do you pay for now?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    budget_choice = forms.TypedChoiceField(
        label=_("How much can you spend on OTTs a month?"),
        widget=forms.RadioSelect,
        required=False,
        coerce=int,
        empty_value=None,
    )
    monthly_budget = WholeNumberField(
        label=_("Or type an amount (won)"),
        units=[Unit.WON],
        required=False,
        error_messages={"invalid": _("Please write the budget as a whole number, such as 15000.")},
        validators=[
            MinValueValidator(0, _("The budget cannot be below 0.")),
            MaxValueValidator(LARGEST_BUDGET, _("The budget can be at most 10,000,000 won.")),
        ],
    )
    must_have = _SlugsField(label=_("Must-haves"), most=MOST_MUST_HAVES)
    no_ads = forms.BooleanField(label=_("I want to watch without ads"), required=False)
    min_streams = _number_choice(
        _("How many people watch at the same time?"),
        [(2, _("2 people")), (3, _("3 people")), (4, _("4 people"))],
    )
    min_resolution = _number_choice(
        _("Picture quality"),
        [(Product.Resolution.FULL_HD, _("Full HD or better")), (Product.Resolution.UHD, "4K")],
    )
    owned = _SlugsField(label=_("What I already have"), most=MOST_OWNED)

    def __init__(self, *args: Any, offered: OnOffer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self._offer(
            "subscribed",
            [(platform.slug, str(platform)) for platform in offered.platforms],
            _("One of the platforms is not known here. Please choose again."),
        )
        self._offer(
            "must_have",
            [(one.slug, str(one)) for one in offered.attractions],
            _(
                "One of the series, shows or sports is not known here, or can no longer be "
                "watched. Please choose again."
            ),
        )
        self._offer(
            "owned",
            [(one.slug, str(one)) for one in offered.ownable],
            _(
                "One of the memberships, phone plans or cards is not known here. "
                "Please choose again."
            ),
        )
        choice = cast(forms.ChoiceField, self.fields["budget_choice"])
        choice.choices = [
            *((str(won), short_amount(won)) for won in USUAL_BUDGETS),
            ("", _("No limit")),
        ]

    def _offer(self, name: str, choices: Sequence[tuple[str, str]], unknown: Any) -> None:
        field = cast(forms.MultipleChoiceField, self.fields[name])
        field.choices = choices
        field.error_messages["invalid_choice"] = unknown

    @classmethod
    def of_draft(cls, draft: Draft, offered: OnOffer) -> OttForm:
        """The form with the answers of the draft."""
        budget = draft.monthly_budget
        initial = {
            "subscribed": draft.subscribed,
            "budget_choice": "" if budget is None else budget,  # no chip for other amounts
            "monthly_budget": None if budget in USUAL_BUDGETS else budget,
            "must_have": draft.must_have,
            "no_ads": draft.no_ads,
            "min_streams": draft.min_streams or "",
            "min_resolution": draft.min_resolution or "",
            "owned": draft.owned,
        }
        return cls(initial=initial, offered=offered)

    def platform_tiles(self) -> list[tuple[Any, Platform]]:
        """The boxes of the platforms, each with its platform."""
        return list(zip(self["subscribed"], self.offered.platforms, strict=True))

    def must_have_groups(self) -> list[TileGroup]:
        return attraction_groups(self.offered, self["must_have"].value() or [])

    def owned_groups(self) -> list[TileGroup]:
        return owned_groups(self.offered, self["owned"].value() or [])

    def says_how(self) -> bool:
        """Whether the questions on how the person watches have an answer or a fault."""
        names = ("no_ads", "min_streams", "min_resolution")
        return any(self[name].value() or self[name].errors for name in names)

    def wishes(self, before: AnsweredWishes) -> AnsweredWishes:
        """The wishes; where the answer is not valid, those of `before`."""
        names = [field.name for field in fields(AnsweredWishes)]
        given = {name: self.cleaned_data.get(name, getattr(before, name)) for name in names}
        slugs = {name: tuple(given[name]) for name in ("must_have", "owned")}
        return AnsweredWishes(**given | slugs)

    def clean(self) -> None:
        """Refuse two different amounts; "no limit" is preselected, so it contradicts none."""
        written: int | None = self.cleaned_data.get("monthly_budget")
        chosen: int | None = self.cleaned_data.get("budget_choice")
        if written is not None and chosen is not None and written != chosen:
            text = _(
                "You chose %(chosen)s but wrote %(written)s. To keep what you chose, empty this "
                "field; to keep what you wrote, choose “No limit” above."
            )
            amounts = {"chosen": won_amount(chosen), "written": won_amount(written)}
            self.add_error("monthly_budget", forms.ValidationError(text, params=amounts))

    def budget(self) -> int | None:
        """The typed amount, else the chosen one; None for no limit."""
        typed: int | None = self.cleaned_data.get("monthly_budget")
        chosen: int | None = self.cleaned_data.get("budget_choice")
        return typed if typed is not None else chosen


def _optional_choice(label: Any, answers: type[TextChoices]) -> forms.ChoiceField:
    choices = [*answers.choices, NO_ANSWER]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)


class AboutYouForm(StepForm):
    """Step 3. All answers are optional."""

    targets: ClassVar = {"ott_frequency": "id_ott_frequency_0", "gender": "id_gender_0"}

    ott_frequency = _optional_choice(_("How often do you watch OTT?"), OttFrequency)
    gender = _optional_choice(_("Gender"), Gender)
    age = WholeNumberField(
        label=_("Age"),
        units=[Unit.YEARS],
        required=False,
        help_text=_("In years; may be left empty. You must be at least 14 to take part."),
        error_messages={"invalid": _("Please write your age as a whole number, such as 31.")},
        validators=[
            MinValueValidator(1, CHECK_AGE),
            MaxValueValidator(MAXIMUM_AGE, CHECK_AGE),
        ],
    )
    region = forms.ChoiceField(
        label=_("Where do you live?"),
        choices=[NO_ANSWER, *Region.choices],
        required=False,
        help_text=_("To compare with what people there use."),
    )
    district = forms.ChoiceField(
        label=_("Which district of Seoul?"),
        required=False,
        help_text=_("Counts only together with your gender and age."),
    )

    def __init__(self, *args: Any, districts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`districts`: values and names that are asked; without any, the question is left out."""
        super().__init__(*args, **kwargs)
        if districts:
            field = cast(forms.ChoiceField, self.fields["district"])
            field.choices = [NO_ANSWER, *districts]
        else:
            del self.fields["district"]

    def too_young(self) -> bool:
        """Whether the person is under 14, so that none of their answers may be kept."""
        try:
            value = self.fields["age"].to_python(self.data.get("age", ""))
        except forms.ValidationError:
            return False
        return value is not None and 0 < value < MINIMUM_AGE

    def clean_age(self) -> int | None:
        if self.too_young():
            raise forms.ValidationError(TOO_YOUNG)
        return cast("int | None", self.cleaned_data["age"])

    def clean_district(self) -> str:
        """Of Seoul: chosen before the region was changed, it does not count."""
        in_seoul = self.cleaned_data.get("region") == Region.SEOUL
        return str(self.cleaned_data["district"]) if in_seoul else ""


class LastForm(StepForm):
    """Step 4 without consent."""

    targets: ClassVar = {"education": "id_education_0", "income": "id_income_0"}

    education = _optional_choice(_("Education"), Education)
    income = _optional_choice(_("Monthly household income"), Income)


class ConsentForm(StepForm):
    """The required consent and, separately, each optional one; none is preselected."""

    consent = forms.BooleanField(
        label=_("I am 14 or older and agree to this."),
        error_messages={"required": _("Without your consent the answers cannot be used.")},
    )
    statistics_consent = forms.BooleanField(
        label=_("I also agree to be counted in the statistics."), required=False
    )
    learning_consent = forms.BooleanField(
        label=_("I also agree that OTTwin learns from my answers."), required=False
    )
