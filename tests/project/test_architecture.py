"""Rules for the project as a whole: its layout, import contracts, limits and pinned versions."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from common.version import version
from tests.paths import ROOT

EXPECTED = {
    "manage.py", "config", "common", "survey", "movies", "matching", "recommend", "ottstats",
    "templates", "static", "fixtures", "requirements.txt", "requirements-dev.txt", "README.md",
    "Makefile", "pyproject.toml", "CHANGELOG.md", ".ci", ".env.example", ".gitignore", "docs",
    "benchmarks", "tests", "gunicorn.conf.py",
}  # fmt: skip
APPS = ("common", "movies", "survey", "matching", "ottstats", "recommend")
APPLICATION = (*APPS, "config")
MOST_MODULES, MOST_LINES, MOST_FUNCTION_LINES = 12, 400, 45
MAY_HOLD_MORE = ("*/management/commands", "*/lab/recommenders", "*/migrations")
# Django finds classes of these names by their module.
SHARED_CLASS_NAMES = {"Command", "Meta"}


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


def test_the_top_level_holds_nothing_unexpected() -> None:
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


def modules(*folders: str) -> list[Path]:
    """The Python files in these folders of the project, without migrations."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != "migrations"
    )


def assert_none(faults: Iterable[str]) -> None:
    """Fail with all faults, one a line."""
    assert not (lines := "\n".join(faults)), lines


def layer_contracts() -> list[dict[str, Any]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return [contract for contract in contracts if contract["type"] == "layers"]


def rows(contract: dict[str, Any]) -> set[str]:
    """The modules that a contract of layers names, in each of its containers."""
    names = [name.strip(" ()") for row in contract["layers"] for name in re.split("[|:]", row)]
    return {
        f"{container}.{name}".strip(".")
        for container in contract.get("containers", [""])
        for name in names
    }


def test_an_import_contract_covers_every_package() -> None:
    """An app has an exhaustive contract; any other package is in one of the rows below its app."""
    contracts = layer_contracts()
    named = {row for contract in contracts for row in rows(contract)}
    exhaustive = {
        container
        for contract in contracts
        if contract.get("exhaustive")
        for container in contract["containers"]
    }
    missing = []
    for path in modules(*APPS):
        if path.name != "__init__.py":
            continue
        parts = path.parent.relative_to(ROOT).parts
        above = {".".join(parts[:depth]) for depth in range(2, len(parts) + 1)}
        if not (named & above if above else parts[0] in named & exhaustive):
            missing.append(".".join(parts))
    assert_none(missing)


def test_no_folder_holds_more_than_twelve_modules() -> None:
    folders = Counter(
        path.parent.relative_to(ROOT)
        for path in modules(*APPLICATION)
        if path.name != "__init__.py"
    )
    assert_none(
        f"{folder}: {number}"
        for folder, number in folders.items()
        if number > MOST_MODULES and not any(folder.match(may) for may in MAY_HOLD_MORE)
    )


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(*APPLICATION, "benchmarks", "tests")
    }
    assert_none(f"{name}: {lines}" for name, lines in lengths.items() if lines > MOST_LINES)


def test_no_function_is_longer_than_45_lines() -> None:
    """Decorators and docstring included."""
    too_long = []
    for path in modules(*APPLICATION, "benchmarks", "tests"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                lines = (node.end_lineno or first) - first + 1
                if lines > MOST_FUNCTION_LINES:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name}: {lines}")
    assert_none(too_long)


def test_class_names_are_unique() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in modules(*APPLICATION):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name not in SHARED_CLASS_NAMES:
                places[node.name].append(str(path.relative_to(ROOT)))
    assert_none(f"{name}: {', '.join(paths)}" for name, paths in places.items() if len(paths) > 1)
