"""Fetching films: which, in what order, by whom. The queue is the table `FetchJob`.

Any number of processes may work at once. Each film of the queue is with one of them at a time:

1. `plan_fetch` writes a job for each film that is due. A film that has one keeps it.
2. A worker claims a few jobs: it takes a lease on each (`SKIP LOCKED`, so nobody waits).
3. Its threads ask TMDB; its main thread stores each answer in one transaction, which also deletes
   the job. A failure leaves the job for later; after `MOST_TRIES` failures the job ends, and the
   film is due again with the next plan.
4. A worker that was killed holds its leases until they run out. Then others take over. Nothing but
   leases is lost with it, and nothing at all with Redis.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.models import F, Q
from django.utils import timezone

from common.errors import DataError
from common.progress import Report, silent
from movies.models import FetchAttempt, FetchJob, IdSuggestion, Movie, Notice
from movies.services.availability import refresh_platform_rates
from movies.services.fetched import store_lookup
from movies.services.notices import put_notice
from movies.services.providers import Coverage, coverage
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import InvalidKeyError
from movies.tmdb.lookup import Lookup, look_up
from movies.tmdb.matching import OurFilm

STALE_DAYS = 7
THREADS = 8  # a worker's requests at a time
WORKERS = 2  # that work on the queue at a time
LEASE_TIMEOUTS = 12  # a lease is longer than all requests for one film together
PAUSE_SECONDS = 5.0  # after a failure, times the number of tries
MOST_TRIES = 8
IDLE_SECONDS = 0.5

WRONG_KEY = (
    "TMDB refuses the API key (401). Correct TMDB_API_KEY; nothing was changed, and the films "
    "stay due."
)

PLAN = """
    INSERT INTO movies_fetchjob (movie_id, position, tries, claimed_by, not_before, queued_at)
    SELECT movie_id, row_number() OVER (ORDER BY demand DESC, answered_at NULLS FIRST,
        rating_count DESC, movie_id), 0, '', clock_timestamp(), clock_timestamp()
    FROM movies_movie
    WHERE answered_at IS NULL OR answered_at < %(before)s
    ORDER BY demand DESC, answered_at NULLS FIRST, rating_count DESC, movie_id
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
        not_before = clock_timestamp() + tries * make_interval(secs => %(pause)s)
    WHERE movie_id = %(movie)s
"""


def plan_fetch(*, stale_days: int = STALE_DAYS, limit: int | None = None) -> int:
    """Queue the films without a final answer of the last `stale_days` days; returns how many.

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


def work_off(
    *, client: TmdbClient, seconds: float | None = None, report: Report = silent
) -> Counter[str]:
    """Fetch what is queued; returns how many films ended with which outcome.

    Ends when the queue is empty, or after `seconds`, when no new film is begun. Raises `DataError`
    for a wrong key, after emptying the queue: it stops everybody at once.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    counts: Counter[str] = Counter()
    total = FetchJob.objects.count()
    report("films", 0, total)
    try:
        for outcome in _outcomes(client, worker, seconds):
            if not counts:
                put_notice(Notice.Key.INVALID_KEY, "")
            counts[outcome] += 1
            report("films", counts.total(), max(total, counts.total()))
    except InvalidKeyError:
        FetchJob.objects.all().delete()
        put_notice(Notice.Key.INVALID_KEY, WRONG_KEY)
        raise DataError(WRONG_KEY) from None
    finally:
        _release(worker)
    if counts:
        refresh_platform_rates()
    return counts


def _outcomes(client: TmdbClient, worker: str, seconds: float | None) -> Iterator[str]:
    """Claim, ask and store until there is no more to do; yields each film's outcome."""
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    running: dict[Future[Lookup], int] = {}
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="tmdb")
    covered = coverage()
    try:
        while True:
            if time.monotonic() < until and len(running) <= THREADS:
                for film in _claim(worker, 2 * THREADS - len(running)):
                    running[pool.submit(look_up, client, film)] = film.movie_id
            if not running:
                if time.monotonic() >= until or not FetchJob.objects.exists():
                    return
                time.sleep(IDLE_SECONDS)  # others hold what is left, or it pauses
                continue
            done, _ = wait(running, timeout=IDLE_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                yield _stored(running.pop(future), future, covered, worker)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _claim(worker: str, most: int) -> list[OurFilm]:
    """Take the lease on the next films."""
    lease = LEASE_TIMEOUTS * settings.TMDB_TIMEOUT
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"worker": worker, "lease": lease, "most": most})
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
    return [
        OurFilm(
            movie_id=film.pk,
            title=film.title,
            year=film.year,
            imdb_id=film.imdb_id,
            tmdb_id=film.tmdb_id,
            is_confirmed=film.tmdb_id_source == Movie.IdSource.STAFF,
            rejected=frozenset(rejected.get(film.pk, ())),
        )
        for film in films
    ]


def _stored(movie_id: int, future: Future[Lookup], covered: Coverage, worker: str) -> str:
    try:
        lookup = future.result()
    except InvalidKeyError as error:
        outcome = FetchAttempt.Outcome.INVALID_KEY
        FetchAttempt.objects.create(
            movie_id=movie_id, outcome=outcome, detail=str(error), worker=worker
        )
        raise
    store_lookup(movie_id=movie_id, lookup=lookup, coverage=covered, worker=worker)
    if lookup.outcome not in FetchAttempt.FINAL:
        FetchJob.objects.filter(movie=movie_id, tries__gte=MOST_TRIES).delete()
        with connection.cursor() as cursor:
            cursor.execute(FAILED, {"pause": PAUSE_SECONDS, "movie": movie_id})
    return lookup.outcome


def _release(worker: str) -> None:
    """Give back what was claimed and not begun. Without a database the leases just run out."""
    with contextlib.suppress(Error):
        FetchJob.objects.filter(claimed_by=worker).update(
            claimed_by="", not_before=timezone.now(), tries=F("tries") - 1
        )


def missing_workers() -> int:
    """How many more workers the queue could do with; 0 if it is empty."""
    now = timezone.now()
    if not FetchJob.objects.filter(not_before__lte=now).exists():
        return 0
    busy = FetchJob.objects.filter(~Q(claimed_by=""), not_before__gt=now)
    return max(WORKERS - busy.values("claimed_by").distinct().count(), 0)
