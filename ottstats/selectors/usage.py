"""Reads of usage statistics, shaped for the choice of a platform and for the statistics page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _

from movies.models import Gender, Platform
from ottstats.groups import age_range, in_group
from ottstats.living.figures import SOURCE as LIVING_SOURCE
from ottstats.living.residence import SERVICE
from ottstats.models import UsageStatistic, UsageStatisticQuerySet
from ottstats.selectors.residence import district_use
from survey.models import Region

# Mentions of the population's composition that each group's is mixed with. Chosen by predicting the
# compositions of 2023 and 2024 from those of the year before (docs/algorithms.md, "Weight").
PRIOR_MENTIONS = 500
ORDER_KEPT_FOR = 60  # seconds


@dataclass(frozen=True)
class UsageRatio:
    """How much more (above 1) or less a group chooses a platform than all people asked do.

    `percent` of the group's people use the platform, `percent_overall` of all people.
    `share` percent of all that the group uses is this platform, moved towards `share_overall`, the
    same of all people (`shrunk`); `ratio` is `share` / `share_overall`. In answers stored before
    version 0.7 both shares are None, and `ratio` is `percent` / `percent_overall`.
    Stored with each result by `recommend.results.parts`.
    """

    dimension: str
    group: str
    percent: float
    percent_overall: float
    share: float | None
    share_overall: float | None
    source: str
    ratio: float


@dataclass(frozen=True)
class DistrictUsageRatio(UsageRatio):
    """Of a region and a district in it: `ratio` is `region_ratio` * `district_ratio`.

    All other columns of `UsageRatio` are of the region. `district_ratio` compares the gender and
    age in the district with those in the whole region.
    """

    district: str
    region_ratio: float
    district_ratio: float
    district_source: str


def ratios_of(usage: Mapping[str, Iterable[UsageRatio]]) -> dict[str, list[float]]:
    """By platform, for its weight."""
    return {platform: [row.ratio for row in rows] for platform, rows in usage.items()}


def usage_ratios(
    *, gender: str, age: int | None, region: str = "", district: str = ""
) -> dict[str, list[UsageRatio]]:
    """For each compared platform the ratios of the respondent's groups, one for each axis.

    An axis that the respondent left out, or without published figures, has no entry. Each platform
    has its newest year and, of two sources, the one that asked more people. Region and district are
    one axis: that of Netflix in Seoul is a `DistrictUsageRatio` if the district says something.
    """
    statistics = UsageStatistic.objects.compared()
    if not region:
        statistics = statistics.exclude(dimension=UsageStatistic.Dimension.REGION)
    newest: dict[tuple[str, str], tuple[int, int]] = {}
    chosen: dict[tuple[str, str], UsageRatio] = {}
    for (dimension, year, _source), table in sorted(_tables(_figures(statistics)).items()):
        for platform, people, row in _ratios_in(table, gender=gender, age=age, region=region):
            key = dimension, platform
            if (year, people) > newest.get(key, (0, 0)):
                newest[key], chosen[key] = (year, people), row
    of_region = chosen.get((UsageStatistic.Dimension.REGION, SERVICE))
    if of_region is not None and region == Region.SEOUL:
        key = UsageStatistic.Dimension.REGION.value, SERVICE
        chosen[key] = _with_district(of_region, district=district, gender=gender, age=age)
    ratios: dict[str, list[UsageRatio]] = defaultdict(list)
    for (_dimension, platform), row in chosen.items():
        ratios[platform].append(row)
    return dict(ratios)


def _with_district(row: UsageRatio, *, district: str, gender: str, age: int | None) -> UsageRatio:
    """The ratio of Seoul, times that of the district where it says something."""
    use = district_use(district=district, gender=gender, age=age)
    if use is None:
        return row
    columns = {field.name: getattr(row, field.name) for field in fields(UsageRatio)}
    return DistrictUsageRatio(
        **columns | {"ratio": row.ratio * use.ratio},
        district=district,
        region_ratio=row.ratio,
        district_ratio=use.ratio,
        district_source=use.source,
    )


def shrunk(own: float, overall: float, mentions: float, prior: float = PRIOR_MENTIONS) -> float:
    """(n q + m p) / (n + m): a share `own` (q) of `mentions` (n), moved towards `overall` (p).

    `prior` (m) is how many mentions the population's composition counts for; q and p in one unit.
    """
    return (mentions * own + prior * overall) / (mentions + prior)


def group_name(dimension: str, group: str) -> str:
    """The readable name of a demographic group of the published statistics."""
    if dimension == UsageStatistic.Dimension.GENDER:
        return str(dict(Gender.choices).get(group, group))
    if dimension == UsageStatistic.Dimension.REGION:
        return str(dict(Region.choices).get(group, group))
    if group.endswith("+"):
        return _("aged %(low)s or older") % {"low": group[:-1]}
    return _("aged %(ages)s") % {"ages": group.replace("-", "–")}


def source_name(text: str) -> str:
    """A source, perhaps with its year, as people of the language in use call it."""
    for name, named in (
        ("방송통계포털", _("Broadcasting Statistics Portal of Korea")),
        (LIVING_SOURCE, _("Seoul Open Data Plaza, living data of citizens")),
    ):
        text = text.replace(name, named)
    return text


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


def _tables(figures: Iterable[_Figure]) -> dict[tuple[str, int, str], list[_Figure]]:
    """What one source published of one year, by dimension, year and source."""
    tables: dict[tuple[str, int, str], list[_Figure]] = defaultdict(list)
    for row in figures:
        tables[row.dimension, row.year, row.source].append(row)
    return tables


def _ratios_in(
    table: Sequence[_Figure], *, gender: str, age: int | None, region: str
) -> Iterator[tuple[str, int, UsageRatio]]:
    """Platform, people asked and ratio, from the figures of one table; nothing without the group.

    Only platforms with a figure for every group are compared. One alone says nothing: it is all
    that everybody uses. A platform that nobody uses has no ratio.
    """
    groups = {row.group for row in table}
    given = Counter(row.platform for row in table)
    compared = [row for row in table if given[row.platform] == len(groups)]
    own_groups = (
        one for one in sorted(groups) if _belongs(one, gender=gender, age=age, region=region)
    )
    group = next(own_groups, None)
    own = [row for row in compared if row.group == group]
    if len(own) < 2:
        return
    overall = {key[0]: mean for key, mean in _means(compared).items()}
    used = sum(row.percent for row in own) or 1.0
    used_overall = sum(percent for percent, _people in overall.values())
    mentions = sum(row.percent / 100 * row.people for row in own)
    for row in own:
        percent, people = overall[row.platform]
        if percent > 0:
            share_overall = 100 * percent / used_overall
            share = shrunk(100 * row.percent / used, share_overall, mentions)
            yield (
                row.platform,
                people,
                UsageRatio(
                    dimension=row.dimension,
                    group=row.group,
                    percent=row.percent,
                    percent_overall=percent,
                    share=share,
                    share_overall=share_overall,
                    source=f"{row.source}, {row.year}",
                    ratio=share / share_overall,
                ),
            )


def _belongs(group: str, *, gender: str, age: int | None, region: str) -> bool:
    return group in (gender, region) or (age is not None and in_group(age, group))


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


def by_use(platforms: Iterable[Platform]) -> list[Platform]:
    """The platforms that most people use first, by the newest figures; the others by name.

    New figures count for the order within a minute.
    """
    shares: dict[str, float] | None = cache.get("platforms-by-use")
    if shares is None:
        overall = published_usage().overall
        shares = {platform: share.percent for platform, share in overall.items()}
        cache.set("platforms-by-use", shares, ORDER_KEPT_FOR)
    return sorted(platforms, key=lambda one: (-shares.get(one.slug, 0.0), str(one)))


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
    """Ages ascending, regions as the survey lists them."""
    if group in Region.values:
        return Region.values.index(group), group
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
