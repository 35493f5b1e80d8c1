"""Stars from viewings: hand-computed numbers, and more watching never gives fewer stars."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import DataError
from recommend.scoring.weights import LIKED_FROM
from recommend.watchlog.signal import (
    NO_SERIES,
    RANGES,
    SignalWeights,
    series_progress,
    signal_of,
    stars_of,
    viewings_of,
)

DEFAULT = SignalWeights()


def stars(ratio: float, views: int = 0, progress: float = 0.0, **weights: float) -> float:
    chosen = SignalWeights(**weights)
    given = np.array([ratio]), np.array([views]), np.array([progress])
    return float(stars_of(*given, chosen)[0])


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [  # seven steps of 0.8 / 7 = 0.114 below 0.8, then 4 from 0.8, 4.5 from 1.0
        (0.0, 0.5),
        (0.1, 0.5),
        (0.12, 1.0),
        (0.25, 1.5),
        (0.4, 2.0),
        (0.5, 2.5),
        (0.6, 3.0),
        (0.7, 3.5),
        (0.79, 3.5),
        (0.8, 4.0),
        (0.99, 4.0),
        (1.0, 4.5),
    ],
)
def test_watching_more_of_a_film_gives_more_stars(ratio: float, expected: float) -> None:
    assert stars(ratio) == expected


def test_coming_back_gives_five_stars() -> None:
    assert stars(1.0, views=1) == 4.5, "the first time is no repeat"
    assert stars(1.0, views=2) == 5.0  # 1 + 0.3 ln 2 = 1.208, and 5 from 1.2
    assert stars(1.0, views=9) == 5.0
    assert stars(1.0, views=2, repeat=0) == 4.5


def test_the_rest_of_the_series_counts_but_an_abandoned_film_is_not_liked() -> None:
    assert stars(0.8, progress=1.0) == 4.5  # 0.8 + 0.2 = 1.0
    assert stars(0.65) == 3.0
    assert stars(0.65, progress=1.0) == 4.0  # 0.85
    assert stars(0.05, progress=1.0) == 1.5  # 0.25
    assert stars(0.29, progress=1.0, series=RANGES["series"][1]) < LIKED_FROM


def test_a_lower_threshold_of_finished_gives_more_likes() -> None:
    assert stars(0.6, finished_from=0.6) == 4.0
    assert stars(0.8, finished_from=0.9) == 3.5
    assert stars(0.8, liked_from=1.1) == 4.0, "a finished film is liked whatever its signal"
    assert stars(0.79, progress=1.0, liked_from=1.1) == 3.5
    assert stars(0.5, liked_from=0.4) == 4.0


def test_the_signal_follows_its_formula() -> None:
    weights = SignalWeights(repeat=0.5, series=0.1)
    signal = signal_of(np.array([1.0, 0.3]), np.array([4, 0]), np.array([0.5, 1.0]), weights)
    assert signal == pytest.approx([1 + 0.5 * math.log(4) + 0.05, 0.4])


def test_rounding_does_not_cost_a_step() -> None:
    tenths = float(np.add.reduce([0.1] * 8))
    assert stars(min(tenths, 0.8)) == 4.0
    assert stars(sum([0.1] * 8)) == 4.0  # 0.7999999999999999


@pytest.mark.parametrize(
    "weights",
    [
        {"repeat": -0.1},
        {"repeat": 2.1},
        {"series": 0.6},
        {"finished_from": 0.0},
        {"finished_from": 1.1},
        {"liked_from": 0.0},
        {"repeat": math.nan},
    ],
)
def test_weights_outside_their_range_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(DataError, match=f"the weight {next(iter(weights))} is"):
        SignalWeights(**weights)


@pytest.mark.parametrize(
    ("ratio", "views", "progress"),
    [(1.1, 1, 0), (-0.1, 1, 0), (math.nan, 1, 0), (1, -1, 0), (1, 1, 2)],
)
def test_impossible_viewings_are_refused(ratio: float, views: int, progress: float) -> None:
    with pytest.raises(DataError, match="between 0 and 1"):
        stars(ratio, views, progress)


SHARE = st.floats(0, 1)
WEIGHTS = st.builds(
    SignalWeights,
    **{name: st.floats(low, high) for name, (low, high) in RANGES.items()},
)


@given(WEIGHTS, SHARE, SHARE, st.integers(0, 50), st.integers(0, 50), SHARE, SHARE)
def test_more_never_gives_fewer_stars(
    weights: SignalWeights, r1: float, r2: float, v1: int, v2: int, p1: float, p2: float
) -> None:
    ratio = np.array([min(r1, r2), max(r1, r2), r1])
    views = np.array([min(v1, v2), max(v1, v2), v1])
    progress = np.array([min(p1, p2), max(p1, p2), p1])
    fewer, more, one = stars_of(ratio, views, progress, weights)
    assert fewer <= more
    assert one in np.arange(0.5, 5.1, 0.5)
    if r1 >= weights.finished_from:
        assert one >= LIKED_FROM
    alone = stars_of(ratio[2:], views[2:], progress[2:], weights)
    assert alone[0] == one, "one film is a batch of one"


# --- from the rows of a log ----------------------------------------------------------------------


def rows(*given: tuple[int, int, float, float, int]) -> Any:
    columns = np.array(given, dtype=float).reshape(-1, 5).T
    person, film, times = (columns[place].astype(np.int64) for place in (0, 1, 4))
    return viewings_of(person, film, columns[2], columns[3], times)


def test_a_film_watched_on_two_evenings_was_watched_whole() -> None:
    found = rows((2, 7, 60, 100, 9), (1, 7, 30, 100, 5), (2, 7, 45, 100, 3), (1, 8, 50, 50, 1))
    assert found.people.tolist() == [1, 1, 2]
    assert found.films.tolist() == [7, 8, 7]
    assert found.ratios.tolist() == pytest.approx([0.3, 1.0, 1.0])  # 1.05 is 1
    assert found.views.tolist() == [0, 1, 1]
    assert found.last.tolist() == [5, 1, 9]


def test_each_session_has_its_own_duration_and_half_of_it_is_a_view() -> None:
    found = rows((1, 7, 50, 100, 1), (1, 7, 60, 120, 2), (1, 7, 49.9, 100, 3))
    assert found.views.tolist() == [2]
    assert found.ratios.tolist() == [1.0]


def test_an_empty_log_has_no_viewings() -> None:
    assert [len(column) for column in rows()] == [0] * 5


def test_progress_is_the_share_of_the_other_films_of_the_series() -> None:
    people = np.array([1, 1, 1, 1, 2, 2])
    ratios = np.array([1.0, 0.5, 0.4, 1.0, 0.2, 0.9])
    series = np.array([0, 0, 0, NO_SERIES, 0, 1])  # series 0 has four films, series 1 has two
    progress = series_progress(people, ratios, series, np.array([4, 2]))
    assert progress.tolist() == pytest.approx([1 / 3, 1 / 3, 2 / 3, 0, 0, 0])


def test_a_series_of_one_film_makes_no_progress() -> None:
    one = series_progress(np.array([1]), np.array([1.0]), np.array([0]), np.array([1]))
    assert one.tolist() == [0.0]
    none = series_progress(np.array([1]), np.array([1.0]), np.array([NO_SERIES]), np.array([0]))
    assert none.tolist() == [0.0]
