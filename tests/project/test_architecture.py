"""What must hold of the project as a whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from common.version import version
from tests.paths import ROOT

EXPECTED = {
    "manage.py", "config", "common", "survey", "movies", "matching", "recommend", "ottstats",
    "templates", "static", "fixtures", "requirements.txt", "requirements-dev.txt", "README.md",
    "Makefile", "pyproject.toml", "CHANGELOG.md", ".ci", ".env.example", ".gitignore", "docs",
    "benchmarks", "tests",
}  # fmt: skip


def test_the_web_process_never_imports_a_training_library() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import config.wsgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "trained = {'surprise', 'implicit', 'pyspark', 'recommend.lab'}\n"
        "print(sorted(trained & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_top_level_holds_what_is_agreed_and_nothing_else() -> None:
    tracked = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert {Path(name).parts[0] for name in tracked if name} <= EXPECTED


def test_every_requirement_is_pinned_exactly() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert lines
        for line in lines:
            assert re.match(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^=\s]+", line), line


def test_both_requirement_files_agree() -> None:
    run, dev = (
        set((ROOT / name).read_text(encoding="utf-8").splitlines())
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert run <= dev


def test_the_version_is_the_newest_heading_of_the_changelog() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())
