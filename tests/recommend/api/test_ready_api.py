"""`/api/ready/` tells whether people can be served now, and what lacks."""

from __future__ import annotations

import errno
import json
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from recommend.api import readiness
from recommend.models import ModelRun


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


def asked(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/api/ready/")
    assert answer["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer) == (answer.status_code == 503)
    return answer.status_code, answer.json()


def test_all_is_well(live_model: ModelRun, client: Client) -> None:
    assert asked(client) == (
        200,
        {
            "ready": True,
            "database": "ok",
            "migrations": "ok",
            "model": "ok",
            "disk": "ok",
            "broker": "not used",
            "missing": [],
        },
    )


def test_it_leaves_nothing_behind(live_model: ModelRun, client: Client, own_var: Path) -> None:
    asked(client)
    assert list(own_var.iterdir()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting = boot_val OR source <> 'session' FROM pg_settings "
                       "WHERE name = 'work_mem'")  # fmt: skip
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("app", "name"),
    [("ottstats", "0003_tally_at_commit"), ("survey", "0002_wishes"), ("sessions", "0001_initial")],
)
def test_a_migration_that_is_not_applied(
    app: str, name: str, live_model: ModelRun, client: Client
) -> None:
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()
    status, found = asked(client)
    assert (status, found["ready"], found["migrations"]) == (503, False, "failed")
    assert found["missing"] == [f"migrations: not applied: {app}.{name}"]


def test_no_model(world: str, client: Client) -> None:
    status, found = asked(client)
    assert (status, found["model"]) == (503, "failed")
    assert found["missing"] == ["model: no run is published"]


def test_a_retired_model_is_none(live_model: ModelRun, client: Client) -> None:
    ModelRun.objects.update(state=ModelRun.State.RETIRED)
    assert asked(client)[1]["missing"] == ["model: no run is published"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "var is full"),
        (errno.EDQUOT, "var is full"),
        (errno.EROFS, "var cannot be written"),
        (errno.EACCES, "var cannot be written"),
    ],
)
def test_a_disk_that_takes_nothing(
    code: int, words: str, live_model: ModelRun, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(code, "no", "/srv/secret/place")

    monkeypatch.setattr(readiness.os, "fsync", full)
    status, found = asked(client)
    assert (status, found["disk"], found["missing"]) == (503, "failed", [f"disk: {words}"])
    assert "secret" not in json.dumps(found)


def test_a_device_that_is_really_full(
    live_model: ModelRun, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux has one that never has room."""
    monkeypatch.setattr(readiness.tempfile, "TemporaryFile", lambda dir: open("/dev/full", "wb"))  # noqa: SIM115, PTH123
    assert asked(client)[1]["missing"] == ["disk: var is full"]


def test_a_full_disk_of_the_database(
    live_model: ModelRun, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "is_full", lambda error: isinstance(error, psycopg.Error))
    monkeypatch.setattr(readiness, "SPILL", "SELECT 1 / 0")
    assert asked(client)[1]["missing"] == ["disk: the database's disk is full"]


def test_the_statement_really_writes_a_file(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) {readiness.SPILL}")
        (plan,) = cursor.fetchone()
    assert '"Sort Space Type": "Disk"' in json.dumps(plan)


def test_the_database_is_away(
    live_model: ModelRun, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection to 10.0.0.7 as ottwin refused, password=geheim")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        status, found = asked(client)
    assert (status, found["database"], found["migrations"], found["model"]) == (
        503,
        "failed",
        "failed",
        "failed",
    )
    assert found["missing"][0] == "database: it does not answer"
    assert "10.0.0.7" not in json.dumps(found)
    assert "geheim" not in json.dumps(found)


def test_a_database_that_takes_no_writes(live_model: ModelRun, client: Client) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        found = asked(client)[1]
        transaction.set_rollback(True)
    assert found["missing"][0] == "database: it takes no writes"


@pytest.mark.parametrize("listens", [True, False], ids=["hangs", "refuses"])
def test_a_broker_that_does_not_answer(
    listens: bool, live_model: ModelRun, client: Client, settings: Any
) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        settings.REDIS_URL = f"redis://:geheim@127.0.0.1:{server.getsockname()[1]}/0"
        status, found = asked(client)
    assert (status, found["broker"]) == (503, "failed")
    assert found["missing"] == ["broker: it does not answer"]
    assert "geheim" not in json.dumps(found)


def test_it_is_in_the_schema(client: Client, db: None) -> None:
    schema = client.get("/api/schema/", headers={"accept": "application/json"}).content.decode()
    assert "/api/ready/" in schema
