"""Studies are kept in a schema of the database, over a socket or TCP."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from common.errors import DataError
from config.database import database_settings
from recommend.lab.data.ratings import RatingData
from recommend.lab.tuning import studies
from recommend.lab.tuning.studies import connection_parameters
from recommend.lab.tuning.trials import study_rows
from tests.config.external_postgres import external_postgres, temporary_folder
from tests.operators import second_connection
from tests.recommend.lab.tuning.told import Told, ease


def tables_by_schema() -> dict[str, set[str]]:
    with second_connection() as other:
        rows = other.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information)'"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for schema, table in rows:
        found.setdefault(schema, set()).add(table)
    return found


def test_only_the_schema_optuna_is_written(db: None, data: RatingData) -> None:
    before = tables_by_schema()
    assert "optuna" not in before
    ease(data, 1)
    after = tables_by_schema()
    assert {"studies", "trials", "trial_params", "alembic_version"} <= after.pop("optuna")
    assert after == before
    with connection.cursor() as cursor, second_connection() as other:
        cursor.execute("SHOW search_path")
        assert "optuna" not in cursor.fetchone()[0]
        types = other.execute(
            "SELECT n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
            "WHERE t.typname IN ('trialstate', 'studydirection')"
        ).fetchall()
    assert types == [("optuna",), ("optuna",)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("test_")


def test_no_connection_and_no_lock_is_left(db: None, data: RatingData) -> None:
    ease(data, 1)
    with second_connection() as other:
        row = other.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE d.datname = current_database() AND locktype = 'advisory' AND objsubid = 2"
        ).fetchone()
        assert row == (0,)
        name = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND query LIKE '%trial%' AND pid <> pg_backend_pid()"
        ).fetchone()
        assert name == (0,)


def parameters_of(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> dict[str, Any]:
    handler = ConnectionHandler({"default": settings})
    monkeypatch.setattr(studies, "connection", handler["default"])
    return connection_parameters()


def test_the_embedded_database_is_reached_over_its_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings: dict[str, Any] = database_settings(None, var=tmp_path)
    assert parameters_of(monkeypatch, settings) == {
        "dbname": "ottwin",
        "user": "ottwin",
        "host": settings["HOST"],
        "port": "5432",
        "options": "-c search_path=optuna",
    }
    assert settings["HOST"].startswith("/")


def test_another_server_is_reached_by_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = "postgres://me:p%40%2Fss@db.example:6543/films?sslmode=require"
    url += "&options=-c%20statement_timeout%3D9000"
    settings: dict[str, Any] = database_settings(url, var=tmp_path)
    assert parameters_of(monkeypatch, settings) == {
        "dbname": "films",
        "user": "me",
        "password": "p@/ss",
        "host": "db.example",
        "port": 6543,
        "sslmode": "require",
        "connect_timeout": 5,
        "options": "-c statement_timeout=9000 -c search_path=optuna",
    }


def test_a_server_over_tcp_keeps_studies_too(
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    data: RatingData,
    django_db_blocker: Any,
) -> None:
    def tuned(url: str) -> list[tuple[str, int]]:
        """Over a new connection of Django's, which is closed at the end as a process does it."""
        settings: dict[str, Any] = database_settings(url, var=tmp_path)
        there = ConnectionHandler({"default": settings})["default"]
        monkeypatch.setattr(studies, "connection", there)
        with django_db_blocker.unblock(), contextlib.closing(there):
            ease(data, 2)
            return [(row.name, row.trials) for row in study_rows()]

    folder = temporary_folder()
    request.addfinalizer(lambda: shutil.rmtree(folder))
    with external_postgres(folder, password="a-b-c") as server:
        server.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'", "CREATE DATABASE films")
        address = f"127.0.0.1:{server.port}"
        url = f"postgres://postgres:a-b-c@{address}/films"
        assert tuned(url) == [("one", 2)]
        assert tuned(url) == [("one", 4)]
        with pytest.raises(DataError, match="as its owner: CREATE SCHEMA optuna AUTHORIZATION gue"):
            tuned(f"postgres://guest:guest@{address}/postgres")


def test_a_database_that_gives_up_is_told_in_one_line(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    ease(data, 1)

    def cut(_one: Any, _fold: int) -> float:
        with second_connection() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                "current_database() AND query LIKE '%pg_advisory_unlock%' "
                "AND pid <> pg_backend_pid()"
            )
        return 1.0

    objective(cut)
    with pytest.raises(DataError, match="the database gave up: .*; the same command goes on"):
        ease(data, 1)
    objective(lambda _one, _fold: 1.0)
    assert len(ease(data, 1).trials) >= 2
