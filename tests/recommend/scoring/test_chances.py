"""P(like) of films by their shares, and how it varies with the picks."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import numpy as np
import pytest

from common.arrays import Floats
from recommend.scoring.calibration import Calibration, features
from recommend.scoring.likelihood import (
    DRAWS,
    log_shares,
    resampled_chances,
    resampled_codes,
)

ODDS_ARE_SHARES = Calibration((0.0, 1.0, 0.0, 0.0, 0.0, 0.0))
UNCERTAIN = Calibration(
    ODDS_ARE_SHARES.coefficients, resampled=((0.2, 1.0, 0, 0, 0, 0), (-0.2, 1.0, 0, 0, 0, 0))
)
SHARES = np.log(np.array([0.4, 0.3, 0.2, 0.1]))
NOBODY = np.zeros(4, np.int64)
ALL = np.arange(4)


# --- from scores to shares to chances ------------------------------------------------------------


def test_shares_add_up_to_one_over_the_films_that_count() -> None:
    scores = np.array([[1.0, 2.0, 700.0], [0.0, 0.0, 0.0]])
    counted = np.array([[True, True, False], [True, True, True]])

    found = np.exp(log_shares(scores, counted))

    assert found[0, :2] == pytest.approx([1 / (1 + math.e), math.e / (1 + math.e)])
    assert found[0, 2] > 1, "a film that does not count is measured by those that do"
    assert found[1] == pytest.approx([1 / 3] * 3)


def test_large_scores_are_no_trouble() -> None:
    found = log_shares(np.array([1e4, 1e4 - 1.0]), np.ones(2, bool))

    assert np.exp(found).sum() == pytest.approx(1.0)


def test_without_a_film_that_counts_all_do() -> None:
    assert log_shares(np.zeros(4), np.zeros(4, bool)) == pytest.approx(np.log([1 / 4] * 4))


def test_the_features_are_products_of_the_log_share_and_the_logarithm_of_the_ratings() -> None:
    (row,) = features([-3.0], [math.e**2 - 1])

    assert row == pytest.approx([1, -3, 2, 9, -6, 4])


def test_a_chance_rises_with_the_share() -> None:
    found = ODDS_ARE_SHARES.probabilities(np.log([1.0, 1 / 2, 1 / 3]), [5, 5, 5])

    assert found == pytest.approx([1 / 2, 1 / 3, 1 / 4])


def test_of_two_films_with_one_share_the_calibration_may_prefer_the_better_known_one() -> None:
    calibration = Calibration((0.0, 0.0, 1.0, 0.0, 0.0, 0.0))

    assert calibration.probabilities([-3.0, -3.0], [0, 3]) == pytest.approx([1 / 2, 4 / 5])


def test_a_calibration_is_stored_and_read_back() -> None:
    stored = json.loads(json.dumps(asdict(UNCERTAIN)))

    assert Calibration.read(stored) == UNCERTAIN


# --- other draws ---------------------------------------------------------------------------------


def drawn(moved: Floats, calibration: Calibration = ODDS_ARE_SHARES, seed: int = 1) -> Floats:
    return resampled_chances(
        SHARES, NOBODY, moved, considered=ALL, calibration=calibration, seed=seed
    )


def test_picks_are_drawn_with_replacement() -> None:
    found = resampled_codes(np.eye(3), np.zeros(3), seed=1)

    times = found * math.sqrt(3)
    assert times == pytest.approx(np.round(times))
    assert times.sum(axis=1) == pytest.approx(np.full(DRAWS, 3.0))
    assert len({tuple(row) for row in times.round().tolist()}) > 3
    assert found.tolist() == resampled_codes(np.eye(3), np.zeros(3), seed=1).tolist()
    assert found.tolist() != resampled_codes(np.eye(3), np.zeros(3), seed=2).tolist()


def test_without_picks_every_draw_is_the_group() -> None:
    found = resampled_codes(np.zeros((0, 2)), np.array([0.5, -1.0]), seed=1)

    assert found.tolist() == [[0.5, -1.0]] * DRAWS


def test_one_pick_is_always_drawn() -> None:
    assert resampled_codes(np.eye(1), np.zeros(1), seed=1).tolist() == [[1.0]] * DRAWS


def test_scores_that_do_not_move_leave_the_chances() -> None:
    odds = np.exp(SHARES)

    assert drawn(np.zeros((3, 4))) == pytest.approx(np.tile(odds / (1 + odds), (3, 1)))


def test_a_film_that_gains_takes_from_the_others() -> None:
    (found,) = drawn(np.array([[math.log(2), 0.0, 0.0, 0.0]]))

    odds = np.array([0.8, 0.3, 0.2, 0.1]) / 1.4
    assert found == pytest.approx(odds / (1 + odds))


def test_other_draws_of_the_calibration_are_used() -> None:
    found = drawn(np.zeros((DRAWS, 4)), UNCERTAIN)

    by_hand = [1 / (1 + np.exp(-(SHARES + c))) for c in (0.2, -0.2)]
    for row in found:
        assert any(row == pytest.approx(one) for one in by_hand)
    assert len({row[0] for row in found}) == 2, "both of them are drawn"
    assert drawn(np.zeros((DRAWS, 4)), UNCERTAIN).tolist() == found.tolist()
    assert drawn(np.zeros((DRAWS, 4)), UNCERTAIN, seed=2).tolist() != found.tolist()


def test_films_that_are_not_considered_stay_as_they_are() -> None:
    found = resampled_chances(
        SHARES,
        NOBODY,
        np.full((2, 1), math.log(3)),
        considered=np.array([2]),
        calibration=UNCERTAIN,
        seed=1,
    )

    odds = np.exp(SHARES)
    others = [0, 1, 3]
    assert found[:, others] == pytest.approx(np.tile((odds / (1 + odds))[others], (2, 1)))
    assert (found[:, 2] > odds[2] / (1 + odds[2])).all()
