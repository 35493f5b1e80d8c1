"""The heat map of correlations between services, and the pairs that hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan

from common.arrays import Floats
from ottstats.living.figures import AGES, SERVICES
from ottstats.pages.seoul.names import decade_name, decimal
from ottstats.selectors.living_page import STRONG, SeoulFigures, StrongPair

LIMITS = (0.1, 0.3, 0.5, STRONG)  # of |r|, between the steps of colour


@dataclass(frozen=True)
class HeatCell:
    """`colour`: "p1" to "p4" where r is positive, "n1" to "n4" where it is negative, "zero"."""

    text: str
    colour: str


@dataclass(frozen=True)
class HeatRow:
    name: str
    cells: Sequence[HeatCell]


@dataclass(frozen=True)
class PairRow:
    """Two services: r by age decade."""

    name: str
    cells: Sequence[HeatCell]


@dataclass(frozen=True)
class StrongRow:
    """Two services of one decade: r over both genders, of women and of men."""

    decade: str
    name: str
    both: str
    female: str
    male: str
    needs_both: bool


@dataclass(frozen=True)
class HeatMap:
    """`rows` is square. `pairs` has all decades; `strong` those with r above `limit`."""

    services: Sequence[str]
    rows: Sequence[HeatRow]
    decades: Sequence[str]
    pairs: Sequence[PairRow]
    strong: Sequence[StrongRow]
    limit: str
    observations: str

    @property
    def some_need_both(self) -> bool:
        return any(row.needs_both for row in self.strong)


def heat_map(figures: SeoulFigures, decade: int, names: Mapping[str, str]) -> HeatMap:
    own = figures.correlations[AGES.index(decade)]
    labels = [names[service] for service in SERVICES]
    return HeatMap(
        services=labels,
        rows=[
            HeatRow(label, [_cell(r) for r in line])
            for label, line in zip(labels, own.tolist(), strict=True)
        ],
        decades=[decade_name(age) for age in AGES],
        pairs=_pairs(figures.correlations, labels),
        strong=[_strong_row(pair, names) for pair in figures.strong],
        limit=decimal(STRONG, 1),
        observations=decimal(figures.observations, 0),
    )


def _pairs(correlations: Floats, labels: Sequence[str]) -> list[PairRow]:
    return [
        PairRow(
            f"{labels[one]} – {labels[other]}",
            [_cell(r) for r in correlations[:, one, other].tolist()],
        )
        for one, other in combinations(range(len(labels)), 2)
    ]


def _cell(r: float) -> HeatCell:
    if isnan(r):
        return HeatCell(decimal(None, 2), "zero")
    step = sum(abs(r) > limit for limit in LIMITS)
    return HeatCell(_text(r), f"{'p' if r > 0 else 'n'}{step}" if step else "zero")


def _text(r: float) -> str:
    return decimal(None if isnan(r) else r, 2)


def _strong_row(pair: StrongPair, names: Mapping[str, str]) -> StrongRow:
    one, other = pair.services
    return StrongRow(
        decade=decade_name(pair.age),
        name=f"{names[one]} – {names[other]}",
        both=_text(pair.both),
        female=_text(pair.female),
        male=_text(pair.male),
        needs_both=pair.both > STRONG and not (pair.female > STRONG or pair.male > STRONG),
    )
