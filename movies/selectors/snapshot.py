"""All films as arrays that each process keeps while none of them changes. Reads only.

For pages that choose films in every request. A change counts in the next request of every process:
see `movies.models.changes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from common.arrays import Bools, Ints
from movies.models import Movie
from movies.models.changes import Version

# What cards and the API show of a film.
SHOWN_FIELDS = ("movie_id", "title", "title_ko", "year", "genres", "poster_path", "platforms")
MOST_KEPT = 20_000  # films whose `SHOWN_FIELDS` a process keeps


@dataclass(frozen=True, eq=False)
class Snapshot:
    """As of `version`: films by ascending `movie_ids` (n,), and in the same order their `years`
    (n,), 0 where not known, and numbers of `ratings` (n,).

    `genres` (n, g) says which of `genre_names` (g) each film has, `carried` (n, p) which of
    `platform_slugs` (p) are known to have it, `lacked` (n, p) which are known not to. `series` (n)
    names that of each film, "" for none.
    """

    version: Version
    movie_ids: Ints
    years: Ints
    ratings: Ints
    genres: Bools
    carried: Bools
    lacked: Bools
    genre_names: Sequence[str]
    platform_slugs: Sequence[str]
    series: Sequence[str]
    _genres_by_film: Sequence[Sequence[str]]
    _shown: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """For what is kept of these films: another one after each change."""
        return "-".join(map(str, self.version))

    def places(self, movies: Collection[int]) -> Ints:
        """Where these films are in the arrays, in their order; unknown ones are left out."""
        wanted = np.fromiter(movies, np.int64, len(movies))
        if not len(self.movie_ids):
            return wanted[:0]
        places = np.minimum(np.searchsorted(self.movie_ids, wanted), len(self.movie_ids) - 1)
        found: Ints = places[self.movie_ids[places] == wanted]
        return found

    def among(self, movies: Collection[int]) -> Bools:
        """(n,) whether each film is one of these."""
        found = np.zeros(len(self.movie_ids), np.bool_)
        found[self.places(movies)] = True
        return found

    def carried_by(self, platforms: Iterable[str]) -> Bools:
        """(n,) whether some of the platforms is known to have the film."""
        wanted = np.isin(self.platform_slugs, list(platforms))
        found: Bools = np.any(self.carried[:, wanted], axis=1)
        return found

    def of_genre(self, genre: str) -> Bools:
        """(n,) whether each film has the genre."""
        if genre not in self.genre_names:
            return np.zeros(len(self.movie_ids), np.bool_)
        found: Bools = self.genres[:, self.genre_names.index(genre)]
        return found

    def genres_of(self, movie: int) -> list[str]:
        """By name; empty for an unknown film."""
        place = int(np.searchsorted(self.movie_ids, movie))
        if place == len(self.movie_ids) or self.movie_ids[place] != movie:
            return []
        return list(self._genres_by_film[place])

    def films(self, movies: Sequence[int]) -> list[Movie]:
        """With `SHOWN_FIELDS`, in this order; unknown ones are left out. At most one query."""
        if lacking := [movie for movie in movies if movie not in self._shown]:
            if len(self._shown) + len(lacking) > MOST_KEPT:
                self._shown.clear()
                lacking = list(movies)
            found = Movie.objects.filter(pk__in=lacking).values_list(*SHOWN_FIELDS)
            self._shown.update((row[0], row) for row in found)
        rows = (self._shown.get(movie) for movie in movies)
        return [Movie.from_db("default", SHOWN_FIELDS, row) for row in rows if row is not None]


@lru_cache(maxsize=1)
def snapshot_of(version: Version) -> Snapshot:
    """All films as of this version, which has just been read; one query after a change."""
    columns = ("movie_id", "year", "rating_count", "genres", "platforms", "series")
    rows = list(Movie.objects.order_by("movie_id").values_list(*columns))
    platforms = [row[4] for row in rows]
    genre_names = sorted({name for row in rows for name in row[3]})
    slugs = sorted({slug for known in platforms for slug in known})
    return Snapshot(
        version=version,
        movie_ids=np.array([row[0] for row in rows], np.int64),
        years=np.array([row[1] or 0 for row in rows], np.int64),
        ratings=np.array([row[2] for row in rows], np.int64),
        genres=_table(genre_names, [row[3] for row in rows]),
        carried=_table(slugs, [[s for s, has in known.items() if has] for known in platforms]),
        lacked=_table(slugs, [[s for s, has in known.items() if not has] for known in platforms]),
        genre_names=genre_names,
        platform_slugs=slugs,
        series=[row[5] for row in rows],
        _genres_by_film=_shared([tuple(sorted(set(row[3]))) for row in rows]),
    )


def _shared(sets: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The same ones; equal ones take memory once."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return [known.setdefault(one, one) for one in sets]


def _table(names: Sequence[str], sets: Sequence[Iterable[str]]) -> Bools:
    """(n, k): which of the k names each of the n sets has."""
    at = {name: place for place, name in enumerate(names)}
    found = [(row, at[name]) for row, one in enumerate(sets) for name in one]
    table = np.zeros((len(sets), len(names)), np.bool_)
    rows, columns = np.array(found, np.int64).reshape(-1, 2).T
    table[rows, columns] = True
    return table
