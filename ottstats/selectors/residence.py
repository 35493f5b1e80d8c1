"""What the district of a person in Seoul says of Netflix; reads the living data and shares by age.

The formulas are in `ottstats.living.residence`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ottstats.groups import age_range
from ottstats.living.figures import AGES, SOURCE, LivingYear
from ottstats.living.residence import SERVICE, Line, cell_of, district_ratio, line_of
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
    published = _published(year)
    ratio = district_ratio(year, published.line, cell) if published else None
    if published is None or ratio is None:
        return None
    return DistrictUse(ratio, f"{SOURCE}, {_newest(year)}; {published.source}")


def districts_disagree() -> bool:
    """Whether the living data do not measure what was published, so that no district counts."""
    year = living_year()
    published = _published(year) if year else None
    return published is not None and not published.line.holds


@dataclass(frozen=True)
class _Published:
    """The line of the living data on published shares, with the source of the shares."""

    line: Line
    source: str


def _newest(year: LivingYear) -> int:
    return int(year.months[-1][:4])


def _published(year: LivingYear) -> _Published | None:
    """By the percent of each decade of `AGES` who use Netflix, as published of the year of the
    data or else before; None without any.

    Of one source, which asked every decade: the newest, then the one that asked more people.
    """
    rows = UsageStatistic.objects.filter(
        platform=SERVICE, dimension=UsageStatistic.Dimension.AGE, year__lte=_newest(year)
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
    percents = [shares[of_year, source][age][0] for age in AGES]
    return _Published(line_of(year, percents), f"{source}, {of_year}")
