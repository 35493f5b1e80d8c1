"""What the public page of Seoul's living data shows, as figures of one group of people.

Reads only. Figures of the data are computed once per load, group and process; the outlines are
read each time, because a load of reference data may change them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import isnan

import numpy as np

from common.arrays import Floats
from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES, LivingDongs, LivingYear
from ottstats.living.formulas import correlations_by_age, mean_ages, standard_scores
from ottstats.models import District, DistrictPopulation
from ottstats.selectors.living import data_of, living_load

BAND_YEARS = 5
BOTH = ""  # in place of a gender
A_TRACE = 1e-9  # people: so that the weights of cells never add up to 0


@dataclass(frozen=True)
class SeoulGroup:
    """Whom the figures are about: `gender` of `GENDERS` or `BOTH`, `age` of `AGES` or None."""

    gender: str = BOTH
    age: int | None = None

    @property
    def genders(self) -> Sequence[str]:
        return GENDERS if self.gender == BOTH else (self.gender,)


@dataclass(frozen=True)
class DistrictFigures:
    """A district: its people by gender, their mean age, and the mean of Netflix's z-scores."""

    district: District
    people: Mapping[str, float]
    mean_age: float | None
    netflix: float

    @property
    def population(self) -> float:
        return sum(self.people.values())


@dataclass(frozen=True, eq=False)
class SeoulFigures:
    """`districts`: most people first. `months`: their first days. `use` and `standard` by service:
    means by month, weighted by people, of what was published and of its z-scores.
    `correlations` (6, 7, 7) by age decade, of each gender and `BOTH`; those of the group are over
    `observations`, a dong of a gender each."""

    loaded_at: datetime
    months: Sequence[date]
    districts: Sequence[DistrictFigures]
    mean_age: float | None
    use: Mapping[str, Sequence[float]]
    standard: Mapping[str, Sequence[float]]
    correlations: Mapping[str, Floats]
    observations: int

    @property
    def population(self) -> float:
        return sum(one.population for one in self.districts)


def has_living_data() -> bool:
    return living_load() is not None


def seoul_figures(group: SeoulGroup) -> SeoulFigures | None:
    """The figures of a group of people; None as long as no data were loaded."""
    load = living_load()
    if load is None:
        return None
    year, dongs = data_of(load)
    people = _people(load.pk, load.loaded_at)
    districts = _districts(year, group, people)
    if not districts:
        return None
    shown = [people[one.district.pk] for one in districts]
    return SeoulFigures(
        loaded_at=load.loaded_at,
        months=[date.fromisoformat(f"{month}-01") for month in year.months],
        districts=sorted(districts, key=lambda one: (-one.population, one.district.name_ko)),
        mean_age=_mean_age(np.sum(shown, axis=0), group),
        use=_by_month(year.use, year, group),
        standard=_by_month(standard_scores(year), year, group),
        correlations=_correlations(dongs),
        observations=len(dongs.use) * len(group.genders),
    )


@lru_cache(maxsize=1)
def _people(load: int, loaded_at: datetime) -> Mapping[str, Floats]:
    """(2, 12) people by gender and five-year band, of each district by code; kept like the year."""
    found: dict[str, Floats] = {}
    columns = ("district_id", "gender", "age", "population")
    for code, gender, age, people in DistrictPopulation.objects.values_list(*columns):
        bands = found.setdefault(code, np.zeros((len(GENDERS), len(BANDS))))
        bands[GENDERS.index(gender), BANDS.index(age)] = people
    return found


@lru_cache(maxsize=1)
def _correlations(dongs: LivingDongs) -> Mapping[str, Floats]:
    each = {gender: correlations_by_age(dongs, (gender,)) for gender in GENDERS}
    return {BOTH: correlations_by_age(dongs), **each}


def _of_group(cells: Floats, group: SeoulGroup) -> Floats:
    """(d, 2, 6, …) cut down to the genders and ages of a group."""
    genders = [GENDERS.index(gender) for gender in group.genders]
    ages = [place for place, age in enumerate(AGES) if group.age in (None, age)]
    return cells[:, genders][:, :, ages]


def _weights(year: LivingYear, group: SeoulGroup) -> Floats:
    """The people of each cell; where nobody lives in any of them, all cells weigh the same."""
    return _of_group(year.population, group) + A_TRACE


def _bands(group: SeoulGroup) -> list[int]:
    return [place for place, band in enumerate(BANDS) if group.age in (None, band // 10 * 10)]


def _mean_age(people: Floats, group: SeoulGroup) -> float | None:
    """Of people (2, 12) by gender and five-year band; None where there is nobody."""
    genders, bands = [GENDERS.index(gender) for gender in group.genders], _bands(group)
    counts = people[genders].sum(axis=0)[bands]
    age = float(mean_ages(counts, [BANDS[band] for band in bands], years=BAND_YEARS))
    return None if isnan(age) else age


def _districts(
    year: LivingYear, group: SeoulGroup, people: Mapping[str, Floats]
) -> list[DistrictFigures]:
    """The districts of the data that have people and a place on the map."""
    netflix = _of_group(year.use[..., SERVICES.index("netflix")], group)
    means = np.average(netflix, axis=(1, 2, 3), weights=_weights(year, group))
    by_name = dict(zip(year.districts, means.tolist(), strict=True))
    bands = _bands(group)
    return [
        DistrictFigures(
            district,
            {
                gender: float(people[district.pk][GENDERS.index(gender)][bands].sum())
                for gender in group.genders
            },
            _mean_age(people[district.pk], group),
            by_name[district.name_ko],
        )
        for district in District.objects.all()
        if district.name_ko in by_name and district.pk in people
    ]


def _by_month(values: Floats, year: LivingYear, group: SeoulGroup) -> dict[str, list[float]]:
    """Means over the cells of a group, weighted by people: a value a month, by service."""
    weights = _weights(year, group)
    used = _of_group(values, group)
    means = np.einsum("dgams,dgam->ms", used, weights) / weights.sum(axis=(0, 1, 2))[:, None]
    return {service: means[:, place].tolist() for place, service in enumerate(SERVICES)}
