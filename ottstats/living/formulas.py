"""Who uses what: scores of services and cells, correlations, mean ages. Pure: no Django import.

Notation: x(c, t, s) is the use of service s by cell c (district x gender x age decade) in month t.
Formulas with their sources: docs/algorithms.md, "Seoul living data".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from common.arrays import Floats, Ints
from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES, Cell, LivingDongs, LivingYear

STANDARD, WEIGHTED = METHODS = ("standard", "weighted")
WEIGHTED_NOTE = (  # beside every figure of `weighted` that is shown
    "It misleads: where z < 0, more use lowers the score, and ratios are taken of values that are "
    "z-scores already."
)
MOST_TARGETS = 300
CONFIDENT = 1.959963984540054  # of the standard normal distribution: 95 % lie within
FEWEST_DONGS = 4  # from here on Fisher's interval is defined


@dataclass(frozen=True)
class ServiceScore:
    """`score` orders the services of a cell; `z`: see `services_of`."""

    service: str
    score: float
    z: float


@dataclass(frozen=True)
class Target:
    """A cell that uses a service much; for `z` see `targets_of`."""

    cell: Cell
    z: float


@dataclass(frozen=True)
class Correlation:
    """Pearson's `r` with the limits of its 95 % interval; None where it is not defined."""

    service: str
    r: float | None
    low: float | None
    high: float | None

    @property
    def established(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def rises(self) -> bool:
        """Whether it is established that both are used more in the same places."""
        return self.low is not None and self.low > 0


@lru_cache(maxsize=2)  # of the year in use, and of one that was replaced just now
def standard_scores(year: LivingYear) -> Floats:
    """(d, 2, 6, m, 7): z = (x - mean) / deviation, of all cells and months of a service together,
    by the deviation of a population. 0 for a service that is the same everywhere."""
    together = (0, 1, 2, 3)
    deviation = _deviation(year.use, together)
    return _fixed(_divided(year.use - year.use.mean(axis=together), deviation))


@lru_cache(maxsize=2)
def yearly_scores(year: LivingYear) -> Floats:
    """(d, 2, 6, 7): z of a cell's mean over the months, among the means of all cells."""
    means = year.use.mean(axis=3)
    deviation = _deviation(means, (0, 1, 2))
    return _fixed(_divided(means - means.mean(axis=(0, 1, 2)), deviation))


@lru_cache(maxsize=2)
def weighted_scores(year: LivingYear) -> Floats:
    """(d, 2, 6, m, 7): `yearly_scores` times x / (mean of the cell's months).

    The rule of a published project, kept for comparison. It misleads: where z is negative, more use
    lowers the score, and of values that are z-scores already it takes ratios. 0 where the mean is
    0.
    """
    means = year.use.mean(axis=3, keepdims=True)
    return _fixed(yearly_scores(year)[:, :, :, None, :] * _divided(year.use, means))


def services_of(year: LivingYear, cell: Cell, month: str, method: str) -> list[ServiceScore]:
    """The services of a cell in a month, the highest score first; ties by name.

    `standard`: `score` and `z` are the month's `standard_scores`. `weighted`: `score` is the
    month's of `weighted_scores`, `z` that of `yearly_scores`.
    """
    place, at = year.place(cell), list(year.months).index(month)
    if method == STANDARD:
        scores = standards = standard_scores(year)[place][at]
    else:
        scores, standards = weighted_scores(year)[place][at], yearly_scores(year)[place]
    found = [
        ServiceScore(*row)
        for row in zip(SERVICES, scores.tolist(), standards.tolist(), strict=True)
    ]
    return sorted(found, key=lambda one: (-one.score, one.service))


def targets_of(year: LivingYear, service: str, method: str, limit: int) -> list[Target]:
    """The cells for a service, best first, at most `limit`; ties by district, gender and age.

    `standard`: by the mean of the months' `standard_scores`; `weighted`: by `yearly_scores`.
    """
    at = SERVICES.index(service)
    if method == STANDARD:
        scores = standard_scores(year)[..., at].mean(axis=3)
    else:
        scores = yearly_scores(year)[..., at]
    flat = scores.ravel()
    order = np.argsort(-flat, kind="stable")[:limit]
    return [Target(year.cell(place), float(flat[place])) for place in order.tolist()]


def dongs_of(year: LivingYear, dongs: LivingDongs, cell: Cell) -> Floats:
    """(n, 7): the use of each dong of a cell, the mean of its two five-year bands."""
    district, gender, age = year.place(cell)
    bands = [place for place, band in enumerate(BANDS) if band // 10 * 10 == AGES[age]]
    found: Floats = dongs.use[dongs.district_of == district][:, gender][:, bands].mean(axis=1)
    return found


def adverts_of(use: Floats, service: str) -> list[Correlation]:
    """The other services by their correlation with `service` over dongs, `use` (n, 7).

    First those that are established, by falling r, then the others likewise; ties by name.
    """
    at = SERVICES.index(service)
    found = [
        correlation(name, use[:, at], use[:, place])
        for place, name in enumerate(SERVICES)
        if place != at
    ]
    return sorted(
        found, key=lambda one: (not one.established, one.r is None, -(one.r or 0.0), one.service)
    )


def correlation(service: str, one: Floats, other: Floats) -> Correlation:
    """Pearson's r of two series (n,) with Fisher's 95 % interval.

    The interval is tanh(atanh r +- 1.96 / sqrt(n - 3)). r is None if a series does not
    vary, the interval with fewer than 4 values. R. A. Fisher,
    "On the probable error of a coefficient of correlation", Metron 1 (1921).
    """
    if not (_varies(one) and _varies(other)):
        return Correlation(service, None, None, None)
    deviations = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((deviations[0] ** 2).sum() * (deviations[1] ** 2).sum()))
    if not spread > 0:
        return Correlation(service, None, None, None)
    r = float(np.clip((deviations[0] * deviations[1]).sum() / spread, -1.0, 1.0))
    if len(one) < FEWEST_DONGS:
        return Correlation(service, r, None, None)
    if abs(r) == 1.0:
        return Correlation(service, r, r, r)
    middle, width = np.arctanh(r), CONFIDENT / np.sqrt(len(one) - 3)
    return Correlation(service, r, float(np.tanh(middle - width)), float(np.tanh(middle + width)))


def correlations_by_age(dongs: LivingDongs, genders: Sequence[str] = GENDERS) -> Floats:
    """(6, 7, 7): Pearson's r of each two services by age decade, over all dongs and `genders`.

    A dong of a gender is one observation, the mean of its two five-year bands. With both genders,
    what only differs between them correlates too. NaN where a service does not vary.
    """
    use = dongs.use[:, [GENDERS.index(gender) for gender in genders]]
    decades = use.reshape(len(use), len(genders), len(AGES), 2, len(SERVICES)).mean(3)
    found = []
    for age in range(len(AGES)):
        seen = decades[:, :, age].reshape(-1, len(SERVICES))
        with np.errstate(invalid="ignore", divide="ignore"):
            matrix = np.corrcoef(seen, rowvar=False)
        same = [place for place in range(len(SERVICES)) if not _varies(seen[:, place])]
        matrix[same], matrix[:, same] = np.nan, np.nan
        found.append(matrix)
    return np.array(found)


def mean_ages(bands: Floats, first_years: Sequence[int], *, years: int) -> Floats:
    """(...): the mean age of people `bands` (..., b) by the middles of their age bands.

    A band of `years` from age a on has its middle at a + years / 2. NaN where there is nobody.
    """
    middles = np.asarray(first_years, np.float64) + years / 2
    people: Ints | Floats = bands.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ages: Floats = (bands @ middles) / people
    return ages


def _varies(values: Floats) -> bool:
    """Whether values differ. Their deviation cannot say: by rounding, that of equal ones is not
    always 0."""
    return len(values) > 0 and bool(np.ptp(values) > 0)


def _deviation(values: Floats, axes: tuple[int, ...]) -> Floats:
    """That of a population, and exactly 0 of equal values."""
    found: Floats = np.where(np.ptp(values, axis=axes) > 0, values.std(axis=axes), 0.0)
    return found


def _divided(values: Floats, by: Floats) -> Floats:
    """Quotients; 0 where the divisor is 0."""
    found: Floats = np.divide(values, by, out=np.zeros_like(values), where=by != 0)
    return found


def _fixed(kept: Floats) -> Floats:
    """An array that is kept for other callers, so that nobody may change it."""
    kept.setflags(write=False)
    return kept
