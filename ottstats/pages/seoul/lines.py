"""The monthly lines of the services: a small chart for each.

What was published is of two kinds, which never share an axis: a use index, each on a scale of its
own from 0, and z-scores, all on one scale with 0 in the middle. The z-scores of all that was
published can be compared with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ottstats import charts
from ottstats.charts import LineChart, LinePoint
from ottstats.living.figures import SERVICES, Z_SCORES
from ottstats.pages.names import decimal
from ottstats.pages.seoul.choices import PUBLISHED
from ottstats.pages.seoul.names import month_names
from ottstats.selectors.living_page import SeoulFigures

BOX = {"ceiling": 26.0, "floor": 92.0, "margin": 4.0}
LEAST_SPAN = 0.1  # of a scale of z-scores, so that noise does not fill it
ABOVE, BELOW = -9, 18  # pixels from a point to its label


@dataclass(frozen=True)
class LineLabel:
    """The text of a point, `dy` pixels from it."""

    point: LinePoint
    text: str
    dy: int


@dataclass(frozen=True)
class ServiceLine:
    service: str
    name: str
    values: Sequence[str]
    line: LineChart
    labels: Sequence[LineLabel]


@dataclass(frozen=True)
class LineGroup:
    """Charts of one kind: `kind` is "index", "score" or "standard"."""

    kind: str
    panels: Sequence[ServiceLine]
    months: Sequence[str]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The rows of the table: each month with its values in the order of the charts."""
        columns = zip(*(panel.values for panel in self.panels), strict=True)
        return [(month, list(values)) for month, values in zip(self.months, columns, strict=True)]


def line_groups(figures: SeoulFigures, scale: str, names: Mapping[str, str]) -> list[LineGroup]:
    months = month_names(figures.months)
    if scale != PUBLISHED:
        return [LineGroup("standard", _scores(figures.standard, SERVICES, names), months)]
    counted = [service for service in SERVICES if service not in Z_SCORES]
    return [
        LineGroup("index", [_index(figures.use, one, names) for one in counted], months),
        LineGroup("score", _scores(figures.use, Z_SCORES, names), months),
    ]


def _index(
    use: Mapping[str, Sequence[float]], service: str, names: Mapping[str, str]
) -> ServiceLine:
    values = use[service]
    line = charts.line(values, top=max(values), **BOX)
    return _panel(service, names, line, 1)


def _scores(
    values: Mapping[str, Sequence[float]], services: Sequence[str], names: Mapping[str, str]
) -> list[ServiceLine]:
    span = max(LEAST_SPAN, *(abs(value) for one in services for value in values[one]))
    return [
        _panel(one, names, charts.line(values[one], top=span, bottom=-span, **BOX), 2)
        for one in services
    ]


def _panel(service: str, names: Mapping[str, str], line: LineChart, places: int) -> ServiceLine:
    texts = [decimal(point.value, places) for point in line.points]
    ends = {0, len(line.points) - 1}
    labels = [
        LineLabel(line.points[at], texts[at], BELOW if line.points[at].y > line.ground else ABOVE)
        for at in sorted(ends)
    ]
    return ServiceLine(service, names[service], texts, line, labels)
