"""TMDB's list of watch providers for Korea, and which platform each of them is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from movies.models import TMDB, Availability, MovieDetails, Notice, Offer, Platform, Provider
from movies.services.availability import Statement, record_statements, refresh_platform_rates
from movies.services.notices import put_notice
from movies.tmdb.client import TmdbClient

SYNC_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Coverage:
    """Whose provider an id is, and of which platforms TMDB's silence means "no"."""

    platforms: Mapping[int, str]
    covered: Collection[str]


@dataclass(frozen=True)
class SyncedProviders:
    listed: int
    added: int
    vanished: int


def sync_providers(client: TmdbClient) -> SyncedProviders:
    """Bring `Provider` up to TMDB's list; staff are told of ids that are new or gone.

    An id that is no longer listed keeps its row and its offers.
    """
    listed = {item.provider_id: item.provider_name for item in client.providers()}
    with transaction.atomic():
        before = {row.provider_id: row.is_listed for row in Provider.objects.select_for_update()}
        now = timezone.now()
        Provider.objects.bulk_create(
            (
                Provider(
                    provider_id=number,
                    name=name,
                    tier=tier_of(name),
                    is_listed=True,
                    listed_at=now,
                )
                for number, name in listed.items()
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
    """Before films are fetched: without the list no platform counts as covered."""
    newest = Provider.objects.filter(listed_at__gt=timezone.now() - SYNC_AFTER)
    if not newest.exists():
        sync_providers(client)


def tier_of(name: str) -> str:
    """The tier of a new provider, by its name; staff may correct it."""
    return Provider.Tier.ADS if "with ads" in name.casefold() else Provider.Tier.STANDARD


def tell_staff_of_providers() -> None:
    """Notices of providers that are nobody's yet, and of a platform's that are gone."""
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
    return {
        number: slug
        for slug, numbers in Platform.objects.values_list("slug", "tmdb_provider_ids")
        for number in numbers
    }


def coverage() -> Coverage:
    """As of now. A platform is covered while TMDB lists at least one of its providers."""
    platforms = owners()
    listed = Provider.objects.filter(is_listed=True, provider_id__in=platforms)
    return Coverage(
        platforms, {platforms[number] for number in listed.values_list("provider_id", flat=True)}
    )


@transaction.atomic
def assign_provider(*, provider: Provider, platform: Platform | None) -> None:
    """Staff say whose provider it is (None: nobody's). Films fetched before follow at once."""
    number = provider.provider_id
    changed = []
    for row in Platform.objects.select_for_update():
        numbers = [other for other in row.tmdb_provider_ids if other != number]
        if platform is not None and row.pk == platform.pk:
            numbers = sorted([*numbers, number])
        if numbers != row.tmdb_provider_ids:
            Platform.objects.filter(pk=row.pk).update(tmdb_provider_ids=numbers)
            changed.append(row.pk)
    restate(changed)
    tell_staff_of_providers()


def restate(slugs: Collection[str]) -> None:
    """What TMDB said of these platforms, again, after their provider ids changed.

    From the stored offers. Only films that an offer or an earlier statement names: for the
    others "no" comes with the next fetch.
    """
    numbers = dict(Platform.objects.filter(slug__in=slugs).values_list("slug", "tmdb_provider_ids"))
    statements = []
    for slug, ids in numbers.items():
        offered = set(
            Offer.objects.filter(provider__in=ids, kind__in=Offer.INCLUDED).values_list(
                "movie_id", flat=True
            )
        )
        stated = Availability.objects.filter(platform=slug, source=TMDB)
        movies = offered | set(stated.values_list("movie_id", flat=True))
        days = MovieDetails.objects.filter(Q(movie__in=movies)).values_list("movie", "fetched_at")
        statements += [
            Statement(movie, slug, TMDB, movie in offered if ids else None, fetched_at)
            for movie, fetched_at in days
        ]
    record_statements(statements)
    refresh_platform_rates(slugs)
