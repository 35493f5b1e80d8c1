"""The services of one cell: which it uses more than others do, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ottstats.charts import LineChart, LinePoint
from ottstats.living.figures import Z_SCORES, Cell
from ottstats.living.formulas import STANDARD, ServiceScore
from ottstats.own_demand import PlatformDemand, own_demand
from ottstats.pages.audience.drawing import (
    ROW_HEIGHT,
    SignedBar,
    signed_bars,
    signed_line,
)
from ottstats.pages.audience.files import FileTable, Value
from ottstats.pages.audience.names import OTT, OTT_FIRST, cell_name, listed
from ottstats.pages.names import decimal, service_name
from ottstats.selectors.audience import Audience

FIRST = 3  # services in the answer


@dataclass(frozen=True)
class ServiceRow:
    """A service with its score in the month asked for, and the bar of it."""

    service: str
    name: str
    score: str
    z: str
    bar: SignedBar


@dataclass(frozen=True)
class MonthsOfService:
    """A service with a figure for each month, ready to read."""

    service: str
    name: str
    figures: Sequence[str]
    unit: str
    line: LineChart | None = None

    @property
    def labels(self) -> list[tuple[LinePoint, str]]:
        """The marked points of the line with their figures, as the table has them."""
        if self.line is None:
            return []
        figures = dict(zip(self.line.points, self.figures, strict=True))
        return [(point, figures[point]) for point in self.line.marked]


@dataclass(frozen=True)
class CustomerPage:
    """Everything below the form."""

    cell: str
    month: str
    months: Sequence[str]
    first: str
    first_ott: str
    is_below_average: bool
    rows: Sequence[ServiceRow]
    scores: Sequence[MonthsOfService]
    use: Sequence[MonthsOfService]
    demand: Sequence[PlatformDemand]

    @property
    def height(self) -> float:
        return len(self.rows) * ROW_HEIGHT


def customer_page(
    audience: Audience, cell: Cell, month: str, method: str, districts: Mapping[str, str]
) -> CustomerPage:
    ranked = audience.services(cell, month, method)
    bars = signed_bars([one.score for one in ranked])
    ott = [one.service for one in ranked if one.service in OTT]
    return CustomerPage(
        cell=cell_name(cell, districts),
        month=month,
        months=audience.months,
        first=listed(one.service for one in ranked[:FIRST]),
        first_ott=listed(ott),
        is_below_average=method == STANDARD and ranked[0].score < 0,
        rows=[
            ServiceRow(
                one.service,
                service_name(one.service),
                decimal(one.score, 2),
                decimal(one.z, 2),
                bar,
            )
            for one, bar in zip(ranked, bars, strict=True)
        ],
        scores=_score_rows(audience, cell, method),
        use=_use_rows(audience, cell),
        demand=_demand(cell),
    )


def _scores(audience: Audience, cell: Cell, method: str) -> dict[str, list[ServiceScore]]:
    """By service, a score for each month."""
    by_month = [
        {one.service: one for one in audience.services(cell, month, method)}
        for month in audience.months
    ]
    return {service: [scores[service] for scores in by_month] for service in OTT_FIRST}


def _score_rows(audience: Audience, cell: Cell, method: str) -> list[MonthsOfService]:
    return [
        MonthsOfService(
            service, service_name(service), [decimal(one.score, 2) for one in scores], ""
        )
        for service, scores in _scores(audience, cell, method).items()
    ]


def _unit(service: str) -> str:
    return _("z-score") if service in Z_SCORES else _("use index")


def _use_rows(audience: Audience, cell: Cell) -> list[MonthsOfService]:
    use = audience.monthly(cell).use
    return [
        MonthsOfService(
            service,
            service_name(service),
            [decimal(value, 2 if service in Z_SCORES else 1) for value in use[service]],
            _unit(service),
            signed_line(use[service]),
        )
        for service in OTT_FIRST
    ]


def _demand(cell: Cell) -> list[PlatformDemand]:
    return own_demand().of(cell.gender, cell.age, cell.district)


# --- files ---------------------------------------------------------------------------------------


def scores_table(audience: Audience, cell: Cell, method: str) -> FileTable:
    """Score and z of each service, month and rank."""
    header = ["district", "gender", "age", "month", "method", "rank", "service", "score", "z"]
    rows = [
        [*_columns(cell), month, method, rank, one.service, one.score, one.z]
        for month in audience.months
        for rank, one in enumerate(audience.services(cell, month, method), start=1)
    ]
    return FileTable("scores", header, rows)


def use_table(audience: Audience, cell: Cell, method: str) -> FileTable:
    """The use of each service and month, by whichever method."""
    monthly = audience.monthly(cell)
    rows = [
        [*_columns(cell), month, service, _kind(service), monthly.use[service][place]]
        for place, month in enumerate(monthly.months)
        for service in OTT_FIRST
    ]
    return FileTable("use", ["district", "gender", "age", "month", "service", "unit", "use"], rows)


def demand_table(audience: Audience, cell: Cell, method: str) -> FileTable:
    """OTTwin's own demand; an empty cell is hidden."""
    header = ["gender", "age", "platform", "recommended", "wanted", "district"]
    header.append("recommended_in_district")
    rows: list[list[Value]] = [
        [
            *(cell.gender, cell.age, row.platform.name, row.recommended, row.wanted),
            *(cell.district, row.in_district),
        ]
        for row in _demand(cell)
    ]
    return FileTable("demand", header, rows)


TABLES = {"scores": scores_table, "use": use_table, "demand": demand_table}


def _columns(cell: Cell) -> list[str | int]:
    return [cell.district, cell.gender, cell.age]


def _kind(service: str) -> str:
    return "z-score" if service in Z_SCORES else "use index"
