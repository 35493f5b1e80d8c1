"""A test whose program is missing is skipped with a hint what to install; in CI it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs import needed_program


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def install(folder: Path, name: str) -> str:
    program = folder / name
    program.touch(0o755)
    return str(program)


def test_the_first_installed_program_is_used(programs: Path) -> None:
    chrome = install(programs, "google-chrome")
    assert needed_program("chromium", "google-chrome") == chrome
    chromium = install(programs, "chromium")
    assert needed_program("chromium", "google-chrome") == chromium


def test_without_the_program_the_skip_says_what_to_install(programs: Path) -> None:
    with pytest.raises(pytest.skip.Exception) as caught:
        needed_program("xgettext")
    assert str(caught.value) == "xgettext is not installed (Debian: apt-get install gettext)"


def test_ci_does_not_skip(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception) as caught:
        needed_program("chromium", "google-chrome")
    assert str(caught.value) == (
        "chromium or google-chrome is not installed, and CI must not skip this"
    )
