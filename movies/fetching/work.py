"""Works on the queue: threads ask TMDB, the main thread stores each answer in a transaction."""

from __future__ import annotations

import contextlib
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from django.db import DataError as UnstorableError
from django.db import Error, IntegrityError

from common.commands.progress import Report, silent
from common.errors import DataError
from movies.fetching import queue
from movies.fetching.store import store_lookup
from movies.models import FetchAttempt, FetchJob, Notice
from movies.services.notices import put_notice
from movies.services.platform_rates import refresh_platform_rates
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import InvalidKeyError, NoConnectionError, TmdbError
from movies.tmdb.lookup import FilmLookup, look_up
from movies.tmdb.matching import OurFilm

THREADS = 8  # a worker's requests at a time
MOST_FAILURES = 5 * THREADS  # films in a row, after which TMDB counts as unreachable
IDLE_SECONDS = 0.5

WRONG_KEY = (
    "TMDB refuses the API key (401). Correct TMDB_API_KEY; nothing was changed, and the films "
    "stay due."
)


class Ended(NamedTuple):
    """How one try to fetch a film ended; `is_new`: a film failed that had not failed before."""

    outcome: str
    is_new: bool = False


def work_off(
    *, client: TmdbClient, seconds: float | None = None, report: Report = silent
) -> Counter[str]:
    """Fetch what is queued; returns how many films ended with which outcome.

    Ends when the queue is empty, or begins no new film after `seconds`. For a wrong key, empties
    the queue, which stops all workers, and raises `DataError`. Raises a `TmdbError` when TMDB asks
    for a long pause or fails for many films in a row; the rest stays queued. There a film counts
    once, however often it is tried, and not at all if it failed before: it says nothing of TMDB.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    counts: Counter[str] = Counter()
    failures = 0
    total = FetchJob.objects.count()
    report("films", 0, total)
    try:
        for outcome, is_new in _outcomes(client, worker, seconds):
            is_final = outcome in FetchAttempt.FINAL
            failures = 0 if is_final else failures + is_new
            if is_final and counts.keys().isdisjoint(FetchAttempt.FINAL):
                put_notice(Notice.Key.INVALID_KEY, "")
            if failures == MOST_FAILURES:
                raise NoConnectionError(f"{failures} films in a row failed, the last by {outcome}")
            counts[outcome] += 1
            report("films", counts.total(), max(total, counts.total()))
    except InvalidKeyError:
        raise stop_for_wrong_key() from None
    finally:
        queue.release(worker)
        if counts:
            with contextlib.suppress(Error):  # already raised
                refresh_platform_rates()
    return counts


def stop_for_wrong_key() -> DataError:
    """Empty the queue, so that no worker tries the key again, and tell staff."""
    FetchJob.objects.all().delete()
    put_notice(Notice.Key.INVALID_KEY, WRONG_KEY)
    return DataError(WRONG_KEY)


def _outcomes(client: TmdbClient, worker: str, seconds: float | None) -> Iterator[Ended]:
    """Claim, ask and store until nothing is left to do; yields how each try ended."""
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    renew_at = time.monotonic() + queue.lease_seconds() / 3
    running: dict[Future[FilmLookup], OurFilm] = {}
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="tmdb")
    try:
        while True:
            if time.monotonic() > renew_at:
                queue.renew(worker)
                renew_at = time.monotonic() + queue.lease_seconds() / 3
            if time.monotonic() < until and len(running) < THREADS:
                for film in queue.claim(worker, THREADS - len(running)):
                    running[pool.submit(look_up, client, film)] = film
            if not running:
                if time.monotonic() >= until or not FetchJob.objects.exists():
                    return
                time.sleep(IDLE_SECONDS)  # others hold what is left, or it waits after a failure
                continue
            done, _ = wait(running, timeout=IDLE_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                yield _stored(running.pop(future), future.result(), worker)
    except TmdbError:
        pool.shutdown(wait=True, cancel_futures=True)
        _store_the_rest(running, worker)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _store_the_rest(running: Mapping[Future[FilmLookup], OurFilm], worker: str) -> None:
    """After a stop: store what was under way, whose attempts count like all others."""
    for future, film in running.items():
        if not future.cancelled():
            with contextlib.suppress(TmdbError):
                _stored(film, future.result(), worker)


def _stored(film: OurFilm, lookup: FilmLookup, worker: str) -> Ended:
    """Store one film's answer; one that cannot be stored stops no other film.

    Raises what stops everything: a wrong key, a wrong address, or a long pause.
    """
    try:
        current = store_lookup(film=film, lookup=lookup, worker=worker)
    except (UnstorableError, IntegrityError) as error:
        first = str(error).partition("\n")[0]
        lookup = FilmLookup("bad_answer", f"cannot be stored: {first}", faults=lookup.faults)
        current = store_lookup(film=film, lookup=lookup, worker=worker)
    if lookup.stop is not None:
        raise lookup.stop
    if not current:
        queue.release(worker, film.movie_id)
    elif lookup.outcome not in FetchAttempt.FINAL:
        return Ended(lookup.outcome, queue.put_back(worker, film.movie_id, lookup.outcome))
    return Ended(lookup.outcome)
