"""The bars of the districts' people, on an axis that begins at 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from ottstats.pages.names import decimal
from ottstats.pages.seoul.names import people_count, people_text
from ottstats.selectors.living_page import DistrictFigures

NAMED = 3  # districts with most people that the text names
MOST_TICKS = 5


@dataclass(frozen=True)
class BarPart:
    """The people of one gender; `x` and `width` in percent."""

    gender: str
    people: str
    x: float
    width: float


@dataclass(frozen=True)
class DistrictBar:
    name: str
    people: str
    text: str
    parts: Sequence[BarPart]
    is_named: bool


@dataclass(frozen=True)
class BarTick:
    """`x` in percent."""

    text: str
    x: float

    @property
    def anchor(self) -> str:
        """SVG's text-anchor that keeps the text inside the drawing."""
        return "start" if self.x == 0 else "end" if self.x == 100 else "middle"


@dataclass(frozen=True)
class PopulationBars:
    """`total`: people of all districts."""

    rows: Sequence[DistrictBar]
    ticks: Sequence[BarTick]
    genders: Sequence[str]
    total: str

    @property
    def named(self) -> Sequence[DistrictBar]:
        return self.rows[:NAMED]

    @property
    def halves(self) -> list[tuple[int, Sequence[DistrictBar]]]:
        """The rows in two parts, which a wide screen shows side by side, with their first place."""
        middle = (len(self.rows) + 1) // 2
        return [(1, self.rows[:middle]), (middle + 1, self.rows[middle:])]


def population_bars(
    districts: Sequence[DistrictFigures], genders: Sequence[str], total: float
) -> PopulationBars:
    step, top = _scale(max(one.population for one in districts))
    ticks = [BarTick(decimal(at, 0), round(100 * at / top, 2)) for at in range(0, top + 1, step)]
    rows = [_bar(one, genders, top, place < NAMED) for place, one in enumerate(districts)]
    return PopulationBars(rows, ticks, genders, people_count(total))


def _bar(one: DistrictFigures, genders: Sequence[str], top: int, is_named: bool) -> DistrictBar:
    parts, x = [], 0.0
    for gender in genders:
        width = 100 * one.people[gender] / top
        parts.append(
            BarPart(gender, people_count(one.people[gender]), round(x, 2), round(width, 2))
        )
        x += width
    name, people = str(one.district), one.population
    return DistrictBar(name, people_count(people), people_text(people), parts, is_named)


def _scale(highest: float) -> tuple[int, int]:
    """The distance of ticks (1, 2 or 5 times a power of ten) and the end of the axis."""
    rough = max(highest / MOST_TICKS, 1.0)
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return step, step * max(ceil(highest / step), 1)
