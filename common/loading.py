"""What all loads share: one at a time, all or nothing, COPY, and a row in the ledger.

A load runs inside `exclusive_load`, one transaction under an advisory lock, so a killed load
leaves what was there before and two loads cannot mix.
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

from common.errors import DataError, NotReadyError
from common.locks import Lock
from common.models import DataLoad


@contextmanager
def exclusive_load(*, dry_run: bool = False) -> Iterator[Any]:
    """Yields a cursor inside one transaction; `dry_run` undoes everything at the end.

    1. Begin a transaction.
    2. Try to take the advisory lock, which PostgreSQL gives back when the transaction ends,
       also when the process is killed.
    3. If another load holds it, refuse at once instead of waiting.

    Raises `DataError` if another load is running.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not Lock.LOAD.attempt():
            raise DataError("another load is running; wait until it has ended, then try again")
        yield cursor
        if dry_run:
            transaction.set_rollback(True)


def wait_for_results() -> None:
    """Before a data set is replaced: let results that are being stored finish, stop new ones.

    Without it a result could refer to a MovieLens user who is being deleted, and both
    transactions would wait for each other. Held until the transaction ends.
    """
    Lock.DATA_SET.wait()


def hold_the_data_set() -> None:
    """While a result is computed and stored: nobody replaces the data set. Needs a transaction.

    Raises `NotReadyError` if one is being replaced right now.
    """
    if not Lock.DATA_SET.attempt_shared():
        raise NotReadyError("The data are being replaced. Try again in a few minutes.")


def copy_frame(cursor: Any, table: str, frame: pd.DataFrame) -> int:
    """COPY a frame into the columns of `table` that are named as its own; missing becomes NULL.

    Lists must have been turned into text by `array_text` first. Returns the number of rows.
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
    # Composed first: under DEBUG, Django's cursor passes no parameters on to copy().
    with cursor.copy(statement.as_string(None)) as copy:
        copy.write(buffer.getvalue())
    return len(frame)


def rebuild_table(cursor: Any, table: str, *, columns: str, query: str, parameters: Any) -> int:
    """Replace the rows of `table` by those of `query`; returns their number.

    For millions of rows: indexes and foreign keys are built once, not kept up row by row
    (`make bench` has the ratio), there are no dead rows, and readers are not blocked.

    1. Make an empty twin of the table and fill it; readers see the old rows.
    2. Build the constraints and indexes of the old table on it, under passing names.
    3. Drop the old table and take over its name and its names. From here on, until the
       transaction ends, readers of it and of the tables that it refers to wait: call this late.

    No other table may refer to `table`.
    """
    old, new = sql.Identifier(table), sql.Identifier(f"{table}_new")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    like = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS"
    _run(cursor, f"CREATE TABLE {{}} (LIKE {{}} {like})", new, old)
    _run(cursor, f"INSERT INTO {{}} ({columns}) {query}", new, parameters=parameters)
    rows = int(cursor.rowcount)
    names = _build_constraints(cursor, table, new), _build_indexes(cursor, table, new)
    _run(cursor, "DROP TABLE {}", old)
    _run(cursor, "ALTER TABLE {} RENAME TO {}", new, old)
    for passing, name in names[0].items():
        identifiers = sql.Identifier(passing), sql.Identifier(name)
        _run(cursor, "ALTER TABLE {} RENAME CONSTRAINT {} TO {}", old, *identifiers)
    for passing, name in names[1].items():
        _run(cursor, "ALTER INDEX {} RENAME TO {}", sql.Identifier(passing), sql.Identifier(name))
    return rows


def _run(cursor: Any, statement: str, *names: sql.Composable, parameters: Any = None) -> None:
    cursor.execute(sql.SQL(statement).format(*names).as_string(None), parameters)


def _build_constraints(cursor: Any, table: str, new: sql.Identifier) -> dict[str, str]:
    """Keys of `table` on its twin; returns their names by the passing ones."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f'",
        [table],
    )
    names = {}
    for number, (name, definition) in enumerate(cursor.fetchall()):
        passing = f"{table}_new_c{number}"
        statement = "ALTER TABLE {} ADD CONSTRAINT {} " + definition
        _run(cursor, statement, new, sql.Identifier(passing))
        names[passing] = name
    return names


def _build_indexes(cursor: Any, table: str, new: sql.Identifier) -> dict[str, str]:
    """Indexes of `table` that no constraint made; returns their names by the passing ones."""
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid "
        "AND conrelid = i.indrelid)",
        [table],
    )
    names = {}
    for number, (name, definition) in enumerate(cursor.fetchall()):
        passing = f"{table}_new_i{number}"
        unique, _, method = definition.partition(" INDEX ")
        statement = f"{unique} INDEX {{}} ON {{}} {method[method.index(' USING ') :]}"
        _run(cursor, statement, sql.Identifier(passing), new)
        names[passing] = name
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
    """The newest load of that kind, if it read the very same bytes into the data set in use."""
    newest = DataLoad.objects.latest_of(kind)
    data_set = DataLoad.objects.latest_of(DataLoad.Kind.MOVIELENS)
    if newest is None or newest.digest != digest:
        return None
    return None if data_set is not None and data_set.pk > newest.pk else newest


def record_load(
    *,
    kind: str,
    name: str,
    digest: str,
    counts: dict[str, int],
    started: float,
    id_space: str = "",
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
