"""Which platform: every factor of the score against figures worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.platform_choice import (
    CatalogueRate,
    LikelyMovie,
    choose_platform,
    known_rates,
    usage_weight,
)
from recommend.scoring import Calibration


def choose(movies, catalogues, ratios=None, exponent=0.5):
    return choose_platform(movies, catalogues, ratios or {}, exponent=exponent)


def test_coverage_counts_sure_films_fully_and_unknown_ones_by_the_known_rate() -> None:
    movies = [
        LikelyMovie(0.5, {"a": True}),
        LikelyMovie(0.25, {"a": False}),
        LikelyMovie(0.125, {}),
    ]
    (row,) = choose(movies, {"a": CatalogueRate(known=30, carried=15)})
    assert row.coverage_low == 0.5
    assert row.coverage_high == 0.625
    assert row.known_rate == pytest.approx(0.5)
    assert row.coverage == pytest.approx(0.5 + 0.5 * 0.125)
    assert (row.films_on, row.films_unknown) == (1, 1)
    assert row.score == row.coverage * row.weight
    assert row.weight == 1.0


def test_the_known_rate_leans_on_the_pooled_one_where_little_is_known() -> None:
    rates = known_rates({"a": CatalogueRate(90, 9), "b": CatalogueRate(10, 1)})
    assert rates["a"] == pytest.approx((9 + 10 * 0.1) / 100)
    rates = known_rates({"a": CatalogueRate(100, 50), "new": CatalogueRate(0, 0)})
    assert rates["new"] == pytest.approx(0.5)


def test_unknown_is_not_no() -> None:
    movies = [LikelyMovie(0.5, {"a": False}), LikelyMovie(0.5, {})]
    known_no, unknown = (
        choose([movie], {"a": CatalogueRate(100, 50)})[0].coverage for movie in movies
    )
    assert known_no == 0
    assert unknown > 0


def test_a_platform_of_which_nothing_is_known_never_comes_first() -> None:
    movies = [LikelyMovie(0.9, {"known": False})] * 10 + [LikelyMovie(0.1, {"known": True})]
    catalogues = {
        "known": CatalogueRate(100, 60),
        "guessed": CatalogueRate(0, 0, evidence=False),
    }
    rows = choose(movies, catalogues)
    assert [row.platform for row in rows] == ["known", "guessed"]
    assert rows[1].score > rows[0].score


def test_usage_weights_are_the_geometric_mean_of_the_known_axes() -> None:
    assert usage_weight([1.21, 1.0], 0.5) == pytest.approx(1.21**0.25)
    assert usage_weight([], 0.5) == 1.0
    assert usage_weight([2.0], 0.0) == 1.0
    assert usage_weight([0.0, 3.0], 1.0) == pytest.approx(1 / math.sqrt(1.2))


@given(
    st.lists(st.floats(0, 1000), min_size=0, max_size=4),
    st.lists(st.floats(0, 1000), min_size=0, max_size=4),
    st.floats(0, 1),
    st.floats(0.01, 40),
)
def test_statistics_never_overturn_a_lead_of_more_than_20_percent(
    high: list[float], low: list[float], exponent: float, coverage: float
) -> None:
    leader = coverage * 1.2001 * usage_weight(low, exponent)
    follower = coverage * usage_weight(high, exponent)
    assert leader > follower


def test_ties_go_to_the_larger_sure_part_and_then_the_slug() -> None:
    movies = [LikelyMovie(0.5, {"b": True, "a": True, "c": False})]
    catalogues = {slug: CatalogueRate(10, 5) for slug in "cba"}
    assert [row.platform for row in choose(movies, catalogues)] == ["a", "b", "c"]


def test_a_calibrated_probability_falls_with_the_rank() -> None:
    calibration = Calibration(intercept=0.0, slope=-1.0)
    assert calibration.probability(1) == pytest.approx(0.5)
    assert calibration.probability(3) == pytest.approx(0.25)
