"""Members, and what they do with films."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from recommend.models import MemberEvent
from survey.models import Member


def new_member(name: str = "mina@example.test", **fields: Any) -> Member:
    return Member.objects.create(
        user=User.objects.create_user(name), membership_version="2026-11-30", **fields
    )


def did(member: Member, kind: str, *movies: int) -> None:
    MemberEvent.objects.bulk_create(
        MemberEvent(member=member, movie_id=movie, kind=kind) for movie in movies
    )
