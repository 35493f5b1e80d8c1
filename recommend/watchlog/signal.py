"""Turns the viewings of a service's log into stars like those that people give. Pure.

A log says how long a person watched, not how much they liked it. The signal adds up how much of the
film they watched, whether they came back to it, and whether they went on with its series. Stars
follow it in steps, so that training, twins and evaluation work as with ratings. Formula and limits:
docs/algorithms.md, "Signal of watch logs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.scoring.weights import LIKED_FROM

WATCHED_FROM: Final = 0.5  # of the film, for a viewing to count
FEWEST_STARS, MOST_STARS, STEP = 0.5, 5.0, 0.5
STEPS_BELOW: Final = round((LIKED_FROM - FEWEST_STARS) / STEP)  # 0.5 to 3.5 stars
MOST_STARS_FROM: Final = 0.4  # above the signal from which a film is liked
NO_SERIES: Final = -1
_ROUNDING: Final = 1e-9  # so that 1.0 - 0.8 is two steps of 0.1

RANGES: Final[dict[str, tuple[float, float]]] = {
    "repeat": (0, 2),
    "series": (0, 0.5),
    "finished_from": (0.05, 1),
    "liked_from": (0.05, 3),
}


@dataclass(frozen=True)
class SignalWeights:
    """How viewings count. Raises `DataError` for a weight outside its range in `RANGES`.

    `repeat` weighs coming back to a film, `series` going on with its series; with the default
    `finished_from`, a film given up before 30 % is not liked even at their maxima. `finished_from`
    is the share watched from which a film is finished, and so liked: people stop at the credits.
    `liked_from` is the signal from which an unfinished film is liked; None: `finished_from`.
    """

    repeat: float = 0.3
    series: float = 0.2
    finished_from: float = 0.8
    liked_from: float | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = self.threshold if name == "liked_from" else getattr(self, name)
            if not low <= value <= high:
                raise DataError(f"the weight {name} is {value}; expected {low:g} to {high:g}")

    @property
    def threshold(self) -> float:
        """The signal from which a film is liked."""
        return self.finished_from if self.liked_from is None else self.liked_from


class Viewings(NamedTuple):
    """What each person watched of each film: arrays (n,) ordered by person, then film."""

    people: Ints
    films: Ints
    ratios: Floats  # watched share of the film, 0 to 1
    views: Ints  # viewings of at least `WATCHED_FROM`
    last: Ints  # time of the last viewing, in the unit that came in


def viewings_of(
    people: Ints, films: Ints, watched: Floats, durations: Floats, times: Ints
) -> Viewings:
    """One entry for each person and film from the rows of a log, one for each session.

    The ratio is the *sum* of the sessions' shares, at most 1, and not the largest share, because
    services resume a film: watched on two evenings, it was watched whole. Each session is divided
    by its own duration, because editions differ in length.
    """
    shares = watched / durations
    order = np.lexsort((times, films, people))
    people, films, times, shares = people[order], films[order], times[order], shares[order]
    if not len(people):
        return Viewings(people, films, shares, people.copy(), times)
    is_first = np.r_[True, (np.diff(people) != 0) | (np.diff(films) != 0)]
    starts = np.flatnonzero(is_first)
    return Viewings(
        people[starts],
        films[starts],
        np.minimum(np.add.reduceat(shares, starts), 1.0),
        np.add.reduceat((shares >= WATCHED_FROM).astype(np.int64), starts),
        times[np.r_[starts[1:], len(times)] - 1],
    )


def series_progress(people: Ints, ratios: Floats, series: Ints, sizes: Ints) -> Floats:
    """For each person and film, the share of the *other* films of its series that they watched.

    `series` (n,) is that of the film or `NO_SERIES`; `sizes[s]` counts the films of series s in the
    catalogue. Watched means at least `WATCHED_FROM` of the film. 0 without a series.
    """
    progress = np.zeros(len(people))
    rows = np.flatnonzero(series != NO_SERIES)
    seen = ratios[rows] >= WATCHED_FROM
    _, places = np.unique(people[rows] * len(sizes) + series[rows], return_inverse=True)
    others = np.bincount(places, weights=seen)[places] - seen
    progress[rows] = others / np.maximum(sizes[series[rows]] - 1, 1)
    return progress


def signal_of(ratio: Floats, views: Ints, progress: Floats, weights: SignalWeights) -> Floats:
    """ratio + repeat ln(1 + views after the first) + series progress: 0 or more, no unit."""
    again = np.maximum(views - 1, 0)
    signal: Floats = ratio + weights.repeat * np.log1p(again) + weights.series * progress
    return signal


def stars_of(ratio: Floats, views: Ints, series_progress: Floats, weights: SignalWeights) -> Floats:
    """Stars from 0.5 to 5 in halves for each person and film, monotonic in every argument.

    Below the signal t from which a film is liked: 0.5 to 3.5 in seven steps of equal width; 4 from
    t on, 4.5 from t + 0.2, 5 from t + 0.4. A finished film has at least 4. `ratio` and
    `series_progress` are 0 to 1, `views` 0 and more. Raises `DataError` for other values.
    """
    shares = np.concatenate([ratio, series_progress])
    if not ((shares >= 0) & (shares <= 1)).all() or (views < 0).any():
        raise DataError("a watched share is not between 0 and 1, or a number of views is negative")
    signal = signal_of(ratio, views, series_progress, weights)
    t = weights.threshold
    below = FEWEST_STARS + STEP * np.floor(STEPS_BELOW * signal / t + _ROUNDING)
    above = LIKED_FROM + STEP * np.floor((signal - t) / (MOST_STARS_FROM / 2) + _ROUNDING)
    stars = np.where(
        signal >= t - _ROUNDING, np.minimum(above, MOST_STARS), np.minimum(below, LIKED_FROM - STEP)
    )
    is_finished = ratio >= weights.finished_from - _ROUNDING
    return np.where(is_finished, np.maximum(stars, LIKED_FROM), stars)
