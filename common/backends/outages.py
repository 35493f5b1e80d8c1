"""Tells whether an error means that the database is away or that a disk is full.

For commands as for pages: both are nobody's mistake and end by themselves, or by the operator.
"""

from __future__ import annotations

import errno

from django.db import InterfaceError, OperationalError
from psycopg import errors

FULL = {errno.ENOSPC, errno.EDQUOT}
# The server says that it cannot now; a connection that is lost or never came has no code at all.
AWAY = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.DatabaseDropped,
    errors.ReadOnlySqlTransaction,
    errors.TooManyConnections,
    errors.OutOfMemory,
)
CONNECTION = (OperationalError, InterfaceError, errors.OperationalError, errors.InterfaceError)


def is_full(error: BaseException) -> bool:
    """Whether a disk or a quota is full: PostgreSQL's, or one that this process writes to."""
    return isinstance(error, errors.DiskFull) or (
        isinstance(error, OSError) and error.errno in FULL
    )


def is_away(error: BaseException) -> bool:
    """Whether the database does not answer, or only to say that it cannot now.

    Of an error that Django raised for one of psycopg, ask about its cause.
    """
    if isinstance(error, AWAY):
        return True
    if not isinstance(error, CONNECTION) or error.__cause__ is not None:
        return False
    return getattr(error, "sqlstate", None) is None


def outage(error: BaseException) -> str | None:
    """One line for the operator of a command that an outage ended; None for other errors."""
    cause = error.__cause__ or error
    first = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    if is_full(cause):
        place = "the database's disk" if isinstance(cause, errors.DiskFull) else "the disk"
        return f"{place} is full; make room and run the command again: {first}"
    if isinstance(error, (OperationalError, InterfaceError)):
        return f"the database gave up, and what was not finished is undone: {first}"
    return None
