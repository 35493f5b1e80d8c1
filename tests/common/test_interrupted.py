"""Commands that are stopped, or run too early, end with one line on what is kept or to do."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError

from common.commands import base
from movies.management.commands.fetch_availability import Command as Fetch
from recommend.management.commands.load_movielens import Command as Load
from recommend.management.commands.quickstart import check_address
from recommend.management.commands.train_model import Command as Train
from tests.paths import ROOT

STOPS = [KeyboardInterrupt(), SystemExit(143), SystemExit(129)]


@pytest.mark.parametrize("stop", STOPS, ids=["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (Load, "nothing was changed"),
        (Train, "no run was stored"),
        (Fetch, "what was stored stays, and the rest is still to do"),
    ],
)
def test_a_stopped_command_says_what_is_kept(
    command: Any, kept: str, stop: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> str:
        raise stop

    monkeypatch.setattr(command, "run", stopped)
    with pytest.raises(CommandError, match=f"^stopped; {kept}") as caught:
        call_command(command(), *(["sample"] if command is Load else []))
    code = stop.code if isinstance(stop, SystemExit) else 130
    assert caught.value.returncode == code


def test_an_exit_of_the_command_itself_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaves(*_: Any, **__: Any) -> str:
        raise SystemExit(3)

    monkeypatch.setattr(Load, "run", leaves)
    with pytest.raises(SystemExit) as caught:
        call_command(Load(), "sample")
    assert caught.value.code == 3


@pytest.mark.parametrize("is_missing", [True, False])
def test_missing_tables_name_migrate(is_missing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> str:
        raise ProgrammingError('relation "common_dataload" does not exist')

    monkeypatch.setattr(Load, "run", fails)
    monkeypatch.setattr(base, "_migrations_are_missing", lambda: is_missing)
    with pytest.raises(CommandError if is_missing else ProgrammingError) as caught:
        call_command(Load(), "sample")
    assert ("`manage.py migrate`" in str(caught.value)) is is_missing


def test_no_migration_is_missing_here(db: None) -> None:
    assert base._migrations_are_missing() is False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_real_command_with_one_line(number: signal.Signals) -> None:
    code = (
        "import os, sys, time, django, manage\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "django.setup()\n"
        "from recommend.management.commands import load_movielens\n"
        "def run(self, **_): print('begun', flush=True); time.sleep(60)\n"
        "load_movielens.Command.run = run\n"
        "sys.argv = ['manage.py', 'load_movielens', 'sample']\n"
        "manage.main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert told.strip().splitlines()[-1] == "CommandError: stopped; nothing was changed"
    assert "Traceback" not in told
    assert process.returncode == 128 + number


# --- starting ---


def test_a_taken_port_is_named_before_anything_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"cannot serve at 127\.0\.0\.1:{port}: .*in use"):
            call_command("quickstart", "--bind", f"127.0.0.1:{port}")
    check_address(f"127.0.0.1:{port}")


@pytest.mark.parametrize("bind", ["127.0.0.1:web", "8000:", "127.0.0.1:70000", "203.0.113.1:80"])
def test_an_address_that_cannot_be_served_is_refused(bind: str) -> None:
    with pytest.raises(base.DataError, match=re.escape(bind)):
        check_address(bind)


def test_a_worker_without_redis_says_so_in_one_line() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat"],
        cwd=ROOT,
        env=os.environ | {"REDIS_URL": "", "SECRET_KEY": "x" * 60},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 1
    assert found.stderr.startswith("REDIS_URL is not set")
    assert len(found.stderr.strip().splitlines()) == 1


# --- progress ---


def test_a_terminal_sees_a_rate_and_an_end(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    command = Load()
    command._bar = None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    command.report("ratings", 0, 100)
    time.sleep(0.15)
    command.report("ratings", 50, 100)
    assert command._bar is not None
    shown = str(command._bar)
    command._close_bar()
    assert re.search(r"50\.0/100", shown) or "50/100" in shown
    assert re.search(r"(it|\?)/s, \d\d:\d\d left, ends at \d\d:\d\d", shown)
