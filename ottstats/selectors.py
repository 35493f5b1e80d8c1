"""Reads of usage statistics, shaped for the choice of a platform and for the statistics page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from movies.models import Gender
from ottstats.groups import age_range, in_group
from ottstats.models import UsageStatistic, UsageStatisticQuerySet


@dataclass(frozen=True)
class UsageRatio:
    """How much more (above 1) or less a group uses a platform than all people asked.

    `ratio` is `percent` / `percent_overall`. Stored with each result by `recommend.results.parts`.
    """

    dimension: str
    group: str
    percent: float
    percent_overall: float
    source: str
    ratio: float


def ratios_of(usage: Mapping[str, Iterable[UsageRatio]]) -> dict[str, list[float]]:
    """By platform, for its weight."""
    return {platform: [row.ratio for row in rows] for platform, rows in usage.items()}


def usage_ratios(*, gender: str, age: int | None) -> dict[str, list[UsageRatio]]:
    """For each platform the ratios of the respondent's groups, from the newest year published.

    "All people" is the mean of a dimension's groups weighted by the people asked in each. A
    dimension that the respondent left out, or without published figures, has no entry; of two
    sources for the same dimension the one that asked more people counts.
    """
    figures = _figures(UsageStatistic.objects.newest())
    own = {
        (row.platform, row.dimension, row.source): row
        for row in figures
        if row.group == gender or (age is not None and in_group(age, row.group))
    }
    means = _means(figures)
    asked: dict[tuple[str, str], int] = defaultdict(int)
    chosen: dict[tuple[str, str], tuple[str, float]] = {}
    for (platform, dimension, _year, source), (overall, people) in sorted(means.items()):
        if people > asked[platform, dimension]:
            asked[platform, dimension] = people
            chosen[platform, dimension] = source, overall
    ratios: dict[str, list[UsageRatio]] = defaultdict(list)
    for (platform, dimension), (source, overall) in chosen.items():
        row = own.get((platform, dimension, source))
        if row is not None and overall > 0:
            named = f"{row.source}, {row.year}"
            ratio = row.percent / overall
            ratios[platform].append(
                UsageRatio(dimension, row.group, row.percent, overall, named, ratio)
            )
    return dict(ratios)


def group_name(dimension: str, group: str) -> str:
    """The readable name of a demographic group of the published statistics."""
    if dimension == UsageStatistic.Dimension.GENDER:
        return str(dict(Gender.choices).get(group, group))
    if group.endswith("+"):
        return _("aged %(low)s or older") % {"low": group[:-1]}
    return _("aged %(ages)s") % {"ages": group.replace("-", "–")}


@dataclass(frozen=True)
class UsageTable:
    """One source's newest shares by one dimension: percents of platforms (slug) by groups."""

    source: str
    year: int
    dimension: str
    groups: Sequence[str]
    percents: Mapping[str, Sequence[float | None]]


@dataclass(frozen=True)
class UsageTrend:
    """Shares of all people asked by one source: percents of platforms (slug) by years."""

    source: str
    years: Sequence[int]
    percents: Mapping[str, Sequence[float | None]]


@dataclass(frozen=True)
class UsageShare:
    """The newest share of all people who use a platform."""

    percent: float
    source: str
    year: int


@dataclass(frozen=True)
class PublishedUsage:
    """All published figures as the statistics page needs them, `overall` by platform (slug)."""

    tables: Sequence[UsageTable]
    trends: Sequence[UsageTrend]
    overall: Mapping[str, UsageShare]


class _Figure(NamedTuple):
    platform: str
    dimension: str
    group: str
    source: str
    year: int
    percent: float
    people: int


def _figures(statistics: UsageStatisticQuerySet) -> list[_Figure]:
    columns = ("platform_id", "dimension", "group", "source", "year", "percent", "sample_size")
    return [_Figure(*row) for row in statistics.values_list(*columns)]


def _means(figures: Iterable[_Figure]) -> dict[tuple[str, str, int, str], tuple[float, int]]:
    """Percent and people asked by platform, dimension, year and source.

    The mean over the groups of the dimension, weighted by the people asked in each.
    """
    sums: dict[tuple[str, str, int, str], tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for row in figures:
        key = row.platform, row.dimension, row.year, row.source
        weighted, people = sums[key]
        sums[key] = weighted + row.percent * row.people, people + row.people
    return {key: (weighted / people, people) for key, (weighted, people) in sums.items() if people}


def published_usage() -> PublishedUsage:
    """Tables by gender first, then by age, newest first; trends of at least two years."""
    figures = _figures(UsageStatistic.objects.all())
    everybody = _shares_of_everybody(figures)
    return PublishedUsage(
        tables=_newest_tables(figures),
        trends=_trends(everybody),
        overall={
            platform: UsageShare(percent, source, year)
            for (platform, year, source), (percent, _people) in sorted(
                everybody.items(), key=lambda item: (item[0][1], item[1][1])
            )
        },
    )


def _newest_tables(figures: Sequence[_Figure]) -> list[UsageTable]:
    newest: dict[tuple[str, str], int] = defaultdict(int)
    for row in figures:
        newest[row.platform, row.dimension] = max(newest[row.platform, row.dimension], row.year)
    tables: dict[tuple[str, int, str], dict[str, dict[str, float]]] = defaultdict(dict)
    for row in figures:
        if row.year == newest[row.platform, row.dimension]:
            shares = tables[row.dimension, row.year, row.source].setdefault(row.platform, {})
            shares[row.group] = row.percent
    found = []
    for (dimension, year, source), by_platform in sorted(tables.items(), reverse=True):
        groups = sorted({group for shares in by_platform.values() for group in shares}, key=_order)
        percents = {
            platform: [shares.get(group) for group in groups]
            for platform, shares in by_platform.items()
        }
        found.append(UsageTable(source, year, dimension, groups, percents))
    return found


def _order(group: str) -> tuple[int, str]:
    limits = age_range(group)
    return (limits[0] if limits else 0), group


def _shares_of_everybody(
    figures: Iterable[_Figure],
) -> dict[tuple[str, int, str], tuple[float, int]]:
    """Percent and people asked by platform, year and source; of two dimensions the larger one."""
    everybody: dict[tuple[str, int, str], tuple[float, int]] = {}
    for (platform, _dimension, year, source), mean in sorted(_means(figures).items()):
        if mean[1] > everybody.get((platform, year, source), (0.0, 0))[1]:
            everybody[platform, year, source] = mean
    return everybody


def _trends(everybody: Mapping[tuple[str, int, str], tuple[float, int]]) -> list[UsageTrend]:
    years: dict[str, set[int]] = defaultdict(set)
    platforms: dict[str, set[str]] = defaultdict(set)
    for platform, year, source in everybody:
        years[source].add(year)
        platforms[source].add(platform)
    return [
        UsageTrend(
            source,
            sorted(years[source]),
            {
                platform: [
                    everybody.get((platform, year, source), (None, 0))[0]
                    for year in sorted(years[source])
                ]
                for platform in sorted(platforms[source])
            },
        )
        for source in sorted(years)
        if len(years[source]) > 1
    ]
