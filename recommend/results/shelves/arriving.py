"""What came to platforms and left them in the last 30 days. Reads only.

The history of availability knows what has happened, not what is announced: no source says when a
film will leave, so a departure is shown once it is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from movies.models import AvailabilityChange, Movie
from movies.selectors.snapshot import Snapshot
from recommend.results.shelves.page import CameOrLeft, Page
from survey.models import Member

RECENT = timedelta(days=30)
KEPT = 300  # films in the order that is kept
KEPT_FOR = 60  # seconds that everybody sees the same order


def changed(
    catalogue: Snapshot, effect: AvailabilityChange.Effect, platforms: Collection[str]
) -> dict[int, CameOrLeft]:
    """Films that came to these platforms, or left them, and have not changed there since; 1 query.

    By film, with its newest change, the newest first; ties: the best known, then the lower id. At
    most `KEPT`, and for `KEPT_FOR` the same for everybody with these platforms.
    """
    asked = f"shelves:{catalogue.key}:{effect}:{','.join(sorted(platforms))}"
    kept: dict[int, CameOrLeft] | None = cache.get(asked)
    if kept is None:
        kept = dict(list(_changed(catalogue, effect, platforms).items())[:KEPT])
        cache.set(asked, kept, KEPT_FOR)
    return kept


def _changed(
    catalogue: Snapshot, effect: AvailabilityChange.Effect, platforms: Collection[str]
) -> dict[int, CameOrLeft]:
    changes = (
        AvailabilityChange.objects.filter(
            effect=effect, changed_at__gte=timezone.now() - RECENT, platform__in=platforms
        )
        .order_by("-changed_at", "-id")
        .values_list("movie_id", "platform_id", "changed_at")
    )
    table = catalogue.carried if effect == AvailabilityChange.Effect.ARRIVAL else catalogue.lacked
    columns = {slug: place for place, slug in enumerate(catalogue.platform_slugs)}
    rows = [row for row in changes if row[1] in columns]
    places = catalogue.places({row[0] for row in rows})
    at = dict(zip(catalogue.movie_ids[places].tolist(), places.tolist(), strict=True))
    newest: dict[int, tuple[str, datetime]] = {}
    for movie, slug, when in rows:
        if movie in at and table[at[movie], columns[slug]]:
            newest.setdefault(movie, (slug, when))
    order = sorted(
        newest,
        key=lambda movie: (-newest[movie][1].timestamp(), -catalogue.ratings[at[movie]], movie),
    )
    return {
        movie: CameOrLeft(newest[movie][0], timezone.localdate(newest[movie][1])) for movie in order
    }


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
        came = changed(self._page.catalogue, arrived, platforms)
        films = self._page.in_order(came, member, limit)
        self._page.tell(self.name, films, came)
        return films


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
        gone = changed(self._page.catalogue, left, platforms)
        films = self._page.in_order(gone, member, limit)
        self._page.tell(self.name, films, gone)
        return films


@dataclass(frozen=True)
class _Newest:
    """`changes`: of those that came in the last 30 days."""

    films: Sequence[int]
    changes: Mapping[int, CameOrLeft]


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
        kept_as = f"shelves:{self._page.catalogue.key}:new"
        newest: _Newest | None = cache.get(kept_as)
        if newest is None:
            newest = _newest(self._page.catalogue, self._page.offered)
            cache.set(kept_as, newest, KEPT_FOR)
        found = self._page.in_order(newest.films, member, limit)
        self._page.tell(self.name, found, newest.changes)
        return found


def _newest(catalogue: Snapshot, platforms: Sequence[str]) -> _Newest:
    """Of these platforms; one query."""
    came = changed(catalogue, AvailabilityChange.Effect.ARRIVAL, platforms)
    places = np.flatnonzero(catalogue.carried_by(platforms) & (catalogue.years > 0))
    order = np.lexsort((places, -catalogue.ratings[places], -catalogue.years[places]))
    newest = catalogue.movie_ids[places[order[:KEPT]]].tolist()
    return _Newest(list(dict.fromkeys([*came, *newest])), came)
