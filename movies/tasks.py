"""Celery tasks about films: each calls one service. The schedule is in the database."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import redis
from celery import Task, shared_task
from django.conf import settings
from django.db import Error

from common.errors import DataError, NotReadyError
from movies.fetching import catalogue, providers, queue, retention
from movies.fetching import work as fetching
from movies.fetching.access import open_client
from movies.models import FetchJob
from movies.services import notices
from movies.tmdb.errors import InvalidKeyError, TmdbError
from recommend.services.demand import refresh_demand
from recommend.services.entered_films import merge_entered
from recommend.services.watching import watch_load
from recommend.tasks import place_new_films

logger = logging.getLogger(__name__)

SYNC_SECONDS = 3000
LISTS_STAY_FRESH = timedelta(hours=20)
WORK_SECONDS = 240  # after which a worker lets other tasks run
PASSING = (Error, redis.RedisError, NotReadyError)


@shared_task(time_limit=600, soft_time_limit=540, autoretry_for=(Error,), retry_backoff=30)
def refresh_availability(stale_days: int = queue.STALE_DAYS) -> int:
    """Queue every film that is due, and start workers. Without a key, only log that."""
    if not settings.TMDB_API_KEY:
        logger.warning("TMDB_API_KEY is not set: nothing is fetched")
        return 0
    refresh_demand()
    queued = queue.plan_fetch(stale_days=stale_days)
    keep_fetching()
    return queued


@shared_task(time_limit=60, soft_time_limit=50)
def keep_fetching() -> int:
    """Every minute: start missing workers of the queue, whatever was killed or lost."""
    missing = queue.missing_workers() if settings.TMDB_API_KEY else 0
    for _ in range(missing):
        fetch_queued.delay()
    return missing


@shared_task(bind=True, time_limit=WORK_SECONDS + 180, soft_time_limit=WORK_SECONDS + 150,
             max_retries=20)  # fmt: skip
def fetch_queued(self: Task[Any, Any]) -> int:
    """Work on the queue for some minutes; if films are left, another turn follows.

    A superfluous task does no harm: it finds nothing to claim. A passing failure of Redis or the
    database is retried a little later; `keep_fetching` covers the rest.
    """
    if not queue.missing_workers():
        return 0
    try:
        with open_client() as client:
            providers.sync_if_old(client)
            counts = fetching.work_off(client=client, seconds=WORK_SECONDS)
    except InvalidKeyError:
        logger.error("%s", fetching.stop_for_wrong_key())
        return 0
    except (DataError, TmdbError) as error:
        logger.error("%s", error)  # `keep_fetching` tries again in a minute if films are queued
        return 0
    except PASSING as error:
        if settings.CELERY_TASK_ALWAYS_EAGER:
            raise
        raise self.retry(exc=error, countdown=5) from error
    if FetchJob.objects.exists():
        fetch_queued.delay()
    return counts.total()


@shared_task(time_limit=120, soft_time_limit=110)
def sync_providers() -> int:
    """Every night: fetch TMDB's list of providers for Korea."""
    if not settings.TMDB_API_KEY:
        return 0
    try:
        with open_client() as client:
            return providers.sync_providers(client).listed
    except InvalidKeyError:
        logger.error("%s", fetching.stop_for_wrong_key())
        return 0
    except (DataError, TmdbError) as error:
        logger.error("The list of providers was not fetched: %s", error)
        return 0


@shared_task(time_limit=SYNC_SECONDS + 120, soft_time_limit=SYNC_SECONDS)
def sync_catalogue() -> int:
    """Several times a night: read the platforms' lists that were not read this night.

    So a run that was killed, or that TMDB stopped, goes on half an hour later. Returns how many
    lists were taken over.
    """
    if not settings.TMDB_API_KEY:
        return 0
    try:
        with open_client() as client, watch_load("sync_catalogue"):
            synced = catalogue.sync_catalogue(client=client, max_age=LISTS_STAY_FRESH)
    except InvalidKeyError:
        logger.error("%s", fetching.stop_for_wrong_key())
        return 0
    except (DataError, TmdbError, *PASSING) as error:
        logger.error("The lists of the platforms were not all read: %s", error)
        return 0
    merge_entered()
    place_new_films.delay()
    return len(synced.applied)


@shared_task(time_limit=1800, soft_time_limit=1740, autoretry_for=(Error,), retry_backoff=30)
def purge_tmdb_data() -> None:
    """Every night: delete what TMDB said more than six months ago."""
    retention.purge_tmdb_data()


@shared_task(time_limit=60, soft_time_limit=50)
def remind_of_old_prices() -> int:
    """Every day: remind staff of prices to check, freezes that end, closures and promotions."""
    return notices.remind_of_old_prices()
