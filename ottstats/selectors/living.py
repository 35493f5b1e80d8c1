"""The living data in the database, as arrays that each process keeps. Reads only."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import numpy as np

from common.models import DataLoad
from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES, LivingDongs, LivingYear
from ottstats.models import LivingCell, LivingDong


def living_load() -> DataLoad | None:
    """The load whose data are in the database; None if none were loaded."""
    return DataLoad.objects.latest_of(DataLoad.Kind.LIVING_DATA)


def living_year() -> LivingYear | None:
    """All cells; None without data. One query where this process has read them already."""
    load = living_load()
    return _year(load.pk, load.loaded_at) if load else None


def data_of(load: DataLoad) -> tuple[LivingYear, LivingDongs]:
    """Cells and dongs of `living_load`. No query where this process has read them already."""
    return _year(load.pk, load.loaded_at), _dongs(load.pk, load.loaded_at)


@lru_cache(maxsize=1)
def _year(load: int, loaded_at: datetime) -> LivingYear:
    """Cached by each process: a load has its number and moment alone, and replaces everything.

    The moment, because a database that was restored gives numbers again.
    """
    columns = ("district__name_ko", "gender", "age", "month", "population", *SERVICES)
    rows = list(LivingCell.objects.values_list(*columns))
    districts, months = sorted({row[0] for row in rows}), sorted({row[3] for row in rows})
    shape = len(districts), len(GENDERS), len(AGES), len(months)
    use, population = np.zeros((*shape, len(SERVICES))), np.zeros(shape)
    at = {name: place for place, name in enumerate(districts)}
    of_month = {month: place for place, month in enumerate(months)}
    for district, gender, age, month, people, *used in rows:
        place = at[district], GENDERS.index(gender), AGES.index(age), of_month[month]
        use[place], population[place] = used, people
    return LivingYear([f"{month:%Y-%m}" for month in months], districts, use, population)


@lru_cache(maxsize=1)
def _dongs(load: int, loaded_at: datetime) -> LivingDongs:
    columns = ("district__name_ko", "number", "gender", "age", *SERVICES)
    rows = list(LivingDong.objects.values_list(*columns))
    keys = sorted({(row[0], row[1]) for row in rows})
    districts = sorted({district for district, _number in keys})
    use = np.zeros((len(keys), len(GENDERS), len(BANDS), len(SERVICES)))
    at = {key: place for place, key in enumerate(keys)}
    for district, number, gender, age, *used in rows:
        use[at[district, number], GENDERS.index(gender), BANDS.index(age)] = used
    of = np.array([districts.index(district) for district, _number in keys], np.int64)
    return LivingDongs(of, use)
