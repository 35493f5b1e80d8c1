"""Invented people at home, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from common.arrays import Ints
from recommend.lab.data.home import FILE, HomeData, HomeKey
from recommend.lab.recommenders.at_home import HomeLearning
from tests.worlds import GENRES, film_ids

QUICK_AT_HOME = HomeLearning(passes=5)


def people(
    movie_ids: Ints,
    likes: Sequence[Sequence[int]],
    *,
    passed_over: Sequence[Sequence[int]] = (),
    days: Sequence[int] = (),
) -> HomeData:
    """`likes` and `passed_over`: ids of films by person; `days`: of all likes of a person."""
    rows = []
    for user, own in enumerate(likes):
        day = days[user] if days else 0
        rows += [(user, film, True, 5.0, day) for film in own]
        if passed_over:
            rows += [(user, film, False, np.nan, day) for film in passed_over[user]]
    rows.sort(key=lambda row: row[:2])
    users, films, liked, ratings, when = (np.array(part) for part in zip(*rows, strict=True))
    return HomeData(
        people=[HomeKey(FILE, user + 1, f"{user:04d}") for user in range(len(likes))],
        movie_ids=movie_ids,
        users=users.astype(np.int64),
        movies=np.searchsorted(movie_ids, films),
        liked=liked.astype(np.bool_),
        ratings=ratings.astype(np.float64),
        asked=np.ones(len(rows), dtype=np.bool_),
        days=when.astype(np.int64),
        genders=np.array([""] * len(likes)),
        age_bands=np.zeros(len(likes), np.int64),
    )


def nobody(movie_ids: Ints) -> HomeData:
    return people(movie_ids, [[int(movie_ids[0])]]).of_people(np.zeros(0, np.int64))


def likes_of_one_genre(number: int, *, each: int = 6) -> list[list[int]]:
    """What so many people like: `each` of the first ten films of a genre of the tiny world."""
    rng = np.random.default_rng(3)
    return [
        sorted(rng.choice(film_ids(GENRES[person % 4])[:10], each, replace=False).tolist())
        for person in range(number)
    ]
