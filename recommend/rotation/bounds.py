"""Upper bounds on the expected films of every rotation plan. Pure.

With w_f = P(like film f), K films a month and n_S months of set S, assigning films to months is a
transportation problem. Its dual has one number t_p >= 0 for each platform: what room for one more
film there is worth.

    value(n) = min over t of  sum over f of max(0, w_f - min over p carrying f of t_p)
                            + K * sum over S of n_S * max over p in S of t_p

So any t bounds the value of *every* n by a line a + b . n. A second kind of bound comes from
rounding: if m months of K films that are only on the platforms U, together with the best films of
all other months, miss the target, then m + 1 months need a set with one of U.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints

SAME = 1e-9  # expected films: smaller differences count as ties


@dataclass(frozen=True)
class RotationProblem:
    """Films by falling P(like), and sets of products.

    `carried` (films,) and `given` (sets,) are masks of platforms: bit p is platform p. `liked`
    (films,) is P(like), `prices` (sets,) is won a month.
    """

    carried: Ints
    liked: Floats
    given: Ints
    prices: Ints
    platforms: int
    months: int
    films_a_month: int


class Lines:
    """The lines found so far for one problem: constants (lines,) and slopes (lines, sets)."""

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
        """Add the line that is exact at these months (sets,), fractional or not; return its value
        there."""
        worth = self.worth_of_places(months)
        carrying = np.where(self.carries, worth, np.inf).min(axis=1)
        constant = float(np.maximum(self.problem.liked - carrying, 0.0).sum())
        slope = self.problem.films_a_month * np.where(self.gives, worth, 0.0).max(axis=1)
        self.constants.append(constant)
        self.slopes.append(slope)
        return constant + float(slope @ months)

    def worth_of_places(self, months: Floats) -> Floats:
        """The optimal dual t (platforms,) at these months.

        Takes the likeliest films first. Once the films that are only on platforms U fill all places
        on U, one more place there is worth the first film left without one. U only ever grows.
        """
        chosen = np.flatnonzero(months)
        places = self.problem.films_a_month * weighted(months[chosen], self.meets[chosen])
        worth, full, taken = np.zeros(self.problem.platforms), 0, 0
        every = np.arange(len(places))
        while full < every[-1]:
            wider = every[(every & full == full) & (every > full)]
            left = places[wider] - places[full] + SAME
            taken = bisect_left(
                range(len(self.counts)),
                True,
                lo=taken,
                key=lambda films: bool(self._over(films, wider, full, left).max() > 0),
            )
            if taken == len(self.counts):
                break
            fuller = int(wider[self._over(taken, wider, full, left).argmax()])
            newly_full = (fuller & ~full) >> np.arange(len(worth)) & 1 == 1
            worth[newly_full] = self.problem.liked[taken - 1]
            full = fuller
        return worth

    def _over(self, films: int, wider: Ints, full: int, left: Floats) -> Floats:
        count = self.counts[films]
        over: Floats = count[wider] - count[full] - left
        return over

    def fewest_months(self, target: float) -> Ints:
        """For every mask U, how many months need a set with one of U to reach the target.

        months + 1 where not even all months are enough.
        """
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
    """weights (rows,) @ rows (rows, n), single-threaded and summed in a fixed order."""
    total: Floats = np.einsum("r,rn->n", weights, rows)
    return total
