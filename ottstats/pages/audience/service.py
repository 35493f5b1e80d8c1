"""The target customers of one service, and where to advertise it to each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from ottstats.living.figures import SERVICES, Cell, LivingDongs, LivingYear
from ottstats.living.formulas import MOST_TARGETS, Correlation, Target
from ottstats.own_demand import OwnDemand, own_demand
from ottstats.pages.audience.files import FileTable, Value
from ottstats.pages.audience.names import cell_name, listed
from ottstats.pages.names import decimal, service_name
from ottstats.selectors.audience import Adverts, Audience

FIRST = 3  # targets in the answer
MOST_PLATFORMS = 3  # of OTTwin's own demand beside a target


@dataclass(frozen=True)
class Advert:
    """A service to advertise on, with its correlation as people read it."""

    name: str
    figures: str


@dataclass(frozen=True)
class TargetRow:
    """A target customer. Each list of services in its own order: `together` are established to be
    used more where the service of the page is, `apart` to be used less there."""

    rank: int
    cell: Cell
    name: str
    z: str
    dongs: int
    together: Sequence[Advert]
    apart: Sequence[Advert]
    others: Sequence[Advert]
    demand: str


@dataclass(frozen=True)
class ServicePage:
    """Everything below the form."""

    service: str
    first: str
    advert: str
    targets: Sequence[TargetRow]


def service_page(
    audience: Audience, service: str, limit: int, method: str, districts: Mapping[str, str]
) -> ServicePage:
    demand, targets = own_demand(), audience.targets(service, method, limit)
    rows = [
        _row(audience, service, rank, target, districts, demand)
        for rank, target in enumerate(targets, start=1)
    ]
    best = _adverts(audience.year, audience.dongs, service, targets[0].cell)
    return ServicePage(
        service=service_name(service),
        first="; ".join(row.name for row in rows[:FIRST]),
        advert=listed([one.service for one in best.correlations if one.rises]),
        targets=rows,
    )


@lru_cache(maxsize=len(SERVICES) * MOST_TARGETS)
def _adverts(year: LivingYear, dongs: LivingDongs, service: str, cell: Cell) -> Adverts:
    """Kept by each process: of 300 targets it takes a tenth of a second."""
    return Audience(year, dongs).adverts(service, cell)


def _row(
    audience: Audience,
    service: str,
    rank: int,
    target: Target,
    districts: Mapping[str, str],
    demand: OwnDemand,
) -> TargetRow:
    adverts = _adverts(audience.year, audience.dongs, service, target.cell)
    return TargetRow(
        rank=rank,
        cell=target.cell,
        name=cell_name(target.cell, districts),
        z=decimal(target.z, 3),
        dongs=adverts.n,
        together=[_advert(one) for one in adverts.correlations if one.rises],
        apart=[_advert(one) for one in adverts.correlations if one.established and not one.rises],
        others=[_advert(one) for one in adverts.correlations if not one.established],
        demand=_wanted_most(demand, target.cell),
    )


def _advert(one: Correlation) -> Advert:
    if one.r is None:
        return Advert(service_name(one.service), _("does not vary"))
    if one.low is None or one.high is None:
        return Advert(service_name(one.service), f"r {decimal(one.r, 2)}")
    figures = f"r {decimal(one.r, 2)} ({decimal(one.low, 2)} – {decimal(one.high, 2)})"
    return Advert(service_name(one.service), figures)


def _wanted_most(demand: OwnDemand, cell: Cell) -> str:
    """The platforms recommended most, with the number of people; empty if all is hidden."""
    rows = [row for row in demand.of(cell.gender, cell.age) if row.recommended is not None]
    return ", ".join(f"{row.platform} {row.recommended:,}" for row in rows[:MOST_PLATFORMS])


# --- files ---------------------------------------------------------------------------------------


def targets_table(audience: Audience, service: str, limit: int, method: str) -> FileTable:
    header = ["rank", "service", "method", "district", "gender", "age", "z"]
    rows: list[list[Value]] = [
        [rank, service, method, one.cell.district, one.cell.gender, one.cell.age, one.z]
        for rank, one in enumerate(audience.targets(service, method, limit), start=1)
    ]
    return FileTable("targets", header, rows)


def adverts_table(audience: Audience, service: str, limit: int, method: str) -> FileTable:
    """The services to advertise on, for each target in its own order."""
    header = ["target", "service", "district", "gender", "age", "order", "other_service"]
    header += ["r", "low", "high", "established", "advertise_there", "dongs"]
    rows: list[list[Value]] = []
    for rank, target in enumerate(audience.targets(service, method, limit), start=1):
        cell = target.cell
        adverts = _adverts(audience.year, audience.dongs, service, cell)
        for order, one in enumerate(adverts.correlations, start=1):
            rows.append(
                [
                    *(rank, service, cell.district, cell.gender, cell.age, order, one.service),
                    *(one.r, one.low, one.high, _said(one.established), _said(one.rises)),
                    adverts.n,
                ]
            )
    return FileTable("adverts", header, rows)


def _said(whether: bool) -> str:
    return "yes" if whether else "no"


def demand_table(audience: Audience, service: str, limit: int, method: str) -> FileTable:
    """OTTwin's own demand of the genders and ages of the targets; an empty cell is hidden."""
    demand = own_demand()
    groups = dict.fromkeys(
        (one.cell.gender, one.cell.age) for one in audience.targets(service, method, limit)
    )
    rows: list[list[Value]] = [
        [gender, age, row.platform.name, row.recommended, row.wanted]
        for gender, age in groups
        for row in demand.of(gender, age)
    ]
    return FileTable("demand", ["gender", "age", "platform", "recommended", "wanted"], rows)


TABLES = {"targets": targets_table, "adverts": adverts_table, "demand": demand_table}
