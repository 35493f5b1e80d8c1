"""A database of OTTwin 0.5.0, with migrations of the same names, is refused and left unchanged.

`schema_0_5_0.sql` has its tables and the rows of its applied migrations.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from config.database import DatabaseServerError, check_schema, database_settings
from config.postgres.base import DatabaseWrapper
from tests.config.external_postgres import ExternalServer, external_postgres, temporary_folder
from tests.operators import second_connection
from tests.paths import ROOT

SCHEMA = (Path(__file__).parent / "schema_0_5_0.sql").read_text(encoding="utf-8")
REFUSED = (
    "DATABASE_URL: that database is of OTTwin 0.5.0 or older and cannot be upgraded. Make a new"
    " database, set DATABASE_URL to it, run `manage.py migrate` and load your data again."
)
STATE = """
    SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT app, name FROM django_migrations ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ExternalServer]:
    folder = temporary_folder()
    try:
        with external_postgres(folder, password="correct-horse") as running:
            running.execute("CREATE DATABASE old", "CREATE DATABASE empty")
            running.execute(SCHEMA, name="old")
            yield running
    finally:
        shutil.rmtree(folder)


def state_of(server: ExternalServer) -> list[tuple[str, str]]:
    with psycopg.connect(server.url("old")) as own:
        return own.execute(STATE).fetchall()


@pytest.mark.parametrize(
    "command", [["migrate"], ["check", "--database", "default"], ["quickstart"], ["publish_model"]]
)
def test_commands_refuse_it_in_one_line_with_the_cure(
    server: ExternalServer, command: list[str]
) -> None:
    before = state_of(server)
    environment = {"DATABASE_URL": server.url("old"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *command],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.endswith(f"{REFUSED}\n")
    assert done.stderr.count("\n") == 1
    assert state_of(server) == before


@pytest.mark.django_db
def test_a_process_that_serves_is_refused_at_every_request(server: ExternalServer) -> None:
    """Each refusal returns its connection; otherwise ten of them would empty the pool."""
    own = database_settings(server.url("old"), var=Path("/none"))
    settings: dict[str, Any] = {**connection.settings_dict, "EMBEDDED_IN": None, **own}
    settings["OPTIONS"]["pool"] |= {"max_size": 2, "timeout": 2}
    served = DatabaseWrapper(settings, alias="older")
    try:
        for _request in range(4):
            with pytest.raises(DatabaseServerError) as refusal:
                served.ensure_connection()
            assert str(refusal.value) == REFUSED
    finally:
        served.close_pool()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "apps",
    [
        ("common",),
        ("movies",),
        ("movies", "survey"),
        ("common", "movies", "survey", "matching", "ottstats"),
    ],
)
def test_one_that_was_migrated_in_part_is_refused_too(
    server: ExternalServer, apps: tuple[str, ...]
) -> None:
    """As `migrate APP` or a killed `migrate` leaves it."""
    with psycopg.connect(server.url("empty"), autocommit=True) as own:
        own.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        check_schema(own, {})
        for statement in SCHEMA.split("\n\n")[1:]:
            words = statement.split()
            if words[1] == "EXTENSION" or words[2].startswith(("django_", *apps)):
                own.execute(statement.encode())
        with pytest.raises(DatabaseServerError, match="cannot be upgraded"):
            check_schema(own, {})


def test_the_message_names_the_folder_of_the_embedded_server(server: ExternalServer) -> None:
    with psycopg.connect(server.url("old")) as own, pytest.raises(DatabaseServerError) as refusal:
        check_schema(own, {"EMBEDDED_IN": "/srv/ottwin/var"})
    assert str(refusal.value) == (
        "/srv/ottwin/var/postgres: that database is of OTTwin 0.5.0 or older and cannot be"
        " upgraded. Remove that folder, run `make run` or `manage.py migrate`, and load your data"
        " again."
    )


@pytest.mark.django_db
def test_a_database_of_this_version_is_accepted() -> None:
    with second_connection() as own:
        check_schema(own, connection.settings_dict)
