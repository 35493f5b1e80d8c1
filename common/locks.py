"""The advisory locks of the project in PostgreSQL; every key is declared here.

PostgreSQL has two separate spaces of keys: keys of one number and keys of two. `Lock` has the keys
of one number; all keys of two numbers belong to studies of tuning (`StudyLock`).

A transaction's lock ends with the transaction, a session's lock when it is released or the session
ends; both also end when the process is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, unique
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

# Runs a statement with these parameters in the session of the lock; returns its one value.
Run = Callable[[str, tuple[int, ...]], Any]


def on_connection(statement: str, numbers: tuple[int, ...]) -> Any:
    """A `Run` on Django's default connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, numbers)
        return cursor.fetchone()[0]


class AdvisoryLock:
    """Takes and releases a lock. Waiting obeys `lock_timeout`; an attempt never waits."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The key, as PostgreSQL's functions expect it: one bigint or two integers."""
        raise NotImplementedError

    def wait(self) -> None:
        """Wait until no other session holds it; take it for the rest of the transaction."""
        self._in_transaction("pg_advisory_xact_lock")

    def attempt(self) -> bool:
        """Take it for the rest of the transaction, unless another session holds it."""
        return bool(self._in_transaction("pg_try_advisory_xact_lock"))

    def attempt_shared(self) -> bool:
        """Share it for the rest of the transaction, unless another session holds it alone."""
        return bool(self._in_transaction("pg_try_advisory_xact_lock_shared"))

    def wait_in_session(self, run: Run = on_connection) -> None:
        """Wait until no other session holds it; take it until `release`."""
        self._call("pg_advisory_lock", run)

    def attempt_in_session(self, run: Run = on_connection) -> bool:
        """Take it until `release`, unless another session holds it."""
        return bool(self._call("pg_try_advisory_lock", run))

    def release(self, run: Run = on_connection) -> None:
        """Release the session's lock."""
        self._call("pg_advisory_unlock", run)

    @contextmanager
    def attempted(self) -> Iterator[bool]:
        """Try to hold it in the session until the block ends; yields whether this session does."""
        taken = self.attempt_in_session()
        try:
            yield taken
        finally:
            # A broken transaction or connection ends the session, which releases the lock too.
            if taken and connection.is_usable():
                self.release()

    def is_held(self) -> bool:
        """Whether any session on this database holds it now."""
        *high, low = self.numbers
        first, second = (high[0], low) if high else (low >> 32, low & 0xFFFFFFFF)
        statement = (
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s "
            "AND objsubid = %s AND d.datname = current_database())"
        )
        return bool(on_connection(statement, (first, second, len(self.numbers))))

    def _in_transaction(self, function: str) -> Any:
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                f"{self} would be released at once: it needs a transaction"
            )
        return self._call(function, on_connection)

    def _call(self, function: str, run: Run) -> Any:
        places = ", ".join(["%s"] * len(self.numbers))
        return run(f"SELECT {function}({places})", self.numbers)


@unique
class Lock(AdvisoryLock, Enum):
    """The keys of one number."""

    LOAD = 0x0771  # of the one load that is running
    DATA_SET = 0x0772  # shared to store results or corrections, exclusive to replace a data set
    LAB = 0x0773  # of the process that runs a job of the model lab, for hours
    PROVIDERS = 0x0774  # while provider ids move between platforms
    CATALOGUE = 0x0775  # of the process that reads the platforms' lists, and to take one over
    TALLY = 0x0776  # of the transaction that commits; the tally's trigger takes it last
    WORKFLOW = 0x0777  # of the process that does a step of the workflow, for hours
    SEASONS = 0x0778  # of the transaction that commits a change of seasons; a trigger takes it
    DAY_COUNTS = 0x0779  # of the transaction that counts respondents, once a day

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.value,)


@dataclass(frozen=True)
class StudyLock(AdvisoryLock):
    """A key of two numbers: the id of a study, and 0 for the study itself or a trial's place."""

    study: int
    place: int

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.study, self.place)


def retried_after_deadlock(service: Callable[P, T]) -> Callable[P, T]:
    """Decorator of a service: run it once more if PostgreSQL ended it to resolve a deadlock.

    The service is one transaction of its own, so nothing of the first attempt is left. Within
    another transaction it is not repeated, because PostgreSQL has undone that one too.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return service(*args, **kwargs)
        except OperationalError as error:
            is_deadlock = isinstance(error.__cause__, DeadlockDetected)
            if not is_deadlock or connection.in_atomic_block:
                raise
        logger.warning("%s met a deadlock and is tried once more", service.__qualname__)
        return service(*args, **kwargs)

    return run
