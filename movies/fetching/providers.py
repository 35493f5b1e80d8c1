"""TMDB's list of watch providers for Korea, and the platform of each."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.locks import Lock
from movies.models import (
    TMDB,
    TMDB_LIST,
    Availability,
    MovieDetails,
    Notice,
    Offer,
    Platform,
    Provider,
)
from movies.services.availability import Statement, record_statements
from movies.services.lists import take_back_lists
from movies.services.notices import put_notice
from movies.services.platform_rates import refresh_platform_rates
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import PassingError

logger = logging.getLogger(__name__)

SYNC_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class TmdbCoverage:
    """The platform of each provider id, and the platforms for which TMDB's silence means "no"."""

    platforms: Mapping[int, str]
    covered: Collection[str]


@dataclass(frozen=True)
class SyncedProviders:
    listed: int
    added: int
    vanished: int


def sync_providers(client: TmdbClient) -> SyncedProviders:
    """Update `Provider` to TMDB's list, and tell staff of new and vanished ids.

    An id that is no longer listed keeps its row and its offers.
    """
    listed = {item.provider_id: item.provider_name for item in client.providers()}
    with transaction.atomic():
        known = list(Provider.objects.select_for_update())
        before = {row.provider_id: row.is_listed for row in known}
        names = {row.provider_id: row.name for row in known}
        now = timezone.now()
        Provider.objects.bulk_create(
            (
                Provider(number, name, tier=tier_of(name), is_listed=True, listed_at=now)
                for number, told in listed.items()
                for name in [told or names.get(number, "")]
            ),
            update_conflicts=True,
            unique_fields=["provider_id"],
            update_fields=["name", "is_listed", "listed_at"],
        )
        gone = [number for number, was in before.items() if was and number not in listed]
        Provider.objects.filter(provider_id__in=gone).update(is_listed=False)
        tell_staff_of_providers()
    return SyncedProviders(len(listed), len(set(listed) - set(before)), len(gone))


def sync_if_old(client: TmdbClient) -> None:
    """Refresh an old list before films are fetched: without it no platform counts as covered.

    An older list serves while TMDB does not give a new one.
    """
    newest = Provider.objects.filter(listed_at__isnull=False).order_by("-listed_at").first()
    if newest and newest.listed_at and newest.listed_at > timezone.now() - SYNC_AFTER:
        return
    try:
        sync_providers(client)
    except PassingError as error:
        if newest is None:
            raise
        logger.warning("The list of providers was not fetched, an older one serves: %s", error)


def tier_of(name: str) -> str:
    """The tier of a new provider, by its name; staff may correct it."""
    return Provider.Tier.ADS if "with ads" in name.casefold() else Provider.Tier.STANDARD


def tell_staff_of_providers() -> None:
    """Refresh the notices of providers without a platform, and of vanished ones with one."""
    platforms = owners()
    unknown, vanished = [], []
    for provider in Provider.objects.filter(is_ignored=False):
        mine = provider.provider_id in platforms
        if not mine:
            unknown.append(str(provider))
        elif not provider.is_listed and provider.listed_at is not None:
            vanished.append(str(provider))
    put_notice(Notice.Key.UNKNOWN_PROVIDERS, ", ".join(unknown))
    put_notice(Notice.Key.VANISHED_PROVIDERS, ", ".join(vanished))


def owners() -> dict[int, str]:
    """Platform by provider id."""
    rows = Platform.objects.values_list("slug", "tmdb_provider_ids")
    return {number: slug for slug, numbers in rows for number in numbers}


def tmdb_coverage() -> TmdbCoverage:
    """The present state. A platform is covered while TMDB lists one of its providers."""
    platforms = owners()
    listed = Provider.objects.filter(is_listed=True, provider_id__in=platforms)
    return TmdbCoverage(platforms, {platforms[provider.pk] for provider in listed})


@transaction.atomic
def assign_provider(*, provider: Provider, platform: Platform | None) -> None:
    """Staff name a provider's platform, or None. Applies at once to fetched films."""
    Lock.PROVIDERS.wait()
    number = provider.provider_id
    changed = {}
    for slug, numbers in Platform.objects.values_list("slug", "tmdb_provider_ids"):
        wanted = set(numbers) - {number}
        if platform is not None and slug == platform.pk:
            wanted.add(number)
        if wanted != set(numbers):
            changed[slug] = sorted(wanted)
    set_provider_ids(changed)


@transaction.atomic
def set_provider_ids(ids: Mapping[str, Sequence[int]]) -> None:
    """Give platforms, by slug, other provider ids. Applies at once to fetched films.

    1. Allow only one such change at a time.
    2. Take back what the platforms' lists said: other providers have another list, which the next
       `sync_catalogue` reads.
    3. Write the films first: all writers lock films before platforms.
    4. Then write the platforms, their rates, and the notices.
    """
    Lock.PROVIDERS.wait()
    listed = Availability.objects.filter(source=TMDB_LIST, platform__in=ids)
    if slugs := sorted(set(listed.values_list("platform", flat=True))):
        take_back_lists(slugs, source=TMDB_LIST)
    record_statements(_restated(ids))
    for slug in sorted(ids):
        Platform.objects.filter(pk=slug).update(tmdb_provider_ids=ids[slug])
    refresh_platform_rates(ids)
    tell_staff_of_providers()


def _restated(ids: Mapping[str, Sequence[int]]) -> list[Statement]:
    """What TMDB's stored offers say of the platforms, given these provider ids.

    Only of films that an offer or an earlier statement names: the others get their "no" with the
    next fetch. Where silence no longer means anything, the earlier "no" is retracted.
    """
    listed = set(Provider.objects.filter(is_listed=True).values_list("provider_id", flat=True))
    statements = []
    for slug, numbers in ids.items():
        offers = Offer.objects.filter(provider__in=numbers, kind__in=Offer.INCLUDED)
        offered = set(offers.values_list("movie_id", flat=True))
        stated = Availability.objects.filter(platform=slug, source=TMDB)
        movies = offered | set(stated.values_list("movie_id", flat=True))
        silence = False if listed & set(numbers) else None
        days = MovieDetails.objects.filter(movie__in=movies).values_list("movie", "fetched_at")
        statements += [
            Statement(movie, slug, TMDB, True if movie in offered else silence, fetched_at)
            for movie, fetched_at in days
        ]
    return statements
