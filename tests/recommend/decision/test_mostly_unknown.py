"""Where most films are unknown nothing is sure, however much the simulated outcomes agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommend.decision.certainty import (
    Level,
    is_mostly_unknown,
    level_of_platform,
    level_of_products,
    told,
)
from recommend.decision.platform import choose_platform
from tests.recommend.decision.outlooks import outlook_with


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({"11": 5.0, "??": 4.9}, False),
        ({"11": 4.9, "??": 5.0}, True),
        ({"1?": 5.0, "0?": 5.0}, False),
        ({"1?": 4.0, "??": 6.0}, True),
        ({"00": 9.0}, False),
    ],
)
def test_it_is_the_mean_over_the_compared_platforms(
    groups: dict[str, float], expected: bool
) -> None:
    assert is_mostly_unknown(outlook_with("ab", groups)) is expected


def test_a_platform_that_is_not_compared_does_not_count() -> None:
    outlook = outlook_with("ab", {"1?": 4.0, "0?": 2.0, "??": 4.0})
    assert is_mostly_unknown(outlook), "0.4 of a, all of b"
    assert not is_mostly_unknown(replace(outlook, evidence=frozenset("a")))
    assert is_mostly_unknown(replace(outlook, evidence=frozenset()))


def test_no_chance_above_nine_in_ten_is_told() -> None:
    assert told(0.99, mostly_unknown=True) == 0.9
    assert told(0.5, mostly_unknown=True) == 0.5
    assert told(0.99, mostly_unknown=False) == 0.99


def test_the_level_is_at_most_open() -> None:
    assert level_of_products(0.99, is_toss_up=False) is Level.SURE
    assert level_of_products(0.99, is_toss_up=False, mostly_unknown=True) is Level.OPEN
    assert level_of_products(0.3, is_toss_up=False, mostly_unknown=True) is Level.GUESS
    scores = choose_platform(outlook_with("ab", {"10": 9.0, "01": 1.0}), {}, exponent=0.5)
    assert level_of_platform(scores) is Level.SURE
    assert level_of_platform(scores, mostly_unknown=True) is Level.OPEN
