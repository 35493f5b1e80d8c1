"""Measures of ranked lists, each against a number worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recommend.lab.simulation import metrics

FOUND = np.array([[False, True, False, True], [False, False, False, False]])
SIZES = np.array([2, 9])


def test_recall_is_of_what_a_list_of_that_length_can_hold() -> None:
    assert metrics.recall(FOUND, SIZES).tolist() == [1.0, 0.0]
    assert metrics.recall(FOUND, np.array([3, 9])).tolist() == [pytest.approx(2 / 3), 0.0]
    assert metrics.recall(np.ones((1, 4), bool), np.array([9])).tolist() == [1.0]


def test_ndcg_discounts_by_rank_and_is_1_for_a_perfect_list() -> None:
    gained = 1 / np.log2(3) + 1 / np.log2(5)
    ideal = 1 / np.log2(2) + 1 / np.log2(3)
    assert metrics.ndcg(FOUND, SIZES).tolist() == [pytest.approx(gained / ideal), 0.0]
    assert metrics.ndcg(np.array([[True, True, False]]), np.array([2])).tolist() == [1.0]


def test_precision_is_of_the_first_places_and_the_reciprocal_rank_of_the_first_hit() -> None:
    assert metrics.precision(FOUND, 4).tolist() == [0.5, 0.0]
    assert metrics.precision(FOUND, 2).tolist() == [0.5, 0.0]
    assert metrics.precision(FOUND, 1).tolist() == [0.0, 0.0]
    assert metrics.reciprocal_rank(FOUND).tolist() == [0.5, 0.0]


LISTS = np.array([[0, 1], [0, 2], [0, 1]])  # of 4 films


def test_coverage_counts_films_that_are_in_any_list() -> None:
    assert metrics.exposures(LISTS, 4).tolist() == [3, 2, 1, 0]
    assert metrics.coverage(LISTS, 4) == pytest.approx(3 / 4)


def test_gini_is_0_for_equal_exposure_and_grows_with_inequality() -> None:
    assert metrics.gini(np.array([[0, 1], [2, 3]]), 4) == pytest.approx(0.0)
    # exposures 0, 1, 2, 3: (-3 x 0 - 1 x 1 + 1 x 2 + 3 x 3) / (4 x 6)
    assert metrics.gini(LISTS, 4) == pytest.approx(10 / 24)
    assert metrics.gini(np.array([[0], [0]]), 4) == pytest.approx(3 / 4)


def test_novelty_is_in_bits_and_an_unliked_film_counts_like_one_liked_once() -> None:
    likes = np.array([8.0, 2.0, 0.0])
    assert metrics.novelty(np.array([[0, 1]]), likes, 8) == pytest.approx((0 + 2) / 2)
    assert metrics.novelty(np.array([[2]]), likes, 8) == pytest.approx(3)


def test_diversity_is_one_minus_the_mean_cosine_of_pairs() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    pair = 1 / np.sqrt(2)
    assert metrics.diversity(np.array([[0, 1]]), vectors) == pytest.approx(1 - pair)
    assert metrics.diversity(np.array([[0, 2]]), vectors) == pytest.approx(1.0)
    three = metrics.diversity(np.array([[0, 1, 2]]), sparse.csr_matrix(vectors))
    assert three == pytest.approx(1 - 2 * pair / 3)
    both = metrics.diversity(np.array([[0, 1], [0, 2]]), vectors)
    assert both == pytest.approx((1 - pair + 1.0) / 2)


def test_a_film_of_which_nothing_is_known_is_like_no_other() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    assert metrics.diversity(np.array([[0, 1, 2]]), vectors) == pytest.approx(1 - 1 / 3)
    assert metrics.diversity(np.array([[0]]), vectors) == 0.0


def test_the_popular_share_is_of_the_tenth_of_films_with_the_most_likes() -> None:
    likes = np.array([1.0, 9.0, 9.0, *[0.0] * 8])  # 11 films: the head are two of them
    assert metrics.popular_share(np.array([[0, 1], [1, 2]]), likes) == pytest.approx(3 / 4)
    assert metrics.popular_share(np.array([[2]]), likes[:10]) == 0.0  # a tie: the lower column


def test_overlap_is_the_mean_over_all_pairs_of_people() -> None:
    pairs = [len({*LISTS[a]} & {*LISTS[b]}) / 2 for a, b in ((0, 1), (0, 2), (1, 2))]
    assert metrics.overlap(LISTS, 4) == pytest.approx(np.mean(pairs))
    assert metrics.overlap(np.array([[0, 1], [1, 0]]), 4) == 1.0
    assert metrics.overlap(np.array([[0, 1], [2, 3]]), 4) == 0.0
    assert metrics.overlap(np.array([[0, 1]]), 4) == 1.0
