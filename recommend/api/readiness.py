"""Whether this installation can serve everybody now, and what it lacks; nothing in it is secret."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from common.backends import broker
from common.backends.outages import is_full
from recommend.ranking.runs import has_live_run

OK, FAILED, NOT_USED = "ok", "failed", "not used"
WRITTEN = 256 * 1024  # bytes, to see whether a disk takes them
# Sorts more than fits into memory, so the server writes a temporary file beside its data. Asking
# for free space would not do: the site may not read the server's disk.
SPILL = "SELECT count(*) FROM (SELECT md5(n::text) FROM generate_series(1, 6000) n ORDER BY 1) rows"


@dataclass(frozen=True)
class Readiness:
    """Each part is "ok" or "failed"; `broker` is "not used" without `REDIS_URL`."""

    database: str
    migrations: str
    model: str
    disk: str
    broker: str
    missing: list[str]  # one sentence for each part that failed

    @property
    def is_ready(self) -> bool:
        return not self.missing


def readiness() -> Readiness:
    """Look at each part now; nothing is remembered. Takes some 20 ms where all is well."""
    missing: dict[str, str] = {}
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "model": _model,
        "disk": _disk,
        "broker": _broker,
    }
    for name, check in checks.items():
        if "database" in missing and name in ("migrations", "model"):
            missing[name] = f"{name}: not known without the database"
        elif fault := check():
            missing[name] = f"{name}: {fault}"
    states = {name: FAILED if name in missing else OK for name in checks}
    if not settings.REDIS_URL:
        states["broker"] = NOT_USED
    return Readiness(**states, missing=list(missing.values()))


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only')")
            return "it takes no writes" if cursor.fetchone()[0] == "on" else ""
    except (DatabaseError, InterfaceError):
        return "it does not answer"


def _migrations() -> str:
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except (DatabaseError, InterfaceError):
        return "it is not known which are applied"
    absent = sorted(_on_disk() - applied)
    names = ", ".join(f"{app}.{name}" for app, name in absent[:10])
    return f"not applied: {names}" if absent else ""


@lru_cache(maxsize=1)
def _on_disk() -> frozenset[tuple[str, str]]:
    """The migrations of the code that runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _model() -> str:
    try:
        return "" if has_live_run() else "no run is published"
    except (DatabaseError, InterfaceError):
        return "it is not known whether a run is published"


def _disk() -> str:
    """Write where this process and PostgreSQL keep their files."""
    folders = {"var": settings.VAR_DIR, "the temporary folder": Path(tempfile.gettempdir())}
    for what, folder in folders.items():
        try:
            _write(folder)
        except OSError as error:
            return f"{what} is full" if is_full(error) else f"{what} cannot be written"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '64kB'")
            try:
                cursor.execute(SPILL)
            finally:
                cursor.execute("RESET work_mem")
    except (DatabaseError, InterfaceError) as error:
        return "the database's disk is full" if is_full(error.__cause__ or error) else ""
    return ""


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(WRITTEN))
        file.flush()
        os.fsync(file.fileno())


def _broker() -> str:
    if not settings.REDIS_URL or broker.answers(settings.REDIS_URL):
        return ""
    return "it does not answer"
