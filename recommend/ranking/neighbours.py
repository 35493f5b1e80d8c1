"""Whom a person's taste is nearest to, and what those people like. Reads only.

The MovieLens users of a run are kept by each process. People at home are asked for in every
request, so that whoever withdraws counts no more at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from pgvector import Vector

from common.arrays import Floats, Floats32, Ints, Ints32
from common.errors import BeingReplacedError
from recommend.scoring.weights import FACTORS, LIKED_FROM, Weights

# Big-endian, as PostgreSQL sends them: a vector's first four bytes say how long it is.
PACKED_TASTES = """
    SELECT string_agg(int4send(ml_user_id) || substring(vector_send(taste) FROM 5), ''
        ORDER BY ml_user_id)
    FROM recommend_tastevector WHERE run_id = %s
"""
PACKED_LIKES = """
    SELECT string_agg(int4send(ml_user_id) || int4send(movie_id), '')
    FROM recommend_rating WHERE run_id IS NULL AND rating >= %s
"""
NEAREST_AT_HOME = """
    SELECT taste <=> %(own)s::vector, liked FROM recommend_hometaste WHERE run_id = %(run)s
    ORDER BY 1, "row" LIMIT %(count)s
"""
AS_NEAR = 6  # decimals of distances that count: single precision, here and in PostgreSQL
PACKED_TASTE = np.dtype([("person", ">i4"), ("taste", ">f4", (FACTORS,))])
PACKED_LIKE = np.dtype([("person", ">i4"), ("movie_id", ">i4")])


@dataclass(frozen=True, eq=False)
class RunPeople:
    """The MovieLens users of a run, by ascending number `people` (u,), with their `tastes` (u, f)
    of length 1, or 0 where nothing is known. Person i likes `liked[starts[i]:starts[i + 1]]`."""

    people: Ints
    tastes: Floats32
    lengths: Floats32  # (u,) that the tastes had
    starts: Ints
    liked: Ints32

    def taste_of(self, person: int | None) -> Floats:
        """(f,) zeros for nobody, and for somebody without a taste."""
        place = -1 if person is None else int(np.searchsorted(self.people, person))
        if not 0 <= place < len(self.people) or self.people[place] != person:
            return np.zeros(FACTORS)
        taste: Floats = self.tastes[place].astype(np.float64) * float(self.lengths[place])
        return taste

    def nearest(self, own: Floats, count: int) -> tuple[Floats, Ints]:
        """Cosine distances (k,) and places (k,) of the `count` nearest; ties by lower number."""
        unit = (own / np.linalg.norm(own)).astype(np.float32)
        away = np.where(self.lengths > 0, 1.0 - self.tastes @ unit, np.inf).round(AS_NEAR)
        places = np.arange(len(away))
        if count < len(away):
            furthest = np.partition(away, count - 1)[count - 1]
            places = np.flatnonzero(away <= furthest)
        places = places[np.lexsort((places, away[places]))][:count]
        return away[places].astype(np.float64), places

    def likes_of(self, place: int) -> Ints32:
        """Numbers of the films that this person likes."""
        return self.liked[self.starts[place] : self.starts[place + 1]]


@lru_cache(maxsize=2)
def run_people(run: int) -> RunPeople:
    """Cached by each process: a stored run never changes, and new ratings end all runs."""
    with connection.cursor() as cursor:
        cursor.execute(PACKED_TASTES, [run])
        (tastes,) = cursor.fetchone()
        cursor.execute(PACKED_LIKES, [LIKED_FROM])
        (likes,) = cursor.fetchone()
    if tastes is None:
        raise BeingReplacedError
    stored = np.frombuffer(bytes(tastes), PACKED_TASTE)
    people, vectors = stored["person"].astype(np.int64), stored["taste"].astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    pairs = np.frombuffer(bytes(likes or b""), PACKED_LIKE)
    pairs = pairs[np.argsort(pairs["person"], kind="stable")]
    of_people = pairs[np.isin(pairs["person"], people)]
    return RunPeople(
        people=people,
        tastes=(vectors / np.where(lengths > 0, lengths, 1.0)[:, None]).astype(np.float32),
        lengths=lengths,
        starts=np.searchsorted(of_people["person"], np.append(people, people[-1:] + 1)),
        liked=of_people["movie_id"].astype(np.int32),
    )


def neighbour_likes(run: int, weights: Weights, taste: Floats) -> list[Ints32]:
    """The films that each of the neighbours likes: the MovieLens users and the people at home who
    are nearest by cosine, of equals the users first. Nobody where neighbours do not count or the
    taste is unknown; one query."""
    if weights.predictions_only or not weights.neighbours or not np.any(taste):
        return []
    count, people = weights.neighbour_count, run_people(run)
    away, places = people.nearest(taste, count)
    at_home = _nearest_at_home(run, taste, count)
    found = [
        (distance, people.likes_of(place))
        for distance, place in zip(away.tolist(), places.tolist(), strict=True)
    ]
    # `sorted` keeps the order of equals.
    nearest = sorted([*found, *at_home], key=lambda one: round(one[0], AS_NEAR))[:count]
    return [likes for _distance, likes in nearest]


def _nearest_at_home(run: int, taste: Floats, count: int) -> list[tuple[float, Ints32]]:
    parameters: dict[str, Any] = {"run": run, "own": Vector(taste).to_text(), "count": count}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST_AT_HOME, parameters)
        return [(away, np.asarray(liked, np.int32)) for away, liked in cursor.fetchall()]


def shares_of_likes(likes: list[Ints32], movie_ids: Ints) -> Floats:
    """(n,) which share of the neighbours likes each of the films (n,); 0 without any."""
    if not likes:
        return np.zeros(len(movie_ids))
    liked, counts = np.unique(np.concatenate(likes), return_counts=True)
    if not len(liked):
        return np.zeros(len(movie_ids))
    places = np.minimum(np.searchsorted(liked, movie_ids), len(liked) - 1)
    shares: Floats = np.where(liked[places] == movie_ids, counts[places], 0) / len(likes)
    return shares
