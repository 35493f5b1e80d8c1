"""Wrong arguments of a command are refused in one line, before anything is computed."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common.commands.arguments import file_to_write
from tests.paths import ROOT

SEED = "is not a whole number from 0 to 2,147,483,647"
CONFIDENCE = "is not a number above 0 and up to 1,000,000"


@pytest.mark.parametrize(
    ("command", "option", "values", "message"),
    [
        ("train_model", "--factors", ["0", "-1", "65", "1.5", "x"], "a whole number from 1 to 64"),
        ("train_model", "--confidence", ["0", "-1", "1000001", "nan", "inf", "x"], CONFIDENCE),
        ("train_model", "--fold-in-confidence", ["0", "-3", "1e7", "nan", ""], CONFIDENCE),
        ("train_model", "--regularization", ["-0.1", "nan", "1e300"], "a number from 0 to 1,000"),
        ("train_model", "--iterations", ["0", "1001", "ten"], "a whole number from 1 to 1,000"),
        ("train_model", "--seed", ["-1", "2147483648", "9" * 5000, "１"], SEED),
        ("evaluate", "--seeds", ["-1", "2147483648", "x"], SEED),
        ("evaluate", "--picks", ["0", "-1", "101"], "is not a whole number from 1 to 100"),
        ("predict_ratings", "--size", ["0", "-1", "10001"], "a whole number from 1 to 10,000"),
    ],
)
def test_a_number_out_of_its_range_is_refused_with_the_range(
    command: str, option: str, values: list[str], message: str
) -> None:
    for value in values:
        with pytest.raises(CommandError) as caught:  # the database is blocked: nothing has begun
            call_command(command, f"{option}={value}")
        text = str(caught.value)
        assert option in text
        assert repr(value) in text
        assert message in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("train_model", ["--factors=1", "--confidence=0.1", "--iterations=1", "--seed=0"]),
        ("train_model", ["--factors=64", "--confidence=1e6", "--regularization=0"]),
        ("evaluate", ["--seeds", "0", "2147483647", "--picks=100", "--json=figures.json"]),
    ],
)
def test_numbers_at_the_ends_of_their_range_are_taken(command: str, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="load_movielens"):  # because no data set is loaded
        call_command(command, *arguments)


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [("evaluate", "--json", "figures.json"), ("predict_ratings", "--output", "ratings.csv")],
)
def test_a_file_that_cannot_be_written_is_refused_before_computing(
    tmp_path: Path, command: str, option: str, name: str
) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(CommandError, match=f"{option}: there is no folder {missing}"):
        call_command(command, option, str(missing / name))
    with pytest.raises(CommandError, match=f"{option}: {tmp_path} is a folder; name a file in it"):
        call_command(command, option, str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_file_that_is_not_writable_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "figures.json"
    file.touch()
    assert file_to_write(str(file)) == file
    closed = {file}
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in closed)
    with pytest.raises(ArgumentTypeError, match=f"{file} is not writable"):
        file_to_write(str(file))
    closed.add(tmp_path)
    with pytest.raises(ArgumentTypeError, match=f"the folder {tmp_path} is not writable"):
        file_to_write(str(file))


def test_on_the_command_line_it_is_one_line_and_exit_code_2() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", "train_model", "--factors", "99"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "error: argument --factors: '99' is not a whole number from 1 to 64"
    )
    assert "Traceback" not in done.stderr
