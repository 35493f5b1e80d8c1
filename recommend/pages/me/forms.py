"""The form of what members say about themselves."""

from __future__ import annotations

from typing import ClassVar, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.numbers import Unit, WholeNumberField
from movies.genres import GENRES
from movies.models import Gender
from recommend.services.members.profile import MemberProfile
from survey.forms import NO_ANSWER, StepForm
from survey.models import (
    LONGEST_KEYWORD,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    MOST_INTERESTS,
    MOST_KEYWORDS,
    Member,
    Region,
)

SPELLED_OTHERWISE = "Children's"  # films have "Children", however their data set spells it
KEYWORDS = tuple(f"keyword_{place}" for place in range(1, MOST_KEYWORDS + 1))


def _keyword_field() -> forms.CharField:
    too_long = _("Please write at most %(limit_value)s characters.")
    return forms.CharField(
        required=False, max_length=LONGEST_KEYWORD, error_messages={"max_length": too_long}
    )


class ProfileForm(StepForm):
    """All answers are optional."""

    targets: ClassVar = {"interests": "id_interests_0", "gender": "id_gender_0"}

    interests = forms.MultipleChoiceField(
        label=_("Genres you like"),
        choices=[(name, label) for name, label in GENRES.items() if name != SPELLED_OTHERWISE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        validators=[
            MaxLengthValidator(MOST_INTERESTS, _("Please choose at most %(limit_value)s."))
        ],
        error_messages={"invalid_choice": _("Please choose one of the answers given.")},
    )
    keyword_1 = _keyword_field()
    keyword_2 = _keyword_field()
    keyword_3 = _keyword_field()
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[*Gender.choices, NO_ANSWER],
        widget=forms.RadioSelect,
        required=False,
    )
    birth_year = WholeNumberField(
        label=_("Year of birth"),
        units=[Unit.YEARS],
        required=False,
        error_messages={"invalid": _("Please write the year as a number, such as 1995.")},
    )
    region = forms.ChoiceField(
        label=_("Region"), choices=[NO_ANSWER, *Region.choices], required=False
    )

    @classmethod
    def of_member(cls, member: Member) -> ProfileForm:
        """The form with what the member said before."""
        answers = {name: getattr(member, name) for name in ("gender", "birth_year", "region")}
        keywords = dict(zip(KEYWORDS, member.keywords, strict=False))
        return cls(initial=answers | keywords | {"interests": member.interests})

    def keyword_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in KEYWORDS]

    def clean_birth_year(self) -> int | None:
        year = cast("int | None", self.cleaned_data["birth_year"])
        this_year = timezone.localdate().year
        if year is not None and not this_year - MAXIMUM_AGE <= year <= this_year - MINIMUM_AGE:
            raise forms.ValidationError(
                _("Please check the year of your birth. Members are at least 14 years old.")
            )
        return year

    def profile(self) -> MemberProfile:
        """What was answered; only of a valid form."""
        given = self.cleaned_data
        return MemberProfile(
            gender=given["gender"],
            birth_year=given["birth_year"],
            region=given["region"],
            interests=given["interests"],
            keywords=[given[name] for name in KEYWORDS if given[name]],
        )
