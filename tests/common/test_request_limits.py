"""A request that waits too long for a lock or a statement gets a message; commands may wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection
from django.test import Client

from config.database import request_options
from tests.operators import second_connection
from tests.paths import ROOT

Limit = Callable[..., None]
WEB = """
import django
django.setup()
from django.db import connection
{before}
import config.wsgi
with connection.cursor() as cursor:
    for name in ("lock_timeout", "statement_timeout"):
        cursor.execute(f"SHOW {{name}}")
        print(*cursor.fetchone())
"""


@pytest.fixture
def limit(db: None) -> Limit:
    """Sets limits in the session of the test; the web process begins with them."""

    def set_limits(**seconds: float) -> None:
        with connection.cursor() as cursor:
            for name, value in seconds.items():
                cursor.execute(
                    "SELECT set_config(%s, %s, true)", [f"{name}_timeout", f"{value * 1000:.0f}ms"]
                )

    return set_limits


@contextmanager
def locked(table: str) -> Iterator[Any]:
    """Another session locks the table, until `rollback()` of the connection that this yields."""
    with second_connection() as other:
        other.autocommit = False
        other.execute("SET lock_timeout = '5s'")
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield other
        other.rollback()


def statement_limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


# --- what a person reads -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "limits", "words"),
    [
        ("en", {"lock": 0.1}, "are being changed elsewhere right now"),
        ("ko", {"lock": 0.1}, "다른 곳에서 같은 데이터를 바꾸고 있어서"),
        ("en", {"statement": 0.1}, "took too long and was stopped"),
        ("ko", {"statement": 0.1}, "시간이 너무 오래 걸려서 요청을 멈췄어요"),
    ],
)
def test_a_page_says_why_it_could_not_be_made(
    language: str, limits: dict[str, float], words: str, limit: Limit, client: Client
) -> None:
    client.cookies["django_language"] = language
    limit(**limits)
    with locked("recommend_modelrun"):
        page = client.get("/")
    assert page.status_code == 503
    assert page["Retry-After"] == "10"
    assert words in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()


def test_the_api_says_it_as_it_says_other_errors(limit: Limit, client: Client) -> None:
    limit(lock=0.1)
    with locked("movies_platform"):
        answer = client.get("/api/platforms/", headers={"accept-language": "en"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert list(answer.json()) == ["detail"]
    assert answer.json()["detail"].startswith("The same data are being changed elsewhere")


def test_admin_says_it_too(limit: Limit, admin_client: Client) -> None:
    admin_client.cookies["django_language"] = "en"
    limit(lock=0.1)
    with locked("movies_platform"):
        page = admin_client.get("/admin/movies/platform/")
    assert page.status_code == 503
    assert "changed elsewhere right now" in page.content.decode()


def test_health_calls_the_database_busy(limit: Limit, client: Client) -> None:
    limit(lock=0.1)
    with locked("recommend_modelrun"):
        answer = client.get("/api/health/")
    assert answer.status_code == 503
    assert answer.json()["database"] == "busy"


def test_health_calls_other_trouble_an_error(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("recommend.api.views.data_set_in_use", down)
    answer = client.get("/api/health/")
    assert answer.status_code == 503
    assert answer.json()["database"] == "error"


# --- what staff send may take longer -------------------------------------------------------------


def test_what_staff_send_has_a_limit_of_its_own(limit: Limit, admin_client: Client) -> None:
    limit(statement=0.1)
    with locked("movies_platform") as other:
        timer = threading.Timer(0.6, other.rollback)
        timer.start()
        page = admin_client.post("/admin/movies/platform/")
        timer.join()
    assert page.status_code == 200
    assert statement_limit() == "0"  # back to what the connection began with


def test_what_staff_look_at_has_the_limit_of_every_request(
    limit: Limit, admin_client: Client
) -> None:
    limit(statement=0.1)
    with locked("movies_platform"):
        assert admin_client.get("/admin/movies/platform/").status_code == 503


def test_what_staff_send_does_not_wait_for_a_lock_forever(
    limit: Limit, admin_client: Client
) -> None:
    limit(lock=0.1)
    with locked("movies_platform"):
        assert admin_client.post("/admin/movies/platform/").status_code == 503


# --- which process has which limits --------------------------------------------------------------


def web_limits(before: str = "", **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WEB.format(before=before)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_web_process_has_limits(db: None) -> None:
    assert web_limits() == ["5s", "15s"]


def test_the_environment_sets_them_also_after_a_first_connection(db: None) -> None:
    """`runserver` looks for missing migrations before it serves; 0 is no limit."""
    found = web_limits("connection.ensure_connection()", LOCK_SECONDS="7", STATEMENT_SECONDS="0")
    assert found == ["7s", "0"]


def test_commands_and_workers_have_none(db: None) -> None:
    run_checks()  # settings and checks alone set none
    assert statement_limit() == "0"
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_options_of_libpq() -> None:
    assert request_options(lock_seconds=5, statement_seconds=15) == (
        "-c lock_timeout=5s -c statement_timeout=15s"
    )
    assert request_options(lock_seconds=0, statement_seconds=0) == ""
