"""What is stored of an answer is written and read back in one shape, and in no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ottstats.selectors.usage import UsageRatio
from recommend.decision.platform import PlatformScore
from recommend.results.forecast import WhatIf
from recommend.results.parts import StoredParts
from recommend.scoring.packed_chances import packed
from tests.recommend.decision.outlooks import outlook_with

PARTS = StoredParts(
    run=3,
    strategy="blend",
    computed_on=date(2026, 11, 29),
    exponent=0.5,
    platforms=[PlatformScore("a", 4.4, 4.0, 3.0, 5.0, 1.1, 0.5, 9, 2, evidence=True)],
    outlook=outlook_with("a", {"1": 3.0}),
    what_if=WhatIf(pick=1, pick_platform="b"),
    likely={7: 0.87654, 2: 0.5},
    unknown=[4],
    usage={"a": [UsageRatio("gender", "female", 33.0, 30.0, 11.0, 10.0, "a source, 2024", 1.1)]},
)
STORED = {
    "run": 3,
    "strategy": "blend",
    "computed_on": "2026-11-29",
    "exponent": 0.5,
    "platforms": [
        {
            "platform": "a", "score": 4.4, "coverage": 4.0, "coverage_low": 3.0,
            "coverage_high": 5.0, "weight": 1.1, "known_rate": 0.5, "films_on": 9,
            "films_unknown": 2, "evidence": True,
        }
    ],
    "outlook": {
        "platforms": ["a"], "spread": 0.6, "evidence": ["a"], "rates": {"a": [100.0, 0.5]},
        "groups": [["1", 10, 3.0, 0.0, [1.0]]],
    },
    "what_if": {"pick": 1, "pick_platform": "b", "ask": None, "ask_platform": None},
    "likely": packed({2: 0.5, 7: 0.8765}),
    "unknown": [4],
    "usage": {
        "a": [
            {
                "dimension": "gender", "group": "female", "percent": 33.0,
                "percent_overall": 30.0, "share": 11.0, "share_overall": 10.0,
                "source": "a source, 2024", "ratio": 1.1,
            }
        ]
    },
}  # fmt: skip


def test_the_stored_shape_is_recorded() -> None:
    assert PARTS.to_json() == STORED


def test_what_is_stored_is_read_back() -> None:
    read = StoredParts.from_json(json.loads(json.dumps(STORED)))
    assert read.to_json() == STORED
    assert (read.platforms, read.what_if, read.usage) == (
        PARTS.platforms,
        PARTS.what_if,
        PARTS.usage,
    )
    assert (read.computed_on, read.likely) == (PARTS.computed_on, {7: 0.8765, 2: 0.5})


@pytest.mark.parametrize(
    ("name", "row", "key"),
    [
        ("StoredParts", lambda stored: stored, "likely"),
        ("PlatformScore", lambda stored: stored["platforms"][0], "evidence"),
        ("UsageRatio", lambda stored: stored["usage"]["a"][0], "ratio"),
        ("WhatIf", lambda stored: stored["what_if"], "ask"),
        ("Outlook", lambda stored: stored["outlook"], "spread"),
    ],
)
def test_unknown_and_missing_keys_are_refused(
    name: str, row: Callable[[dict[str, Any]], dict[str, Any]], key: str
) -> None:
    stored = json.loads(json.dumps(STORED))
    row(stored)["renamed"] = row(stored).pop(key)
    with pytest.raises(ValueError, match=f"stored {name}: .*renamed"):
        StoredParts.from_json(stored)
    row(stored)[key] = row(stored)["renamed"]
    with pytest.raises(ValueError, match=f"stored {name}: unknown or missing: renamed"):
        StoredParts.from_json(stored)
