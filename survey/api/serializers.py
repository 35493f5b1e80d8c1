"""Bodies of the operations of members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from common.web.input import OneOf, StrictInput, Text, TrueOrFalse, WholeNumber
from common.web.output import DataOutput
from movies.models import Gender
from survey.members.names import LONGEST_EMAIL
from survey.members.passwords import LONGEST_PASSWORD
from survey.members.profile import Profile, tidied
from survey.members.second_factor import LONGEST_CODE
from survey.models import LONGEST_KEYWORD, MOST_INTERESTS, MOST_KEYWORDS, Member, Region

LONGEST_TOKEN = 2_000


class Written(Text):
    """A JSON string: a number is no password."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Password(Written):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_PASSWORD, trim_whitespace=False, **kwargs)


class Keyword(Written):
    """Its characters are counted as they are stored."""

    def to_internal_value(self, data: Any) -> str:
        return tidied(super().to_internal_value(data))


class ProfileInput(StrictInput):
    """What members may say about themselves; what is left out stays, and null deletes."""

    gender = OneOf(Gender.choices, allow_null=True, required=False)
    birth_year = WholeNumber(min_value=1900, max_value=2100, allow_null=True, required=False)
    region = OneOf(Region.choices, allow_null=True, required=False)
    interests = serializers.ListField(
        child=Written(max_length=30),
        max_length=MOST_INTERESTS,
        required=False,
        help_text="Genres, as films have them",
    )
    keywords = serializers.ListField(
        child=Keyword(max_length=LONGEST_KEYWORD), max_length=MOST_KEYWORDS, required=False
    )
    learning_consent = TrueOrFalse(
        required=False, help_text="That OTTwin learns from the films that they look at"
    )

    columns: ClassVar = ("gender", "birth_year", "region", "interests", "keywords")

    def said(self) -> list[str]:
        return [name for name in self.columns if name in self.validated_data]

    def profile(self) -> Profile:
        """With what was said; the rest as without an answer."""
        given = self.validated_data
        return Profile(
            gender=given.get("gender") or "",
            birth_year=given.get("birth_year"),
            region=given.get("region") or "",
            interests=tuple(given.get("interests", ())),
            keywords=tuple(given.get("keywords", ())),
        )


class JoinInput(ProfileInput):
    email = Written(max_length=LONGEST_EMAIL)
    password = Password()
    membership_consent = TrueOrFalse(help_text="Has to be true")
    schema_extra: ClassVar[Mapping[str, Any]] = {}

    def validate_membership_consent(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(_("Without your consent we cannot keep an account."))
        return value


class LoginInput(StrictInput):
    email = Written(max_length=LONGEST_EMAIL)
    password = Password()
    code = Written(
        max_length=LONGEST_CODE,
        required=False,
        help_text="Of the second factor, where the account has one",
    )


class RefreshInput(StrictInput):
    refresh = Written(max_length=LONGEST_TOKEN)


class PairOutput(DataOutput):
    access = serializers.CharField(help_text="For `Authorization: Bearer`; holds for 10 minutes")
    refresh = serializers.CharField(help_text="Gives a new pair, once, within 7 days")


class MeOutput(DataOutput):
    email = serializers.CharField(source="user.email")
    gender = serializers.CharField(help_text="As in the input; empty: not said")
    birth_year = serializers.IntegerField(allow_null=True)
    region = serializers.CharField(help_text="As in the input; empty: not said")
    interests = serializers.ListField(child=serializers.CharField())
    keywords = serializers.ListField(child=serializers.CharField())
    membership_version = serializers.CharField()
    membership_consented_at = serializers.DateTimeField()
    learning_consent = serializers.BooleanField(source="learns")
    learning_consented_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


@dataclass(frozen=True)
class KeptResult:
    user_id: UUID
    result_url: str
    platform: str | None
    created_at: datetime
    retain_until: datetime


class KeptResultOutput(DataOutput):
    user_id = serializers.UUIDField()
    result_url = serializers.URLField()
    platform = serializers.SlugField(
        allow_null=True, help_text="The recommended one; null if none could be compared"
    )
    created_at = serializers.DateTimeField()
    retain_until = serializers.DateTimeField(help_text="A year after the last visit")


class KeptResultsOutput(serializers.Serializer[Any]):
    results = KeptResultOutput(many=True)


def shown(member: Member) -> dict[str, Any]:
    return dict(MeOutput(member).data)
