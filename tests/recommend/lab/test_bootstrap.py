"""Intervals and tests by drawing people: right on data whose truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommend.lab.simulation.bootstrap import Interval, Paired, resampled_means


def mean_interval(values: Any, people: Any, **options: int) -> Interval:
    return resampled_means(values[:, None], people, **options).interval(0)


def paired(values: Any, baseline: Any, people: Any, **options: int) -> Paired:
    both = np.column_stack([values, baseline])
    return resampled_means(both, people, **options).against(0, 1)


def test_the_interval_of_a_mean_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for trial in range(300):
        found = mean_interval(rng.exponential(1.0, 120), np.arange(120), seed=trial, draws=400)
        held += found.low <= 1.0 <= found.high
    assert 0.90 <= held / 300 <= 0.98


def test_a_person_with_many_cases_is_one_unit() -> None:
    """Three equal cases a person tell no more than one: the interval must not shrink."""
    rng = np.random.default_rng(2)
    values, people = rng.random(200), np.arange(200)
    once = mean_interval(values, people, seed=1)
    three_times = mean_interval(np.repeat(values, 3), np.repeat(people, 3), seed=1)
    as_if_independent = mean_interval(np.repeat(values, 3), np.arange(600), seed=1)
    assert three_times.high - three_times.low == pytest.approx(once.high - once.low)
    assert as_if_independent.high - as_if_independent.low < 0.7 * (once.high - once.low)


def test_people_with_more_cases_weigh_more_in_the_mean() -> None:
    found = resampled_means(np.array([[1.0], [0.0], [0.0]]), np.array([7, 9, 9]), seed=1)
    assert found.observed.tolist() == [pytest.approx(1 / 3)]
    assert set(found.drawn.ravel().round(3)) == {0.0, 0.333, 1.0}


def test_the_same_values_are_no_difference() -> None:
    values, people = np.random.default_rng(3).random(50), np.arange(50)
    same = paired(values, values, people, seed=1)
    assert (same.difference.low, same.difference.value, same.difference.high) == (0, 0, 0)
    assert (same.ratio.low, same.ratio.value, same.ratio.high) == (1, 1, 1)
    assert same.p_value == 1


def test_a_small_difference_that_everybody_has_is_certain_only_when_paired() -> None:
    rng = np.random.default_rng(4)
    base, people = rng.random(400), np.arange(400)
    better = base + 0.01 + 0.02 * rng.standard_normal(400)
    found = paired(better, base, people, seed=1)
    assert found.p_value < 0.001
    assert found.difference.low > 0
    assert found.ratio.low > 1
    assert found.ratio.value == pytest.approx(better.mean() / base.mean())
    shuffled = paired(rng.permutation(better), base, people, seed=1)
    assert shuffled.p_value > 0.2


def test_where_nothing_differs_p_is_small_as_seldom_as_it_should_be() -> None:
    rng = np.random.default_rng(5)
    small = 0
    for trial in range(300):
        one, other = rng.random((2, 100))
        small += paired(one, other, np.arange(100), seed=trial, draws=400).p_value < 0.05
    assert 0.02 <= small / 300 <= 0.09


def test_the_same_seed_gives_the_same_figures_and_columns_do_not_disturb_each_other() -> None:
    rng = np.random.default_rng(6)
    values, people = rng.random((90, 3)), rng.integers(0, 60, 90)
    both = [resampled_means(values, people, seed=4, draws=500) for _ in range(2)]
    assert both[0].drawn.tolist() == both[1].drawn.tolist()
    alone = resampled_means(values[:, 1:2], people, seed=4, draws=500)
    assert alone.interval(0).low == pytest.approx(both[0].interval(1).low)
    assert (
        resampled_means(values, people, seed=5, draws=500).drawn.tolist() != both[0].drawn.tolist()
    )


def test_a_ratio_to_nothing_is_not_a_number() -> None:
    found = paired(np.ones(5), np.zeros(5), np.arange(5), seed=1)
    assert np.isnan(found.ratio.value)
    assert found.difference.value == 1


def test_without_cases_it_refuses() -> None:
    with pytest.raises(ValueError, match="0 cases"):
        mean_interval(np.empty(0), np.empty(0, dtype=np.int64), seed=1)
