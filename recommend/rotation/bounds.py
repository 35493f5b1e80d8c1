"""Bounds on what a rotation plan is worth, whatever its months. Pure.

With w_f = P(like film f), K films a month and n_S months of set S, the most expected liked films
are a transportation problem. Its dual needs one number t_p >= 0 a platform, the worth of a place
for one more film there:

    value(n) = min over t of  sum over f of max(0, w_f - min over p carrying f of t_p)
                            + K * sum over S of n_S * max over p in S of t_p

Any t therefore bounds the value of *every* n by a line a + b . n. A second kind of bound is by
rounding: if K places a month for the films that are only on the platforms U do not reach a target
in m months, however good the other months are, a set with one of U is needed in m + 1 months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints

SAME = 1e-9  # films: what differs by less is the same


@dataclass(frozen=True)
class RotationProblem:
    """Films by falling P(like), and sets of products; bit p of a mask is platform p.

    `carried` and `liked` (films,), `given` and `prices` (sets,): masks, P(like), masks, won.
    """

    carried: Ints
    liked: Floats
    given: Ints
    prices: Ints
    platforms: int
    months: int
    films_a_month: int


class Lines:
    """The lines of one problem so far, constants (lines) and slopes (lines, sets)."""

    def __init__(self, problem: RotationProblem) -> None:
        self.problem = problem
        every = np.arange(1 << problem.platforms)
        bits = np.arange(problem.platforms)
        self.carries = problem.carried[:, None] >> bits & 1 == 1
        self.gives = problem.given[:, None] >> bits & 1 == 1
        self.meets = (problem.given[:, None] & every != 0).astype(np.float64)
        self.inside = problem.carried[None, :] & ~every[:, None] == 0
        self.counts = np.zeros((len(problem.liked) + 1, len(every)))
        np.cumsum(self.inside.T, axis=0, out=self.counts[1:])
        self.constants: list[float] = []
        self.slopes: list[Floats] = []
        self.add_line(np.full(len(problem.given), problem.months / len(problem.given)))

    def add_line(self, months: Floats) -> float:
        """The line that is exact at these months of each set, fractional or not; their value."""
        worth = self.worth_of_places(months)
        carrying = np.where(self.carries, worth, np.inf).min(axis=1)
        constant = float(np.maximum(self.problem.liked - carrying, 0.0).sum())
        slope = self.problem.films_a_month * np.where(self.gives, worth, 0.0).max(axis=1)
        self.constants.append(constant)
        self.slopes.append(slope)
        return constant + float(slope @ months)

    def worth_of_places(self, months: Floats) -> Floats:
        """t (platforms,) of the best dual at these months.

        Films are taken likeliest first. As soon as those that are only on platforms U fill all
        places on U, one more place there is worth the film that found none; such U only grow.
        """
        chosen = np.flatnonzero(months)
        places = self.problem.films_a_month * weighted(months[chosen], self.meets[chosen])
        worth, full, taken = np.zeros(self.problem.platforms), 0, 0
        every = np.arange(len(places))
        while full < every[-1]:
            wider = every[(every & full == full) & (every > full)]
            left = places[wider] - places[full] + SAME
            above = len(self.counts)
            while taken < above:
                middle = (taken + above) // 2
                if self._over(middle, wider, full, left).max() > 0:
                    above = middle
                else:
                    taken = middle + 1
            if taken == len(self.counts):
                break
            fuller = int(wider[self._over(taken, wider, full, left).argmax()])
            worth[(fuller & ~full) >> np.arange(len(worth)) & 1 == 1] = self.problem.liked[
                taken - 1
            ]
            full = fuller
        return worth

    def _over(self, films: int, wider: Ints, full: int, left: Floats) -> Floats:
        count = self.counts[films]
        over: Floats = count[wider] - count[full] - left
        return over

    def fewest_months(self, target: float) -> Ints:
        """For every mask U how many months need a set with one of U; months + 1: never enough."""
        problem = self.problem
        number = np.cumsum(self.inside, axis=1, dtype=np.int16)
        places = problem.months * problem.films_a_month
        low = np.zeros(len(number), dtype=np.int64)
        high = np.full(len(number), problem.months + 1)
        while (low < high).any():
            middle = (low + high) // 2
            kept = ~self.inside | (number <= problem.films_a_month * middle[:, None])
            kept &= np.cumsum(kept, axis=1, dtype=np.int16) <= places
            enough = np.einsum("uf,f->u", kept, problem.liked) >= target - SAME
            high = np.where(enough, middle, high)
            low = np.where(enough, low, np.minimum(middle + 1, high))
        return low


def weighted(weights: Floats, rows: Floats) -> Floats:
    """weights (rows,) @ rows (rows, n), on one thread and summed in the same order everywhere."""
    total: Floats = np.einsum("r,rn->n", weights, rows)
    return total
