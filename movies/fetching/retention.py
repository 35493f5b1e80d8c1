"""Deletes what TMDB said after six months, as its terms demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from movies.fetching.store import forget_details
from movies.models import TMDB, Availability, AvailabilityChange, FetchAttempt, IdSuggestion, Movie
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates

KEPT = timedelta(days=180)
ATTEMPTS_KEPT = timedelta(days=30)
AT_ONCE = 5_000  # statements in one transaction


@dataclass(frozen=True)
class Purged:
    statements: int
    details: int
    changes: int
    attempts: int


def purge_tmdb_data() -> Purged:
    """Delete what TMDB said more than 180 days ago, and attempts from more than 30 days ago.

    A film that only TMDB placed on a platform becomes unknown there. What files and staff said
    stays, including Korean titles and posters. Safe to run twice, and to kill.
    """
    now = timezone.now()
    statements = _purge_statements(now - KEPT)
    details = forget_details(Movie.objects.filter(details__fetched_at__lt=now - KEPT))
    suggestions = IdSuggestion.objects.filter(suggested_at__lt=now - KEPT)
    suggestions.filter(state=IdSuggestion.State.OPEN).delete()
    suggestions.update(title="", year=None, reason="")  # the decision stays, by the number alone
    old = AvailabilityChange.objects.filter(source=TMDB, changed_at__lt=now - KEPT)
    changes, _ = old.delete()
    attempts, _ = FetchAttempt.objects.filter(tried_at__lt=now - ATTEMPTS_KEPT).delete()
    if statements:
        refresh_platform_rates()
    return Purged(statements, details, changes, attempts)


def _purge_statements(before: datetime) -> int:
    done = 0
    old = Availability.objects.filter(source=TMDB, checked_at__lt=before).order_by("movie")
    while rows := list(old.values_list("movie_id", "platform_id")[:AT_ONCE]):
        # Dated `before`: what is fetched meanwhile is newer, and stays.
        record_statements([Statement(movie, slug, TMDB, None, before) for movie, slug in rows])
        done += len(rows)
    return done
