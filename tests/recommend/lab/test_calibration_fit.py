"""Fitting how likely each film is liked: known curves, counts and errors by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from common.arrays import Floats
from recommend.lab.calibration.counts import (
    DRAWS,
    FOLDS,
    Counts,
    Expected,
    calibration_error,
    logistic_regression,
    reliability,
)
from recommend.scoring.calibration import Calibration

TRUTH = Calibration((3.0, 0.9, 0.3, 0.0, 0.0, 0.0))
FILMS = 200
RATINGS = np.round(np.geomspace(1, 3000, FILMS))


def people(count: int, *, seed: int = 0, picks: int = 0, truth: Calibration = TRUTH) -> Expected:
    """People with shares by chance, who like films by the true curve; the first ones are picked."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(-9.0, -2.0, (count, FILMS))
    asked = np.tile(np.arange(FILMS) >= picks, (count, 1))
    blank = Expected(shares, asked, np.zeros(shares.shape, np.bool_), RATINGS)
    return replace(blank, truths=rng.random(shares.shape) < blank.chances(truth))


def fitted(*blocks: Expected, seed: int = 1) -> Calibration:
    counts = Counts(RATINGS)
    for block in blocks:
        counts.add(block)
    return counts.fit(seed=seed)


def curve(calibration: Calibration, draw: int | None = None) -> Floats:
    """P(like) at some shares, of films that few, some and many have rated."""
    shares, ratings = np.meshgrid([-8.5, -7.0, -5.0, -3.5, -2.5], [5, 100, 3000])
    if draw is not None:
        calibration = Calibration(calibration.resampled[draw])
    return calibration.probabilities(shares.ravel(), ratings.ravel())


# --- the curve -----------------------------------------------------------------------------------


def test_the_curve_that_made_the_data_is_found() -> None:
    assert curve(fitted(people(5000))) == pytest.approx(curve(TRUTH), abs=0.02)


@pytest.mark.parametrize("all_or_none", [True, False])
def test_where_all_or_none_are_liked_it_stays_finite(all_or_none: bool) -> None:
    block = people(40)
    everything = np.full(block.truths.shape, all_or_none)

    found = fitted(replace(block, truths=everything))

    assert np.isfinite(found.coefficients).all()
    assert np.isfinite(found.resampled).all()
    chances = curve(found)
    assert ((chances > 0) & (chances < 1)).all()
    assert ((chances > 0.9) == all_or_none).all()


def test_the_same_seed_draws_the_same_and_another_one_another() -> None:
    block = people(60)
    first, again, other = (fitted(block, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.coefficients == other.coefficients
    assert first.resampled != other.resampled


def test_the_draws_of_the_bootstrap_vary_the_less_the_more_people_there_are() -> None:
    def variation(count: int) -> float:
        found = fitted(people(count))
        assert len(found.resampled) == DRAWS
        return float(np.std([curve(found, draw) for draw in range(DRAWS)], axis=0).mean())

    few, many = variation(40), variation(4000)

    assert 0 < many < 0.01
    assert few > 5 * many


def test_the_draws_are_about_the_fit_itself() -> None:
    found = fitted(people(4000))

    mean = np.mean([curve(found, draw) for draw in range(DRAWS)], axis=0)

    assert mean == pytest.approx(curve(found), abs=0.01)


# --- what is counted -----------------------------------------------------------------------------


def test_every_film_of_everybody_is_counted_once() -> None:
    counts, block = Counts(RATINGS), people(30)

    counts.add(block)

    assert counts.cases.sum() == 30 * FILMS
    assert counts.likes.sum() == block.truths.sum()
    assert (counts.likes <= counts.cases).all()


def test_picks_are_not_counted() -> None:
    counts, block = Counts(RATINGS), people(30, picks=10)
    assert not block.truths[:, :10].any()
    block.truths[:, :10] = True

    counts.add(block)

    assert counts.cases.sum() == 30 * (FILMS - 10)
    assert counts.likes.sum() == block.truths.sum() - 300


def test_people_with_other_numbers_of_picks_are_counted_each_by_their_own() -> None:
    block = people(2)
    block.asked[1, :7] = False
    counts = Counts(RATINGS)

    counts.add(block)

    assert counts.cases.sum(axis=(1, 2))[:3].tolist() == [FILMS, FILMS - 7, 0]


def test_shares_outside_the_bins_fall_into_the_first_and_the_last() -> None:
    counts = Counts(np.array([3.0, 3.0]))
    counts.add(
        Expected(
            np.array([[-90.0, 0.0]]),
            np.ones((1, 2), bool),
            np.array([[False, True]]),
            np.full(2, 3.0),
        )
    )

    assert counts.cases[0, 0].sum() == counts.cases[0, -1].sum() == 1
    assert counts.likes[0, -1].sum() == counts.likes.sum() == 1


def test_blocks_of_people_give_what_all_at_once_give() -> None:
    whole = people(6 * FOLDS)
    blocks = [
        whole.rows(part)
        for part in (slice(0, 2 * FOLDS), slice(2 * FOLDS, 3 * FOLDS), slice(3 * FOLDS, None))
    ]

    assert fitted(*blocks) == fitted(whole)


def test_blocks_of_any_size_give_the_same_curve() -> None:
    whole = people(50)
    blocks = [whole.rows(part) for part in (slice(0, 7), slice(7, None))]

    assert fitted(*blocks).coefficients == fitted(whole).coefficients


@pytest.mark.parametrize("persons", [1, 3])
def test_few_people_are_drawn_again_and_never_nobody(persons: int) -> None:
    found = fitted(people(persons))

    assert len(found.resampled) == DRAWS
    assert np.isfinite(found.resampled).all()


def test_a_single_film_that_nobody_rated_is_no_trouble() -> None:
    counts = Counts(np.zeros(1))
    one = np.ones((1, 1), np.bool_)
    counts.add(Expected(np.zeros((1, 1)), one, one, np.zeros(1)))

    assert np.isfinite(counts.fit(seed=1).coefficients).all()


def test_of_the_picks_nobody_expects_anything() -> None:
    block = people(1, picks=3)

    (chances,) = block.chances(TRUTH)

    assert np.flatnonzero(chances == 0).tolist() == [0, 1, 2]
    assert chances[9] == pytest.approx(
        TRUTH.probabilities(block.log_shares[0, 9], RATINGS[9]).item()
    )


# --- the regression and the error ----------------------------------------------------------------


def test_two_points_are_fitted_as_their_odds_say() -> None:
    rows = np.array([[1.0, 0.0], [1.0, 1.0]])

    found = logistic_regression(rows, np.array([1e6, 1e6]), np.array([5e5, 8e5]))

    assert found == pytest.approx([0.0, np.log(4)], abs=1e-3)


def test_a_feature_that_is_the_same_everywhere_is_no_trouble() -> None:
    rows = np.array([[1.0, 3.0], [1.0, 3.0]])

    found = logistic_regression(rows, np.array([1e6, 1e6]), np.array([2e5, 2e5]))

    assert 1 / (1 + np.exp(-rows @ found)) == pytest.approx([0.2, 0.2], abs=1e-3)


def test_the_calibration_error_is_by_hand() -> None:
    chances = np.array([0.1, 0.15, 0.62, 0.68, 1.0])
    liked = np.array([False, True, True, True, True])

    assert reliability(chances, liked) == [
        (pytest.approx(0.125), 0.5, 2),
        (pytest.approx(0.65), 1.0, 2),
        (1.0, 1.0, 1),
    ]
    assert calibration_error(chances, liked) == pytest.approx((2 * 0.375 + 2 * 0.35 + 0) / 5)
    assert calibration_error(chances, liked, bins=1) == pytest.approx(abs(0.51 - 0.8))
    assert calibration_error(np.array([]), np.array([], np.bool_)) == 0.0


def test_a_fit_is_better_calibrated_than_a_guess() -> None:
    block = people(3000, seed=5)
    chances, liked = (
        fitted(people(3000)).probabilities(block.log_shares, RATINGS[None]),
        block.truths,
    )

    assert calibration_error(chances.ravel(), liked.ravel()) < 0.01
    assert calibration_error(np.full(liked.size, 0.3), liked.ravel()) > 0.05
