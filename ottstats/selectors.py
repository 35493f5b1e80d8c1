"""Reads of usage statistics, shaped for the choice of a platform and for the statistics page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from movies.models import Gender, Platform
from ottstats.groups import age_range, in_group
from ottstats.models import PlatformTally, UsageStatistic

SMALLEST_COUNT = 10


@dataclass(frozen=True)
class UsageRatio:
    """How much more (above 1) or less a group uses a platform than all people asked do."""

    dimension: str
    group: str
    percent: float
    percent_overall: float
    source: str

    @property
    def ratio(self) -> float:
        return self.percent / self.percent_overall


@dataclass
class _Axis:
    weighted: float = 0.0
    people: int = 0
    own: tuple[str, float] | None = None
    source: str = field(default="")


def usage_ratios(*, gender: str, age: int | None) -> dict[str, list[UsageRatio]]:
    """For each platform the ratios of the respondent's groups, from the newest year published.

    "All people" is the mean of a dimension's groups weighted by the people asked in each. A
    dimension that the respondent left out, or without published figures, has no entry; of two
    sources for the same dimension the one that asked more people counts.
    """
    axes: dict[tuple[str, str, str], _Axis] = defaultdict(_Axis)
    figures = UsageStatistic.objects.newest().values_list(
        "platform_id", "dimension", "group", "source", "year", "percent", "sample_size", named=True
    )
    for row in figures:
        axis = axes[row.platform_id, row.dimension, row.source]
        axis.weighted += row.percent * row.sample_size
        axis.people += row.sample_size
        axis.source = f"{row.source}, {row.year}"
        mine = (
            row.group == gender
            if row.dimension == UsageStatistic.Dimension.GENDER
            else age is not None and in_group(age, row.group)
        )
        if mine:
            axis.own = (row.group, row.percent)
    best: dict[tuple[str, str], _Axis] = {}
    for (platform, dimension, _source), axis in sorted(axes.items()):
        if axis.people > best.get((platform, dimension), _Axis()).people:
            best[platform, dimension] = axis
    ratios: dict[str, list[UsageRatio]] = defaultdict(list)
    for (platform, dimension), axis in best.items():
        if axis.own is not None and axis.weighted > 0:
            overall = axis.weighted / axis.people
            ratios[platform].append(UsageRatio(dimension, *axis.own, overall, axis.source))
    return dict(ratios)


def group_name(dimension: str, group: str) -> str:
    """A demographic group of the published statistics, as a person says it."""
    if dimension == UsageStatistic.Dimension.GENDER:
        return str(dict(Gender.choices).get(group, group))
    if group.endswith("+"):
        return _("aged %(low)s or older") % {"low": group[:-1]}
    return _("aged %(ages)s") % {"ages": group.replace("-", "–")}


@dataclass(frozen=True)
class PlatformCount:
    """How often a platform was recommended; None for fewer than `SMALLEST_COUNT` people."""

    platform: Platform
    recommended: int | None


def platform_counts() -> list[PlatformCount]:
    """All offered platforms, the most recommended first, the small counts by name.

    A small count is hidden, and no total is given, so that nobody can be told from the table.
    """
    counts = dict(PlatformTally.objects.values_list("platform_id", "recommended_count"))
    rows = [
        PlatformCount(platform, count if count >= SMALLEST_COUNT else None)
        for platform in Platform.objects.offered()
        for count in (counts.get(platform.slug, 0),)
    ]
    return sorted(rows, key=lambda row: (-(row.recommended or 0), str(row.platform)))


@dataclass(frozen=True)
class UsageRow:
    """A platform's published shares in percent, one for each group of its table."""

    platform: Platform
    percents: Sequence[float | None]


@dataclass(frozen=True)
class UsageTable:
    """The newest shares of one source by one dimension: platforms by groups."""

    source: str
    year: int
    dimension: str
    groups: Sequence[str]
    rows: Sequence[UsageRow]


def usage_tables() -> list[UsageTable]:
    """The newest published figures, by gender first, then by age; the most used platform first."""
    tables: dict[tuple[str, int, str], list[UsageStatistic]] = defaultdict(list)
    for row in UsageStatistic.objects.newest().select_related("platform"):
        tables[row.dimension, row.year, row.source].append(row)
    return [
        _usage_table(rows) for _key, rows in sorted(tables.items(), reverse=True)
    ]  # "gender" before "age"


def _usage_table(statistics: Sequence[UsageStatistic]) -> UsageTable:
    first = statistics[0]
    groups = sorted({row.group for row in statistics}, key=_group_order)
    percents: dict[Platform, dict[str, float]] = defaultdict(dict)
    for row in statistics:
        percents[row.platform][row.group] = row.percent
    rows = [
        UsageRow(platform, [shares.get(group) for group in groups])
        for platform, shares in percents.items()
    ]
    return UsageTable(
        source=first.source,
        year=first.year,
        dimension=first.get_dimension_display(),
        groups=[group_name(first.dimension, group) for group in groups],
        rows=sorted(rows, key=lambda row: -max(share or 0.0 for share in row.percents)),
    )


def _group_order(group: str) -> tuple[int, str]:
    limits = age_range(group)
    return (limits[0] if limits else 0), group
