"""Fetching with real workers, beat, Redis and database, some of which are killed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.tmdb.tmdb_stub import PASSING_FAULTS, Fault, TmdbStub, seeded_faults
from tests.programs import needed_program
from tests.sites import Redis, Site, own_redis, own_site, wait_until

FILMS = 240
RATE = 40
KILLS = 5
ADD_FILMS = f"""
from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.fetching.tmdb_world import add_movies, add_platforms
add_platforms()
add_movies(invented_films({FILMS}))
from django_celery_beat.models import IntervalSchedule, PeriodicTask
second, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
PeriodicTask.objects.exclude(task="movies.tasks.keep_fetching").update(enabled=False)
PeriodicTask.objects.filter(task="movies.tasks.keep_fetching").update(crontab=None, interval=second)
result = True
"""
WRONG_FILMS = f"""
from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.fetching.tmdb_world import wrong_films
result = wrong_films(invented_films({FILMS}))
"""
QUEUE = """
from movies.fetching.queue import plan_fetch
result = plan_fetch()
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with own_redis(needed_program("redis-server"), tmp_path) as server:
        yield server


@pytest.fixture
def tmdb() -> Iterator[TmdbStub]:
    with TmdbStub(invented_films(FILMS), key="right") as stub:
        yield stub


@pytest.fixture
def site(redis: Redis, tmdb: TmdbStub, of_the_run: Path) -> Iterator[Site]:
    """The films, and a schedule that checks the queue every second."""
    with own_site(redis.url, of_the_run) as installation:
        installation.configure(tmdb=tmdb.url, rate=RATE, timeout=0.7)
        assert installation.call(ADD_FILMS)
        yield installation


def left(site: Site) -> int:
    return int(site.sql("SELECT count(*) FROM movies_fetchjob")[0][0])


def finish(site: Site, tmdb: TmdbStub) -> None:
    """Wait until the queue is empty; then every film must be right."""
    wait_until(lambda: left(site) == 0, seconds=120, what="the queue is empty", log=site.log)
    assert site.call(WRONG_FILMS) == []
    assert set(tmdb.served()) == {film.tmdb_id for film in invented_films(FILMS)}


def test_two_workers_fetch_every_film_once_within_the_rate_although_answers_are_faulty(
    site: Site, tmdb: TmdbStub
) -> None:
    tmdb.fault = seeded_faults(0.1, PASSING_FAULTS, seed=2)
    for name in ("one", "two"):
        site.start_worker(name)
    site.start_beat()
    summary = site.manage("fetch_availability").splitlines()[-1]
    assert summary.startswith(f"Fetched {FILMS} films: ")
    finish(site, tmdb)
    assert set(tmdb.served().values()) == {1}
    assert tmdb.most_in_one_second() <= RATE
    workers = site.sql("SELECT DISTINCT worker FROM movies_fetchattempt")
    assert len({worker.rpartition(":")[0] for (worker,) in workers}) == 2
    recorded = dict(site.sql("SELECT outcome, count(*) FROM movies_fetchattempt GROUP BY 1"))
    answered = recorded.pop("ok") + recorded.pop("no_data")
    assert answered == FILMS
    failed = [request for request in tmdb.requests if request.fault not in (None, Fault.SLOW)]
    assert sum(recorded.values()) == len(failed) > 0


@pytest.mark.parametrize("victim", ["worker", "redis", "database"])
def test_a_run_survives_five_kills_and_erases_nothing(
    victim: str, site: Site, redis: Redis, tmdb: TmdbStub
) -> None:
    site.sql("UPDATE movies_movie SET tmdb_id_source = 'staff'")
    worker = site.start_worker("one")
    site.start_worker("two")
    site.start_beat()
    names = (f"again{number}" for number in itertools.count())

    def kill_worker() -> None:
        nonlocal worker
        site.kill(worker)
        worker = site.start_worker(next(names))

    def kill_redis() -> None:
        redis.kill()
        redis.start()

    kills: dict[str, Callable[[], None]] = {
        "worker": kill_worker,
        "redis": kill_redis,
        "database": site.kill_database,
    }
    known = 0
    assert site.call(QUEUE) == FILMS
    for number in range(KILLS):
        part = FILMS - (number + 1) * FILMS // (KILLS + 2)
        wait_until(
            lambda part=part: left(site) <= part, seconds=90, what="work goes on", log=site.log
        )
        assert left(site) > 0
        kills[victim]()
        now_known = int(site.sql("SELECT count(*) FROM movies_availability")[0][0])
        assert now_known >= known
        known = now_known
    finish(site, tmdb)
    twice = site.sql(
        "SELECT movie_id FROM movies_availabilitychange GROUP BY movie_id, platform_id, source "
        "HAVING count(*) > 1"
    )
    assert twice == []
