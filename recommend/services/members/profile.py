"""What members say about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.models import Member


@dataclass(frozen=True)
class MemberProfile:
    """Validated; "" and None mean no answer."""

    gender: str
    birth_year: int | None
    region: str
    interests: Sequence[str]
    keywords: Sequence[str]


def save_profile(*, member: Member, profile: MemberProfile) -> None:
    """Store it whole. Raises `Member.DoesNotExist` for one who left."""
    given = vars(profile) | {
        "interests": list(dict.fromkeys(profile.interests)),
        "keywords": list(dict.fromkeys(profile.keywords)),
    }
    if not Member.objects.filter(pk=member.pk).update(**given):
        raise Member.DoesNotExist
