"""A PostgreSQL on a free TCP port of this machine, in place of an operator's own server."""

import contextlib
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.postgres.account import account_for
from config.postgres.cluster import programs_folder


def temporary_folder() -> Path:
    """A private folder with a short path, in memory if there is room: databases sync a lot."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    folder = tempfile.mkdtemp(prefix="ottwin-test-", dir=memory if roomy else None)
    return Path(folder).resolve()


@dataclass(frozen=True)
class ExternalServer:
    """Where the server listens; its superuser `postgres` has `password`."""

    port: int
    password: str
    host: str = "127.0.0.1"
    user: str = "postgres"

    def url(self, name: str = "postgres") -> str:
        return f"postgres://{self.user}:{self.password}@{self.host}:{self.port}/{name}"

    def execute(self, *statements: str, name: str = "postgres") -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextlib.contextmanager
def external_postgres(folder: Path, *, password: str) -> Iterator[ExternalServer]:
    """Serve the project's PostgreSQL binaries over TCP from `folder`, with password logins."""
    programs = programs_folder()
    account = account_for(folder, folder / "data", programs)
    data, password_file = folder / "data", folder / "password"
    password_file.write_text(password)
    data.mkdir(mode=0o700)
    for path in (data, password_file):
        account.own(path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lay_out: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres", "--no-sync"]
    lay_out += ["--encoding=UTF8", "--locale=C", f"--pwfile={password_file}"]
    laid_out = account.run([*lay_out, "--auth=scram-sha-256"])
    assert laid_out.returncode == 0, laid_out.stderr
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories="
    options += " -c fsync=off -c shared_buffers=16MB"
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w"]
    started = account.run([*control, "-l", data / "log", "-o", options, "start"])
    assert started.returncode == 0, started.stdout
    try:
        yield ExternalServer(port, password)
    finally:
        account.run([*control, "-m", "immediate", "stop"])
