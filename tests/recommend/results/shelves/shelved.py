"""Members, results, likes and changes of availability for the tests of shelves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from movies.models import AvailabilityChange, Movie
from recommend.models import MemberEvent
from recommend.results.shelves.page import Page
from recommend.results.shelves.registry import Row, rows_of
from survey.models import MEMBERSHIP_VERSION, Member, Respondent

LIKE, SEEN, NOT_INTERESTED = (
    MemberEvent.Kind.LIKE,
    MemberEvent.Kind.SEEN,
    MemberEvent.Kind.NOT_INTERESTED,
)


def a_member(name: str = "jihyeon") -> Member:
    user = User.objects.create_user(f"{name}@example.com")
    return Member.objects.create(user=user, membership_version=MEMBERSHIP_VERSION)


def a_result(
    member: Member | None,
    picks: Iterable[int],
    *,
    subscribed: Sequence[str] = (),
    made_at: datetime | None = None,
    **fields: Any,
) -> Respondent:
    """A respondent with these picks; of this member, if there is one."""
    now = timezone.now()
    result = Respondent.objects.create(
        member=member,
        submission=f"form {Respondent.objects.count()}",
        consented_at=now - timedelta(days=400),
        retain_until=now + timedelta(days=60),
        **fields,
    )
    Respondent.objects.filter(pk=result.pk).update(created_at=made_at or now)
    result.preferred_movies.set(picks)
    result.subscribed_platforms.set(subscribed)
    return result


def an_event(member: Member, movie: int, kind: str = LIKE, *, at: datetime | None = None) -> None:
    MemberEvent.objects.create(
        member=member, movie_id=movie, kind=kind, created_at=at or timezone.now()
    )


def a_change(movie: int, platform: str, *, is_there: bool, days_ago: float = 1) -> None:
    """The film came to the platform, or left it, and is still there or gone."""
    film = Movie.objects.get(pk=movie)
    film.platforms_fetched = film.platforms_fetched | {platform: is_there}
    film.save(update_fields=["platforms_fetched"])
    AvailabilityChange.objects.create(
        movie=film,
        platform_id=platform,
        source="test",
        before=not is_there,
        after=is_there,
        carried_before=not is_there,
        carried_after=is_there,
        changed_at=timezone.now() - timedelta(days=days_ago),
    )


def row(
    name: str, member: Member | None, *, limit: int | None = None, mine: bool = False
) -> Row | None:
    """The shelf alone on a page; None if it has no films."""
    found = rows_of([name], member, limit=limit, page=Page(mine=mine))
    return found[0] if found else None


def films(
    name: str, member: Member | None, *, limit: int | None = None, mine: bool = False
) -> list[int]:
    found = row(name, member, limit=limit, mine=mine)
    return [film.movie.pk for film in found.films] if found else []
