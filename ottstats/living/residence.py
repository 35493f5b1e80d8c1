"""How much more, or less, a district uses Netflix than all of Seoul. Pure: no Django import.

The living data have only z-scores of Netflix, which have no zero: a ratio needs the z-score of
nobody. It is where the straight line of Seoul's z-scores on published shares crosses 0 %.
Formulas with their measurement: docs/algorithms.md, "Residence".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats
from ottstats.living.figures import AGES, GENDERS, SERVICES, Cell, LivingYear

SERVICE = "netflix"  # of the services the only one that is a platform, too
LEAST_FIT = 0.95  # r squared of the line: below, the z-scores do not measure what surveys ask
# Height above z0 of a group. The line misses the decades by up to 0.015, so a height of `FULL` is
# known to 8 %; below `NONE`, where hardly one in ten people uses Netflix, it is not to 15 %.
NONE, FULL = 0.1, 0.2


@dataclass(frozen=True)
class Line:
    """z = `zero` + `slope` * percent, by least squares; `fit`: r squared."""

    zero: float
    slope: float
    fit: float

    @property
    def holds(self) -> bool:
        return self.fit >= LEAST_FIT and self.slope > 0


def line_of(year: LivingYear, percents: Sequence[float]) -> Line:
    """The line of Seoul's z-scores by age decade on the `percents` (6,) who use it, 0 to 100.

    z of a decade: mean over districts and genders, weighted by people. `fit` is 0 if either does
    not vary, and if a decade has no people.
    """
    z, people = _means(year)
    if not people.sum(axis=(0, 1)).all():
        return Line(0.0, 0.0, 0.0)
    by_age = np.average(z, axis=(0, 1), weights=people)
    shares = np.asarray(percents, np.float64)
    deviations = shares - shares.mean(), by_age - by_age.mean()
    spread, height = float((deviations[0] ** 2).sum()), float((deviations[1] ** 2).sum())
    if not (spread > 0 and height > 0):
        return Line(float(by_age.mean()), 0.0, 0.0)
    product = float((deviations[0] * deviations[1]).sum())
    slope = product / spread
    zero = float(by_age.mean() - slope * shares.mean())
    return Line(zero, slope, product**2 / (spread * height))


def district_ratio(year: LivingYear, line: Line, cell: Cell) -> float | None:
    """(z_cell - z0) / (z_group - z0), moved to 1 where z_group - z0 is small; None if `line` fails,
    and for a group without people.

    z_cell: mean over the months; z_group: mean of its gender and age over the districts, weighted
    by people; z0: `line.zero`. From a height of `FULL` on the ratio counts in full, down to `NONE`
    ever less, and below not at all. At least 0. `ValueError` for an unknown cell.
    """
    district, gender, age = year.place(cell)
    if not line.holds:
        return None
    z, people = _means(year)
    if not people[:, gender, age].any():
        return None
    group = float(np.average(z[:, gender, age], weights=people[:, gender, age]))
    height = group - line.zero
    trust = min(max((height - NONE) / (FULL - NONE), 0.0), 1.0)
    if trust == 0:
        return 1.0
    ratio = (float(z[district, gender, age]) - line.zero) / height
    return max(1.0 + trust * (ratio - 1.0), 0.0)


def decade(age: int | None) -> int | None:
    """The first year of the age's decade; None where the living data have nobody."""
    first = None if age is None else age // 10 * 10
    return first if first in AGES else None


def cell_of(*, district: str, gender: str, age: int | None) -> Cell | None:
    """The cell of a person; None unless all three are known."""
    first = decade(age)
    if not district or gender not in GENDERS or first is None:
        return None
    return Cell(district, gender, first)


def _means(year: LivingYear) -> tuple[Floats, Floats]:
    """z-scores and people (d, 2, 6), means over the months."""
    z: Floats = year.use[..., SERVICES.index(SERVICE)].mean(axis=3)
    people: Floats = year.population.mean(axis=3)
    return z, people
