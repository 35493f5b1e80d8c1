"""The tasks behind the schedule, run in the process; and the schedule itself."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.core.management import CommandError
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from movies import tasks
from movies.fetching import queue
from movies.fetching import work as fetching
from movies.management.commands import fetch_availability
from movies.models import FetchAttempt, FetchJob, Movie, Notice, Provider
from tests.movies.fetching.tmdb_world import add_movies, connected_stub, our_id, wrong_films
from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub
from tests.operators import run
from tests.programs import needed_program
from tests.sites import free_port, own_redis

pytestmark = pytest.mark.django_db

FILMS = invented_films(10)


@pytest.fixture
def tmdb(settings: Any) -> Iterator[TmdbStub]:
    with connected_stub(settings, FILMS) as stub:
        add_movies(FILMS)
        yield stub


def test_the_nightly_refresh_fetches_every_film_that_is_due(tmdb: TmdbStub) -> None:
    fresh = our_id(FILMS[0])
    Movie.objects.filter(pk=fresh).update(answered_at=timezone.now())
    assert tasks.refresh_availability() == len(FILMS) - 1
    assert wrong_films(FILMS[1:]) == []
    assert not FetchJob.objects.exists()
    assert tasks.refresh_availability() == 0


def test_without_a_key_the_nightly_tasks_say_so_and_do_nothing(
    tmdb: TmdbStub, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TMDB_API_KEY = ""
    with caplog.at_level(logging.WARNING):
        assert tasks.refresh_availability() == 0
        assert tasks.sync_providers() == 0
    assert "TMDB_API_KEY is not set" in caplog.text
    assert tmdb.requests == []
    assert not FetchJob.objects.exists()


def test_a_wrong_key_ends_the_nightly_refresh_with_a_notice(
    tmdb: TmdbStub, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.sync_providers()
    settings.TMDB_API_KEY = "wrong"
    tasks.refresh_availability()
    assert Notice.objects.get(key="invalid_key").detail == fetching.WRONG_KEY
    assert fetching.WRONG_KEY in caplog.text
    assert set(FetchAttempt.objects.values_list("outcome", flat=True)) == {"invalid_key"}
    assert not FetchJob.objects.exists()
    assert tasks.keep_fetching() == 0  # nobody tries again with it every minute


def test_a_wrong_key_stops_also_where_the_list_of_providers_is_asked_for_first(
    tmdb: TmdbStub, settings: Any
) -> None:
    settings.TMDB_API_KEY = "wrong"
    tasks.refresh_availability()
    assert Notice.objects.filter(key="invalid_key").exists()
    assert not FetchJob.objects.exists()
    asked = len(tmdb.requests)
    tasks.keep_fetching()
    assert len(tmdb.requests) == asked == 1


def test_an_older_list_of_providers_serves_while_tmdb_has_no_new_one(tmdb: TmdbStub) -> None:
    tasks.sync_providers()
    Provider.objects.update(listed_at=timezone.now() - timedelta(days=3))
    tmdb.fault = lambda request: Fault.SERVER_ERROR if request.is_provider_list else None
    tasks.refresh_availability()
    assert wrong_films(FILMS) == []


def test_workers_are_called_only_as_many_as_are_missing(tmdb: TmdbStub) -> None:
    assert queue.missing_workers() == 0
    queue.plan_fetch()
    assert queue.missing_workers() == queue.WORKERS
    lease = timezone.now() + timedelta(minutes=1)
    FetchJob.objects.filter(movie=our_id(FILMS[0])).update(claimed_by="one", not_before=lease)
    assert queue.missing_workers() == queue.WORKERS - 1
    FetchJob.objects.filter(movie=our_id(FILMS[1])).update(claimed_by="two", not_before=lease)
    assert queue.missing_workers() == 0
    assert tasks.fetch_queued() == 0  # one too many finds nothing to do
    FetchJob.objects.update(claimed_by="killed", not_before=timezone.now() - timedelta(seconds=1))
    assert queue.missing_workers() == queue.WORKERS


def test_a_plan_twice_queues_no_film_twice(tmdb: TmdbStub) -> None:
    assert queue.plan_fetch() == len(FILMS)
    assert queue.plan_fetch() == 0
    assert FetchJob.objects.count() == len(FILMS)


def test_the_command_says_when_no_worker_moves(
    tmdb: TmdbStub, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(fetch_availability, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(fetch_availability, "keep_fetching", lambda: 0)
    with own_redis(needed_program("redis-server"), tmp_path) as redis:
        settings.REDIS_URL = redis.url
        with pytest.raises(CommandError, match="is a worker running .*10 films stay queued"):
            run("fetch_availability")
    assert FetchJob.objects.count() == len(FILMS)


def test_the_command_says_when_redis_does_not_answer(tmdb: TmdbStub, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    with pytest.raises(CommandError, match="the Redis of REDIS_URL does not answer"):
        run("fetch_availability")


def test_every_task_of_the_schedule_exists_and_staff_edits_stay() -> None:
    migration = importlib.import_module("common.migrations.0001_initial")
    lists = importlib.import_module("common.migrations.0002_catalogue_schedule")
    migration.add_schedules(apps, None)
    lists.add_schedule(apps, None)
    workflow = importlib.import_module("common.migrations.0012_workflow_schedule")
    workflow.take_the_place(apps, None)
    scheduled = PeriodicTask.objects.exclude(name__startswith="celery.")
    tasks = {task.task for task in scheduled}
    began_with = {lists.TASK, *(task for _, task, _ in migration.SCHEDULES)}
    assert tasks >= began_with - {workflow.BEFORE["task"]} | {workflow.TASK}
    assert tasks >= {"recommend.tasks.run_workflow", "recommend.tasks.check_winners"}
    current_app.loader.import_default_modules()
    assert {task.task for task in scheduled} <= set(current_app.tasks)
    scheduled.update(enabled=False)
    migration.add_schedules(apps, None)
    lists.add_schedule(apps, None)
    assert not scheduled.filter(enabled=True).exists()
    assert {str(task.crontab.timezone) for task in scheduled} == {"Asia/Seoul"}
