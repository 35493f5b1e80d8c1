"""Writes of the districts of Seoul, which the project ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common import tables
from ottstats.models import District

COLUMNS = ("code", "name", "name_ko", "outline")


def shipped_districts(path: Path) -> list[dict[str, Any]]:
    """The rows of `fixtures/districts.csv`."""
    frame = tables.read_table(path, required=COLUMNS)
    tables.unique_rows(frame, ("code",), file=path.name)
    return tables.records(frame, COLUMNS)


def store_districts(rows: Sequence[dict[str, Any]]) -> tuple[int, int, int]:
    """Add these districts and update those that differ; how many were added, updated, the same.

    Idempotent. Call it inside a load's transaction. None is ever deleted, as figures belong to it.
    """
    before = {row["code"]: row for row in District.objects.values(*COLUMNS)}
    added = [row for row in rows if row["code"] not in before]
    changed = [row for row in rows if row["code"] in before and before[row["code"]] != row]
    District.objects.bulk_create(
        [District(**row) for row in (*added, *changed)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=COLUMNS[1:],
    )
    return len(added), len(changed), len(rows) - len(added) - len(changed)
