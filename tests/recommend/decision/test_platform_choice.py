"""Which platform: every factor of the score against figures worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore, choose_platform, usage_weight
from tests.recommend.decision.outlooks import outlook_with


def choose(
    outlook: Outlook, ratios: Mapping[str, Sequence[float]] | None = None
) -> list[PlatformScore]:
    return choose_platform(outlook, ratios or {}, exponent=0.5)


def test_coverage_counts_sure_films_fully_and_unknown_ones_by_their_prior() -> None:
    (row,) = choose(outlook_with("a", {"1": 0.5, "0": 0.25, "?": 0.125}, prior=0.4))

    assert row.coverage_low == 0.5
    assert row.coverage_high == 0.625
    assert row.known_rate == pytest.approx(0.4)
    assert row.coverage == pytest.approx(0.5 + 0.4 * 0.125)
    assert (row.films_on, row.films_unknown) == (10, 10)
    assert row.score == row.coverage * row.weight
    assert row.weight == 1.0


def test_the_known_rate_is_that_of_the_platform_where_no_film_is_unknown() -> None:
    (row,) = choose(outlook_with("a", {"1": 2.0, "0": 1.0}, rate=(50.0, 0.3)))

    assert row.known_rate == 0.3
    assert row.coverage_low == row.coverage == row.coverage_high == 2.0


def test_unknown_is_not_no() -> None:
    known_no, unknown = (choose(outlook_with("a", {state: 0.5}))[0] for state in "0?")

    assert known_no.coverage == known_no.coverage_high == 0
    assert unknown.coverage > 0
    assert unknown.coverage_low == 0


def test_groups_of_films_add_up_for_each_platform_on_its_own() -> None:
    rows = choose(outlook_with("ab", {"11": 4.0, "1?": 2.0, "?0": 1.0, "00": 8.0}))

    assert {row.platform: row.coverage for row in rows} == {"a": 6.5, "b": 5.0}
    assert {row.platform: row.films_on for row in rows} == {"a": 20, "b": 10}


def test_a_platform_of_which_nothing_is_known_never_comes_first() -> None:
    outlook = outlook_with("gk", {"?0": 9.0, "?1": 0.1}, prior=0.6, evidence="k")

    rows = choose(outlook)

    assert [(row.platform, row.evidence) for row in rows] == [("k", True), ("g", False)]
    assert rows[1].score > rows[0].score


def test_without_films_all_platforms_have_nothing_and_come_by_slug() -> None:
    rows = choose(outlook_with("ba", {}))

    assert [(row.platform, row.score, row.films_on) for row in rows] == [("a", 0, 0), ("b", 0, 0)]


def test_without_platforms_there_is_nothing_to_choose() -> None:
    assert choose(outlook_with("", {"": 3.0})) == []


def test_usage_weights_are_the_geometric_mean_of_the_known_axes() -> None:
    assert usage_weight([1.21, 1.0], 0.5) == pytest.approx(1.21**0.25)
    assert usage_weight([], 0.5) == 1.0
    assert usage_weight([2.0], 0.0) == 1.0
    assert usage_weight([0.0, 3.0], 1.0) == pytest.approx(1 / math.sqrt(1.2))


def test_what_people_alike_use_decides_between_close_coverages() -> None:
    outlook = outlook_with("ab", {"10": 10.0, "01": 9.5})

    assert [row.platform for row in choose(outlook)] == ["a", "b"]
    assert [row.platform for row in choose(outlook, {"b": [1.21]})] == ["b", "a"]


@settings(suppress_health_check=[HealthCheck.too_slow])  # busy machines
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
    tied = outlook_with("cba", {"011": 0.5})
    assert [row.platform for row in choose(tied)] == ["a", "b", "c"]

    surer = outlook_with("ab", {"?1": 1.0, "?0": 1.0})
    assert [(row.platform, row.coverage) for row in choose(surer)] == [("b", 1.0), ("a", 1.0)]
