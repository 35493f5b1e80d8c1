"""Checks the availability CSV: movie_id,platform,available,source,checked_on. Stores nothing.

Text in, typed columns out; reports every kind of fault with its first line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import pandas as pd

from common import tables

COLUMNS = ("movie_id", "platform", "available", "source", "checked_on")


def no_platform(slugs: Collection[str]) -> str:
    """The fault of a platform that is not in `slugs`."""
    return (
        f"is not a platform here; known: {', '.join(sorted(slugs)) or 'none'} "
        "(`manage.py load_reference_data` loads those that the project ships)"
    )


ONE_WORD = ("movie_id", "platform", "source")  # a source's last word
EVERY_WORD = (*ONE_WORD, "checked_on")


def checked_rows(
    frame: pd.DataFrame,
    *,
    file: str,
    platforms: Collection[str],
    today: date,
    longest_source: int,
    unique: Sequence[str] = ONE_WORD,
) -> pd.DataFrame:
    """movie_id (Int64), platform, available (bool), source, checked_on (ISO day), line.

    No two rows have the same values in the columns `unique`, and no source has more characters than
    `longest_source`. Raises one `DataError` with all kinds
    of faults. Does not check whether the films are loaded.
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
    platform, source = frame["platform"].str.strip(), frame["source"].str.strip()
    rows["platform"], rows["source"] = platform, source
    empty = platform == "", "is empty; name a platform"
    unknown = ~platform.isin([*platforms, ""]), no_platform(platforms)
    with faults:
        tables.every_fault(frame, "platform", empty, unknown, file=file)
    unnamed = source == "", "is empty; name the source"
    long = source.str.len() > longest_source, f"is longer than {longest_source} characters"
    with faults:
        tables.every_fault(frame, "source", unnamed, long, file=file)
    with faults:
        keys = rows if "movie_id" in rows else rows.assign(movie_id=frame["movie_id"].str.strip())
        keys = keys if "checked_on" in keys else keys.assign(checked_on=frame["checked_on"])
        tables.unique_rows(keys, list(unique), file=file)
    faults.raise_if_any()
    return rows
