"""Rows of all our tables kept in memory, and put back by COPY."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, transaction

APPS = ("common", "movies", "survey", "matching", "ottstats", "recommend")
# A migration has put the rows in; a trigger writes them.
NOT_OURS = {"recommend_seasonkeywords", "movies_cataloguechange"}


def _columns() -> dict[str, str]:
    """By table its stored columns, generated ones left out."""
    columns = {}
    for model in (m for app in APPS for m in apps.get_app_config(app).get_models(True)):
        names = [field.column for field in model._meta.local_concrete_fields if not field.generated]
        if model._meta.db_table not in NOT_OURS:
            columns[model._meta.db_table] = ", ".join(f'"{name}"' for name in names)
    return columns


def snapshot() -> dict[str, bytes]:
    """Table (columns) -> its rows in COPY's binary format; empty tables are left out."""
    rows = {}
    with connection.cursor() as cursor:
        for table, columns in _columns().items():
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT (FORMAT binary)") as copy:
                data = b"".join(bytes(block) for block in copy)
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            if cursor.fetchone()[0]:
                rows[f"{table} ({columns})"] = data
    return rows


def restore(rows: dict[str, bytes]) -> dict[str, int]:
    """Put the rows into empty tables; returns the last number of each sequence behind them."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, data in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(data)
        cursor.execute(
            "SELECT pg_get_serial_sequence(attrelid::regclass::text, attname), attname,"
            " attrelid::regclass::text FROM pg_attribute"
            " WHERE attrelid = ANY(%s::regclass[]) AND attidentity <> ''",
            [[name.split(" ")[0] for name in rows]],
        )
        last = {}
        for sequence, column, table in cursor.fetchall():
            cursor.execute(f"SELECT max({column}) FROM {table}")  # noqa: S608
            last[sequence] = cursor.fetchone()[0]
    restore_sequences(last)
    return last


def restore_sequences(last: dict[str, int]) -> None:
    """The next row gets the number after the last one; a roll-back does not see to that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(name, last) FROM unnest(%s::text[], %s::bigint[]) AS t (name, last)",
            [list(last), list(last.values())],
        )
