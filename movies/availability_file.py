"""The availability CSV: movie_id,platform,available,source,checked_on. Reads and checks only.

Text in, checked columns out; every kind of fault is told, each with the first line that has it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import pandas as pd

from common import tables

COLUMNS = ("movie_id", "platform", "available", "source", "checked_on")
LONGEST_SOURCE = 60


def no_platform(slugs: Collection[str]) -> str:
    """What is wrong with a platform that is none of `slugs`."""
    return (
        f"is not a platform here; known: {', '.join(sorted(slugs)) or 'none'} "
        "(`manage.py load_reference_data` loads those that the project ships)"
    )


def checked_rows(
    frame: pd.DataFrame, *, file: str, platforms: Collection[str], today: date
) -> pd.DataFrame:
    """movie_id (Int64), platform, available (bool), source, checked_on (ISO day), line.

    Raises one `DataError` with all kinds of faults. Whether the films are loaded is not checked.
    """
    rows = frame[["line"]].copy()
    faults = tables.Faults()
    with faults:
        rows["movie_id"] = tables.integers(frame, "movie_id", file=file)
    with faults:
        rows["available"] = tables.truth_values(frame, "available", file=file)
    with faults:
        rows["checked_on"] = tables.days(frame, "checked_on", file=file)
    with faults:
        day = frame["checked_on"].str.strip()
        tomorrow = (today + timedelta(days=1)).isoformat()
        late = day.str.fullmatch(tables.DAY) & (day > tomorrow) & (day <= tables.LAST_DAY)
        tables.first_fault(frame, late, "checked_on", "is in the future", file)
    for column in ("platform", "source"):
        rows[column] = frame[column].str.strip()
    with faults:
        empty = rows["platform"] == ""
        tables.first_fault(frame, empty, "platform", "is empty; name a platform", file)
    with faults:
        unknown = ~rows["platform"].isin([*platforms, ""])
        tables.first_fault(frame, unknown, "platform", no_platform(platforms), file)
    with faults:
        tables.first_fault(frame, rows["source"] == "", "source", "is empty; name the source", file)
    with faults:
        long = rows["source"].str.len() > LONGEST_SOURCE
        what = f"is longer than {LONGEST_SOURCE} characters"
        tables.first_fault(frame, long, "source", what, file)
    with faults:
        keys = rows if "movie_id" in rows else rows.assign(movie_id=frame["movie_id"].str.strip())
        tables.unique_rows(keys, ["movie_id", "platform", "source"], file=file)
    faults.raise_if_any()
    return rows
