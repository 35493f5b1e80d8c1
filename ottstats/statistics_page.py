"""Content of the statistics page: the charts with their geometry, and the same numbers as tables.

The templates have the words; `recommended_counts` decides which counts may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Platform
from ottstats import charts
from ottstats.charts import HorizontalBar, LineChart, Values, VerticalBar
from ottstats.daily.groups import GroupCounts, Shares
from ottstats.daily.people import NO_ANSWER
from ottstats.models import UsageStatistic
from ottstats.recommended_counts import recommended_counts
from ottstats.selectors.usage import (
    PublishedUsage,
    UsageTable,
    UsageTrend,
    group_name,
    published_usage,
    source_name,
)

BAR_HEIGHTS = (16.0, 12.0)  # recommended, used
BAR_GAP = 4.0
NAME_HEIGHT = 24.0
PLATFORM_HEIGHT = NAME_HEIGHT + sum(BAR_HEIGHTS) + BAR_GAP + 18.0
LONGEST_BAR = 84.0  # percent: the label needs the rest
LINE_BOX = {"ceiling": 26.0, "floor": 78.0}
COLUMN_BOX = {"ceiling": 22.0, "floor": 118.0}


@dataclass(frozen=True)
class ComparedPlatform:
    """A platform, the people it was recommended to (None: hidden), and the bars of both shares."""

    platform: Platform
    people: int | None
    recommended: HorizontalBar
    used: HorizontalBar

    @property
    def name_y(self) -> float:
        return self.recommended.y - NAME_HEIGHT / 2


@dataclass(frozen=True)
class Comparison:
    """All platforms with a shown share below each other, and those `without`.

    The shares refer to `base` people, 0 if none is shown.
    """

    platforms: Sequence[ComparedPlatform]
    without: Sequence[Platform]
    base: int
    rest: int | None
    sources: Sequence[tuple[str, int]]

    @property
    def height(self) -> float:
        return PLATFORM_HEIGHT * len(self.platforms)

    @property
    def rest_percent(self) -> float | None:
        return None if self.rest is None else 100 * self.rest / self.base

    @property
    def most_recommended(self) -> ComparedPlatform | None:
        """The platform with the longest bar; of equal ones the first."""
        shown = [row for row in self.platforms if row.recommended.value is not None]
        return max(shown, key=lambda row: row.recommended.width, default=None)

    @property
    def most_used(self) -> ComparedPlatform | None:
        """The platform with the longest bar; of equal ones the first."""
        shown = [row for row in self.platforms if row.used.value is not None]
        return max(shown, key=lambda row: row.used.width, default=None)


@dataclass(frozen=True)
class LinePanel:
    """The small chart of one platform over time."""

    platform: Platform
    values: Values
    line: LineChart


@dataclass(frozen=True)
class Weeks:
    """A small chart for each platform with a shown week, and the platforms without one."""

    weeks: Sequence[date]
    panels: Sequence[LinePanel]
    hidden: Sequence[Platform]

    @property
    def rows(self) -> list[tuple[date, Values]]:
        """The rows of the table: each week with its numbers in the order of the charts."""
        columns = [panel.values for panel in self.panels]
        return list(zip(self.weeks, zip(*columns, strict=True), strict=True)) if columns else []


@dataclass(frozen=True)
class Trend:
    """A small chart for each platform in the figures of one source."""

    source: str
    years: Sequence[int]
    panels: Sequence[LinePanel]


@dataclass(frozen=True)
class Group:
    """A demographic group; its shares refer to `base` people, 0 for published figures."""

    name: str
    short: str
    base: int
    rest: int | None

    @property
    def rest_percent(self) -> float | None:
        return None if self.rest is None or not self.base else 100 * self.rest / self.base


@dataclass(frozen=True)
class GroupCell:
    """One platform in one group. `people` is set only for our own counts."""

    group: Group
    column: VerticalBar
    people: int | None

    @property
    def percent(self) -> float | None:
        return self.column.value


@dataclass(frozen=True)
class GroupPanel:
    """The small chart of one platform by groups."""

    platform: Platform
    cells: Sequence[GroupCell]


@dataclass(frozen=True)
class GroupChart:
    """A small chart for each platform with a shown value, and the platforms without one.

    `source` and `year` are those of published figures, otherwise "" and 0.
    """

    dimension: str
    groups: Sequence[Group]
    panels: Sequence[GroupPanel]
    without: Sequence[Platform]
    source: str = ""
    year: int = 0
    unanswered: int | None = None

    @property
    def shown_first(self) -> Sequence[GroupPanel]:
        """A row of a desktop: three where many groups need wide charts, else four."""
        return self.panels[: 3 if len(self.groups) > 3 else 4]

    @property
    def folded(self) -> Sequence[GroupPanel]:
        return self.panels[len(self.shown_first) :]

    @property
    def has_rests(self) -> bool:
        return any(group.rest is not None for group in self.groups)

    @property
    def by_group(self) -> list[tuple[Group, list[GroupCell]]]:
        """The rows of a table of many groups: each with its cells in the order of the panels."""
        return [
            (group, [panel.cells[place] for panel in self.panels])
            for place, group in enumerate(self.groups)
        ]


@dataclass(frozen=True)
class StatisticsPage:
    """Everything on the page; `groups` shows published usage if `shows_usage`."""

    has_platforms: bool
    shows_usage: bool
    comparison: Comparison
    weeks: Weeks
    groups: Sequence[GroupChart]
    trends: Sequence[Trend]

    @property
    def has_groups(self) -> bool:
        return any(chart.panels for chart in self.groups)

    @property
    def has_crosses(self) -> bool:
        """Whether a cross replaces a hidden number in a chart by gender or age."""
        panels = [panel for chart in self.groups for panel in chart.panels]
        return any(cell.percent is None for panel in panels for cell in panel.cells)


def statistics_page(*, shows_usage: bool) -> StatisticsPage:
    """The page as of now; its charts by gender and age show usage or recommendations."""
    platforms = {platform.slug: platform for platform in Platform.objects.all()}
    counts = recommended_counts(list(platforms))
    usage = published_usage()
    if shows_usage:
        groups = [
            _usage_chart(platforms, table)
            for table in sorted(usage.tables, key=lambda table: table.dimension)  # age first
        ]
    else:
        of_day = counts.groups
        by_gender, by_age = UsageStatistic.Dimension.GENDER, UsageStatistic.Dimension.AGE
        groups = [
            _recommended_chart(platforms, by_age.value, of_day.by_age, of_day.unanswered[1]),
            _recommended_chart(platforms, by_gender.value, of_day.by_gender, of_day.unanswered[0]),
        ]
    return StatisticsPage(
        has_platforms=bool(platforms),
        shows_usage=shows_usage,
        comparison=_comparison(platforms, counts.everybody, usage),
        weeks=_weeks(platforms, counts.groups),
        groups=groups,
        trends=[_trend(platforms, trend) for trend in usage.trends],
    )


def _listed(platforms: Mapping[str, Platform], values: Callable[[str], Values]) -> list[Platform]:
    """All platforms, except those that are no longer offered and have no shown value."""
    return [
        platform
        for slug, platform in platforms.items()
        if platform.is_active or any(value is not None for value in values(slug))
    ]


def _largest_first(
    platforms: Mapping[str, Platform], values: Callable[[str], Values]
) -> list[Platform]:
    """The listed platforms, largest value first, then by name."""
    return sorted(
        _listed(platforms, values), key=lambda one: (-charts.highest([values(one.slug)]), str(one))
    )


def _comparison(
    platforms: Mapping[str, Platform], everybody: Shares, usage: PublishedUsage
) -> Comparison:
    """Most recommended first; platforms with a hidden count follow, most used first."""
    published = {slug: usage.overall[slug].percent for slug in platforms if slug in usage.overall}
    shares = {slug: (everybody.percents(slug)[0], published.get(slug)) for slug in platforms}
    ordered = sorted(
        _listed(platforms, lambda slug: shares[slug]),
        key=lambda one: (*(-(share or 0.0) for share in shares[one.slug]), str(one)),
    )
    shown = [one for one in ordered if any(share is not None for share in shares[one.slug])]
    without = [one for one in ordered if one not in shown]
    rows = [
        ComparedPlatform(
            platform,
            everybody.counts[platform.slug][0],
            *charts.bars(
                shares[platform.slug],
                top=charts.highest(shares.values()),
                y=place * PLATFORM_HEIGHT + NAME_HEIGHT,
                heights=BAR_HEIGHTS,
                gap=BAR_GAP,
                longest=LONGEST_BAR,
            ),
        )
        for place, platform in enumerate(shown)
    ]
    shares_used = [usage.overall[slug] for slug in published]
    sources = {(source_name(share.source), share.year) for share in shares_used}
    return Comparison(rows, without, everybody.bases[0], everybody.rests[0], sorted(sources))


def _line_panels(
    ordered: Sequence[Platform], values: Mapping[str, Values], *, margin: float
) -> list[LinePanel]:
    """Charts on one scale, so that they can be compared."""
    top = charts.highest(values.values())
    return [
        LinePanel(
            platform,
            values[platform.slug],
            charts.line(values[platform.slug], top=top, margin=margin, **LINE_BOX),
        )
        for platform in ordered
    ]


def _weeks(platforms: Mapping[str, Platform], counts: GroupCounts) -> Weeks:
    ordered = _largest_first(platforms, lambda slug: counts.by_week[slug])
    panels = _line_panels(ordered, counts.by_week, margin=4.0)
    shown = [panel for panel in panels if any(value is not None for value in panel.values)]
    hidden = [panel.platform for panel in panels if panel not in shown]
    return Weeks(counts.weeks, shown, hidden)


def _trend(platforms: Mapping[str, Platform], trend: UsageTrend) -> Trend:
    ordered = sorted(
        (platforms[slug] for slug in trend.percents),
        key=lambda one: (-(trend.percents[one.slug][-1] or 0.0), str(one)),
    )
    return Trend(trend.source, trend.years, _line_panels(ordered, trend.percents, margin=15.0))


def _recommended_chart(
    platforms: Mapping[str, Platform], dimension: str, shares: Shares, unanswered: int | None
) -> GroupChart:
    groups = [
        Group(*_names(dimension, group), base, rest)
        for group, base, rest in zip(shares.groups, shares.bases, shares.rests, strict=True)
    ]
    ordered = _largest_first(platforms, shares.percents)
    percents = {platform.slug: shares.percents(platform.slug) for platform in ordered}
    panels = _group_panels(ordered, groups, percents, shares.counts)
    return GroupChart(dimension, groups, *panels, unanswered=unanswered)


def _usage_chart(platforms: Mapping[str, Platform], table: UsageTable) -> GroupChart:
    groups = [Group(*_names(table.dimension, group), 0, None) for group in table.groups]
    nothing: list[float | None] = [None] * len(groups)
    percents = {slug: table.percents.get(slug, nothing) for slug in platforms}
    ordered = _largest_first(platforms, lambda slug: percents[slug])
    nobody = {slug: [None] * len(groups) for slug in percents}
    panels = _group_panels(ordered, groups, percents, nobody)
    return GroupChart(
        table.dimension, groups, *panels, source=source_name(table.source), year=table.year
    )


def _names(dimension: str, group: str) -> tuple[str, str]:
    """The name of a group, and one that is short enough for a small column."""
    if group == NO_ANSWER:
        return _("No answer"), _("No answer")
    name = group_name(dimension, group)
    return name, group.replace("-", "–") if dimension == UsageStatistic.Dimension.AGE else name


def _group_panels(
    ordered: Sequence[Platform],
    groups: Sequence[Group],
    percents: Mapping[str, Values],
    people: Mapping[str, Sequence[int | None]],
) -> tuple[list[GroupPanel], list[Platform]]:
    top = charts.highest(percents.values())
    filled = 0.5 if len(groups) < 4 else 0.7
    panels, without = [], []
    for platform in ordered:
        values = percents[platform.slug]
        drawn = charts.columns(values, top=top, filled=filled, **COLUMN_BOX)
        if all(value is None for value in values):
            without.append(platform)
            continue
        cells = zip(groups, drawn, people[platform.slug], strict=True)
        panels.append(GroupPanel(platform, [GroupCell(*cell) for cell in cells]))
    return panels, without
