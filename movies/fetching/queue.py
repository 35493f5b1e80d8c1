"""The queue of films to fetch: the table `FetchJob`. `work` works on it.

Any number of processes may work at once, each film with one of them at a time:

1. `plan_fetch` writes a job for each film that is due. A film that has one keeps it.
2. A worker claims a few jobs: it takes a lease on each (`SKIP LOCKED`, so no worker waits), and
   renews its leases while it works.
3. Storing a final answer deletes the job in the same transaction. A failure leaves the job for
   later, behind all others; after `MOST_TRIES` failures it ends, and the film is due again after a
   pause that doubles each time (`FetchFailure`). So films that always fail delay no other film.
4. A killed worker holds its leases until they run out; then others take over. Only leases are lost
   with a worker, and nothing with Redis.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from common.errors import DataError
from movies.fetching.store import film_as_known
from movies.models import FetchFailure, FetchJob, IdSuggestion, Movie
from movies.tmdb.matching import OurFilm

STALE_DAYS = 7
WORKERS = 2  # that work on the queue at a time
LEASE_TIMEOUTS = 12  # a lease, in time limits of one request
PAUSE_SECONDS = 5.0  # after a failure, times the number of tries
MOST_TRIES = 8
FIRST_PAUSE_HOURS = 20  # of a film that was given up: the next night tries it again
LONGEST_PAUSE_HOURS = 30 * 24
MOST_NAMED = 10

PLAN = """
    INSERT INTO movies_fetchjob (movie_id, position, tries, claimed_by, not_before, queued_at)
    SELECT movie_id, row_number() OVER (ORDER BY f.movie_id IS NOT NULL, demand DESC,
        answered_at NULLS FIRST, rating_count DESC, movie_id), 0, '', clock_timestamp(),
        clock_timestamp()
    FROM movies_movie m LEFT JOIN movies_fetchfailure f USING (movie_id)
    WHERE (answered_at IS NULL OR answered_at < %(before)s)
      AND (f.not_before IS NULL OR f.not_before <= clock_timestamp())
    ORDER BY f.movie_id IS NOT NULL, demand DESC, answered_at NULLS FIRST, rating_count DESC,
        movie_id
    LIMIT %(limit)s
    ON CONFLICT (movie_id) DO NOTHING
"""
CLAIM = """
    UPDATE movies_fetchjob SET claimed_by = %(worker)s, tries = tries + 1,
        not_before = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE movie_id IN (
        SELECT movie_id FROM movies_fetchjob WHERE not_before <= clock_timestamp()
        ORDER BY position, movie_id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
    RETURNING movie_id
"""
FAILED = """
    UPDATE movies_fetchjob SET claimed_by = '',
        position = (SELECT max(position) FROM movies_fetchjob) + 1,
        not_before = clock_timestamp() + tries * make_interval(secs => %(pause)s)
    WHERE movie_id = %(movie)s AND claimed_by = %(worker)s
"""
REMEMBER = """
    INSERT INTO movies_fetchfailure (movie_id, outcome, given_up, failed_at, not_before)
    SELECT movie_id, %(outcome)s, 0, clock_timestamp(), clock_timestamp()
    FROM movies_movie WHERE movie_id = %(movie)s FOR KEY SHARE
    ON CONFLICT (movie_id) DO UPDATE SET outcome = excluded.outcome, failed_at = excluded.failed_at
    RETURNING xmax = 0
"""
GIVE_UP = """
    UPDATE movies_fetchfailure SET given_up = least(given_up + 1, 100),
        not_before = clock_timestamp() + make_interval(hours =>
            least(%(first)s * 2 ^ least(given_up, 20), %(longest)s)::integer)
    WHERE movie_id = %(movie)s
"""
RENEW = """
    UPDATE movies_fetchjob SET not_before = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE claimed_by = %(worker)s AND not_before > clock_timestamp()
"""


def plan_fetch(*, stale_days: int = STALE_DAYS, limit: int | None = None) -> int:
    """Queue the films without a final answer in the last `stale_days` days; returns how many.

    Films in demand come first, then the stalest.
    """
    before = timezone.now() - timedelta(days=stale_days)
    with connection.cursor() as cursor:
        cursor.execute(PLAN, {"before": before, "limit": limit})
        return int(cursor.rowcount)


def queue_movies(movie_ids: Collection[int]) -> int:
    """Queue these films before all others, however fresh they are; returns how many are new."""
    known = set(Movie.objects.filter(pk__in=movie_ids).values_list("pk", flat=True))
    if missing := sorted(set(movie_ids) - known):
        raise DataError(f"there is no film {', '.join(map(str, missing[:10]))}")
    before = FetchJob.objects.count()
    FetchJob.objects.bulk_create(
        (FetchJob(movie_id=movie_id, position=0) for movie_id in sorted(known)),
        update_conflicts=True,
        unique_fields=["movie"],
        update_fields=["position"],
    )
    return FetchJob.objects.count() - before


def claim(worker: str, most: int) -> list[OurFilm]:
    """Take the lease on the next films, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"worker": worker, "lease": lease_seconds(), "most": most})
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    rejected: dict[int, set[int]] = {}
    decided = IdSuggestion.objects.filter(movie__in=ids, state=IdSuggestion.State.REJECTED)
    for movie_id, tmdb_id in decided.values_list("movie_id", "tmdb_id"):
        rejected.setdefault(movie_id, set()).add(tmdb_id)
    films = (
        Movie.objects.filter(pk__in=ids)
        .only("title", "year", "imdb_id", "tmdb_id", "tmdb_id_source")
        .order_by("fetch_job__position", "pk")
    )
    return [film_as_known(film, rejected.get(film.pk, ())) for film in films]


def lease_seconds() -> float:
    return float(LEASE_TIMEOUTS * settings.TMDB_TIMEOUT)


def renew(worker: str) -> None:
    """Extend the worker's leases, except expired ones, which another worker may hold."""
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {"worker": worker, "lease": lease_seconds()})


@transaction.atomic
def put_back(worker: str, movie_id: int, outcome: str) -> bool:
    """After a failure: leave the job for later or, after too many, drop it and pause the film.

    Returns whether it is the film's first failure since its last final answer.
    """
    ended = FetchJob.objects.filter(movie=movie_id, claimed_by=worker, tries__gte=MOST_TRIES)
    pauses = {"first": FIRST_PAUSE_HOURS, "longest": LONGEST_PAUSE_HOURS}
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, {"movie": movie_id, "outcome": outcome})
        is_first = bool(cursor.fetchone() == (True,))
        if ended.delete()[0]:
            cursor.execute(GIVE_UP, {"movie": movie_id, **pauses})
        cursor.execute(FAILED, {"pause": PAUSE_SECONDS, "movie": movie_id, "worker": worker})
    return is_first


def left_since(started: datetime) -> str:
    """The films that failed since then and have no final answer, by name; "" if there are none."""
    failed = FetchFailure.objects.filter(failed_at__gte=started)
    if not (number := failed.count()):
        return ""
    first = failed.select_related("movie").order_by("-failed_at", "pk")[:MOST_NAMED]
    names = [f"{row.movie.title} ({row.movie_id}, {row.outcome})" for row in first]
    more = f" and {number - MOST_NAMED:,} more" if number > MOST_NAMED else ""
    return f"{number:,} left for later: {', '.join(names)}{more}"


def release(worker: str, movie_id: int | None = None) -> None:
    """Return what was claimed and not begun, as if it had not been claimed.

    If the database fails, the leases just run out.
    """
    with contextlib.suppress(Error):
        jobs = FetchJob.objects.filter(claimed_by=worker)
        if movie_id is not None:
            jobs = jobs.filter(movie=movie_id)
        jobs.update(claimed_by="", not_before=timezone.now(), tries=F("tries") - 1)


def missing_workers() -> int:
    """How many more workers the queue can use; 0 if it is empty."""
    now = timezone.now()
    if not FetchJob.objects.filter(not_before__lte=now).exists():
        return 0
    busy = FetchJob.objects.filter(~Q(claimed_by=""), not_before__gt=now)
    return max(WORKERS - busy.values("claimed_by").distinct().count(), 0)
