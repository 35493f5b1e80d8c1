"""The advisory locks of PostgreSQL that the project takes: each key is declared here, once.

PostgreSQL has two spaces of keys that never meet: keys of one number and keys of two. `Lock` holds
the keys of one number; the keys of two numbers all belong to studies of tuning (`StudyLock`).

A lock of a transaction is given back when the transaction ends, a lock of a session when it is
released or the session ends; both also when the process is killed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any

from django.db import connection, transaction

# Runs a statement with these numbers on the session that the lock is for; returns its one value.
Run = Callable[[str, tuple[int, ...]], Any]


def on_connection(statement: str, numbers: tuple[int, ...]) -> Any:
    """A `Run` on Django's default connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, numbers)
        return cursor.fetchone()[0]


class AdvisoryLock:
    """Ways to take a lock. Waiting obeys `lock_timeout`; an attempt never waits."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The key, as PostgreSQL's functions take it: one bigint or two integers."""
        raise NotImplementedError

    def wait(self) -> None:
        """Take it for the rest of the transaction, as soon as no other session holds it."""
        self._in_transaction("pg_advisory_xact_lock")

    def attempt(self) -> bool:
        """Take it for the rest of the transaction, unless another session holds it."""
        return bool(self._in_transaction("pg_try_advisory_xact_lock"))

    def attempt_shared(self) -> bool:
        """Share it for the rest of the transaction, unless another session has it exclusively."""
        return bool(self._in_transaction("pg_try_advisory_xact_lock_shared"))

    def wait_in_session(self, run: Run = on_connection) -> None:
        """Take it until `release`, as soon as no other session holds it."""
        self._call("pg_advisory_lock", run)

    def attempt_in_session(self, run: Run = on_connection) -> bool:
        """Take it until `release`, unless another session holds it."""
        return bool(self._call("pg_try_advisory_lock", run))

    def release(self, run: Run = on_connection) -> None:
        """Give back what the session took."""
        self._call("pg_advisory_unlock", run)

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
                f"{self} would be given back at once: it needs a transaction"
            )
        return self._call(function, on_connection)

    def _call(self, function: str, run: Run) -> Any:
        places = ", ".join(["%s"] * len(self.numbers))
        return run(f"SELECT {function}({places})", self.numbers)


@unique
class Lock(AdvisoryLock, Enum):
    """The keys of one number."""

    # Held by the one load that is running.
    LOAD = 0x0771
    # Shared by whatever stores results or corrections, exclusive while a data set is replaced.
    DATA_SET = 0x0772
    # Held by the process that does a job of the model lab, for hours.
    LAB = 0x0773
    # Held while provider ids move between platforms.
    PROVIDERS = 0x0774

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.value,)


@dataclass(frozen=True)
class StudyLock(AdvisoryLock):
    """A key of two numbers: the id of a study, and 0 for the study or a place for each trial."""

    study: int
    place: int

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.study, self.place)
