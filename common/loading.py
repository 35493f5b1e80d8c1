"""Shared by all loads: one at a time, all or nothing, COPY, and a row in the ledger.

A load runs inside `exclusive_load`, one transaction under an advisory lock: a killed load leaves
the previous data, and two loads cannot mix.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from django.db import connection, transaction
from psycopg import sql

from common.errors import BeingReplacedError, DataError
from common.locks import Lock
from common.models import DataLoad


@contextmanager
def exclusive_load(*, dry_run: bool = False) -> Iterator[Any]:
    """Yield a cursor inside one transaction; with `dry_run`, roll back at the end.

    Raises `DataError` at once if another load is running. PostgreSQL releases the advisory lock
    when the transaction ends, even if the process is killed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not Lock.LOAD.attempt():
            raise DataError("another load is running; wait until it has ended, then try again")
        yield cursor
        if dry_run:
            transaction.set_rollback(True)


def wait_for_results() -> None:
    """Wait for transactions that store results, and refuse new ones until this transaction ends.

    Call it before replacing a data set: otherwise a result may refer to a MovieLens user that is
    being deleted, and both transactions deadlock.
    """
    Lock.DATA_SET.wait()


def hold_the_data_set() -> None:
    """Keep the data set from being replaced until this transaction has stored its result.

    Raises `BeingReplacedError` if it is being replaced right now.
    """
    if not Lock.DATA_SET.attempt_shared():
        raise BeingReplacedError


def copy_frame(cursor: Any, table: str, frame: pd.DataFrame) -> int:
    """COPY a frame into the columns of `table` with the same names; missing values become NULL.

    Turn lists into text with `array_text` first. Returns the number of rows.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in frame.columns)
    )
    buffer = io.BytesIO()
    pa.csv.write_csv(
        pa.Table.from_pandas(frame, preserve_index=False),
        buffer,
        pa.csv.WriteOptions(include_header=False),
    )
    # Compose first: under DEBUG, Django's cursor passes no parameters on to copy().
    with cursor.copy(statement.as_string(None)) as copy:
        copy.write(buffer.getvalue())
    return len(frame)


def rebuild_table(cursor: Any, table: str, *, columns: str, query: str, parameters: Any) -> int:
    """Replace the rows of `table` by those of `query`; return their number.

    For millions of rows: indexes and foreign keys are built once instead of row by row (`make
    bench` prints the ratio), no dead rows remain, and readers are not blocked.

    1. Make an empty copy of the table and fill it; readers see the old rows.
    2. Build the constraints and indexes of the old table on it, under temporary names.
    3. Drop the old table, and give its names to the new one. From here until the transaction ends,
       readers of this table and of the tables that it refers to wait, so call this late.

    No other table may refer to `table`.
    """
    old, new = sql.Identifier(table), sql.Identifier(f"{table}_new")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    like = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS"
    _run(cursor, f"CREATE TABLE {{}} (LIKE {{}} {like})", new, old)
    _run(cursor, f"INSERT INTO {{}} ({columns}) {query}", new, parameters=parameters)
    rows = int(cursor.rowcount)
    constraints = _build_constraints(cursor, table, new)
    indexes = _build_indexes(cursor, table, new)
    _run(cursor, "DROP TABLE {}", old)
    _run(cursor, "ALTER TABLE {} RENAME TO {}", new, old)
    for temporary, name in constraints:
        _run(cursor, "ALTER TABLE {} RENAME CONSTRAINT {} TO {}", old, temporary, name)
    for temporary, name in indexes:
        _run(cursor, "ALTER INDEX {} RENAME TO {}", temporary, name)
    return rows


def _run(cursor: Any, statement: str, *names: sql.Composable, parameters: Any = None) -> None:
    cursor.execute(sql.SQL(statement).format(*names).as_string(None), parameters)


Names = list[tuple[sql.Identifier, sql.Identifier]]  # temporary, final


def _build_constraints(cursor: Any, table: str, new: sql.Identifier) -> Names:
    """Build the keys of `table` on its copy."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f'",
        [table],
    )
    names = []
    for number, (name, definition) in enumerate(cursor.fetchall()):
        temporary = sql.Identifier(f"{table}_new_c{number}")
        _run(cursor, "ALTER TABLE {} ADD CONSTRAINT {} " + definition, new, temporary)
        names.append((temporary, sql.Identifier(name)))
    return names


def _build_indexes(cursor: Any, table: str, new: sql.Identifier) -> Names:
    """Build the indexes of `table` that belong to no constraint on its copy."""
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid "
        "AND conrelid = i.indrelid)",
        [table],
    )
    names = []
    for number, (name, definition) in enumerate(cursor.fetchall()):
        temporary = sql.Identifier(f"{table}_new_i{number}")
        unique, _, method = definition.partition(" INDEX ")
        statement = f"{unique} INDEX {{}} ON {{}} {method[method.index(' USING ') :]}"
        _run(cursor, statement, temporary, new)
        names.append((temporary, sql.Identifier(name)))
    return names


def array_text(values: Iterable[str]) -> str:
    """A PostgreSQL array literal of text."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def file_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def already_loaded(kind: str, digest: str) -> DataLoad | None:
    """The newest load of that kind, if it read the same bytes into the data set in use."""
    newest = DataLoad.objects.latest_of(kind)
    if newest is None or newest.digest != digest:
        return None
    data_set = DataLoad.objects.latest_of(DataLoad.Kind.MOVIELENS)
    return newest if data_set is None or data_set.pk <= newest.pk else None


def record_load(
    *, kind: str, name: str, digest: str, counts: dict[str, Any], started: float, id_space: str = ""
) -> DataLoad:
    """Write the ledger row; call it inside the load's transaction."""
    return DataLoad.objects.create(
        kind=kind,
        name=name[:200],
        digest=digest,
        counts=counts,
        id_space=id_space,
        seconds=perf_counter() - started,
    )
