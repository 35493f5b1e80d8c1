"""Which platform came first in the answers that people got, by day, and which products they name.

Reads only, for staff.

Counts every stored answer, small numbers too; `ottstats.recommended_counts` decides what the public
may see. An answer that changed after a reaction counts as it is now, on the day it was first given;
one that is deleted, or older than the retention period, no longer counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DateField, F
from django.db.models.functions import TruncDate
from django.utils import timezone

from ottstats.models import PlatformRecommendation
from recommend.decision.outlook import Outlook
from recommend.results.advice import advise

DAYS = 30
WEEK = 7
MOST_ADVISED = 200  # answers whose products are computed again: some 20 ms each


@dataclass(frozen=True)
class WinnersByDay:
    """How often each platform (slug) came first, by day: every day, the newest first."""

    days: Sequence[tuple[date, Counter[str]]]

    def of_the_last(self, days: int) -> Counter[str]:
        """The sum over the newest days, today included."""
        total: Counter[str] = Counter()
        for _day, winners in self.days[:days]:
            total += winners
        return total

    @property
    def platforms(self) -> list[str]:
        """All that came first at least once; the most frequent first, then by slug."""
        total = self.of_the_last(len(self.days))
        return sorted(total, key=lambda slug: (-total[slug], slug))


def winners_by_day(days: int = DAYS) -> WinnersByDay:
    """The last `days` days, in one query."""
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    counted: dict[date, Counter[str]] = {
        today - timedelta(days=ago): Counter() for ago in range(days)
    }
    rows = (
        PlatformRecommendation.objects.filter(
            created_at__gte=timezone.make_aware(datetime.combine(first, time.min))
        )
        .annotate(day=TruncDate("created_at", output_field=DateField()))
        .values_list("day", "platform_id")
        .annotate(answers=Count("pk"))
        .order_by()
    )
    for day, platform, answers in rows:
        if day in counted:
            counted[day][platform] += answers
    return WinnersByDay(list(counted.items()))


def advised_products(days: int = WEEK) -> tuple[Counter[str], int]:
    """In how many of the newest answers of the last days the verdict has a product, by slug, and
    how many answers were looked at: at most `MOST_ADVISED`.

    The verdict is that of today, because it is computed whenever it is shown.
    """
    today = timezone.localdate()
    first = datetime.combine(today - timedelta(days=days - 1), time.min)
    rows = (
        PlatformRecommendation.objects.filter(
            created_at__gte=timezone.make_aware(first), parts__outlook__isnull=False
        )
        .select_related("user")
        .defer("parts")
        .annotate(outlook=F("parts__outlook"))
        .order_by("-created_at")[:MOST_ADVISED]
    )
    found: Counter[str] = Counter()
    answers = 0
    for row in rows:
        advice = advise(
            Outlook.from_json(row.outlook),
            (),
            budget=row.user.monthly_budget,
            subscribed=(),
            day=today,
            wishes=row.user.wishes,
        )
        found.update(advice.decision.best.products)
        answers += 1
    return found, answers
