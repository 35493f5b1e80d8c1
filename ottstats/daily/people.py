"""Counts the respondents who agreed to it, up to the end of yesterday; nothing is hidden yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import BooleanField, Count, DateField, ExpressionWrapper, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from movies.models import AttractionPlatform
from movies.models.attractions import shown_on
from ottstats.groups import age_group
from ottstats.models import PlatformRecommendation
from survey.models import Respondent

TOLD_SINCE = "2026-11-30.3"  # version of the consent that names the pages for advertisers
NO_ANSWER = ""

Key = tuple[str, str, str]  # platform, gender, age group


@dataclass(frozen=True)
class CountedPeople:
    """The people to whom each platform was recommended. `told`: only those who were told of the
    pages for advertisers; the others are all who agreed."""

    by_week: Counter[tuple[str, date]] = field(default_factory=Counter)
    by_gender: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_age: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: Counter[Key] = field(default_factory=Counter)
    told_by_district: Counter[tuple[Key, str]] = field(default_factory=Counter)


def counted_people(day: date) -> CountedPeople:
    """As of the beginning of the day. One statement, so that all tables count the same people."""
    rows = (
        PlatformRecommendation.objects.filter(
            user__statistics_consent=True, created_at__lt=_midnight(day)
        )
        .annotate(
            week=TruncWeek("created_at", output_field=DateField()),
            was_told=ExpressionWrapper(
                Q(user__consent_version__gte=TOLD_SINCE), output_field=BooleanField()
            ),
        )
        .values_list(
            *("platform_id", "user__gender", "user__age", "user__district", "week", "was_told")
        )
        .annotate(people=Count("pk"))
        .order_by()
    )
    found = CountedPeople()
    for platform, gender, age, district, week, was_told, people in rows:
        key = platform, gender, _group(age)
        found.by_week[platform, week] += people
        found.by_gender[platform, gender] += people
        found.by_age[platform, key[2]] += people
        if was_told:
            found.told[key] += people
            found.told_by_district[key, district] += people
    return found


def counted_wishes(day: date) -> Counter[Key]:
    """People who were told, with a must-have that can be seen on the platform that day."""
    carried: dict[str, list[str]] = defaultdict(list)
    on_show = AttractionPlatform.objects.filter(shown_on(day, "attraction__"))
    for platform, slug in on_show.values_list("platform_id", "attraction__slug").distinct():
        carried[platform].append(slug)
    rows = (
        Respondent.objects.filter(
            statistics_consent=True,
            consent_version__gte=TOLD_SINCE,
            created_at__lt=_midnight(day),
            must_have__len__gt=0,
        )
        .values_list("gender", "age")
        .annotate(
            **{
                f"wanted_{place}": Count("pk", filter=Q(must_have__overlap=slugs))
                for place, slugs in enumerate(carried.values())
            }
        )
        .order_by()
    )
    counts: Counter[Key] = Counter()
    for gender, age, *people in rows:
        for platform, number in zip(carried, people, strict=True):
            counts[platform, gender, _group(age)] += number
    return counts


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _group(age: int | None) -> str:
    return NO_ANSWER if age is None else age_group(age)
