"""Processes that hold the embedded PostgreSQL of a folder, and ways to find and kill its server."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from tests.paths import ROOT

# Joins the server, runs a statement, prints the result, and stays until its input ends.
DRIVER = """
import sys
from pathlib import Path
import psycopg
from config.embedded_postgres import EmbeddedPostgresError, ensure_running
try:
    server = ensure_running(Path(sys.argv[1]))
except EmbeddedPostgresError as error:
    sys.exit(f"refused: {error}")
with psycopg.connect(
    host=str(server.socket_dir), port=server.port, user=server.user, dbname=server.dbname
) as connection:
    for statement in sys.argv[2].split(";"):
        cursor = connection.execute(statement)
    row = cursor.fetchone()
print("result", row[0], flush=True)
sys.stdin.read()
"""


# The same through Django: queries, waits for a line, queries again.
DJANGO_DRIVER = """
import sys
from pathlib import Path
from django.conf import settings
from config.database import database_settings
settings.configure(
    USE_TZ=True, DATABASES={"default": database_settings(None, var=Path(sys.argv[1]))}
)
import django
django.setup()
from django.db import close_old_connections, connection
while True:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        print("result", cursor.fetchone()[0], flush=True)
    close_old_connections()
    connection.close()
    if not sys.stdin.readline():
        break
"""


# Joins the server, forks, and ends; the child lives on.
FORKING_DRIVER = """
import os, sys
from pathlib import Path
import psycopg
from config.embedded_postgres import ensure_running
ensure_running(Path(sys.argv[1]))
if os.fork() == 0:
    server = ensure_running(Path(sys.argv[1]))
    print("result", os.getpid(), flush=True)
    sys.stdin.read()
else:
    os.wait() if sys.argv[2] == "wait" else None
"""


class Holder:
    """A process that uses the server of `var` until `end` or `kill`."""

    def __init__(self, var: Path, statement: str, *, driver: str = DRIVER) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", driver, str(var), statement],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    def result(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.end()
        return line.removeprefix("result ").strip()

    def say(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self) -> str:
        """Let it end by itself; return what it wrote on stderr."""
        return self.process.communicate(timeout=60)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=10)


def server_pid(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def processes(data: Path) -> list[psutil.Process]:
    """The live server of this data folder and its children."""
    with contextlib.suppress(psutil.Error, ValueError, OSError):
        server = psutil.Process(int((data / "postmaster.pid").read_text().split("\n")[0]))
        if str(data) in server.cmdline():
            return [server, *server.children(recursive=True)]
    return []


def kill_all(data: Path) -> None:
    """Send SIGKILL to all of them."""
    for process in processes(data):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def stop(data: Path) -> None:
    found = processes(data)
    if found:
        found[0].send_signal(signal.SIGINT)
        psutil.wait_procs(found, timeout=10)


def servers(var: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command = process.cmdline()
            if str(var / "postgres") in command and Path(command[0]).name == "postgres":
                found.append(process.pid)
    return found
