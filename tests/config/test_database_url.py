"""`DATABASE_URL`: which addresses are accepted, and the messages about an unsuitable server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import check_server, database_settings, pgvector_faults, version_number
from tests.config.external_postgres import ExternalServer, external_postgres, temporary_folder
from tests.paths import ROOT

Manage = Callable[..., subprocess.CompletedProcess[str]]
SECRET = "p%40ss-word/7"
SETTINGS = """
import os
from pathlib import Path
from config.database import database_settings
SECRET_KEY = "x"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.postgres"]
DATABASES = {"default": database_settings(os.environ["DATABASE_URL"], var=Path("/nonexistent"))}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ExternalServer]:
    folder = temporary_folder()
    try:
        with external_postgres(folder, password="correct-horse") as running:
            _database_with_pgvector(running, folder, "old", "0.6.2")
            _database_with_pgvector(running, folder, "outdated", "0.6.2")
            running.execute("CREATE EXTENSION vector", name="outdated")
            running.execute("ALTER DATABASE outdated RESET extension_control_path")
            running.execute("CREATE DATABASE bare")
            running.execute(f"ALTER DATABASE bare SET extension_control_path = '{folder}/none'")
            yield running
    finally:
        shutil.rmtree(folder)


def _database_with_pgvector(server: ExternalServer, folder: Path, name: str, version: str) -> None:
    extension = folder / name / "extension"
    extension.mkdir(parents=True)
    (extension / "vector.control").write_text(f"default_version = '{version}'\n")
    (extension / f"vector--{version}.sql").write_text("SELECT 1;\n")
    server.execute(
        f"CREATE DATABASE {name}",
        f"ALTER DATABASE {name} SET extension_control_path = '{folder / name}'",
    )


@pytest.fixture
def manage(tmp_path: Path) -> Manage:
    """Runs manage.py of a tiny project with the given DATABASE_URL."""
    (tmp_path / "tiny_settings.py").write_text(SETTINGS)

    def run(url: str, *command: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tiny_settings"}
        environment |= {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *command],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
        )

    return run


def problems_of(url: str) -> list[str]:
    faults = check_server(database_settings(url, var=Path("/none")))
    return [f"{fault.msg} {fault.hint}" for fault in faults]


def test_a_postgresql_address_gives_a_pooled_connection_to_that_server() -> None:
    settings = database_settings(
        "postgres://ann:pw@db.example:6543/films?sslmode=require", var=Path()
    )
    assert settings["ENGINE"] == "config.postgres"
    assert (settings["HOST"], settings["PORT"]) == ("db.example", 6543)
    assert (settings["NAME"], settings["USER"], settings["PASSWORD"]) == ("films", "ann", "pw")
    assert settings["CONN_MAX_AGE"] == 0
    assert settings["CONN_HEALTH_CHECKS"] is True
    assert settings["OPTIONS"] == {
        "sslmode": "require",
        "connect_timeout": 5,
        "pool": {"min_size": 0, "max_size": 10, "timeout": 5, "reconnect_timeout": 5},
    }


@pytest.mark.parametrize(
    "url", [f"mysql://ann:{SECRET}@db/films", "sqlite:///db.sqlite3", "films", SECRET]
)
def test_any_other_engine_is_refused_with_the_address_that_is_expected(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        database_settings(url, var=Path())
    assert "DATABASE_URL" in str(caught.value)
    assert "postgres://USER:PASSWORD@HOST:PORT/NAME" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgres://", "postgres://ann@db", f"postgres://ann:{SECRET}@db:port/films"]
)
def test_an_incomplete_address_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="not complete or not readable") as caught:
        database_settings(url, var=Path())
    assert SECRET not in str(caught.value)


def test_settings_without_an_address_name_the_embedded_server_and_start_nothing(
    tmp_path: Path,
) -> None:
    settings = database_settings(None, var=tmp_path)
    assert settings["EMBEDDED_IN"] == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_server_is_one_line_with_a_way_out() -> None:
    assert problems_of("postgres://ann:secret-word@127.0.0.1:1/films") == [
        "DATABASE_URL: cannot connect to 127.0.0.1:1 as user ann: Connection refused."
        " Start the server or correct the address."
    ]


def test_the_line_names_the_variable_that_the_operator_set() -> None:
    settings = database_settings("postgres://127.0.0.1:1/films", var=Path(), variable="REPLICA")
    assert check_server(settings)[0].msg.startswith("REPLICA: cannot connect to 127.0.0.1:1: ")


def test_a_wrong_password_is_reported_without_showing_it(server: ExternalServer) -> None:
    url = f"postgres://postgres:wrong-secret@127.0.0.1:{server.port}/postgres"
    (told,) = problems_of(url)
    assert 'password authentication failed for user "postgres"' in told
    assert told.endswith("Correct the user or the password.")
    assert "wrong-secret" not in told


def test_a_missing_database_is_reported_with_the_command_that_creates_it(
    server: ExternalServer,
) -> None:
    (told,) = problems_of(server.url("films"))
    assert 'database "films" does not exist' in told
    assert "CREATE DATABASE films" in told


def test_a_server_with_a_recent_pgvector_has_no_problem(server: ExternalServer) -> None:
    assert problems_of(server.url()) == []


def test_a_server_without_pgvector_is_reported(server: ExternalServer) -> None:
    (told,) = problems_of(server.url("bare"))
    assert told.startswith("DATABASE_URL: pgvector is not installed on that server. Install")


def test_the_version_of_an_old_available_pgvector_is_reported(
    server: ExternalServer,
) -> None:
    (told,) = problems_of(server.url("old"))
    assert "pgvector 0.6.2; 0.7 or newer is needed" in told
    assert "Install a newer pgvector package on the server." in told


def test_an_old_installed_pgvector_is_reported_with_the_update_statement(
    server: ExternalServer,
) -> None:
    (told,) = problems_of(server.url("outdated"))
    assert "pgvector 0.6.2; 0.7 or newer is needed" in told
    assert "is there already: run as a superuser" in told
    assert "ALTER EXTENSION vector UPDATE" in told


def test_versions_compare_as_numbers() -> None:
    assert version_number("0.6.2") < version_number("0.7") < version_number("0.7.0")
    assert version_number("0.7.4") < version_number("0.10") < version_number("1.0.0-rc1")
    assert pgvector_faults("DATABASE_URL", "0.10.0", None) == []
    assert pgvector_faults("DATABASE_URL", "0.7.0", "0.7.0") == []


@pytest.mark.parametrize("command", [["migrate"], ["showmigrations"], ["inspectdb"]])
def test_every_command_reports_an_unreachable_server_without_a_traceback(
    manage: Manage, command: list[str]
) -> None:
    done = manage("postgres://ann:secret-word@127.0.0.1:1/films", *command)
    assert done.returncode == 1
    assert "DATABASE_URL: cannot connect to 127.0.0.1:1 as user ann" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-word" not in done.stdout + done.stderr


def test_a_refused_address_is_one_line_of_manage_py(manage: Manage) -> None:
    done = manage(f"mysql://ann:{SECRET}@db/films", "check")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("DATABASE_URL: this is a mysql:// address")
    assert SECRET not in done.stderr


def test_check_and_migrate_report_a_server_without_pgvector(
    manage: Manage, server: ExternalServer
) -> None:
    for command in (["check", "--database", "default"], ["migrate"]):
        done = manage(server.url("bare"), *command)
        assert done.returncode == 1
        assert "(database.E002) DATABASE_URL: pgvector is not installed" in done.stderr
        assert "Traceback" not in done.stderr


def test_commands_work_on_a_good_server(manage: Manage, server: ExternalServer) -> None:
    assert manage(server.url(), "migrate").returncode == 0
    assert manage(server.url(), "check", "--database", "default").returncode == 0


def test_a_log_that_holds_rows_is_a_warning_with_the_cure(
    server: ExternalServer, manage: Manage
) -> None:
    told = manage(server.url(), "check", "--database", "default").stderr
    assert "(database.W001)" in told
    assert "log_error_verbosity = default" in told
    assert "ALTER SYSTEM SET log_error_verbosity = 'terse'" in told
    assert "log_statement" not in told
    server.execute(
        "CREATE DATABASE quiet",
        "ALTER DATABASE quiet SET log_error_verbosity = 'terse'",
        "ALTER DATABASE quiet SET log_min_error_statement = 'panic'",
    )
    assert "W001" not in manage(server.url("quiet"), "check", "--database", "default").stderr
