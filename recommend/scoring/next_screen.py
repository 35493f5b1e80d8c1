"""Which films the survey shows on its poster screen. Pure.

A screen has the films, not shown before, with the highest

    likes_m  k_m  max(x . y_m, 0.001)^(1/4)

likes: how many people like the film; k: familiarity; x: the fold-in of the picks so far (without
picks the last factor is left out); y: the film's ALS factors. Films that most people like bring
most picks, and the taste only moves up those near the picks: a whole screen of near films brings
more picks, but tells less. At most two films of one series are on a screen, unless nothing else is
left. Ties: lower id.

The formula was chosen by what the lists gain (`recommend.lab.evaluation.onboarding`;
docs/algorithms.md, "Onboarding", has the figures).
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
    """The films that may be shown, by ascending `movie_ids` (n,), with ALS `factors` (n, f).

    `likes` and `familiarity` (how likely a person in Korea knows the film, in any unit) are (n,)
    and not negative; `series` has the name of each film's series, "" for none.
    """

    movie_ids: Ints
    factors: Floats
    likes: Floats
    familiarity: Floats
    series: Sequence[str]


def next_screen(
    candidates: Candidates, taste: Floats | None, shown: Collection[int], size: int
) -> list[int]:
    """Ids of the films to show, in order, without `shown` (films shown or picked before).

    `taste` (f,) is the fold-in of the picks, None without picks. Fewer than `size` only if
    fewer candidates are left.
    """
    value = candidates.likes * candidates.familiarity
    if taste is not None:
        value = value * np.maximum(candidates.factors @ taste, LEAST_TASTE) ** TASTE
    free = ~np.isin(candidates.movie_ids, list(shown))
    best_first = np.argsort(-value, kind="stable")
    chosen = _with_few_of_a_series(best_first[free[best_first]], candidates.series, size)
    return [int(movie_id) for movie_id in candidates.movie_ids[chosen]]


def _with_few_of_a_series(rows: Ints, series: Sequence[str], size: int) -> list[int]:
    """The first `size` of the rows; rows beyond the limit of their series come last."""
    taken: Counter[str] = Counter()
    within: list[int] = []
    beyond: list[int] = []
    for row in rows.tolist():
        name = series[row]
        taken[name] += 1
        (beyond if name and taken[name] > SERIES_LIMIT else within).append(row)
        if len(within) == size:
            break
    return [*within, *beyond][:size]
