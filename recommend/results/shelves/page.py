"""One page of shelves: what is on it already, and whom it is for. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Func, IntegerField, Q, Value

from common.errors import DataError, NotReadyError
from movies.models import Movie
from movies.models.catalogue import MovieQuerySet
from recommend.ranking.in_memory import RankedFilms, ranked_films
from recommend.ranking.runs import live_run
from recommend.results.shelves.known import Known, known_of
from survey.models import Member

# What cards and the API show of a film.
SHOWN_FIELDS = ("movie_id", "title", "title_ko", "year", "genres", "poster_path", "platforms")


@dataclass(frozen=True)
class CameOrLeft:
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
    changes: dict[tuple[str, int], CameOrLeft] = field(default_factory=dict)
    _known: Known | None = None
    _ranking: tuple[RankedFilms | None, ...] = ()

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

    def in_order(
        self,
        ids: Iterable[int],
        member: Member | None,
        limit: int,
        *,
        genre: str = "",
        again: bool = True,
    ) -> list[Movie]:
        """The first of these films that may be on the page, in this order; one query.

        `genre`: only films of it. Not `again`: none that the member has liked or picked already.
        """
        known = self.known_of(member)
        left_out = self.shown | known.left_out
        if not again:
            left_out |= known.liked_before
        wanted = [movie for movie in ids if movie not in left_out]
        movies = self.movies(member)
        if genre:
            movies = movies.filter(genres__contains=[genre])
        elif not self.mine:  # a few more, for films that are gone since the ids were kept
            wanted = wanted[: 2 * limit]
        place = Func(Value(wanted), F("pk"), function="array_position", output_field=IntegerField())
        found: Any = movies.filter(pk__in=wanted).annotate(place=place).order_by("place")
        return list(found[:limit])

    def ranking(self, member: Member | None) -> RankedFilms | None:
        """All films by the member's taste, read once.

        None if nothing is known of their taste, no model is live, or it is being replaced.
        """
        if not self._ranking:
            self._ranking = (self._ranked(self.known_of(member)),)
        return self._ranking[0]

    @staticmethod
    def _ranked(known: Known) -> RankedFilms | None:
        answers = known.answers()
        if answers is None:
            return None
        try:
            return ranked_films(live_run(), answers, known.result.twin if known.result else None)
        except (DataError, NotReadyError):
            return None


def carried_by(platforms: Iterable[str]) -> Q:
    """Films that some of the platforms is known to have."""
    return reduce(or_, (Q(platforms__contains={slug: True}) for slug in platforms), Q(pk__in=[]))
