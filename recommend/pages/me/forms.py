"""The form of what members say about themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.numbers import Unit, WholeNumberField
from movies.genres import CHOICES
from movies.models import Gender
from survey.forms import NO_ANSWER, StepForm
from survey.members.profile import Profile, checked, tidied
from survey.models import LONGEST_KEYWORD, MOST_KEYWORDS, Member, Region

KEYWORDS = tuple(f"keyword_{place}" for place in range(1, MOST_KEYWORDS + 1))


class KeywordField(forms.CharField):
    """Its characters are counted as they are stored."""

    def to_python(self, value: Any) -> str:
        return tidied(super().to_python(value) or "")


def _keyword_field() -> KeywordField:
    too_long = _("Please write at most %(limit_value)s characters.")
    return KeywordField(
        required=False, max_length=LONGEST_KEYWORD, error_messages={"max_length": too_long}
    )


class ProfileForm(StepForm):
    """All answers are optional; `survey.members.profile` has their rules."""

    targets: ClassVar = {"interests": "id_interests_0", "gender": "id_gender_0"}

    interests = forms.MultipleChoiceField(
        label=_("Genres you like"),
        choices=list(CHOICES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
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
        units=[Unit.CALENDAR_YEAR],
        required=False,
        error_messages={"invalid": _("Please write the year in four digits, such as 1995.")},
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

    def clean(self) -> None:
        try:
            checked(self.profile())
        except ValidationError as error:
            for name, texts in error.error_dict.items():
                self.add_error(KEYWORDS[0] if name == "keywords" else name, texts)

    def profile(self) -> Profile:
        """What was answered; invalid answers are left out."""
        given = self.cleaned_data
        return Profile(
            gender=given.get("gender", ""),
            birth_year=given.get("birth_year"),
            region=given.get("region", ""),
            interests=tuple(given.get("interests", ())),
            keywords=tuple(given.get(name, "") for name in KEYWORDS),
        )
