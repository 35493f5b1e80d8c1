"""How often each platform was recommended: to everybody, by week, by gender and by age.

The counts by week, gender and age are those of the day (`ottstats.services.day_counts`); the sums
of the platforms are those of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ottstats.daily.groups import GroupCounts, Shares, shares
from ottstats.daily.people import NO_ANSWER
from ottstats.disclosure import shown_line
from ottstats.models import PlatformTally
from ottstats.services.day_counts import counts_of_today


@dataclass(frozen=True)
class RecommendedCounts:
    """All counts of the statistics page. `everybody` has one group; `groups` counts consenters."""

    everybody: Shares
    groups: GroupCounts


def recommended_counts(platforms: Sequence[str]) -> RecommendedCounts:
    """What may be shown of the recommendations of these platforms (slugs): pass all that there are.

    A platform that was added today has no counts by group yet.
    """
    tally = dict(PlatformTally.objects.values_list("platform_id", "recommended_count"))
    totals = [tally.get(platform, 0) for platform in platforms]
    lines = [[count] for count in shown_line(totals)]
    groups = counts_of_today().groups
    return RecommendedCounts(
        everybody=shares(platforms, [NO_ANSWER], [[n] for n in totals], lines),
        groups=replace(
            groups,
            by_week=_of(platforms, groups.by_week, len(groups.weeks)),
            by_gender=_shares_of(platforms, groups.by_gender),
            by_age=_shares_of(platforms, groups.by_age),
        ),
    )


def _shares_of(platforms: Sequence[str], of_day: Shares) -> Shares:
    return replace(of_day, counts=_of(platforms, of_day.counts, len(of_day.groups)))


def _of(
    platforms: Sequence[str], counts: Mapping[str, Sequence[int | None]], columns: int
) -> dict[str, Sequence[int | None]]:
    return {slug: counts.get(slug, [None] * columns) for slug in platforms}
