"""A separate installation for one test: database, Redis, workers and beat, as processes.

Everything listens on loopback or on private sockets and ends with the `with` block. `kill` is
`kill -9` of a process and all that it started.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from config.embedded_postgres import EmbeddedServer, ensure_running, stop_if_last
from tests.config.external_postgres import temporary_folder
from tests.paths import ROOT

SETTINGS = """
from pathlib import Path
from config.database import database_settings
from tests.settings import *
VAR_DIR = Path({var!r})
DATABASES = {{"default": database_settings(None, var=VAR_DIR)}}
TMDB_API_KEY = "right"
TMDB_BASE_URL = {tmdb!r}
TMDB_RATE = {rate}
TMDB_TIMEOUT = {timeout}
"""


UNREACHABLE = "http://127.0.0.1:9/3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a server listens on this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(
    true: Callable[[], bool], *, seconds: float, what: str, log: Callable[[], str] = str
) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}\n{log()}"
        time.sleep(0.05)


def rows_of(query: str, var: Path) -> list[Any]:
    """Run SQL in the embedded database of `var`; starts the server again if it was killed."""
    server = ensure_running(var)
    with psycopg.connect(
        host=str(server.socket_dir),
        port=server.port,
        dbname=server.dbname,
        user=server.user,
        autocommit=True,
    ) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


class Redis:
    """A redis-server that keeps nothing on disk; after `kill` it comes back empty."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder, self.port = program, folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), "--save", "", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )
        wait_until(lambda: answers(self.port), seconds=20, what="Redis answers")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


@contextlib.contextmanager
def own_redis(program: str, folder: Path) -> Iterator[Redis]:
    redis = Redis(program, folder)
    redis.start()
    try:
        yield redis
    finally:
        redis.kill()


class Site:
    """Processes with separate settings; `sql` and `call` look into their database."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.folder = folder
        self._environment = os.environ | {
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "site_settings",
            "PYTHONPATH": f"{folder}:{ROOT}",
        }
        self.server: EmbeddedServer = ensure_running(folder / "var")
        self._running: list[subprocess.Popen[bytes]] = []

    def configure(self, *, tmdb: str, rate: int, timeout: float) -> None:
        values = SETTINGS.format(
            var=str(self.folder / "var"), tmdb=tmdb, rate=rate, timeout=timeout
        )
        (self.folder / "site_settings.py").write_text(values, encoding="utf-8")

    def manage(self, *arguments: str) -> str:
        return self._run([sys.executable, str(ROOT / "manage.py"), *arguments])

    def call(self, code: str) -> Any:
        """Run Python in the site; return, by way of JSON, what it assigns to `result`."""
        program = f"import json, django; django.setup()\n{code}\nprint(json.dumps(result))"
        return json.loads(self._run([sys.executable, "-c", program]).splitlines()[-1])

    def _run(self, command: list[str]) -> str:
        ended = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def sql(self, query: str) -> list[Any]:
        return rows_of(query, self.folder / "var")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `celery -A config ARGUMENTS` in its own process group."""
        return self._start("-m", "celery", "-A", "config", *arguments)

    def start_manage(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `manage.py ARGUMENTS` in its own process group."""
        return self._start(str(ROOT / "manage.py"), *arguments)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "celery.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def start_worker(self, name: str) -> subprocess.Popen[bytes]:
        return self.start(
            "worker", "--concurrency", "1", "--hostname", name, "--loglevel", "INFO",
            "--without-mingle", "--without-gossip",
        )  # fmt: skip

    def start_beat(self) -> subprocess.Popen[bytes]:
        """Start beat, which reads its schedule every second here."""
        pid_file = self.folder / "beat.pid"
        pid_file.unlink(missing_ok=True)
        return self.start(
            "beat", "--loglevel", "INFO", "--max-interval", "1", "--pidfile", str(pid_file)
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        self._running.remove(process)

    def kill_database(self) -> None:
        """`kill -9` of the server's main process, as the machine's out-of-memory killer would."""
        pid_file = self.folder / "var" / "postgres" / "postmaster.pid"
        os.kill(int(pid_file.read_text(encoding="utf-8").split("\n")[0]), signal.SIGKILL)

    def log(self) -> str:
        path = self.folder / "celery.log"
        return path.read_text(encoding="utf-8", errors="replace")[-6000:] if path.exists() else ""

    def stop(self) -> None:
        for process in list(self._running):
            self.kill(process)


@contextlib.contextmanager
def own_site(redis_url: str, of_the_run: Path) -> Iterator[Site]:
    """An installation with an empty, migrated database, a copy of the one that the run keeps."""
    folder = temporary_folder()
    kept = of_the_run / "migrated.tar"
    try:
        with one_process(kept):
            if not kept.exists():
                _keep_migrated(folder, kept)
            else:
                subprocess.run(["tar", "-xpf", kept, "-C", folder], check=True)
        site = Site(folder, redis_url)
        site.configure(tmdb=UNREACHABLE, rate=40, timeout=1.0)
        try:
            yield site
        finally:
            site.stop()
            stop_if_last(folder / "var")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_migrated(folder: Path, kept: Path) -> None:
    site = Site(folder, "")
    site.configure(tmdb=UNREACHABLE, rate=40, timeout=1.0)
    site.manage("migrate", "--verbosity", "0")
    stop_if_last(folder / "var")
    subprocess.run(["tar", "-cpf", kept, "-C", folder, "var"], check=True)


@contextlib.contextmanager
def one_process(path: Path) -> Iterator[None]:
    """Hold the lock of a file that one process makes for all of a run."""
    path.parent.mkdir(exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
