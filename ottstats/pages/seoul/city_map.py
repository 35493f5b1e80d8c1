"""The map of the 25 districts, coloured in five steps of equal width."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ottstats.living.map import VIEW_BOX, centre
from ottstats.pages.seoul.choices import MEAN_AGE, NETFLIX, PEOPLE
from ottstats.pages.seoul.names import decimal, people_text
from ottstats.selectors.living_page import DistrictFigures

STEPS = 5
NAMED = 3  # districts with the highest values that are listed beside the map

Measure = Callable[[DistrictFigures], float | None]
MEASURES: Mapping[str, Measure] = {
    MEAN_AGE: lambda one: one.mean_age,
    PEOPLE: lambda one: one.population,
    NETFLIX: lambda one: one.netflix,
}


@dataclass(frozen=True)
class MapShape:
    """A district; `step` from 1 to 5, 0 without a value; its label is at `x` and `y`."""

    name: str
    label: str
    outline: str
    step: int
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class MapStep:
    step: int
    text: str


@dataclass(frozen=True)
class CityMap:
    """`shapes` with the highest value first."""

    measure: str
    shapes: Sequence[MapShape]
    legend: Sequence[MapStep]
    view_box: str = f"0 0 {VIEW_BOX[0]} {VIEW_BOX[1]}"

    @property
    def highest(self) -> Sequence[MapShape]:
        return self.shapes[:NAMED]

    @property
    def lowest(self) -> MapShape:
        return self.shapes[-1]


def measure_text(measure: str, value: float | None) -> str:
    if value is None:
        return decimal(None, 0)
    if measure == PEOPLE:
        return people_text(value)
    if measure == MEAN_AGE:
        return _("%(age)s years") % {"age": decimal(value, 1)}
    return f"z {_edge(measure, value)}"


def city_map(districts: Sequence[DistrictFigures], measure: str) -> CityMap:
    value = MEASURES[measure]
    known = [found for one in districts if (found := value(one)) is not None] or [0.0]
    low, width = min(known), (max(known) - min(known)) / STEPS
    ordered = sorted(districts, key=lambda one: (-(value(one) or 0.0), one.district.name_ko))
    legend = [
        MapStep(
            step + 1,
            _("%(low)s to %(high)s")
            % {
                "low": _edge(measure, low + step * width),
                "high": _edge(measure, low + (step + 1) * width),
            },
        )
        for step in range(STEPS)
    ]
    return CityMap(measure, [_shape(one, measure, low, width) for one in ordered], legend)


def _edge(measure: str, value: float) -> str:
    return decimal(value, {PEOPLE: 0, MEAN_AGE: 1, NETFLIX: 3}[measure])


def _shape(one: DistrictFigures, measure: str, low: float, width: float) -> MapShape:
    value = MEASURES[measure](one)
    step = 0 if value is None else min(STEPS, 1 + int((value - low) / width)) if width else 1
    x, y = centre(one.district.outline)
    name = str(one.district)
    return MapShape(
        name=name,
        label=_short(name),
        outline=one.district.outline,
        step=step,
        text=measure_text(measure, value),
        x=round(x, 1),
        y=round(y, 1),
    )


def _short(name: str) -> str:
    """The name without the word for district: what fits into its shape."""
    return name.removesuffix("-gu") if name.isascii() else name.removesuffix("구") or name
