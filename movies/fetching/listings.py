"""The rows of `Listing`: which platforms are due, going on with a reading, and its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.errors import DataError
from movies.fetching.providers import tmdb_coverage
from movies.models import Listing, ListingPart, Notice, Platform, StagedFilm
from movies.services.notices import put_notice

State, Reason = Listing.State, Listing.Reason
# Pages that are further apart may describe two different days.
LONGEST_GATHERING = timedelta(hours=6)
KEPT = timedelta(days=180)  # ended readings


def listable_platforms(slugs: Collection[str] = ()) -> dict[str, list[int]]:
    """Platform and its listed provider ids, of these or all compared platforms that TMDB covers.

    Raises `DataError` for a slug that is none of them.
    """
    known = tmdb_coverage()
    offered = set(Platform.objects.offered().values_list("slug", flat=True))
    numbers: dict[str, list[int]] = {}
    for number, slug in sorted(known.platforms.items()):
        if slug in offered and slug in known.covered:
            numbers.setdefault(slug, []).append(number)
    if missing := sorted(set(slugs) - set(numbers)):
        raise DataError(
            f"TMDB has no list of {', '.join(missing)} for Korea; it has: "
            f"{', '.join(sorted(numbers)) or 'none (`manage.py sync_providers` asks it)'}"
        )
    return {slug: numbers[slug] for slug in sorted(numbers) if not slugs or slug in slugs}


def due_platforms(numbers: Mapping[str, Sequence[int]], max_age: timedelta) -> list[str]:
    """Those of which no reading has ended within `max_age`, well or badly."""
    ended = Listing.objects.filter(
        state__in=[State.APPLIED, State.REFUSED], started_at__gt=timezone.now() - max_age
    )
    fresh = set(ended.values_list("platform", flat=True))
    return [slug for slug in numbers if slug not in fresh]


@transaction.atomic
def open_listing(slug: str, provider_ids: Sequence[int]) -> Listing:
    """The reading of the platform that was interrupted, or a new one.

    An interrupted one is dropped if it is too old to go on, or if the platform has other
    providers now.
    """
    listing = Listing.objects.filter(platform=slug, state=State.GATHERING).first()
    if listing is not None:
        if listing.started_at <= timezone.now() - LONGEST_GATHERING:
            end_listing(listing, State.DROPPED, Reason.OLD)
        elif listing.provider_ids != list(provider_ids):
            end_listing(listing, State.DROPPED, Reason.REPLACED)
        else:
            return listing
    listing = Listing.objects.create(platform_id=slug, provider_ids=list(provider_ids))
    ListingPart.objects.create(listing=listing)
    return listing


@transaction.atomic
def begin_again(listing: Listing) -> None:
    """Forget what was read: the list has changed since."""
    forget_pages(listing)
    ListingPart.objects.create(listing=listing)
    listing.restarts += 1
    listing.expected = None
    listing.save(update_fields=["restarts", "expected"])


def forget_pages(listing: Listing) -> None:
    StagedFilm.objects.filter(listing=listing).delete()
    ListingPart.objects.filter(listing=listing).delete()


@transaction.atomic
def end_listing(listing: Listing, state: str, reason: str = "", detail: str = "") -> None:
    """Only a refused reading keeps its films, until the next one ends: staff may accept it."""
    listing.state, listing.reason, listing.detail = state, reason, detail[:300]
    listing.ended_at = timezone.now()
    listing.save()
    older = Listing.objects.filter(platform=listing.platform_id).exclude(pk=listing.pk)
    kept = older.filter(state=State.GATHERING)
    StagedFilm.objects.filter(listing__in=older).exclude(listing__in=kept).delete()
    ListingPart.objects.filter(listing__in=older).exclude(listing__in=kept).delete()
    if state != State.REFUSED:
        forget_pages(listing)
    older.filter(ended_at__lt=timezone.now() - KEPT).delete()


def tell_staff_of_listings() -> None:
    """Refresh the notice of platforms whose newest list was not taken over."""
    ended = Listing.objects.filter(state__in=[State.APPLIED, State.REFUSED])
    newest = ended.order_by("platform_id", "-started_at").distinct("platform_id")
    refused = [row for row in newest if row.state == State.REFUSED]
    put_notice(
        Notice.Key.LISTINGS, ", ".join(f"{row.platform_id} ({row.detail})" for row in refused)
    )
