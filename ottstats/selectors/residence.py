"""What the district of a person in Seoul says of Netflix; reads the living data and shares by age.

The formulas are in `ottstats.living.residence`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ottstats.groups import age_range
from ottstats.living.figures import AGES, SOURCE
from ottstats.living.residence import SERVICE, cell_of, district_ratio, line_of
from ottstats.models import District, UsageStatistic
from ottstats.selectors.living import living_load, living_year


@dataclass(frozen=True)
class DistrictUse:
    """How much a gender and age decade of a district uses Netflix, as a ratio to all of Seoul."""

    ratio: float
    source: str


def districts_asked() -> list[tuple[str, str]]:
    """Korean name, and name in the language in use; none while there are no living data."""
    if living_load() is None:
        return []
    return [(one.name_ko, str(one)) for one in District.objects.only("name", "name_ko")]


def district_name(name_ko: str) -> str:
    """In the language in use; a district that is not known keeps its Korean name."""
    found = District.objects.only("name", "name_ko").filter(name_ko=name_ko).first()
    return str(found) if found else name_ko


def known_districts() -> list[str]:
    """The districts by Korean name, sorted, whether or not there are living data."""
    return list(District.objects.order_by("name_ko").values_list("name_ko", flat=True))


def district_use(*, district: str, gender: str, age: int | None) -> DistrictUse | None:
    """None without district, gender and an age from 20 to 79, without living data or published
    shares by age, or where the line of both does not hold."""
    cell = cell_of(district=district, gender=gender, age=age)
    year = living_year() if cell else None
    if cell is None or year is None or district not in year.districts:
        return None
    newest = int(year.months[-1][:4])
    percents = _percents_by_age(newest)
    ratio = district_ratio(year, line_of(year, percents), cell) if percents else None
    return None if ratio is None else DistrictUse(ratio, f"{SOURCE}, {newest}")


def _percents_by_age(year: int) -> Sequence[float] | None:
    """Percent of each decade of `AGES` who use Netflix, as published of that year or else before.

    Of one source, which asked every decade: the newest, then the one that asked more people.
    """
    rows = UsageStatistic.objects.filter(
        platform=SERVICE, dimension=UsageStatistic.Dimension.AGE, year__lte=year
    )
    shares: dict[tuple[int, str], dict[int, tuple[float, int]]] = defaultdict(dict)
    columns = ("year", "source", "group", "percent", "sample_size")
    for of_year, source, group, percent, people in rows.values_list(*columns):
        limits = age_range(group)
        if limits and limits[0] in AGES and limits[1] >= limits[0] + 9:
            shares[of_year, source][limits[0]] = percent, people
    whole = [
        (of_year, sum(people for _percent, people in found.values()), source)
        for (of_year, source), found in shares.items()
        if len(found) == len(AGES)
    ]
    if not whole:
        return None
    of_year, _people, source = max(whole)
    return [shares[of_year, source][age][0] for age in AGES]
