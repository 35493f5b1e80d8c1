"""Asks TMDB about chosen films at once, from a page."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext

from common.backends import broker
from common.errors import DataError
from movies.fetching import providers, queue
from movies.fetching import work as fetching
from movies.fetching.access import open_client
from movies.models import FetchJob
from movies.tasks import keep_fetching

MOST_IN_A_REQUEST = 20
SECONDS_IN_A_REQUEST = 20.0


def check_now(movie_ids: Collection[int]) -> str:
    """Queue the films and get them fetched; returns the message for the person.

    With REDIS_URL the workers fetch. Without it this request fetches a few films for some seconds;
    what TMDB does not answer in time stays queued. Raises `DataError` before queuing anything if
    that is impossible, and `TmdbError` if TMDB fails.
    """
    if not settings.TMDB_API_KEY:
        raise DataError(
            gettext("TMDB_API_KEY is not set: nothing can be fetched. Ask the operator to set it.")
        )
    if settings.REDIS_URL:
        return _hand_over(movie_ids)
    waiting = FetchJob.objects.exclude(pk__in=movie_ids).count() + len(movie_ids)
    if waiting > MOST_IN_A_REQUEST:
        raise DataError(
            gettext(
                "Without REDIS_URL a page fetches at most %(most)d films, and %(waiting)d would be "
                "queued. Use `manage.py fetch_availability --movie MOVIE_ID`."
            )
            % {"most": MOST_IN_A_REQUEST, "waiting": waiting}
        )
    with open_client() as client:
        providers.sync_if_old(client)
        queue.queue_movies(movie_ids)
        outcomes = fetching.work_off(client=client, seconds=SECONDS_IN_A_REQUEST)
    left = FetchJob.objects.count()
    words = ", ".join(f"{outcome} {times}" for outcome, times in sorted(outcomes.items()))
    told = gettext("Checked at TMDB: %(outcomes)s.") % {"outcomes": words or "0"}
    if left:
        told += " " + gettext("%(left)d films stay queued.") % {"left": left}
    return told


def _hand_over(movie_ids: Collection[int]) -> str:
    queue.queue_movies(movie_ids)
    try:
        broker.enqueue(keep_fetching)
    except broker.FAILURES as error:
        raise DataError(
            gettext("The films are queued, but Redis cannot be reached: %(error)s")
            % {"error": error}
        ) from error
    return gettext("%(films)d films are queued; workers check them now.") % {
        "films": len(movie_ids)
    }
