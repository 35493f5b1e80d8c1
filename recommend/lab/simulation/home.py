"""People at home answer the survey with some of what they like: held-out people are cases. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Ints
from recommend.lab.data.cases import Cases
from recommend.lab.data.home import HomeData

FEWEST_PICKS, MOST_PICKS = 3, 5  # of cases that say no number: what people in a hurry pick


@dataclass(frozen=True)
class HomeCases:
    """People at home, by their `rows` (n,): the picks of each as columns, and the `truths`: the
    other films that they like."""

    rows: Ints
    cases: Cases
    truths: Sequence[Ints]

    def __len__(self) -> int:
        return len(self.rows)


def home_cases(
    home: HomeData, *, seed: int, picks: int | None = None, most: int | None = None
) -> HomeCases:
    """Everybody who likes more films than there are `picks`, drawn at random; at most `most`
    people, also drawn at random.

    Without a number everybody picks 3 to 5 films, as many as leave one to find.
    """
    sizes = np.diff(home.likes.indptr)
    rows = np.flatnonzero(sizes > (picks or FEWEST_PICKS))
    rng = np.random.default_rng(seed)
    if most is not None and len(rows) > most:
        rows = np.sort(rng.choice(rows, most, replace=False))
    drawn, truths = [], []
    for row in rows.tolist():
        start, end = home.likes.indptr[row : row + 2]
        likes = rng.permutation(home.likes.indices[start:end].astype(np.int64))
        count = picks or min(MOST_PICKS, len(likes) - 1)
        drawn.append(np.sort(likes[:count]))
        truths.append(np.sort(likes[count:]))
    cases = Cases(home.genders[rows], home.age_bands[rows], drawn)
    return HomeCases(rows, cases, truths)


def folds_of(people: int, folds: int, *, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Rows of the people to learn from and of those held out, everybody held out once."""
    order = np.random.default_rng(seed).permutation(people)
    for held_out in np.array_split(order, folds):
        yield np.setdiff1d(order, held_out), np.sort(held_out)
