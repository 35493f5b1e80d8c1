"""Deletes what TMDB said after six months, as its terms demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from common.loading import hold_the_data_set
from movies.fetching.store import forget_details
from movies.models import (
    FROM_TMDB,
    Availability,
    AvailabilityChange,
    FetchAttempt,
    IdSuggestion,
    Movie,
    StagedFilm,
)
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates

KEPT = timedelta(days=180)
ATTEMPTS_KEPT = timedelta(days=30)
AT_ONCE = 5_000  # statements in one transaction
FILMS_AT_ONCE = 200


@dataclass(frozen=True)
class Purged:
    statements: int
    details: int
    changes: int
    attempts: int
    films: int


def purge_tmdb_data() -> Purged:
    """Delete what TMDB said more than 180 days ago, and attempts from more than 30 days ago.

    A film that only TMDB placed on a platform becomes unknown there. What files and staff said
    stays, including Korean titles and posters. A film that only TMDB's lists brought, and of which
    nothing newer came, leaves the catalogue: all that is known of it is TMDB's. Safe to run twice,
    and to kill.
    """
    now = timezone.now()
    films = _purge_entered(now - KEPT)
    statements = _purge_statements(now - KEPT)
    details = forget_details(Movie.objects.filter(details__fetched_at__lt=now - KEPT))
    StagedFilm.objects.filter(listing__started_at__lt=now - KEPT).delete()
    suggestions = IdSuggestion.objects.filter(suggested_at__lt=now - KEPT)
    suggestions.filter(state=IdSuggestion.State.OPEN).delete()
    suggestions.update(title="", year=None, reason="")  # the decision stays, by the number alone
    old = AvailabilityChange.objects.filter(source__in=FROM_TMDB, changed_at__lt=now - KEPT)
    changes, _ = old.delete()
    attempts, _ = FetchAttempt.objects.filter(tried_at__lt=now - ATTEMPTS_KEPT).delete()
    if statements or films:
        refresh_platform_rates()
    return Purged(statements, details, changes, attempts, films)


def _purge_entered(before: datetime) -> int:
    """Also from the results that name them. A film with no details at all is one that is left of
    an earlier purge."""
    old = Movie.objects.entered().exclude(details__fetched_at__gte=before).order_by("pk")
    done = 0
    while True:
        with transaction.atomic():
            hold_the_data_set()
            locked = old.select_for_update(of=("self",))[:FILMS_AT_ONCE]
            if not (numbers := list(locked.values_list("pk", flat=True))):
                return done
            Movie.objects.filter(pk__in=numbers).delete()
        done += len(numbers)


def _purge_statements(before: datetime) -> int:
    done = 0
    old = Availability.objects.filter(source__in=FROM_TMDB, checked_at__lt=before)
    columns = old.order_by("movie").values_list("movie_id", "platform_id", "source")
    while rows := list(columns[:AT_ONCE]):
        # Dated `before`: what is fetched meanwhile is newer, and stays.
        record_statements([Statement(*key, None, before) for key in rows])
        done += len(rows)
    return done
