"""Geometry of the charts of the statistics page. Pure: no Django import, no words, no colours.

Horizontal lengths are percentages of the drawing's width, vertical ones are pixels from its top, so
a drawing fills the width of the page while its letters keep their size. A value of None is hidden:
its mark has no length, and a line has a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

NEAR_THE_EDGE = 12.0  # percent of the width
LABEL_WIDTH = 25.0  # percent of the width

Values = Sequence[float | None]


def highest(rows: Iterable[Values]) -> float:
    """The largest value, which gets the longest mark of a scale; 0 if nothing is shown."""
    return max((value for row in rows for value in row if value is not None), default=0.0)


def _share(value: float | None, top: float, bottom: float = 0.0) -> float:
    """The share of the scale, for None that of 0; 0 if the scale is empty."""
    return ((value or 0.0) - bottom) / (top - bottom) if top > bottom else 0.0


def _rounded(number: float) -> float:
    return round(number, 2)


@dataclass(frozen=True)
class HorizontalBar:
    """A horizontal bar: `width` in percent, `y` and `height` in pixels."""

    value: float | None
    y: float
    height: float
    width: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def bars(
    values: Values, *, top: float, y: float, heights: Sequence[float], gap: float, longest: float
) -> list[HorizontalBar]:
    """Bars below each other, starting at `y`; the bar of `top` is `longest` percent wide."""
    drawn = []
    for value, height in zip(values, heights, strict=True):
        drawn.append(HorizontalBar(value, y, height, _rounded(_share(value, top) * longest)))
        y += height + gap
    return drawn


@dataclass(frozen=True)
class VerticalBar:
    """A vertical bar: `x`, `width` and `centre` in percent, `y` and `height` in pixels."""

    value: float | None
    x: float
    width: float
    y: float
    height: float

    @property
    def centre(self) -> float:
        return _rounded(self.x + self.width / 2)


def columns(
    values: Values, *, top: float, ceiling: float, floor: float, filled: float
) -> list[VerticalBar]:
    """Bars side by side, each filling a part of a slot; all slots are equally wide.

    The bars begin at `floor`, and the bar of `top` reaches `ceiling` (both: pixels from the top).
    """
    slot = 100 / max(len(values), 1)
    drawn = []
    for place, value in enumerate(values):
        height = _rounded(_share(value, top) * (floor - ceiling))
        x = _rounded((place + (1 - filled) / 2) * slot)
        bar = VerticalBar(value, x, _rounded(slot * filled), _rounded(floor - height), height)
        drawn.append(bar)
    return drawn


@dataclass(frozen=True)
class LinePoint:
    """A value of a line: `x` in percent, `y` in pixels; `is_alone`: between two gaps."""

    value: float | None
    x: float
    y: float
    is_alone: bool = False

    @property
    def anchor(self) -> str:
        """SVG's text-anchor that keeps a label above the point inside the drawing."""
        if self.x < NEAR_THE_EDGE:
            return "start"
        return "end" if self.x > 100 - NEAR_THE_EDGE else "middle"


@dataclass(frozen=True)
class LineChart:
    """`path` and `area` are SVG path data on a width of 100, with a part for each run of values.

    `ground`: where 0 is, in pixels from the top.
    """

    points: Sequence[LinePoint]
    path: str
    area: str
    ground: float

    @property
    def marked(self) -> list[LinePoint]:
        """The points with labels: the last and, unless their labels would overlap, the highest."""
        shown = [point for point in self.points if point.value is not None]
        if not shown:
            return []
        last = shown[-1]
        peak = min(shown, key=lambda point: point.y)
        return [last] if last.x - peak.x < LABEL_WIDTH else [peak, last]


def line(
    values: Values,
    *,
    top: float,
    ceiling: float,
    floor: float,
    margin: float = 0.0,
    bottom: float = 0.0,
) -> LineChart:
    """A line through the values from left to right, with `margin` percent free on both sides.

    The scale goes from `bottom`, which is 0 or negative, to `top`; the area lies between the line
    and 0. A run of a single value has no path, only its point.
    """
    step = (100 - 2 * margin) / max(len(values) - 1, 1)
    ground = _rounded(floor - _share(0.0, top, bottom) * (floor - ceiling))
    around = [None, *values, None]
    points = [
        LinePoint(
            value,
            _rounded(margin + place * step),
            _rounded(floor - _share(value, top, bottom) * (floor - ceiling)),
            is_alone=value is not None and around[place] is None and around[place + 2] is None,
        )
        for place, value in enumerate(values)
    ]
    runs = [
        list(run)
        for is_shown, run in groupby(points, key=lambda point: point.value is not None)
        if is_shown
    ]
    paths = [" L".join(f"{point.x:g} {point.y:g}" for point in run) for run in runs]
    long = [(path, run) for path, run in zip(paths, runs, strict=True) if len(run) > 1]
    return LineChart(
        points=points,
        path=" ".join(f"M{path}" for path, _run in long),
        area=" ".join(
            f"M{run[0].x:g} {ground:g} L{path} L{run[-1].x:g} {ground:g} Z" for path, run in long
        ),
        ground=ground,
    )
