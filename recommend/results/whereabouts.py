"""How many of a person's films are on some platforms: the figure that people read. Reads only.

Of the films m of a list (50), with P(m is on platform p today) as in
`recommend.decision.availability`, a set S of platforms has

    surely(S)   = the films that were seen on a platform of S and are still there with P >= 0.8
    probably(S) = the sum over the other films of 1 - product over p in S of (1 - P), rounded

A larger set never has fewer films. Unlike a comparison of platforms, what was seen ages until
today. A film of which nothing is known counts by its prior; where the platform has no evidence
there is none, and the film does not count.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from common.arrays import Bools, Floats
from movies.models import Movie
from recommend.decision.availability import CatalogueRate, Stratum
from recommend.decision.outlook import THERE, UNKNOWN
from recommend.ranking.catalogue import FilmKind
from recommend.results.forecast import catalogue_rates, presence_of

SURELY = 0.8  # P(there today) from which a film that was seen there is surely there
MOVIE_FIELDS = ("movie_id", "year", "genres", "platforms", "platforms_seen")


@dataclass(frozen=True)
class FilmsThere:
    """Of `films`, how many are there surely, how many more probably, and of how many others
    nobody knows whether they are there."""

    films: int
    surely: int
    probably: int
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.surely + self.probably


@dataclass(frozen=True)
class Whereabouts:
    """The films of one list: where each was seen, whether anything is known of it there,
    and P(there today), all (films, platforms)."""

    movies: Sequence[int]
    platforms: Sequence[str]
    seen: Bools
    there: Floats
    asked: Bools

    def on(self, platforms: Collection[str]) -> FilmsThere:
        """The figure for these platforms together; a platform that is not compared has none."""
        columns = [place for place, slug in enumerate(self.platforms) if slug in platforms]
        there = self.there[:, columns]
        surely = (self.seen[:, columns] & (there >= SURELY)).any(axis=1)
        found = 1.0 - np.prod(1.0 - there, axis=1)
        probably = math.floor(float(found[~surely].sum()) + 0.5)
        open_films = ~surely & ~self.asked[:, columns].all(axis=1)
        return FilmsThere(
            films=len(self.movies),
            surely=int(surely.sum()),
            probably=probably,
            unknown=max(int(open_films.sum()) - probably, 0),
        )

    def is_sure(self, movie: int, platform: str) -> bool:
        """Whether a film of the list is surely on the platform."""
        if platform not in self.platforms:
            return False
        place = self.movies.index(movie), self.platforms.index(platform)
        return bool(self.seen[place] and self.there[place] >= SURELY)


def whereabouts_of(
    movies: Iterable[Movie], rates: Mapping[str, CatalogueRate], today: date
) -> Whereabouts:
    """The whereabouts of these films, which need `MOVIE_FIELDS`; no query."""
    listed = list(movies)
    kinds = [
        FilmKind(
            movie.platforms,
            movie.platforms_seen,
            Stratum(
                None if movie.year is None else movie.year // 10 * 10,
                tuple(movie.genres),
            ),
        )
        for movie in listed
    ]
    until_today = {slug: replace(rate, surveyed_on=None) for slug, rate in rates.items()}
    states, there = presence_of(kinds, until_today, today)
    compared = np.array([rate.evidence for rate in rates.values()], bool)
    return Whereabouts(
        movies=[movie.pk for movie in listed],
        platforms=list(rates),
        seen=states == THERE,
        asked=states != UNKNOWN,
        there=np.where((states == UNKNOWN) & ~compared, 0.0, there),
    )


def current_whereabouts(movies: Iterable[Movie], today: date) -> Whereabouts:
    """The whereabouts at the rates of today, in one query."""
    return whereabouts_of(movies, catalogue_rates(), today)


def whereabouts_of_ids(movies: Collection[int], today: date) -> Whereabouts:
    """The whereabouts of films by id, in two queries."""
    rows = Movie.objects.only(*MOVIE_FIELDS).filter(pk__in=movies)
    return current_whereabouts(rows, today)
