"""A database that accepts connections or statements and never answers keeps nobody waiting long."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from common.backends import patience
from common.backends.outages import is_away
from common.backends.patience import PatientConnection
from config.database import database_settings
from config.postgres import base


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Any]:
    """The connection of Django to a server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgres://u:p@127.0.0.1:{server.getsockname()[1]}/name?connect_timeout=2"
        settings = database_settings(url, var=tmp_path)
        yield ConnectionHandler({"default": {}, "silent": settings})["silent"]
        if checking := base._checks.get("silent"):
            checking.join()
        base._away.pop("silent", None)


def seconds_to_refuse(refuses: Any) -> float:
    began = time.monotonic()
    with pytest.raises(OperationalError, match="timeout expired"):
        refuses.connect()
    return time.monotonic() - began


def test_only_the_first_request_waits_for_a_server_that_says_nothing(silent: Any) -> None:
    first = seconds_to_refuse(silent)
    assert first >= 2
    assert max(seconds_to_refuse(silent) for _ in range(4)) < 1.5


@pytest.fixture
def driver(transactional_db: None) -> Iterator[PatientConnection]:
    """The connection of psycopg that Django uses."""
    connection.ensure_connection()
    yield connection.connection
    connection.close()


def test_a_statement_that_is_never_answered_is_an_outage(driver: PatientConnection) -> None:
    began = time.monotonic()
    with (
        pytest.raises(OperationalError, match="did not answer within 0.3 seconds") as caught,
        driver.patient(0.3),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(3)")
    assert time.monotonic() - began < 2.5
    assert is_away(caught.value.__cause__ or caught.value)
    assert driver.closed
    assert driver.patience is None


def test_the_pool_does_not_wait_for_a_connection_that_says_nothing(
    driver: PatientConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float | None] = []

    def wait(self: PatientConnection, *args: Any, **kwargs: Any) -> Any:
        waited.append(self.patience)
        return answered(self, *args, **kwargs)

    answered = PatientConnection.wait
    monkeypatch.setattr(PatientConnection, "wait", wait)
    driver.patience = 60.0
    driver.execute("")
    driver.execute("SELECT 1")
    assert set(waited) == {patience.CHECK_SECONDS, 60.0}
    assert waited[0] == patience.CHECK_SECONDS


def test_what_is_answered_in_time_is_not_ended(driver: PatientConnection) -> None:
    with driver.patient(5), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3), 1")
        assert cursor.fetchone()[1] == 1
    assert not driver.closed


@pytest.mark.parametrize(("limit", "waits"), [(15, 18), (600, 603), (0, None)])
def test_the_server_is_the_first_to_end_a_statement(limit: int, waits: float | None) -> None:
    assert patience.patience_for(limit) == waits
