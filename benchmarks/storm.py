"""Sends surveys while workers are killed every five seconds and the database five times.

    python -m benchmarks.storm [--seconds 60] [--clients 20]

Uses a PostgreSQL, a gunicorn and the bundled sample of its own. Fails unless every acknowledged
survey is stored once, the tally equals the rows, and every other answer was a clean 503 or, where
the process that held it was killed, a closed connection.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.installation import SETTINGS
from config.postgres.account import account_for
from config.postgres.cluster import programs_folder
from tests.config.external_postgres import ExternalServer, external_postgres, temporary_folder
from tests.paths import ROOT
from tests.sites import answers, free_port, wait_until
from tests.storms import Outcome, kill_a_worker, storm

DATABASE_KILLS = 5
AWAY = 2.0  # seconds that the database stays away
COUNTS = """
    SELECT (SELECT count(*) FROM survey_respondent),
        (SELECT count(DISTINCT submission) FROM survey_respondent),
        (SELECT coalesce(sum(recommended_count), 0) FROM ottstats_platformtally),
        NOT EXISTS (
            SELECT FROM ottstats_platformtally t WHERE recommended_count <> (
                SELECT count(*) FROM ottstats_platformrecommendation r
                WHERE r.platform_id = t.platform_id))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=20)
    options = parser.parse_args()
    folder = temporary_folder()
    try:
        with external_postgres(folder, password=secrets.token_hex(8)) as server:
            server.execute("CREATE DATABASE ottwin")
            server.execute("CREATE EXTENSION vector", name="ottwin")
            environment = _environment(folder, server)
            with _serving(folder, environment) as (master, port):
                every = [
                    (5.0, partial(kill_a_worker, master)),
                    (options.seconds / (DATABASE_KILLS + 1), partial(_kill_database, folder)),
                ]
                body = {"liked": _liked(server), "consent": True}
                outcome = storm(
                    port,
                    seconds=options.seconds,
                    clients=options.clients,
                    answers=body,
                    every=every,
                )
            _judge(outcome, server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, server: ExternalServer) -> dict[str, str]:
    """Settings of its own, and a database that the server's owner can stop and start."""
    text = SETTINGS.format(var=str(folder / "var"))
    text += (
        f'\nDATABASES = {{"default": database_settings({server.url("ottwin")!r}, var=VAR_DIR)}}\n'
    )
    text += "REQUEST_LIMITS = dict.fromkeys(REQUEST_LIMITS)\n"
    (folder / "own_settings.py").write_text(text, encoding="utf-8")
    return os.environ | {
        "PYTHONPATH": f"{folder}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "own_settings",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": "",
    }


@contextlib.contextmanager
def _serving(folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    subprocess.run(
        [sys.executable, "manage.py", "quickstart"], cwd=ROOT, env=environment, check=True
    )
    port, program = free_port(), Path(sys.executable).parent / "gunicorn"
    with (folder / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "config.wsgi", "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: answers(port), seconds=60, what="gunicorn answers")
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(60)


def _liked(server: ExternalServer) -> list[int]:
    statement = "SELECT movie_id FROM movies_movie ORDER BY rating_count DESC LIMIT 5"
    with psycopg.connect(server.url("ottwin")) as connection:
        return [row[0] for row in connection.execute(statement)]


def _kill_database(folder: Path) -> None:
    """Stop it as a crash does, without a word to its clients; start it again a little later."""
    programs = programs_folder()
    account = account_for(folder, folder / "data", programs)
    control = [programs / "pg_ctl", "-D", folder / "data", "-w"]
    options = (folder / "data" / "postmaster.opts").read_text().split(" ", 1)[1].replace('"', "")
    account.run([*control, "-m", "immediate", "stop"])
    time.sleep(AWAY)
    account.run([*control, "-l", folder / "data" / "log", "-o", options.strip(), "start"])


def _judge(outcome: Outcome, server: ExternalServer) -> None:
    with psycopg.connect(server.url("ottwin")) as connection:
        row = connection.execute(COUNTS).fetchone()
    stored, different, counted, equal = row or (0, 0, 0, False)
    twice = [name for name, results in outcome.acknowledged.items() if len(results) > 1]
    print(f"{len(outcome.acknowledged):,} surveys acknowledged, {stored:,} stored;", end=" ")
    print(", ".join(f"{status}: {times:,}" for status, times in sorted(outcome.answers.items())))
    print(f"slowest answer {outcome.slowest:.1f} s; tally {counted:,}, equal to rows: {equal}")
    wrong = outcome.faults or outcome.unanswered or twice or not stored
    if wrong or not equal or not stored == different == counted == len(outcome.acknowledged):
        print(*outcome.faults[:10], *outcome.unanswered[:10], *twice[:10], sep="\n")
        sys.exit("The storm lost or doubled something.")


if __name__ == "__main__":
    main()
