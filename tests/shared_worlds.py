"""Worlds of rows that tests share: built once for a run, put back once for many tests.

1. The first process that needs a world builds it in a transaction that is rolled back, and keeps
   its rows in a file; every other process reads them there.
2. A test of a world gets a transaction around its own with the rows of the world, whose constraints
   are checked there once, not after every test. The transaction of the test is a savepoint in it.
3. The next test of the same world finds the same rows and the same next numbers. Before any other
   test of the database the transaction is rolled back.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import connection, transaction
from django.test import override_settings

from tests.sites import one_process
from tests.snapshots import restore, restore_sequences, snapshot

Rows = dict[str, bytes]


def tally_at_once() -> None:
    """Within a transaction that never commits, the tally follows each statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ottstats_count_recommendation IMMEDIATE")


class SharedWorlds:
    """The worlds of one process; at most one is open."""

    def __init__(self, folder: Path, builds: Mapping[str, Callable[[Path], None]]) -> None:
        self._folder, self._builds = folder, builds
        self._rows: dict[str, Rows] = {}
        self._open = ""
        self._around: transaction.Atomic | None = None
        self._last: dict[str, int] = {}  # number of each sequence in the open world

    def is_open(self, name: str) -> bool:
        return self._open == name

    def open(self, name: str) -> None:
        """Have the rows of the world around the next test; nothing may be in a transaction."""
        if self._open == name and not self._is_broken():
            restore_sequences(self._last)
            return
        self.close()
        rows = self.rows(name)
        self._begin()
        self._open = name
        self._last = restore(rows)
        connection.check_constraints()
        tally_at_once()

    def close(self) -> None:
        """Roll the open world back, if there is one."""
        self._open = ""
        if self._around is not None:
            around, self._around = self._around, None
            connection.needs_rollback = True
            around.__exit__(None, None, None)

    @staticmethod
    def _is_broken() -> bool:
        """Whether a test closed the connection or lost it."""
        return connection.closed_in_transaction or connection.needs_rollback

    def rows(self, name: str) -> Rows:
        """The rows as built, which one process does for all."""
        if name not in self._rows:
            kept = self._folder / f"{name}.rows"
            with one_process(kept):
                if not kept.exists():
                    kept.write_bytes(pickle.dumps(self._built(name)))
            self._rows[name] = pickle.loads(kept.read_bytes())  # noqa: S301 - a file of this run
        return self._rows[name]

    def _built(self, name: str) -> Rows:
        """What is held by locks or waits for a commit while building ends with the roll-back."""
        self._begin()
        try:
            tally_at_once()
            folder = self._folder / name
            folder.mkdir(exist_ok=True)
            with override_settings(MODEL_DIR=folder, PREDICTIONS_DIR=folder):
                self._builds[name](folder)
            return snapshot()
        finally:
            self.close()

    def _begin(self) -> None:
        self._around = transaction.atomic()
        self._around._from_testcase = True  # type: ignore[attr-defined] # may hold durable blocks
        self._around.__enter__()
