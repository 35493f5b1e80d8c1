"""Settings are safe by default, refuse to start without what they need, and are documented."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

COMMAND = (
    "import config.settings as s; print(s.DEBUG, s.SECURE_SSL_REDIRECT, "
    "s.CELERY_TASK_ALWAYS_EAGER, s.DATABASES['default']['ENGINE'])"
)


CHECK = "import sys; sys.argv = ['manage.py', 'check']; import manage; manage.main()"


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in that folder, with this environment only."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project folder without .env, with copies, because modules resolve their own path."""
    for name in ("config", "common"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    return tmp_path


def test_the_example_names_exactly_the_variables_that_are_read() -> None:
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == read
    assert "SECRET_KEY" in read


def test_no_secret_key_is_an_error_that_names_it(folder: Path) -> None:
    result = run(COMMAND, folder)
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr


def test_defaults_are_for_this_machine_only(folder: Path) -> None:
    result = run(COMMAND, folder, SECRET_KEY="x" * 60)
    assert result.stdout.split() == ["False", "False", "True", "config.postgres"]


def test_a_public_host_is_served_over_https_only(folder: Path) -> None:
    result = run(COMMAND, folder, SECRET_KEY="x" * 60, ALLOWED_HOSTS="ottwin.example")
    assert result.stdout.split()[:2] == ["False", "True"]


def test_a_wrong_debug_is_an_error_that_names_it(folder: Path) -> None:
    result = run(COMMAND, folder, SECRET_KEY="x" * 60, DEBUG="perhaps")
    assert result.returncode != 0
    assert "DEBUG" in result.stderr


def test_another_database_engine_is_refused(folder: Path) -> None:
    result = run(COMMAND, folder, SECRET_KEY="x" * 60, DATABASE_URL="sqlite:///x")
    assert result.returncode != 0
    assert "PostgreSQL only" in result.stderr


def test_with_redis_workers_run_the_tasks(folder: Path) -> None:
    url = "redis://127.0.0.1:6379/0"
    result = run(COMMAND, folder, SECRET_KEY="x" * 60, REDIS_URL=url)
    assert result.stdout.split()[2] == "False"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TMDB_RATE", "abc"),
        ("TMDB_API_KEY", "여기에.키.를"),
        ("ALLOWED_HOSTS", "https://"),
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "localhost"),
        ("LOCK_SECONDS", "5s"),
        ("TMDB_BASE_URL", "api.themoviedb.org/3"),
        ("TMDB_IMAGE_URL", "posters here"),
    ],
)
def test_a_wrong_variable_is_one_line_of_check(name: str, value: str) -> None:
    result = run(CHECK, ROOT, SECRET_KEY="x" * 60, **{name: value})
    assert result.returncode != 0
    assert result.stderr.startswith(name)
    assert len(result.stderr.strip().splitlines()) == 1
