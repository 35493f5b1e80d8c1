"""Which films the survey shows on its poster screen. Pure.

A screen has the films, not shown before, with the highest

    likes_m  k_m  max(x . y_m, 0.001)^(1/4)

likes: how many people like the film; k: familiarity; x: the fold-in of the picks so far (without
picks the last factor is left out); y: the film's ALS factors. Films that most people like bring
most picks, and the taste only moves up those near the picks: a whole screen of near films brings
more picks, but tells less. At most two films of one series are on a screen, unless nothing else is
left. Ties: lower id.

Before the first pick, films that the quotas ask for (`recommend.scoring.screen_quotas`) take the
places of those with the lowest value, and the larger quotas hold from the first places on. After
it, the taste says which kinds of films to show.

The formula was chosen by what the lists gain (`recommend.lab.evaluation.onboarding`;
docs/algorithms.md, "Onboarding", has the figures).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Bools, Floats, Ints
from recommend.scoring.screen_quotas import Quotas

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
    quotas: Quotas


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
    ranked = _few_of_a_series_first(best_first[free[best_first]], candidates.series)
    if taste is not None:
        return [int(movie_id) for movie_id in candidates.movie_ids[ranked[:size]]]
    chosen = _with_quotas(ranked, candidates.quotas, candidates.quotas.needs(free, size), size)
    return [int(movie_id) for movie_id in candidates.movie_ids[chosen]]


def _with_quotas(ranked: Ints, quotas: Quotas, needs: Ints, size: int) -> list[int]:
    """The first `size` of the `ranked` rows, exchanged for others until all `needs` (q,) are met.

    Each exchange takes the best row of a quota that lacks some, and leaves out the last row that no
    quota needs. Then the rows are put in order.
    """
    chosen, rest = ranked[:size].tolist(), ranked[size:].tolist()
    masks = quotas.masks
    for quota, need in enumerate(needs.tolist()):
        while masks[quota, chosen].sum() < need:
            spare = _spare(chosen, masks, needs)
            better = next((row for row in rest if masks[quota, row]), None)
            if spare is None or better is None:
                break
            chosen.remove(spare)
            rest.remove(better)
            chosen.append(better)
    places = {row: place for place, row in enumerate(ranked.tolist())}
    return _in_order(sorted(chosen, key=places.__getitem__), masks, needs)


def _spare(chosen: Sequence[int], masks: Bools, needs: Ints) -> int | None:
    """The last of the rows without which every quota still has what it needs, or has too few."""
    had = masks[:, chosen].sum(axis=1)
    for row in reversed(chosen):
        if not (masks[:, row] & (had <= needs)).any():
            return row
    return None


def _in_order(chosen: list[int], masks: Bools, needs: Ints) -> list[int]:
    """The rows, so that the first n have their part of what each quota needs of all, rounded down.

    Otherwise in the order given.
    """
    size, placed = len(chosen), np.zeros(len(masks), np.int64)
    waiting = list(chosen)
    ordered: list[int] = []
    while waiting:
        due = needs * (len(ordered) + 1) // max(size, 1) - placed
        short = np.flatnonzero(due > 0)
        urgent = [row for row in waiting if masks[short, row].any()] if len(short) else []
        row = max(urgent, key=lambda one: int(masks[short, one].sum())) if urgent else waiting[0]
        waiting.remove(row)
        ordered.append(row)
        placed += masks[:, row]
    return ordered


def _few_of_a_series_first(rows: Ints, series: Sequence[str]) -> Ints:
    """The rows; those beyond the limit of their series come last."""
    taken: Counter[str] = Counter()
    within: list[int] = []
    beyond: list[int] = []
    for row in rows.tolist():
        name = series[row]
        taken[name] += 1
        (beyond if name and taken[name] > SERIES_LIMIT else within).append(row)
    return np.array([*within, *beyond], np.int64)
