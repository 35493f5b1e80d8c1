"""A load that is killed at any moment leaves the database as it was, and the next load works.

Real processes on a database of their own. `kill -9` comes at moments spread over the duration of
the load, and at moments held by a lock, so that every phase is certain to be met.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from django.db import connection
from psycopg import sql

from common.locks import Lock
from tests.movies.movielens.archives import tiny_release
from tests.ottstats.living.living_files import csv_folder
from tests.paths import ROOT

FILMS, USERS, RATINGS_EACH = 1500, 400, 60
PATIENCE = 60  # seconds


class Installation:
    """A separate database on the server of the tests, and `manage.py` for it."""

    duration: float  # seconds from the first sign of a load to its summary

    def __init__(self, folder: Path) -> None:
        settings = connection.settings_dict
        self.name = f"{settings['NAME']}_killed"
        names = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        self._server = {names[key]: settings[key] for key in names if settings[key]}
        (folder / "settings_of_this_test.py").write_text(
            f"from tests.settings import *\nDATABASES['default']['NAME'] = {self.name!r}\n"
        )
        self._environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "settings_of_this_test",
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        }

    def connect(self, name: str = "") -> psycopg.Connection[Any]:
        return psycopg.connect(dbname=name or self.name, **self._server, autocommit=True)

    def create(self) -> None:
        self.drop()
        with self.connect(connection.settings_dict["NAME"]) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    def drop(self) -> None:
        """End the clients first: FORCE is refused to a plain role while autovacuum is at work."""
        with self.connect(connection.settings_dict["NAME"]) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [self.name],
            )
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(self.name)))

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, ROOT / "manage.py", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )

    def run(self, *arguments: object) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        return out

    def rows(self) -> dict[str, tuple[int, str]]:
        """The number of rows and a digest of their content by table, the ledger included."""
        found = {}
        with self.connect() as reader:
            tables = reader.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            ).fetchall()
            for (table,) in tables:
                query = sql.SQL(
                    "SELECT count(*), coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '')"
                    " FROM {} t"
                ).format(sql.Identifier(table))
                row = reader.execute(query).fetchone()
                assert row is not None
                found[table] = row
        return found

    def wait_until_alone(self) -> None:
        """Wait: PostgreSQL notices that a client is gone only when it answers."""
        with self.connect() as reader:
            wait_for(
                lambda: (
                    reader.execute(
                        "SELECT count(*) = 1 FROM pg_stat_activity"
                        " WHERE datname = current_database() AND backend_type = 'client backend'"
                    ).fetchone()
                    == (True,)
                )
            )

    def may_load(self) -> bool:
        """Whether the lock that every load needs is free."""
        with self.connect() as other:
            row = other.execute("SELECT pg_try_advisory_lock(%s)", Lock.LOAD.numbers).fetchone()
        return row == (True,)

    @contextmanager
    def holding(self, table: str, mode: str) -> Iterator[Callable[[], bool]]:
        """Lock a table; yield a function that says whether another session waits for the lock."""
        with self.connect() as holder, self.connect() as reader:
            holder.execute("BEGIN")
            holder.execute(
                sql.SQL("LOCK TABLE {} IN {} MODE").format(sql.Identifier(table), sql.SQL(mode))
            )

            def a_session_waits() -> bool:
                row = reader.execute(
                    "SELECT count(*) > 0 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                    " WHERE NOT l.granted AND c.relname = %s"
                    " AND l.database = (SELECT oid FROM pg_database"
                    " WHERE datname = current_database())",
                    [table],
                ).fetchone()
                return row == (True,)

            yield a_session_waits
            holder.execute("ROLLBACK")


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.002)


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL


def wait_for_line(process: subprocess.Popen[str], start: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(start):
            return
    raise AssertionError(f"it ended without {start!r}: {process.communicate()[1]}")


def large_release(folder: Path, name: str, seed: int) -> Path:
    """24,000 ratings in the layout of 1M."""
    rng = np.random.default_rng(seed)
    ratings = [
        f"{user}::{film}::{stars}::978300760\n"
        for user in range(1, USERS + 1)
        for film, stars in zip(
            rng.choice(FILMS, RATINGS_EACH, replace=False) + 1,
            rng.integers(1, 6, RATINGS_EACH),
            strict=True,
        )
    ]
    return tiny_release(
        folder,
        "ml-1m",
        name=name,
        replace={
            "movies.dat": "".join(f"{n}::Film {n} (1999)::Drama\n" for n in range(1, FILMS + 1)),
            "users.dat": "".join(f"{n}::F::25::4::12345\n" for n in range(1, USERS + 1)),
            "ratings.dat": "".join(ratings),
        },
    )


@pytest.fixture(scope="module")
def installation(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Migrated, with a data set in use, and the duration of loading it."""
    folder = tmp_path_factory.mktemp("killed")
    with django_db_blocker.unblock():
        connection.ensure_connection()  # so that the embedded server runs until the end
    installation = Installation(folder)
    installation.create()
    try:
        installation.run("migrate", "--verbosity", 0)
        process = installation.start("load_movielens", large_release(folder, "in-use", seed=1))
        wait_for_line(process, "ratings …")
        started = time.monotonic()
        wait_for_line(process, "Loaded in-use")
        installation.duration = time.monotonic() - started
        process.communicate(timeout=PATIENCE)
        yield installation
    finally:
        installation.drop()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_release(tmp_path_factory.mktemp("release"), "next", seed=2)


@pytest.mark.parametrize(
    ("table", "mode"),
    [
        # In the order in which a load comes to them.
        pytest.param("movies_movie", "SHARE", id="old people deleted"),
        pytest.param("recommend_rating", "ACCESS SHARE", id="new ratings written"),
    ],
)
def test_a_load_killed_in_any_phase_leaves_everything_as_it_was(
    installation: Installation, release: Path, table: str, mode: str
) -> None:
    before = installation.rows()
    with installation.holding(table, mode) as a_session_waits:
        process = installation.start("load_movielens", release)
        wait_for(lambda: a_session_waits() or process.poll() is not None)
        kill(process)
    installation.wait_until_alone()

    assert installation.rows() == before


def test_a_load_killed_at_moments_over_its_duration_leaves_everything_as_it_was(
    installation: Installation, release: Path
) -> None:
    before = installation.rows()
    undone = []
    for part in (0.0, 0.2, 0.4, 0.6, 0.8):
        process = installation.start("load_movielens", release, "--force")
        wait_for_line(process, "ratings …")
        time.sleep(part * installation.duration)
        process.kill()
        process.communicate(timeout=PATIENCE)
        installation.wait_until_alone()
        after = installation.rows()
        if after["common_dataload"] == before["common_dataload"]:
            assert after == before
            undone.append(part)
        else:  # it was faster than the one that was measured, and through: then all is there
            assert after["common_dataload"][0] == before["common_dataload"][0] + 1
            assert_in_use(after)
            before = after
    assert undone


def test_the_next_load_works_as_soon_as_the_killed_one_is_gone(
    installation: Installation, release: Path
) -> None:
    before = installation.rows()
    # All is written but the row in the ledger.
    with installation.holding("common_dataload", "SHARE") as a_session_waits:
        process = installation.start("load_movielens", release, "--force")
        wait_for(lambda: a_session_waits() or process.poll() is not None)
        kill(process)
        assert not installation.may_load()  # PostgreSQL has not noticed yet
    installation.wait_until_alone()
    assert installation.may_load()
    assert installation.rows() == before

    out = installation.run("load_movielens", release, "--force")

    assert f"Loaded next: {FILMS:,} movies, {USERS} users, 24,000 observed ratings" in out
    rows = installation.rows()
    assert_in_use(rows)
    tables = [one for one in rows if one != "movies_stagedfilm"]  # of `sync_catalogue`
    assert not [table for table in tables if "staged" in table or table.endswith("_new")]


def assert_in_use(rows: dict[str, tuple[int, str]]) -> None:
    tables = ("movies_movie", "movies_movielensuser", "recommend_rating")
    assert [rows[table][0] for table in tables] == [FILMS, USERS, USERS * RATINGS_EACH]


@pytest.mark.parametrize("table", ["ottstats_livingdong", "common_dataload"])
def test_a_killed_load_of_the_living_data_leaves_those_before(
    installation: Installation, tmp_path: Path, table: str
) -> None:
    csv_folder(tmp_path)
    installation.run("load_living_data", tmp_path, "--force")
    before = installation.rows()
    assert before["ottstats_livingcell"][0] == 600
    csv_folder(tmp_path, months=("2023-03",))
    with installation.holding(table, "SHARE") as a_session_waits:
        process = installation.start("load_living_data", tmp_path)
        wait_for(lambda: a_session_waits() or process.poll() is not None)
        kill(process)
    installation.wait_until_alone()
    assert installation.rows() == before

    installation.run("load_living_data", tmp_path)
    assert installation.rows()["ottstats_livingcell"][0] == 300
