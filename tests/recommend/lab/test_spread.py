"""Fitting how much people differ from their forecast: data that were drawn with a known spread."""

from __future__ import annotations

import numpy as np
import pytest

from common.arrays import Floats, Ints
from recommend.decision.outlook import ABSENT, THERE, UNKNOWN
from recommend.lab.calibration.spread import CANDIDATES, fit_spread, known_outlook
from recommend.lab.data.market import FilmAvailability
from recommend.scoring.calibration import Calibration

FILMS = 240
# Each of four platforms has a quarter of the films for itself.
QUARTERS = FilmAvailability.as_seen(
    "abcd", np.where(np.arange(FILMS)[:, None] % 4 == np.arange(4), THERE, ABSENT)
)


def people(spread: float, *, count: int = 100, seed: int = 1) -> tuple[Floats, list[Ints]]:
    """Everybody's forecast, and likes of each quarter that are more or less by `spread`."""
    rng = np.random.default_rng(seed)
    quarters = np.arange(FILMS) % 4
    chances = rng.uniform(0.03, 0.3, (count, 4))[:, quarters]
    factors = rng.gamma(1 / spread**2, spread**2, (count, 4))[:, quarters]
    return chances, [np.flatnonzero(rng.random(FILMS) < row) for row in chances * factors]


@pytest.mark.parametrize("spread", [0.3, 0.9])
def test_the_spread_that_made_the_data_is_found(spread: float) -> None:
    chances, truths = people(spread)

    assert fit_spread(chances, truths, QUARTERS, seed=1) == pytest.approx(spread, abs=0.15)


def test_the_same_seed_gives_the_same() -> None:
    chances, truths = people(0.6, count=20)

    first, again = (fit_spread(chances, truths, QUARTERS, seed=2) for _ in range(2))

    assert first == again
    assert first in CANDIDATES


@pytest.mark.parametrize(
    "states",
    [
        np.full((FILMS, 4), UNKNOWN),
        np.full((FILMS, 4), ABSENT),
        np.where(np.arange(4) == 2, THERE, np.full((FILMS, 4), UNKNOWN)),
        np.zeros((FILMS, 0), np.int64),
    ],
    ids=["nothing known", "nothing there", "one platform", "no platform"],
)
def test_where_no_two_platforms_can_be_compared_it_is_the_default(states: Ints) -> None:
    chances, truths = people(0.9, count=3)
    names = "abcd"[: states.shape[1]]

    assert (
        fit_spread(chances, truths, FilmAvailability.as_seen(names, states), seed=1)
        == Calibration.spread
    )


def test_without_people_it_is_the_default() -> None:
    assert fit_spread(np.zeros((0, FILMS)), [], QUARTERS, seed=1) == Calibration.spread


def test_a_person_who_likes_nothing_is_no_trouble() -> None:
    chances, _truths = people(0.6, count=2)
    nothing = [np.array([], np.int64)] * 2

    assert fit_spread(chances, nothing, QUARTERS, seed=1) in CANDIDATES


def test_the_films_that_a_platform_has_are_counted() -> None:
    assert QUARTERS.carried(np.array([0, 4, 1])).tolist() == [2, 1, 0, 0]


def test_an_outlook_by_what_is_known_leaves_out_what_is_not() -> None:
    availability = FilmAvailability.as_seen(
        ["a", "b"], np.array([[THERE, UNKNOWN], [THERE, ABSENT], [UNKNOWN, UNKNOWN]])
    )

    found = known_outlook(np.array([0.5, 0.25, 0.125]), availability, 0.4)

    assert found.states.tolist() == [[ABSENT, ABSENT], [THERE, ABSENT]]
    assert found.expected.tolist() == [0.125, 0.75]
    assert found.carried.tolist() == [[0.0, 0.0], [1.0, 0.0]]
    assert (found.films.tolist(), found.spread) == ([1, 2], 0.4)
    assert found.evidence == {"a"}
    assert found.noise.tolist() == [0.0, 0.0]
