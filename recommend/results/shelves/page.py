"""One page of shelves: what is on it already, and whom it is for. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from movies.models import Movie
from movies.models.catalogue import MovieQuerySet
from recommend.results.shelves.known import Known, known_of
from survey.models import Member

# What cards and the API show of a film.
SHOWN_FIELDS = ("movie_id", "title", "title_ko", "year", "genres", "poster_path", "platforms")


@dataclass(frozen=True)
class Change:
    """When a film came to a platform or left it."""

    platform: str
    day: date


@dataclass
class Page:
    """What the shelves of one page share; serves one request and one reader.

    `mine`: only films on what the member pays for. `shown` are the films on the page so far;
    `changes` say of some films, by shelf and film, when they came or left.
    """

    mine: bool = False
    shown: set[int] = field(default_factory=set)
    changes: dict[tuple[str, int], Change] = field(default_factory=dict)
    _known: Known | None = None

    def known_of(self, member: Member | None) -> Known:
        """Read once."""
        if self._known is None:
            self._known = known_of(member)
        return self._known

    def pays_for(self, member: Member | None) -> Sequence[str]:
        """Slugs of the platforms of the newest result's subscriptions."""
        result = self.known_of(member).result
        return result.pays_for if result else ()

    def movies(self, member: Member | None) -> MovieQuerySet:
        """The films that may be on the page, with `SHOWN_FIELDS`."""
        movies = Movie.objects.only(*SHOWN_FIELDS)
        if self.mine:
            movies = movies.filter(carried_by(self.pays_for(member)))
        left_out = self.shown | self.known_of(member).left_out
        return movies.exclude(pk__in=left_out) if left_out else movies

    def in_order(self, ids: Iterable[int], member: Member | None, limit: int) -> list[Movie]:
        """The first of these films that may be on the page, in this order; one query."""
        left_out = self.shown | self.known_of(member).left_out
        wanted = [movie for movie in ids if movie not in left_out]
        if not self.mine:  # a few more, for films that are gone since the ids were kept
            wanted = wanted[: 2 * limit]
        found = self.movies(member).in_bulk(wanted)
        return [found[movie] for movie in wanted if movie in found][:limit]


def carried_by(platforms: Iterable[str]) -> Q:
    """Films that some of the platforms is known to have."""
    return reduce(or_, (Q(platforms__contains={slug: True}) for slug in platforms), Q(pk__in=[]))
