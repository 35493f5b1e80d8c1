"""The counts of the day: made by the first who asks for them, and the same for all until midnight.

If they followed every deletion and every changed answer, somebody who looks at a page before and
after would learn what one person had answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.locks import Lock
from movies.models import Platform
from ottstats.daily.demand import DemandCounts, demand_counts
from ottstats.daily.groups import GroupCounts, group_counts
from ottstats.daily.people import counted_people, counted_wishes
from ottstats.disclosure import shown_line
from ottstats.models import DayCounts, District, PlatformTally


@dataclass(frozen=True)
class CountsOfDay:
    """For the statistics page, and for the pages for advertisers."""

    groups: GroupCounts
    demand: DemandCounts


def counts_of_today() -> CountsOfDay:
    """What may be shown today (in Seoul), up to the end of yesterday.

    1. Read the row of the day.
    2. If there is none, wait for whoever else is counting, and read again.
    3. If there still is none, count and store. All of it is one transaction, so that a process that
       is killed leaves nothing.
    """
    day = timezone.localdate()
    shown = _stored(day)
    if shown is None:
        with transaction.atomic():
            Lock.DAY_COUNTS.wait()
            shown = _stored(day) or _count(day)
    return CountsOfDay(
        GroupCounts.from_json(shown["groups"]), DemandCounts.from_json(shown["demand"])
    )


def _stored(day: date) -> dict[str, Any] | None:
    return DayCounts.objects.filter(day=day).values_list("shown", flat=True).first()


def _count(day: date) -> dict[str, Any]:
    """Store what may be shown. The day before stays for requests that began before midnight."""
    platforms = list(Platform.objects.values_list("pk", flat=True))
    tally = dict(PlatformTally.objects.values_list("platform_id", "recommended_count"))
    everybody = shown_line([tally.get(slug, 0) for slug in platforms])
    people = counted_people(day)
    groups = group_counts(day, platforms, people, everybody)
    districts = list(District.objects.values_list("name_ko", flat=True))
    demand = demand_counts(people, counted_wishes(day), groups, districts)
    DayCounts.objects.filter(day__lt=day - timedelta(days=1)).delete()
    shown = {"groups": groups.to_json(), "demand": demand.to_json()}
    return dict(DayCounts.objects.create(day=day, shown=shown).shown)
