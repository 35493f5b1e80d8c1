"""How sure a mean over simulated respondents is: the bootstrap over people. Pure.

A person who is held out in several splits gives several cases, which are not independent of each
other. So people are drawn with replacement, each with all their cases (cluster bootstrap: A.
Davison, D. Hinkley, "Bootstrap methods and their application", 1997, section 3.8). In one draw
every model is judged on the same people; that makes comparisons paired (B. Efron, R. Tibshirani,
"An introduction to the bootstrap", 1993, chapters 13 and 16; for rankings T. Sakai, "Evaluating
evaluation metrics based on the bootstrap", SIGIR 2006).

    mean* = sum over people of w_i s_i / sum over people of w_i n_i

w_i: how often person i is in the draw, s_i: sum of the measure over their cases, n_i: number of
their cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints

DRAWS = 10_000
LEVEL = 0.95
WEIGHTS_AT_ONCE = 100_000  # 0.8 MB: counting is fast within the cache


@dataclass(frozen=True)
class Interval:
    """An estimate, and the ends of its 95 % percentile interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """One measure against another on the same people.

    `difference` and `ratio` of their means; `p_value` of "they are equal", both directions.
    """

    difference: Interval
    ratio: Interval
    p_value: float


@dataclass(frozen=True)
class Means:
    """For k measures: the observed means (k,), and those of each draw (draws, k)."""

    observed: Floats
    drawn: Floats

    def interval(self, column: int) -> Interval:
        """The interval of one mean."""
        return _interval(float(self.observed[column]), self.drawn[:, column])

    def ratio(self, column: int, baseline: int) -> Interval:
        """The interval of one mean divided by another; NaN throughout if the other is 0."""
        observed, drawn = self.observed, self.drawn
        if not observed[baseline]:
            return Interval(float("nan"), float("nan"), float("nan"))
        rests = drawn[:, baseline]
        ratios = np.divide(drawn[:, column], rests, out=np.zeros_like(rests), where=rests > 0)
        return _interval(float(observed[column] / observed[baseline]), ratios[rests > 0])

    def against(self, column: int, baseline: int) -> Paired:
        """p = 2 min(share of draws with a difference <= 0, share with one >= 0), counting one draw
        more than there are, so that p is never 0; it agrees with the interval of the difference."""
        differences = self.drawn[:, column] - self.drawn[:, baseline]
        below = (1.0 + (differences <= 0).sum()) / (1.0 + len(differences))
        above = (1.0 + (differences >= 0).sum()) / (1.0 + len(differences))
        observed = float(self.observed[column] - self.observed[baseline])
        return Paired(
            difference=_interval(observed, differences),
            ratio=self.ratio(column, baseline),
            p_value=float(min(1.0, 2.0 * min(below, above))),
        )


def resampled_means(values: Floats, people: Ints, *, seed: int, draws: int = DRAWS) -> Means:
    """Means of `values` (n_cases, k), where case i belongs to the person with the id `people[i]`.

    The same seed draws the same people. Raises `ValueError` if there are no cases.
    """
    if not len(values) or len(values) != len(people):
        raise ValueError(f"{len(values)} cases of {len(people)} people")
    _ids, persons = np.unique(people, return_inverse=True)
    count = int(persons.max()) + 1
    sums = np.zeros((count, values.shape[1] + 1))
    np.add.at(sums, persons, np.column_stack([values, np.ones(len(values))]))
    rng = np.random.default_rng(seed)
    drawn = np.empty((draws, sums.shape[1]))
    block = max(WEIGHTS_AT_ONCE // count, 1)
    with threadpool_limits(1, "blas"):  # sums are always added up in one order
        for start in range(0, draws, block):
            size = min(block, draws - start)
            chosen = rng.integers(0, count, (size, count))
            chosen += count * np.arange(size)[:, None]
            weights = np.bincount(chosen.ravel(), minlength=size * count)
            drawn[start : start + size] = weights.reshape(size, count).astype(np.float64) @ sums
    return Means(sums[:, :-1].sum(axis=0) / len(values), drawn[:, :-1] / drawn[:, -1:])


def _interval(observed: float, drawn: Floats) -> Interval:
    rest = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [rest, 100 - rest])
    return Interval(observed, float(low), float(high))
