"""A small storm: every acknowledged survey is stored once, whatever is killed meanwhile.

`python -m benchmarks.storm` is the long form, which kills a PostgreSQL of its own.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun
from survey.models import Respondent
from tests.paths import ROOT
from tests.recommend.services.reacting import PICKS, tallies
from tests.sites import answers, free_port, wait_until
from tests.storms import kill_a_worker, storm

SETTINGS = """
from tests.settings import *
DATABASES["default"]["NAME"] = {name!r}
REQUEST_LIMITS = dict.fromkeys(REQUEST_LIMITS)
"""
SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = %s AND backend_type = 'client backend'"  # autovacuum's workers stay
)


@pytest.fixture
def gunicorn(live_model: ModelRun, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The process and the port of a server on the database of this test."""
    settings = SETTINGS.format(name=connection.settings_dict["NAME"])
    (tmp_path / "storm_settings.py").write_text(settings)
    port, program = free_port(), Path(sys.executable).parent / "gunicorn"
    paths = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "DJANGO_SETTINGS_MODULE": "storm_settings"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "config.wsgi", "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=os.environ | paths,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: answers(port), seconds=30, what="gunicorn answers")
        for _ in range(4):  # so that it has sessions to lose
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/movies/?limit=1").close()
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(60)


def take_away_the_database(ended: list[int]) -> None:
    """End all its sessions, note how many there were, and let nobody in for a while."""
    settings = connection.settings_dict
    given: dict[str, Any] = {"host": settings["HOST"], "port": settings["PORT"] or None}
    given |= {"user": settings["USER"], "password": settings["PASSWORD"] or None}
    name = settings["NAME"]
    with psycopg.connect(**given, dbname="postgres", autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        try:
            ended.append(len(other.execute(SESSIONS, [name]).fetchall()))
            time.sleep(0.7)
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


@contextlib.contextmanager
def without_a_connection() -> Iterator[None]:
    """This process stays out meanwhile, because its sessions are ended too."""
    connections.close_all()
    connection.close_pool()
    yield
    connection.close_pool()


@pytest.mark.django_db(transaction=True)
def test_every_acknowledged_survey_is_stored_once(gunicorn: tuple[int, int]) -> None:
    master, port = gunicorn
    sessions: list[int] = []
    with without_a_connection():
        outcome = storm(
            port,
            seconds=5,
            clients=8,
            answers={"liked": PICKS, "consent": True},
            every=[
                (2.0, partial(kill_a_worker, master)),
                (1.5, partial(take_away_the_database, sessions)),
            ],
        )
    assert not outcome.faults
    assert not outcome.unanswered
    assert all(len(results) == 1 for results in outcome.acknowledged.values())
    stored = {str(pk) for pk in Respondent.objects.values_list("pk", flat=True)}
    assert {one for results in outcome.acknowledged.values() for one in results} == stored
    assert len(stored) == len(outcome.acknowledged) >= 8
    assert tallies() == Counter(
        PlatformRecommendation.objects.values_list("platform_id", flat=True)
    )
    assert sum(sessions) > 0  # the database really was taken away
    assert outcome.answers["closed"] <= 2 * 8  # each client held by each of two killed workers
