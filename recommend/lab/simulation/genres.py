"""How soon likes tell which genres somebody likes: people of a data set, like after like. Pure.

Of the people with at least 40 likes, 800 are drawn, and each one's likes are put in random order.
After n of them, P are the genre model's probabilities without words, and q the genre shares of the
likes from the 31st on, which are the same people and films for every n. The figure is the mean over
people of the cross-entropy -Σ q(g) ln P(g), in nats: the lower, the better P fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.scoring.genre_model import (
    WEIGHTS_OF_EVENTS,
    GenreCounts,
    GenreEvent,
    genre_chances,
)

PEOPLE = 800
LIKES = (0, 5, 10, 30)
FEWEST_LIKES = 40  # 30 to learn from and 10 to be asked about
NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True)
class LearnedGenres:
    """`films`: as how many likes of weight `weight` the genres of all films count (n0); None: as
    many as there are (`partial_fit`). `nats`: the cross-entropy after each number of `LIKES`."""

    films: float | None
    weight: float
    people: int
    nats: dict[int, float]


def simulate_genres(
    data: RatingData, *, seed: int, starts: Sequence[float], people: int = PEOPLE
) -> list[LearnedGenres]:
    """As served with each of the `starts`, then by plain `partial_fit`.

    Raises `DataError` if the films have no genres or nobody has enough likes.
    """
    model = genres_of(data)
    asked = _people(data, seed=seed, most=people)
    shares = _shares(model, data)
    like = WEIGHTS_OF_EVENTS["like"]
    recipes = [(start, like, like * start) for start in starts] + [(None, 1.0, model.films)]
    return [
        LearnedGenres(
            films=start,
            weight=weight,
            people=len(asked),
            nats={n: _mean(model, data, asked, shares, n, weight, base) for n in LIKES},
        )
        for start, weight, base in recipes
    ]


def _genres(data: RatingData) -> Sequence[Sequence[str]]:
    """By column."""
    return data.content.genres if data.content else []


def genres_of(data: RatingData) -> GenreCounts:
    """The genre model of the films of a data set, without words."""
    films = _genres(data)
    known = sorted({genre for genres in films for genre in genres})
    if not known:
        raise DataError(f"the films of {data.name} have no genres")
    counts = dict.fromkeys(known, 0.0)
    for genres in films:
        for genre in genres:
            counts[genre] += 1 / len(genres)
    return GenreCounts(tuple(known), (), np.array(list(counts.values())), np.zeros((len(known), 0)))


def _people(data: RatingData, *, seed: int, most: int) -> list[list[int]]:
    """The columns of each one's likes in random order; films without a genre are left out."""
    rng = np.random.default_rng(seed)
    has_genre = np.array([bool(genres) for genres in _genres(data)])
    likes = [row.indices[has_genre[row.indices]] for row in data.liked]
    rows = np.array([row for row, one in enumerate(likes) if len(one) >= FEWEST_LIKES])
    if not len(rows):
        raise DataError(f"nobody in {data.name} likes {FEWEST_LIKES} films")
    drawn = np.sort(rng.choice(rows, min(most, len(rows)), replace=False))
    return [rng.permutation(likes[row]).tolist() for row in drawn]


def _shares(model: GenreCounts, data: RatingData) -> Floats:
    """(n, c): each film counts 1, shared over its genres."""
    found = np.zeros((len(data.movie_ids), len(model.genres)))
    for row, genres in enumerate(_genres(data)):
        for genre in genres:
            found[row, model.class_places[genre]] += 1 / len(genres)
    return found


def _mean(
    model: GenreCounts,
    data: RatingData,
    people: Sequence[Sequence[int]],
    shares: Floats,
    likes: int,
    weight: float,
    base: float,
) -> float:
    total, genres = 0.0, _genres(data)
    for films in people:
        events = [
            GenreEvent(tuple(genres[film]), weight, NOTHING, NOTHING) for film in films[:likes]
        ]
        chances = genre_chances(model, events, base_films=base)
        rest = shares[films[max(LIKES) :]].sum(axis=0)
        total -= float(rest @ chances / rest.sum())
    return total / len(people)
