"""Geometry of bars and lines whose values may be negative. Pure: no Django import.

As in `ottstats.charts`: horizontal lengths in percent of the width, vertical ones in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ottstats.charts import LineChart, line

MIDDLE, LONGEST = 50.0, 38.0  # percent; the label needs the rest
ROW_HEIGHT, NAME_HEIGHT, BAR_HEIGHT = 46.0, 22.0, 14.0
LINE_TOP, LINE_BOTTOM, LINE_MARGIN = 26.0, 78.0, 6.0


@dataclass(frozen=True)
class SignedBar:
    """A bar from the axis in the middle: to the right, or to the left if the value is negative."""

    value: float
    x: float
    width: float
    y: float

    @property
    def is_negative(self) -> bool:
        return self.value < 0

    @property
    def end(self) -> float:
        return self.x if self.is_negative else round(self.x + self.width, 2)

    @property
    def name_y(self) -> float:
        return self.y - NAME_HEIGHT / 2

    @property
    def label_y(self) -> float:
        return self.y + BAR_HEIGHT / 2


def signed_bars(values: Sequence[float]) -> list[SignedBar]:
    """Bars below each other; the value furthest from 0 has the longest."""
    top = max((abs(value) for value in values), default=0.0)
    bars = []
    for place, value in enumerate(values):
        width = round(abs(value) / top * LONGEST, 2) if top > 0 else 0.0
        x = round(MIDDLE - width, 2) if value < 0 else MIDDLE
        bars.append(SignedBar(value, x, width, place * ROW_HEIGHT + NAME_HEIGHT))
    return bars


def signed_line(values: Sequence[float]) -> LineChart:
    """A line on a scale of its own: from 0 on, or with 0 in the middle if a value is negative."""
    top = max((abs(value) for value in values), default=0.0) or 1.0
    bottom = -top if min(values, default=0.0) < 0 else 0.0
    return line(
        values,
        top=top,
        bottom=bottom,
        ceiling=LINE_TOP,
        floor=LINE_BOTTOM,
        margin=LINE_MARGIN,
    )
