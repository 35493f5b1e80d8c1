"""What OTTwin's own respondents were recommended and want to watch, by gender and age together.

Counts only people who agreed to it and were told of these pages (`TOLD_SINCE`), up to the end of
yesterday. Decides what may be shown: the statistics page shows the same people by gender and by
age, so these sums count as known (`ottstats.disclosure.shown_cross`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from movies.models import AttractionPlatform, Platform
from movies.models.attractions import shown_on
from ottstats.disclosure import shown_cross
from ottstats.groups import AGE_GROUPS, age_group
from ottstats.living.figures import GENDERS, Cell
from ottstats.models import PlatformRecommendation, PlatformTally
from ottstats.recommended_counts import (
    MANY,
    NO_ANSWER,
    Shares,
    kept_for_a_while,
    midnight,
    recommended_counts,
    those_who_agreed,
)
from survey.models import Respondent

TOLD_SINCE = "2026-11-30.3"  # version of the consent that names the pages for advertisers
CACHE_KEY = "ottstats.own_demand"

Key = tuple[str, str, str]  # platform, gender, age group
Counts = Mapping[Key, int]
ShownCounts = Mapping[Key, int | None]
Hidden = Mapping[str, tuple[Collection[str], Collection[str]]]  # genders and ages by platform


@dataclass(frozen=True)
class PlatformDemand:
    """The people of a cell to whom the platform was recommended, and those who want to watch a
    series, show or sport that it has; None: hidden. `in_district`: recommended, of the district."""

    platform: Platform
    recommended: int | None
    wanted: int | None
    in_district: int | None = None


@dataclass(frozen=True, eq=False)
class OwnDemand:
    """The demand of all genders and ages, in all of Korea."""

    platforms: Sequence[Platform]
    recommended: ShownCounts
    wanted: ShownCounts

    def of(
        self, gender: str, age: int, in_district: Mapping[str, int | None] | None = None
    ) -> list[PlatformDemand]:
        """The platforms with a shown count, most recommended first, then by name.

        70 and older are one group, as on the statistics page.
        """
        rows = []
        for platform in self.platforms:
            key = platform.slug, gender, age_group(age)
            counts = (
                self.recommended.get(key),
                self.wanted.get(key),
                (in_district or {}).get(platform.slug),
            )
            if any(count is not None for count in counts):
                rows.append(PlatformDemand(platform, *counts))
        return sorted(
            rows, key=lambda row: (-(row.recommended or 0), -(row.wanted or 0), str(row.platform))
        )


def own_demand() -> OwnDemand:
    """What may be shown of all groups."""
    platforms = list(Platform.objects.named())
    slugs = [platform.slug for platform in platforms]
    public = recommended_counts(slugs)
    hidden = {
        slug: (_hidden_groups(public.by_gender, slug), _hidden_groups(public.by_age, slug))
        for slug in slugs
    }
    are_many = (PlatformTally.objects.aggregate(n=Sum("recommended_count"))["n"] or 0) >= MANY

    def counted(name: str, count: Callable[[], Counts]) -> Counts:
        return kept_for_a_while(f"{CACHE_KEY}.{name}", count) if are_many else count()

    return OwnDemand(
        platforms=platforms,
        recommended=_shown(slugs, counted("recommended", _recommended), hidden),
        wanted=_shown(slugs, counted("wanted", _wanted), {}),
    )


def district_demand(
    cell: Cell, everywhere: OwnDemand, districts: Sequence[str]
) -> dict[str, int | None]:
    """The people of a cell by the platform that was recommended to them; None: hidden.

    All `districts` and people without one add up to the count `everywhere`; where that is hidden,
    so are they.
    """
    group = age_group(cell.age)
    of: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    columns = ("platform_id", "user__age", "user__district")
    rows = _those_who_were_told().filter(user__gender=cell.gender, user__age__isnull=False)
    for slug, age, district, people in _grouped(rows, *columns):
        if age_group(age) == group:
            of[slug][district if district in districts else NO_ANSWER] += people
    names = [*districts, NO_ANSWER]
    found: dict[str, int | None] = {}
    for slug, counts in of.items():
        if everywhere.recommended.get((slug, cell.gender, group)) is not None:
            line = shown_cross([[counts[name] for name in names]])[0]
            found[slug] = line[names.index(cell.district)]
    return found


def _those_who_were_told() -> QuerySet[PlatformRecommendation]:
    return those_who_agreed().filter(user__consent_version__gte=TOLD_SINCE)


def _grouped(rows: QuerySet[PlatformRecommendation], *columns: str) -> Iterator[Any]:
    """The number of rows for each value of the columns."""
    yield from rows.values_list(*columns).annotate(people=Count("pk")).order_by()


def _recommended() -> Counts:
    counts: dict[Key, int] = defaultdict(int)
    rows = _grouped(_those_who_were_told(), "platform_id", "user__gender", "user__age")
    for platform, gender, age, people in rows:
        counts[platform, gender, _group(age)] += people
    return dict(counts)


def _wanted() -> Counts:
    """People with a must-have that can be seen on the platform now."""
    carried: dict[str, list[str]] = defaultdict(list)
    on_show = AttractionPlatform.objects.filter(shown_on(timezone.localdate(), "attraction__"))
    for platform, slug in on_show.values_list("platform_id", "attraction__slug").distinct():
        carried[platform].append(slug)
    rows = (
        Respondent.objects.filter(
            statistics_consent=True,
            consent_version__gte=TOLD_SINCE,
            created_at__lt=midnight(timezone.localdate()),
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
    counts: dict[Key, int] = defaultdict(int)
    for gender, age, *people in rows:
        for platform, number in zip(carried, people, strict=True):
            counts[platform, gender, _group(age)] += number
    return dict(counts)


def _group(age: int | None) -> str:
    return NO_ANSWER if age is None else age_group(age)


def _hidden_groups(shares: Shares, platform: str) -> list[str]:
    """The groups whose sums the statistics page hides."""
    counts = shares.counts[platform]
    return [group for group, people in zip(shares.groups, counts, strict=True) if people is None]


def _shown(platforms: Sequence[str], counts: Counts, hidden: Hidden) -> ShownCounts:
    """Each platform is a table of its own: how many of a group were counted in all is not shown.

    People without an answer are a line of it if there are any.
    """
    found: dict[Key, int | None] = {}
    for platform in platforms:
        genders, ages = list(GENDERS), list(AGE_GROUPS)
        if any(counts.get((platform, NO_ANSWER, age)) for age in (*ages, NO_ANSWER)):
            genders.append(NO_ANSWER)
        if any(counts.get((platform, gender, NO_ANSWER)) for gender in genders):
            ages.append(NO_ANSWER)
        rows = [[counts.get((platform, gender, age), 0) for age in ages] for gender in genders]
        hidden_genders, hidden_ages = hidden.get(platform, ((), ()))
        shown = shown_cross(
            rows,
            hidden_rows={place for place, name in enumerate(genders) if name in hidden_genders},
            hidden_columns={place for place, name in enumerate(ages) if name in hidden_ages},
        )
        for gender, line in zip(genders, shown, strict=True):
            for age, people in zip(ages, line, strict=True):
                found[platform, gender, age] = people
    return found
