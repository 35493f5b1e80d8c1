"""Reads of usage statistics, shaped for the choice of a platform."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Max

from ottstats.groups import in_group
from ottstats.models import UsageStatistic


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
    dimension that the respondent left out, or without published figures, has no entry.
    """
    newest = UsageStatistic.objects.aggregate(year=Max("year"))["year"]
    axes: dict[tuple[str, str, str], _Axis] = defaultdict(_Axis)
    for row in UsageStatistic.objects.filter(year=newest):
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
    ratios: dict[str, list[UsageRatio]] = defaultdict(list)
    for (platform, dimension, _), axis in sorted(axes.items()):
        if axis.own is not None and axis.weighted > 0:
            overall = axis.weighted / axis.people
            ratios[platform].append(UsageRatio(dimension, *axis.own, overall, axis.source))
    return dict(ratios)
