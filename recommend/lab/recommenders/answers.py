"""Simulated answers to the survey, from which several recommenders learn.

As in `simulation.survey`, most picks are well-known films. People are trained on as the survey
would see them, by a few of their likes, and the rest of their likes is to be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common.arrays import Floats32, Ints
from common.errors import DataError
from movies.demographics import GENDERS
from recommend.lab.data.cases import BANDS, Demographics, group_places
from recommend.lab.data.ratings import RatingData, pool_of
from recommend.lab.recommenders.ranges import Ranged, within

FEWEST_LIKES = 3  # likes of a person to train on: a pick, and something to find
BATCH = 256
GROUP_COLUMNS = len(GENDERS) + len(BANDS)
UNKNOWN = 0  # the place of an unknown gender or band


def people_to_learn_from(data: RatingData) -> Ints:
    """Rows of the people with enough likes; raises `DataError` if there are none."""
    rows = np.flatnonzero(np.diff(data.liked.indptr) >= FEWEST_LIKES)
    if not len(rows):
        raise DataError(
            f"nobody in {data.name} likes {FEWEST_LIKES} films (4 stars or more), without which "
            "there is no model; load more ratings with `manage.py load_movielens SOURCE`"
        )
    return rows


def log_shares(data: RatingData) -> Floats32:
    """The logarithm of each film's share of all likes (n_movies,), with one like added to each:
    the biases that training starts with."""
    likes = data.like_counts.astype(np.float32) + np.float32(1.0)
    return np.asarray(np.log(likes / likes.sum()), np.float32)


def batches(rows: Ints, passes: int, rng: np.random.Generator) -> list[Ints]:
    """All rows in random order, as often as there are passes, in batches of equal size."""
    parts = []
    for _ in range(passes):
        order = rng.permutation(rows)
        count = -(-len(order) // BATCH)
        parts += np.array_split(order, count)
    return parts


@dataclass(frozen=True)
class SurveyDraw(Ranged):
    """How the picks that are learned from are drawn, as `SurveyAnswers` describes it."""

    most_picks: int = within(15, 1, 1000)
    pool_share: float = within(0.8, 0.0, 1.0)
    unknown: float = within(0.1, 0.0, 1.0)

    def answers(self, data: RatingData) -> SurveyAnswers:
        return SurveyAnswers(
            data, most_picks=self.most_picks, pool_share=self.pool_share, unknown=self.unknown
        )


class SurveyAnswers:
    """Draws the answers that people would give.

    `fewest_picks` to `most_picks` of them, with the chance `pool_share` from the 200 films with
    the most likes, else from all that they like; at least two likes are always left to be found,
    one for people who have three. `unknown`: how often the gender, and the age band, are hidden.
    """

    def __init__(
        self,
        data: RatingData,
        *,
        most_picks: int,
        pool_share: float,
        unknown: float,
        fewest_picks: int = 1,
    ) -> None:
        self._counts = fewest_picks, most_picks
        self._pool_share = pool_share
        self._unknown = unknown
        self._n_movies = len(data.movie_ids)
        liked = data.liked
        self._likes = np.split(liked.indices.astype(np.int64), liked.indptr[1:-1])
        self._known = _known_likes(self._likes, pool_of(data), self._n_movies)
        self._places = group_places(Demographics(data.genders, data.age_bands))

    def films(self, batch: Ints, rng: np.random.Generator) -> tuple[list[Ints], list[Ints]]:
        """The picks and the other likes of the people at the rows `batch`; both as columns."""
        drawn = [self._picks(row, rng) for row in batch.tolist()]
        likes = [self._likes[row] for row in batch.tolist()]
        return drawn, [_without(all_, some) for all_, some in zip(likes, drawn, strict=True)]

    def draw(
        self, batch: Ints, rng: np.random.Generator
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
        """The same as matrices: `picks` weighted 1 / sqrt(k), `groups` 0/1 (n, 11), and `truths`,
        each row of which adds up to 1."""
        drawn, others = self.films(batch, rng)
        size = len(batch), self._n_movies
        picks = rows_of(drawn, [1.0 / np.sqrt(len(one)) for one in drawn], size)
        truths = rows_of(others, [1.0 / len(one) for one in others], size)
        return picks, self._groups(batch, rng), truths

    def _picks(self, row: int, rng: np.random.Generator) -> Ints:
        liked = (self._known if rng.random() < self._pool_share else self._likes)[row]
        fewest, most = self._counts
        count = int(rng.integers(fewest, most + 1))
        size = len(liked)
        places = rng.choice(size, max(min(count, size - 2), 1), replace=False)
        places.sort()  # likes are in ascending order, and so are picks
        return liked[places]

    def _groups(self, batch: Ints, rng: np.random.Generator) -> sparse.csr_matrix:
        """One column per gender, one per band; hidden ones are unknown."""
        genders, bands = (
            np.where(rng.random(len(batch)) < self._unknown, UNKNOWN, places[batch])
            for places in self._places
        )
        return group_rows(genders, bands)


def _known_likes(likes: Sequence[Ints], pool: Ints, n_movies: int) -> list[Ints]:
    """Of each person the likes that are in the pool, or all of them if these are too few."""
    inside = np.zeros(n_movies, dtype=bool)
    inside[pool] = True
    known = [own[inside[own]] for own in likes]
    return [a if len(a) >= FEWEST_LIKES else b for a, b in zip(known, likes, strict=True)]


def _without(likes: Ints, picks: Ints) -> Ints:
    """The ascending `likes` without `picks`, all of which are among them."""
    left = np.ones(len(likes), dtype=bool)
    left[likes.searchsorted(picks)] = False
    return likes[left]


def group_rows(genders: Ints, bands: Ints) -> sparse.csr_matrix:
    """0/1 (n, 11): one column per gender, one per band, from their places."""
    places = [np.array(pair) for pair in zip(genders, len(GENDERS) + bands, strict=True)]
    return rows_of(places, [1.0] * len(places), (len(places), GROUP_COLUMNS))


def rows_of(
    columns: Sequence[Ints], values: Sequence[float], size: tuple[int, int]
) -> sparse.csr_matrix:
    """A matrix with one value in each row, at some columns of it."""
    lengths = [len(one) for one in columns]
    return sparse.csr_matrix(
        (
            np.repeat(np.asarray(values, np.float32), lengths),
            np.concatenate([np.empty(0, np.int64), *columns]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=size,
    )


def pick_rows(liked: Sequence[Ints], n_movies: int, *, weighted: bool = False) -> sparse.csr_matrix:
    """(n, n_movies): 1, or 1 / sqrt(k) with k picks if `weighted`, at the picks of each row."""
    values = [1.0 / np.sqrt(max(len(picks), 1)) if weighted else 1.0 for picks in liked]
    return rows_of([np.asarray(picks, np.int64) for picks in liked], values, (len(liked), n_movies))
