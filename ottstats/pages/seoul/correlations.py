"""The heat map of correlations between services, and the pairs that hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan

from ottstats.living.figures import AGES, GENDERS, SERVICES
from ottstats.pages.seoul.names import decade_name, decimal
from ottstats.selectors.living_page import BOTH, SeoulFigures

STRONG = 0.7  # pairs with a higher r are named
LIMITS = (0.1, 0.3, 0.5, STRONG)  # of |r|, between the steps of colour
PAIRS = tuple(combinations(range(len(SERVICES)), 2))


@dataclass(frozen=True)
class HeatCell:
    """`colour`: "p1" to "p4" where r is positive, "n1" to "n4" where it is negative, "zero".

    `needs_both`: strong only where both genders are put together, in neither of them alone.
    """

    text: str
    colour: str
    is_strong: bool
    needs_both: bool = False


@dataclass(frozen=True)
class HeatRow:
    """A service with each other, or a pair of services in each decade."""

    name: str
    cells: Sequence[HeatCell]

    @property
    def is_strong(self) -> bool:
        return any(cell.is_strong for cell in self.cells)


@dataclass(frozen=True)
class GenderDifference:
    """A pair that is strong only over both genders: r over both, of women and of men."""

    name: str
    decade: str
    both: str
    female: str
    male: str


@dataclass(frozen=True)
class HeatMap:
    """`rows` is square; `pairs` has all decades, the strongest pair first."""

    services: Sequence[str]
    rows: Sequence[HeatRow]
    decades: Sequence[str]
    pairs: Sequence[HeatRow]
    difference: GenderDifference | None
    limit: str
    observations: str

    @property
    def strong(self) -> list[HeatRow]:
        return [pair for pair in self.pairs if pair.is_strong]


def heat_map(figures: SeoulFigures, gender: str, decade: int, names: Mapping[str, str]) -> HeatMap:
    own = figures.correlations[gender][AGES.index(decade)]
    labels = [names[service] for service in SERVICES]
    return HeatMap(
        services=labels,
        rows=[
            HeatRow(label, [_cell(r) for r in line])
            for label, line in zip(labels, own.tolist(), strict=True)
        ],
        decades=[decade_name(age) for age in AGES],
        pairs=_pairs(figures, gender, labels),
        difference=_difference(figures, labels) if gender == BOTH else None,
        limit=decimal(STRONG, 1),
        observations=decimal(figures.observations, 0),
    )


def _pairs(figures: SeoulFigures, gender: str, labels: Sequence[str]) -> list[HeatRow]:
    def highest(pair: tuple[int, int]) -> float:
        known = [r for r in figures.correlations[gender][:, *pair].tolist() if not isnan(r)]
        return max(known, default=-1.0)

    return [
        HeatRow(
            _pair_name(pair, labels),
            [
                _cell(
                    float(figures.correlations[gender][place, *pair]),
                    needs_both=gender == BOTH and _needs_both(figures, place, pair),
                )
                for place in range(len(AGES))
            ],
        )
        for pair in sorted(PAIRS, key=highest, reverse=True)
    ]


def _needs_both(figures: SeoulFigures, place: int, pair: tuple[int, int]) -> bool:
    both, *each = (figures.correlations[key][place, *pair] for key in (BOTH, *GENDERS))
    return bool(both > STRONG and not any(r > STRONG for r in each))


def _difference(figures: SeoulFigures, labels: Sequence[str]) -> GenderDifference | None:
    """The strongest of the pairs that need both genders."""
    both = figures.correlations[BOTH]
    found = [
        (place, pair)
        for place in range(len(AGES))
        for pair in PAIRS
        if _needs_both(figures, place, pair)
    ]
    if not found:
        return None
    place, pair = max(found, key=lambda one: float(both[one[0], *one[1]]))
    texts = (decimal(float(figures.correlations[key][place, *pair]), 2) for key in (BOTH, *GENDERS))
    return GenderDifference(_pair_name(pair, labels), decade_name(AGES[place]), *texts)


def _pair_name(pair: tuple[int, int], labels: Sequence[str]) -> str:
    return " – ".join(labels[place] for place in pair)


def _cell(r: float, *, needs_both: bool = False) -> HeatCell:
    if isnan(r):
        return HeatCell(decimal(None, 2), "zero", is_strong=False)
    step = sum(abs(r) > limit for limit in LIMITS)
    colour = f"{'p' if r > 0 else 'n'}{step}" if step else "zero"
    return HeatCell(decimal(r, 2), colour, is_strong=r > STRONG, needs_both=needs_both)
