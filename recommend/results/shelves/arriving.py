"""What came to platforms and left them in the last 30 days. Reads only.

The history of availability knows what has happened, not what is announced: no source says when a
film will leave, so a departure is shown once it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from movies.models import AvailabilityChange, Movie, Platform
from recommend.results.shelves.page import CameOrLeft, Page, carried_by
from survey.models import Member

RECENT = timedelta(days=30)
KEPT = 300  # films in the order that is kept
KEPT_FOR = 60  # seconds that everybody sees the same order
CHANGE = "availability_changes"


def changed(
    movies: QuerySet[Movie], effect: AvailabilityChange.Effect, platforms: Iterable[str]
) -> QuerySet[Movie, Any]:
    """Films that came to these platforms, or left them, and have not changed there since.

    The newest first; `changed_at` and `changed_on` (the platform) tell of the newest change. Ties:
    the best known, then the lower id.
    """
    is_there = effect == AvailabilityChange.Effect.ARRIVAL
    still = reduce(
        or_,
        (
            Q((f"{CHANGE}__platform", slug), platforms__contains={slug: is_there})
            for slug in platforms
        ),
        Q(pk__in=[]),
    )
    recent = {
        f"{CHANGE}__effect": effect,
        f"{CHANGE}__changed_at__gte": timezone.now() - RECENT,
    }
    newest = ArrayAgg(f"{CHANGE}__platform", order_by=[f"-{CHANGE}__changed_at", f"-{CHANGE}__id"])
    return (
        movies.filter(still, **recent)
        .annotate(changed_at=Max(f"{CHANGE}__changed_at"), changed_on=newest)
        .order_by("-changed_at", "-rating_count", "pk")
    )


def _shown(page: Page, shelf: str, films: Iterable[Any]) -> list[Movie]:
    """The films, and on the page what changed of them."""
    found = list(films)
    for film in found:
        day = timezone.localdate(film.changed_at)
        page.changes[shelf, film.pk] = CameOrLeft(film.changed_on[0], day)
    return found


class ArrivalsShelf:
    """What has come to the platforms that the member pays for."""

    name = "arrivals"
    for_visitors = False

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def title(self) -> str:
        return _("New on what you pay for")

    @property
    def why(self) -> str:
        return _("Came to your subscriptions in the last 30 days, the newest first.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        platforms, arrived = self._page.pays_for(member), AvailabilityChange.Effect.ARRIVAL
        if not platforms:
            return []
        return _shown(
            self._page,
            self.name,
            changed(self._page.movies(member), arrived, platforms)[:limit],
        )


class DeparturesShelf:
    """What has left the platforms that the member pays for; with `mine`, what another one has."""

    name = "departures"
    for_visitors = False

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def title(self) -> str:
        return _("Gone from what you pay for")

    @property
    def why(self) -> str:
        return _("Left your subscriptions in the last 30 days, the latest first.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        platforms, left = self._page.pays_for(member), AvailabilityChange.Effect.DEPARTURE
        if not platforms:
            return []
        return _shown(
            self._page, self.name, changed(self._page.movies(member), left, platforms)[:limit]
        )


@dataclass(frozen=True)
class _Newest:
    """`changes`: of those that came in the last 30 days."""

    films: Sequence[int]
    changes: dict[int, CameOrLeft]


class NewShelf:
    """What has come to any platform, then the newest films that one has."""

    name = "new"
    for_visitors = True

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def title(self) -> str:
        return _("New to watch")

    @property
    def why(self) -> str:
        return _("Came to an OTT in the last 30 days, then the newest films that one has.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        newest: _Newest | None = cache.get("shelves:new")
        if newest is None:
            newest = _newest()
            cache.set("shelves:new", newest, KEPT_FOR)
        found = self._page.in_order(newest.films, member, limit)
        for film in found:
            if film.pk in newest.changes:
                self._page.changes[self.name, film.pk] = newest.changes[film.pk]
        return found


def _newest() -> _Newest:
    """In three queries: the platforms, what came to them, and the newest films that they have."""
    platforms = list(Platform.objects.offered().values_list("slug", flat=True))
    arrived = changed(Movie.objects.only("pk"), AvailabilityChange.Effect.ARRIVAL, platforms)
    page = Page()
    came = [film.pk for film in _shown(page, NewShelf.name, arrived[:KEPT])]
    by_year = Movie.objects.filter(carried_by(platforms), year__isnull=False)
    newest = by_year.order_by("-year", "-rating_count", "pk").values_list("pk", flat=True)[:KEPT]
    changes = {movie: change for (_shelf, movie), change in page.changes.items()}
    return _Newest(list(dict.fromkeys([*came, *newest])), changes)
