"""What is stored of an answer: `parts` of a respondent's recommendation and of a persona.

The one place that writes and reads this JSON. Reading refuses unknown and missing keys with a
`ValueError`, so that a renamed field cannot pass unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from ottstats.selectors.usage import DistrictUsageRatio, UsageRatio
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore
from recommend.results.forecast import WhatIf
from recommend.scoring.packed_chances import packed, unpacked

Row = TypeVar("Row", PlatformScore, UsageRatio, DistrictUsageRatio, WhatIf)
Usage = Mapping[str, Sequence[UsageRatio]]


@dataclass(frozen=True)
class StoredParts:
    """Every factor of all scores, and how they came about.

    `run` is the number of the model run and `exponent` its lambda. `platforms` are best first;
    `usage` has, by platform, the figures behind its weight. `likely` has P(like) by film,
    `unknown` the films that the person was asked about and does not know.
    """

    run: int
    strategy: str
    computed_on: date
    exponent: float
    platforms: Sequence[PlatformScore]
    outlook: Outlook
    what_if: WhatIf
    likely: Mapping[int, float]
    unknown: Sequence[int]
    usage: Usage

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; `from_json` reads it back, except for rounding."""
        return {
            "run": self.run,
            "strategy": self.strategy,
            "computed_on": self.computed_on.isoformat(),
            "exponent": self.exponent,
            "platforms": [asdict(row) for row in self.platforms],
            "outlook": self.outlook.to_json(),
            "what_if": asdict(self.what_if),
            "likely": packed(self.likely),
            "unknown": list(self.unknown),
            "usage": {slug: [asdict(row) for row in rows] for slug, rows in self.usage.items()},
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> StoredParts:
        _check_keys(StoredParts, stored)
        return StoredParts(
            run=stored["run"],
            strategy=stored["strategy"],
            computed_on=date.fromisoformat(stored["computed_on"]),
            exponent=stored["exponent"],
            platforms=scores_from_json(stored["platforms"]),
            outlook=Outlook.from_json(stored["outlook"]),
            what_if=_from_json(WhatIf, stored["what_if"]),
            likely=unpacked(stored["likely"]),
            unknown=stored["unknown"],
            usage=usage_from_json(stored["usage"]),
        )


def scores_from_json(rows: Iterable[Mapping[str, Any]]) -> list[PlatformScore]:
    """Reads the key `platforms` alone."""
    return [_from_json(PlatformScore, row) for row in rows]


def usage_from_json(stored: Mapping[str, Iterable[Mapping[str, Any]]]) -> Usage:
    """Reads the key `usage` alone."""
    return {slug: [_usage_row(row) for row in rows] for slug, rows in stored.items()}


def _usage_row(stored: Mapping[str, Any]) -> UsageRatio:
    """The rows of a district have columns of their own."""
    if "district" in stored:
        return _from_json(DistrictUsageRatio, stored)
    return _from_json(UsageRatio, stored)


def _from_json(kind: type[Row], stored: Mapping[str, Any]) -> Row:
    _check_keys(kind, stored)
    return kind(**stored)


def _check_keys(kind: type[Any], stored: Mapping[str, Any]) -> None:
    if wrong := stored.keys() ^ kind.__dataclass_fields__.keys():
        raise ValueError(f"stored {kind.__name__}: unknown or missing: {', '.join(sorted(wrong))}")
