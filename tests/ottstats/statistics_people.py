"""Respondents with a recommended platform, for the tests of the statistics page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from django.utils import timezone

from ottstats.models import DayCounts, PlatformRecommendation
from survey.models import RETENTION, Respondent

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday noon in Seoul
_numbers = count()


def recommend_to(
    people: int,
    platform: str,
    *,
    gender: str = "female",
    age: int | None = 25,
    agreed: bool = True,
    at: datetime | None = None,
) -> None:
    """Store equal people to whom the platform was recommended `at` that time, or yesterday.

    What was counted today is counted anew, as if nobody had looked before.
    """
    respondents = Respondent.objects.bulk_create(
        Respondent(
            gender=gender,
            age=age,
            statistics_consent=agreed,
            submission=f"statistics-{next(_numbers)}",
            retain_until=timezone.now() + RETENTION,
        )
        for _ in range(people)
    )
    PlatformRecommendation.objects.bulk_create(
        PlatformRecommendation(user=respondent, platform_id=platform, score=1, parts={})
        for respondent in respondents
    )
    made_at = at or timezone.now() - timedelta(days=1)
    PlatformRecommendation.objects.filter(user__in=respondents).update(created_at=made_at)
    count_anew()


def count_anew() -> None:
    """The first who asks from now on counts, as on a new day."""
    DayCounts.objects.all().delete()


def weeks_ago(weeks: int) -> datetime:
    return NOW - timedelta(weeks=weeks)
