"""Which films the survey shows on its poster screen. Pure: NumPy only, no Django import.

A screen has the films of the highest

    likes_m  k_m  max(x . y_m, 0.001)^(1/4)

that were not shown before. likes: how many people like the film; k: familiarity; x: the fold-in of
the picks so far, without which (nothing was picked yet) the last factor is left out; y: the film's
ALS factors. The films that most people like bring most picks, and the taste only moves those up
that are nearer to the picks: a whole screen of films near them brings more picks, and less that is
new. Of one series there are at most two on a screen, unless nothing else is left.

Chosen by what lists gain (`recommend.lab.onboarding_gain`; docs/algorithms.md, "Onboarding",
has the figures). Ties: lower id; the same input gives the same films.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints

TASTE = 0.25  # exponent
LEAST_TASTE = 0.001
SERIES_LIMIT = 2  # films of one series on a screen


@dataclass(frozen=True)
class Candidates:
    """The films that may be shown, by row; `movie_ids` ascending.

    `factors` (n, f); `likes` and `familiarity` (how likely somebody in Korea is to know the film,
    in any unit) (n,), not negative; `series` has the name of each film's, "" for none.
    """

    movie_ids: Ints
    factors: Floats
    likes: Floats
    familiarity: Floats
    series: Sequence[str]


def next_screen(
    candidates: Candidates, taste: Floats | None, shown: Collection[int], size: int
) -> list[int]:
    """Ids of the films to show, in order: nothing of `shown` (films shown or picked before).

    `taste` (f,) is the fold-in of the picks, None without any. Fewer than `size` only if there
    are not as many candidates left.
    """
    value = candidates.likes * candidates.familiarity
    if taste is not None:
        value = value * np.maximum(candidates.factors @ taste, LEAST_TASTE) ** TASTE
    free = ~np.isin(candidates.movie_ids, list(shown))
    best_first = np.argsort(-value, kind="stable")
    chosen = _with_few_of_a_series(best_first[free[best_first]], candidates.series, size)
    return [int(number) for number in candidates.movie_ids[chosen]]


def _with_few_of_a_series(rows: Ints, series: Sequence[str], size: int) -> list[int]:
    """The first `size` of the rows; those above the limit of their series come last."""
    taken: Counter[str] = Counter()
    within: list[int] = []
    above: list[int] = []
    for row in rows.tolist():
        if len(within) == size:
            break
        name = series[row]
        taken[name] += 1
        (above if name and taken[name] > SERIES_LIMIT else within).append(row)
    return [*within, *above][:size]
