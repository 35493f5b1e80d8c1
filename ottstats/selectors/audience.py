"""What a cell of Seoul uses, and which cells use a service: for whoever places services or adverts.

`ValueError` for a cell or month that the data do not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.errors import NotReadyError
from ottstats.living.figures import SERVICES, Cell, LivingDongs, LivingYear
from ottstats.living.formulas import (
    Correlation,
    ServiceScore,
    Target,
    adverts_of,
    dongs_of,
    services_of,
    targets_of,
)
from ottstats.models import District
from ottstats.selectors.living import data_of, living_load


@dataclass(frozen=True)
class Adverts:
    """The other services beside one, over `n` dongs; established correlations first."""

    n: int
    correlations: list[Correlation]


@dataclass(frozen=True)
class Monthly:
    """The use of a cell; `use` by service, a figure for each of `months`, ascending."""

    months: Sequence[str]
    use: Mapping[str, list[float]]


@dataclass(frozen=True, eq=False)
class Audience:
    """The living data that are loaded."""

    year: LivingYear
    dongs: LivingDongs

    @property
    def months(self) -> list[str]:
        """All months such as "2023-01", ascending; at least one."""
        return list(self.year.months)

    def services(self, cell: Cell, month: str, method: str) -> list[ServiceScore]:
        """The services of a cell in a month, best first."""
        return services_of(self.year, cell, month, method)

    def targets(self, service: str, method: str, limit: int) -> list[Target]:
        """The cells for a service, best first."""
        return targets_of(self.year, service, method, limit)

    def adverts(self, service: str, cell: Cell) -> Adverts:
        """Where to advertise a service to a cell."""
        use = dongs_of(self.year, self.dongs, cell)
        return Adverts(len(use), adverts_of(use, service))

    def monthly(self, cell: Cell) -> Monthly:
        """The use of a cell month by month."""
        use = self.year.use[self.year.place(cell)]
        return Monthly(self.months, dict(zip(SERVICES, use.T.tolist(), strict=True)))

    def districts(self) -> list[District]:
        """Those that the data have, by Korean name; without their outlines."""
        rows = District.objects.filter(name_ko__in=self.year.districts)
        return list(rows.order_by("name_ko").defer("outline"))


def audience() -> Audience:
    """The living data; `NotReadyError` without them."""
    load = living_load()
    if load is None or not data_of(load)[0].months:
        raise NotReadyError(
            "There are no living data of Seoul. Run: python manage.py load_living_data FOLDER"
        )
    return Audience(*data_of(load))
