"""Simulated respondents as arrays, their demographic groups, and ranked lists of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from common.arrays import Floats, Ints
from movies.demographics import AGE_BANDS, GENDERS

CASES_PER_BLOCK = 256


@dataclass(frozen=True)
class Cases:
    """Simulated respondents: demographics, and picks as movie columns of the training data."""

    genders: npt.NDArray[np.str_]
    age_bands: Ints
    picks: Sequence[Ints]

    def __len__(self) -> int:
        return len(self.picks)

    @property
    def demographics(self) -> Demographics:
        return Demographics(self.genders, self.age_bands)

    def blocks(self) -> Iterator[Cases]:
        """In order, a part at a time: scores of all cases at once would not fit into memory."""
        for start in range(0, len(self), CASES_PER_BLOCK):
            part = slice(start, start + CASES_PER_BLOCK)
            yield Cases(self.genders[part], self.age_bands[part], self.picks[part])


def top_movies(scores: Floats, cases: Cases, size: int) -> Ints:
    """(n_cases, size) columns, best first, picks left out; ties by lower id."""
    scores = scores.copy()
    for case, picks in enumerate(cases.picks):
        scores[case, picks] = -np.inf
    return best_columns(scores, size)


def best_columns(scores: Floats, size: int) -> Ints:
    """(n, size) columns of the highest scores (n, m), best first; ties by lower column.

    The same as a stable sort of each row, but sorts only what is at least as good as the score at
    place `size`.
    """
    if size >= scores.shape[1]:
        return np.argsort(-scores, axis=1, kind="stable")
    limits = -np.partition(-scores, size - 1, axis=1)[:, size - 1 : size]
    good = scores >= limits
    top = np.empty((len(scores), size), dtype=np.int64)
    for row, chosen in enumerate(good):
        columns = np.flatnonzero(chosen)
        top[row] = columns[np.argsort(-scores[row, columns], kind="stable")[:size]]
    return top


def ranked_lists(score: Callable[[Cases], Floats], cases: Cases, size: int) -> Ints:
    """(n_cases, size) columns, best first, of all cases, block by block."""
    return np.vstack([top_movies(score(block), block, size) for block in cases.blocks()])


BANDS = (0, *AGE_BANDS)


def group_places(demographics: Demographics) -> tuple[Ints, Ints]:
    """The places (n,), (n,) of each respondent's gender and age band."""
    genders = np.array([GENDERS.index(one) for one in demographics.genders.tolist()], np.int64)
    bands = np.array([BANDS.index(one) for one in demographics.age_bands.tolist()], np.int64)
    return genders, bands


@dataclass(frozen=True)
class Demographics:
    """For n respondents: `genders` (n,) "" where unknown, `age_bands` (n,) 0 where unknown."""

    genders: npt.NDArray[np.str_]
    age_bands: Ints

    def __len__(self) -> int:
        return len(self.genders)
