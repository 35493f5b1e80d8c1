"""Reads of availability for the staff dashboard: how fresh it is, how it is fetched, what is next.

Figures of films only. Of respondents they hold only how many picked a film or got it recommended
(`Movie.demand`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.utils import timezone

from movies.fetching.listings import listable_platforms
from movies.models import (
    AvailabilityChange,
    AvailabilityReport,
    FetchAttempt,
    FetchJob,
    FetchOutcome,
    IdSuggestion,
    Listing,
    Movie,
    Platform,
    Product,
    Provider,
)

AGES = (7, 30, 90, 180)  # days; the last day of each age class; older films are one more class
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
STALE_AFTER = timedelta(days=30)
LIST_OLD_AFTER = timedelta(days=2)  # it is read every night
MOST_FILMS = 20  # in each list of films
MOST_IN_DEMAND = 500  # films that are considered for the next check

# Each number is counted within the index (platform, checked_at) of the newest statements: grouping
# them by age takes nine times as long.
FILMS_BY_AGE = """
    SELECT slug, age.place, counted.films
    FROM unnest(%(offered)s::text[]) AS slug
    CROSS JOIN unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY
        AS age(since, until, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS films FROM movies_availability a
        WHERE a.is_newest AND a.platform_id = slug
          AND a.checked_at >= age.since AND a.checked_at < age.until) AS counted
"""


@dataclass(frozen=True)
class PlatformFreshness:
    """Films by the age of the newest statement of a source other than staff.

    `by_age` (one class more than `AGES`), `only_staff` and `unknown` add up to all films;
    `carried` and `not_carried` are the platform's counts as last refreshed.
    """

    platform: Platform
    by_age: Sequence[int]
    only_staff: int
    unknown: int
    carried: int
    not_carried: int


@dataclass(frozen=True)
class Freshness:
    films: int
    edges: Sequence[datetime]  # the oldest moment of each class of age but the last
    platforms: Sequence[PlatformFreshness]


@dataclass(frozen=True)
class AttemptCount:
    outcome: FetchOutcome
    last_day: int
    last_week: int


@dataclass(frozen=True)
class QueueState:
    """`waiting` includes jobs that pause after a failure."""

    waiting: int
    with_a_worker: int
    oldest: datetime | None

    @property
    def films(self) -> int:
        return self.waiting + self.with_a_worker


@dataclass(frozen=True)
class OpenCounts:
    """How much of each kind waits for staff."""

    reports: int
    doubtful_matches: int
    conflicts: int
    unknown_providers: int
    vanished_providers: int
    old_prices: int


@dataclass(frozen=True)
class PlatformList:
    """The newest whole list of a platform that was taken over, and the newest reading of any end.

    `is_old`: it was not read in the last nights, though TMDB has a list of this platform.
    """

    platform: Platform
    applied: Listing | None
    newest: Listing | None
    is_old: bool


@dataclass(frozen=True)
class NewestChanges:
    """Changes of one kind in the last seven days; `first`: those of the films most in demand."""

    effect: AvailabilityChange.Effect
    since: datetime
    total: int
    first: Sequence[AvailabilityChange]


@dataclass(frozen=True)
class FilmToCheck:
    """A film in demand that is unknown or stale on platforms; `gain` says how urgent it is."""

    movie: Movie
    demand: int
    unknown: int
    stale: int
    gain: int


def freshness(now: datetime | None = None) -> Freshness:
    """How fresh availability is, for each offered platform."""
    edges = [(now or timezone.now()) - timedelta(days=days) for days in AGES]
    platforms = list(Platform.objects.offered())
    films = Movie.objects.count()
    by_age = _films_by_age([platform.slug for platform in platforms], edges)
    rows = []
    for platform in platforms:
        ages, known = by_age[platform.slug], platform.films_known
        only_staff = max(known - sum(ages), 0)
        unknown, carried = films - sum(ages) - only_staff, platform.films_carried
        rows.append(
            PlatformFreshness(platform, ages, only_staff, unknown, carried, known - carried)
        )
    return Freshness(films, edges, rows)


def _films_by_age(offered: Sequence[str], edges: Sequence[datetime]) -> dict[str, list[int]]:
    """By platform: films in each age class, the youngest first."""
    parameters = {
        "offered": list(offered),
        "since": [*(edge.isoformat() for edge in edges), "-infinity"],
        "until": ["infinity", *(edge.isoformat() for edge in edges)],
    }
    by_age: dict[str, list[int]] = defaultdict(lambda: [0] * (len(edges) + 1))
    with connection.cursor() as cursor:
        cursor.execute(FILMS_BY_AGE, parameters)
        for slug, place, films in cursor.fetchall():
            by_age[slug][place - 1] = films
    return by_age


def attempts_by_outcome(now: datetime | None = None) -> list[AttemptCount]:
    """The outcomes of the last seven days, the most frequent first."""
    now = now or timezone.now()
    rows = (
        FetchAttempt.objects.filter(tried_at__gte=now - WEEK)
        .values("outcome")
        .annotate(
            last_week=Count("tried_at"),
            last_day=Count("tried_at", filter=Q(tried_at__gte=now - DAY)),
        )
        .order_by("-last_week", "outcome")
    )
    return [
        AttemptCount(FetchOutcome(row["outcome"]), row["last_day"], row["last_week"])
        for row in rows
    ]


def queue_state(now: datetime | None = None) -> QueueState:
    """A job is with a worker while the worker's lease on it runs."""
    leased = ~Q(claimed_by="") & Q(not_before__gt=now or timezone.now())
    counted = FetchJob.objects.aggregate(
        films=Count("pk"), leased=Count("pk", filter=leased), oldest=Min("queued_at")
    )
    return QueueState(counted["films"] - counted["leased"], counted["leased"], counted["oldest"])


def open_counts() -> OpenCounts:
    """What waits for staff, by the rules of the lists and notices that show it."""
    today = timezone.localdate()
    owner = Platform.objects.filter(tmdb_provider_ids__contains=[OuterRef("pk")])
    providers = (
        Provider.objects.filter(is_ignored=False)
        .annotate(is_owned=Exists(owner))
        .aggregate(
            unknown=Count("pk", filter=Q(is_owned=False)),
            vanished=Count("pk", filter=Q(is_owned=True, is_listed=False, listed_at__isnull=False)),
        )
    )
    old_prices = Product.objects.on_sale(today).with_old_price(today)
    return OpenCounts(
        reports=AvailabilityReport.objects.filter(state=AvailabilityReport.State.OPEN).count(),
        doubtful_matches=IdSuggestion.objects.filter(state=IdSuggestion.State.OPEN).count(),
        conflicts=Movie.objects.filter(in_conflict=True).count(),
        unknown_providers=providers["unknown"],
        vanished_providers=providers["vanished"],
        old_prices=old_prices.count(),
    )


def platform_lists(now: datetime | None = None) -> list[PlatformList]:
    """Of each compared platform of which TMDB has a list, or once had one."""
    since = (now or timezone.now()) - LIST_OLD_AFTER
    readings = Listing.objects.order_by("platform_id", "-started_at").distinct("platform_id")
    newest = {row.platform_id: row for row in readings}
    whole = readings.filter(state=Listing.State.APPLIED)
    applied = {row.platform_id: row for row in whole}
    listable = listable_platforms()
    rows = []
    for platform in Platform.objects.offered().named():
        slug = platform.slug
        if slug not in listable and slug not in applied:
            continue
        last = applied.get(slug)
        is_old = slug in listable and (last is None or last.started_at < since)
        rows.append(PlatformList(platform, last, newest.get(slug), is_old))
    return rows


def newest_changes(effect: AvailabilityChange.Effect, now: datetime | None = None) -> NewestChanges:
    """Films that arrived or left in the last seven days, those most in demand first."""
    since = (now or timezone.now()) - WEEK
    changes = AvailabilityChange.objects.filter(effect=effect, changed_at__gte=since)
    first = changes.select_related("movie", "platform").order_by(
        "-movie__demand", "-movie__rating_count", "movie", "-changed_at"
    )
    movie = (f"movie__{column}" for column in ("title", "title_ko", "year", "demand"))
    shown = first.only("changed_at", "source", *movie, "platform__name", "platform__name_ko")
    return NewestChanges(effect, since, changes.count(), list(shown[:MOST_FILMS]))


def films_to_check(now: datetime | None = None) -> list[FilmToCheck]:
    """The films whose next check would matter most to people.

    gain(m) = demand(m) * number of offered platforms without a statement about m, of any source,
    in the last 30 days. A platform without any statement is *unknown*, the others are *stale*. Of
    the 500 films most in demand; ties: more ratings, then the lower id. A film without gain is not
    listed.
    """
    offered = Platform.objects.offered().count()
    fresh_since = (now or timezone.now()) - STALE_AFTER
    wanted = Movie.objects.filter(demand__gt=0).order_by("-demand")[:MOST_IN_DEMAND]
    platform = "availability__platform"
    active = Q((f"{platform}__is_active", True))
    films = (
        Movie.objects.filter(pk__in=wanted.values("pk"))
        .annotate(
            known=Count(platform, filter=active, distinct=True),
            fresh=Count(
                platform,
                filter=active & Q(availability__checked_at__gte=fresh_since),
                distinct=True,
            ),
        )
        .annotate(gain=F("demand") * (offered - F("fresh")))
        .filter(gain__gt=0)
        .order_by("-gain", "-rating_count", "pk")
        .only("title", "title_ko", "year", "demand")
    )
    first: list[Any] = list(films[:MOST_FILMS])  # with the annotations
    return [
        FilmToCheck(film, film.demand, offered - film.known, film.known - film.fresh, film.gain)
        for film in first
    ]
