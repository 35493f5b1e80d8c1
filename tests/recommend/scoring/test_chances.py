"""P(like) of ranked films, and how it varies with the neighbours."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import numpy as np
import pytest

from common.arrays import Floats
from recommend.scoring.calibration import Calibration, features
from recommend.scoring.likelihood import CONSIDERED, DRAWS, chances, resampled_chances

ONE_OVER_RANK = Calibration((0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
UNCERTAIN = Calibration(
    ONE_OVER_RANK.coefficients,
    resampled=((0.2, -1.0, 0, 0, 0, 0, 0), (-0.2, -1.0, 0, 0, 0, 0, 0)),
)


def drawn(
    scores: Floats,
    likes: Floats,
    *,
    calibration: Calibration = ONE_OVER_RANK,
    weight: float = 3.0,
    seed: int = 1,
) -> Floats:
    ratings = np.arange(len(scores)) % 7
    return resampled_chances(
        scores, ratings, likes, weight=weight, calibration=calibration, seed=seed
    )


def split_neighbours(people: int, films: int) -> Floats:
    """The even films are liked by one half of the neighbours, the odd ones by the other."""
    return ((np.arange(people)[:, None] + np.arange(films)) % 2).astype(np.float64)


NONE = np.zeros((0, 40))
SCORES = np.linspace(1.0, 0.0, 40)


# --- from ranks and ratings to chances -----------------------------------------------------------


def test_the_features_are_powers_of_the_logarithms_of_rank_and_ratings() -> None:
    (row,) = features([math.e], [math.e**2 - 1])

    assert row == pytest.approx([1, 1, 2, 1, 2, 4, 1])


def test_a_chance_falls_with_the_rank() -> None:
    found = chances(ONE_OVER_RANK, np.array([5, 5, 5, 5]))

    assert found == pytest.approx([1 / 2, 1 / 3, 1 / 4, 1 / 5])


def test_of_two_films_at_one_rank_more_people_like_the_better_known_one() -> None:
    calibration = Calibration((0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0))

    assert chances(calibration, np.array([0, 3])) == pytest.approx([1 / 2, 4 / 5])


def test_without_films_there_are_no_chances() -> None:
    assert chances(ONE_OVER_RANK, np.array([], np.int64)).shape == (0,)


def test_a_calibration_is_stored_and_read_back() -> None:
    stored = json.loads(json.dumps(asdict(UNCERTAIN)))

    assert Calibration.read(stored) == UNCERTAIN


# --- other draws ---------------------------------------------------------------------------------


def test_there_is_a_row_for_each_draw() -> None:
    found = drawn(SCORES, split_neighbours(6, 40))

    assert found.shape == (DRAWS, 40)
    assert ((found > 0) & (found < 1)).all()


def test_the_draws_depend_on_the_seed() -> None:
    likes = split_neighbours(6, 40)
    first, again, other = (
        drawn(SCORES, likes, calibration=UNCERTAIN, seed=seed) for seed in (3, 3, 4)
    )

    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_each_draw_gives_the_same_ranks_to_other_films() -> None:
    found = drawn(SCORES, split_neighbours(6, 40))

    ranks = 1 / found - 1
    assert np.sort(ranks, axis=1) == pytest.approx(np.tile(np.arange(1, 41), (DRAWS, 1)))
    assert (ranks.std(axis=0) > 0).any()


def test_without_neighbours_only_the_calibration_varies() -> None:
    assert drawn(SCORES, NONE) == pytest.approx(np.tile(1 / np.arange(2, 42), (DRAWS, 1)))

    found = drawn(SCORES, NONE, calibration=UNCERTAIN)

    by_hand = [1 / (1 + np.arange(1, 41) * math.exp(-c)) for c in (0.2, -0.2)]
    for row in found:
        assert any(row == pytest.approx(one) for one in by_hand)
    assert len({row[0] for row in found}) == 2, "both of them are drawn"


def test_neighbours_who_agree_change_nothing() -> None:
    likes = np.tile(np.arange(40) % 2.0, (5, 1))

    assert drawn(SCORES, likes).std(axis=0).max() < 1e-12


def test_neighbours_without_weight_change_nothing() -> None:
    assert drawn(SCORES, split_neighbours(6, 40), weight=0.0).std(axis=0).max() < 1e-12


def test_the_more_neighbours_there_are_the_less_the_chances_vary() -> None:
    few, many = (
        float(drawn(10 * SCORES, split_neighbours(people, 40)).std(axis=0).mean())
        for people in (4, 400)
    )

    assert many < few / 2


def test_a_single_neighbour_is_always_drawn() -> None:
    assert drawn(SCORES, split_neighbours(1, 40)).std(axis=0).max() < 1e-12


def test_films_behind_the_first_thousand_stay_as_they_are() -> None:
    films = CONSIDERED + 50
    scores = np.linspace(1.0, 0.0, films)
    calibration = Calibration(UNCERTAIN.coefficients, resampled=UNCERTAIN.resampled[:1])

    found = drawn(scores, split_neighbours(6, films), calibration=calibration)

    behind = 1 / (1 + np.arange(CONSIDERED + 1, films + 1))
    assert found[:, CONSIDERED:] == pytest.approx(np.tile(behind, (DRAWS, 1)))
    ranks = (1 / found[:, :CONSIDERED] - 1) * math.exp(0.2)
    assert np.sort(ranks, axis=1) == pytest.approx(
        np.tile(np.arange(1, CONSIDERED + 1), (DRAWS, 1))
    )


def test_films_with_equal_scores_keep_their_order() -> None:
    found = drawn(np.zeros(40), np.ones((5, 40)))

    assert found == pytest.approx(np.tile(1 / np.arange(2, 42), (DRAWS, 1)))


def test_draws_without_films_are_empty() -> None:
    empty = np.zeros(0)

    assert drawn(empty, np.zeros((0, 0))).shape == (DRAWS, 0)
    assert drawn(empty, np.zeros((3, 0)), calibration=UNCERTAIN).shape == (DRAWS, 0)
