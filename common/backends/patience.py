"""A connection to PostgreSQL that gives up on a server that takes statements and never answers.

The limits of PostgreSQL (`statement_timeout`) hold only while it runs: a server that is stopped, or
behind a network that swallows packets, ends nothing. In the web process, where somebody waits, so
does `patience` here; commands and workers wait as long as it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg

CHECK_SECONDS = 2  # for a pool that asks a connection whether it is still good
SPARE_SECONDS = 3  # after which a server that runs has ended the statement itself


def patience_for(statement_seconds: int) -> float | None:
    """How long to wait for a statement that PostgreSQL ends after so many seconds; 0: any time."""
    return statement_seconds + SPARE_SECONDS if statement_seconds else None


class PatientConnection(psycopg.Connection[Any]):
    """`patience`: seconds that a statement may take until the connection counts as lost."""

    usual_patience: ClassVar[float | None] = None  # of new connections of this process

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patience = self.usual_patience

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        if query or self.patience is None:
            return super().execute(query, *args, **kwargs)
        with self.patient(CHECK_SECONDS):  # the pool's question whether it is still good
            return super().execute(query, *args, **kwargs)

    @contextmanager
    def patient(self, seconds: float | None) -> Iterator[None]:
        """Wait so long for each statement of this block."""
        usual, self.patience = self.patience, seconds
        try:
            yield
        finally:
            self.patience = usual

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()  # or the end of the transaction would wait once more
            text = f"the database did not answer within {self.patience:g} seconds"
            raise psycopg.OperationalError(text) from None
