"""How often each platform was recommended: to everybody, by week, by gender and by age.

Decides what may be shown, for all tables together (`ottstats.disclosure`). Counts by week, gender
and age include a day only when it is over: an immediate count would reveal a person's answer to
anyone who looks before and after.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, DateField, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from redis.exceptions import RedisError

from movies.models import Gender
from ottstats.disclosure import SMALLEST, ShownLine, Table, shown_line, shown_tables, together
from ottstats.groups import AGE_GROUPS, age_group
from ottstats.models import PlatformRecommendation, PlatformTally

logger = logging.getLogger(__name__)

T = TypeVar("T")
MANY = 5_000  # results; counting fewer takes some milliseconds
KEPT = 600  # seconds in the cache
CACHE_KEY = "ottstats.counts_by_group"
WEEKS = 13  # about as long as results are kept
NO_ANSWER = ""


@dataclass(frozen=True)
class Shares:
    """Counts that may be shown, of platforms (slug) by groups; None: hidden.

    `bases` has for each group the number of people that its shares refer to: those whose platform
    is shown and, if there are enough of them, all others together (`rests`). 0: nothing is shown.
    """

    groups: Sequence[str]
    counts: Mapping[str, Sequence[int | None]]
    rests: Sequence[int | None]
    bases: Sequence[int]

    def percents(self, platform: str) -> list[float | None]:
        """The share of each group that got the platform recommended; None: hidden."""
        return [
            None if count is None else 100 * count / base
            for count, base in zip(self.counts[platform], self.bases, strict=True)
        ]


@dataclass(frozen=True)
class RecommendedCounts:
    """All counts of the statistics page. `everybody` has one group; the others count consenters.

    `by_week` has the counts of the weeks that begin on the Mondays of `weeks`, the last one up to
    the end of yesterday. `unanswered` has the number of people without an answer for `by_gender`
    and for `by_age`, in this order; None if it is hidden, or if they are a group of the table.
    """

    everybody: Shares
    weeks: Sequence[date]
    by_week: Mapping[str, Sequence[int | None]]
    by_gender: Shares
    by_age: Shares
    unanswered: tuple[int | None, int | None]


_ByWeek = dict[tuple[str, date], int]  # people by platform and week
_ByGroup = dict[tuple[str, str], int]  # people by platform and group


@dataclass(frozen=True)
class _Grouped:
    groups: Sequence[str]
    table: Table
    unanswered: int | None


def recommended_counts(platforms: Sequence[str]) -> RecommendedCounts:
    """What may be shown of the recommendations of these platforms (slugs).

    Pass all platforms, even those no longer offered: a sum includes them.
    """
    tally = dict(PlatformTally.objects.values_list("platform_id", "recommended_count"))
    totals = [tally.get(platform, 0) for platform in platforms]
    everybody = shown_line(totals)
    weeks = _last_weeks()
    weekly, genders, ages = _raw_counts(weeks[0], are_many=sum(totals) >= MANY)
    by_gender, by_age = _grouped(platforms, genders, ages)
    by_week = Table([[weekly.get((slug, week), 0) for week in weeks] for slug in platforms])
    shown_weeks, shown_gender, shown_age = shown_tables(
        [by_week, by_gender.table, by_age.table],
        hidden_rows={row for row, count in enumerate(everybody) if count is None},
    )
    return RecommendedCounts(
        everybody=_shares(platforms, [NO_ANSWER], [[n] for n in totals], [[n] for n in everybody]),
        weeks=weeks,
        by_week=dict(zip(platforms, shown_weeks, strict=True)),
        by_gender=_shares(platforms, by_gender.groups, by_gender.table.counts, shown_gender),
        by_age=_shares(platforms, by_age.groups, by_age.table.counts, shown_age),
        unanswered=(by_gender.unanswered, by_age.unanswered),
    )


def _last_weeks() -> list[date]:
    yesterday = timezone.localdate() - timedelta(days=1)
    monday = yesterday - timedelta(days=yesterday.weekday())
    return [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]


def _raw_counts(first: date, *, are_many: bool) -> tuple[_ByWeek, _ByGroup, _ByGroup]:
    """By week, gender and age, before anything is hidden; if there are many, from the cache."""

    def counted() -> tuple[_ByWeek, _ByGroup, _ByGroup]:
        return _by_week(first), *_by_gender_and_age()

    return kept_for_a_while(CACHE_KEY, counted) if are_many else counted()


def kept_for_a_while(key: str, counted: Callable[[], T]) -> T:
    """What was counted today, from the cache, else anew.

    The cache has only plain values, because the next release may read them.
    """
    try:
        found: T = cache.get_or_set(f"{key}.{timezone.localdate()}", counted, KEPT) or counted()
    except (RedisError, OSError) as error:
        logger.warning("Counting the statistics again: the cache does not answer: %s", error)
        return counted()
    return found


def those_who_agreed() -> QuerySet[PlatformRecommendation]:
    """Recommendations to people who agreed to be counted, up to the end of yesterday."""
    return PlatformRecommendation.objects.filter(
        user__statistics_consent=True, created_at__lt=midnight(timezone.localdate())
    )


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _by_week(first: date) -> _ByWeek:
    rows = (
        those_who_agreed()
        .filter(created_at__gte=midnight(first))
        .annotate(week=TruncWeek("created_at", output_field=DateField()))
        .values_list("platform_id", "week")
        .annotate(people=Count("pk"))
        .order_by()
    )
    return {(platform, week): people for platform, week, people in rows}


def _by_gender_and_age() -> tuple[_ByGroup, _ByGroup]:
    genders: _ByGroup = defaultdict(int)
    ages: _ByGroup = defaultdict(int)
    rows = (
        those_who_agreed()
        .values_list("platform_id", "user__gender", "user__age")
        .annotate(people=Count("pk"))
        .order_by()
    )
    for platform, gender, age, people in rows:
        genders[platform, gender] += people
        ages[platform, NO_ANSWER if age is None else age_group(age)] += people
    return dict(genders), dict(ages)


def _grouped(
    platforms: Sequence[str], genders: _ByGroup, ages: _ByGroup
) -> tuple[_Grouped, _Grouped]:
    """The tables by gender and by age.

    People without an answer are a group if every platform has enough of them. Otherwise they would
    also hide the smallest group of a platform that has too few, so only their sum is given. Each of
    the two sums (gender, age) reveals the other, so both are given or neither.
    """
    sums = [
        sum(people for (_platform, group), people in counts.items() if group == NO_ANSWER)
        for counts in (genders, ages)
    ]
    may_tell = min(sums) >= SMALLEST
    both = [Gender.FEMALE.value, Gender.MALE.value]
    return (
        _group_table(platforms, both, genders, may_tell=may_tell),
        _group_table(platforms, AGE_GROUPS, ages, may_tell=may_tell),
    )


def _group_table(
    platforms: Sequence[str], groups: Sequence[str], counts: _ByGroup, *, may_tell: bool
) -> _Grouped:
    answered = [[counts.get((slug, group), 0) for group in groups] for slug in platforms]
    unanswered = [counts.get((slug, NO_ANSWER), 0) for slug in platforms]
    is_group = may_tell and all(
        people >= SMALLEST or max(row) < SMALLEST
        for row, people in zip(answered, unanswered, strict=True)
    )
    if is_group:
        rows = [[*row, people] for row, people in zip(answered, unanswered, strict=True)]
        return _Grouped([*groups, NO_ANSWER], Table(rows), None)
    return _Grouped(groups, Table(answered, complete=False), sum(unanswered) if may_tell else None)


def _shares(
    platforms: Sequence[str],
    groups: Sequence[str],
    counts: Sequence[Sequence[int]],
    shown: Sequence[ShownLine],
) -> Shares:
    rests: list[int | None] = []
    bases: list[int] = []
    for place in range(len(groups)):
        column = [line[place] for line in shown]
        rest = together([line[place] for line in counts], column)
        told = [count for count in column if count is not None]
        rests.append(rest)
        bases.append(sum(told) + (rest or 0) if told else 0)
    return Shares(groups, dict(zip(platforms, shown, strict=True)), rests, bases)
