"""Reads and checks a service's log of who watched what. Pure.

The service's user ids only tell people apart; the result does not contain them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from common import tables
from common.arrays import Floats, Ints
from common.errors import DataError
from movies.movielens.headers import MOVIE_ID, PEOPLE, USER_ID
from movies.movielens.people import ages, genders, notes_on_ages

COLUMNS: Final = ("user_id", "movie_id", "watched_seconds", "duration_seconds", "watched_at")
OPTIONAL: Final = ("gender", "age")
LONGEST_USER_ID: Final = 100
LONGEST_FILM: Final = 172_800  # seconds: two days
LONGEST_WATCHED: Final = 3  # times the duration: seeking back adds watched seconds
SPELLINGS: Final[tables.Spellings] = {
    "user_id": USER_ID,
    "movie_id": MOVIE_ID,
    "watched_seconds": ("watchedseconds", "시청초", "시청시간초"),
    "duration_seconds": ("durationseconds", "재생초", "재생시간초", "상영시간초", "전체시간초"),
    "watched_at": ("watchedat", "시청일시", "시청시각"),
    **PEOPLE,
}


@dataclass(frozen=True)
class WatchLog:
    """`people`: ml_user_id 1..N in the order of the service's ids as text, gender ("": unknown),
    and age. The arrays have one entry for each row of the file; `person` is the ml_user_id, `times`
    are microseconds since 1970 in UTC. `used` and `ignored` say in words what was read and what was
    not.
    """

    people: pd.DataFrame
    person: Ints
    films: Ints
    watched: Floats
    durations: Floats
    times: Ints
    used: Sequence[str]
    ignored: Sequence[str]


def read_watchlog(path: Path, *, films: Collection[int], today: date | None = None) -> WatchLog:
    """The rows of a CSV or, by its suffix, Parquet file; all must be about these films.

    Columns and people may be written as in a file of people of `movies.movielens`. Raises
    `DataError` with every kind of fault in the file, each with its first line.
    """
    read = tables.read_variant(
        path, spellings=SPELLINGS, required=COLUMNS, optional=(*OPTIONAL, "birth")
    )
    frame, today = read.frame, today or datetime.now(UTC).date()
    for column in ("user_id", "watched_at"):
        frame[column] = tables.as_text(frame[column])
    frame["user_id"] = frame["user_id"].str.strip()
    file, faults, found = path.name, tables.Faults(), pd.DataFrame(index=frame.index)
    with faults:
        length = frame["user_id"].str.len()
        wrong = (length == 0) | (length > LONGEST_USER_ID)
        what = f"does not have 1 to {LONGEST_USER_ID} characters"
        tables.first_fault(frame, wrong, "user_id", what, file)
    with faults:
        found["movie_id"] = tables.integers(frame, "movie_id", file=file).astype("int64")
        unknown = ~found["movie_id"].isin(list(films))
        what = "is not a film that is loaded; load the films first, or leave its rows out"
        tables.first_fault(frame, unknown, "movie_id", what, file)
    _read_seconds(frame, found, faults, file)
    with faults:
        found["watched_at"] = tables.instants(frame, "watched_at", file=file)
        keys = frame[["line", "user_id"]].join(found[["watched_at"]]).join(frame["movie_id"])
        tables.unique_rows(keys, ["user_id", "movie_id", "watched_at"], file=file)
    people, person = _people(frame, faults, file, today)
    faults.raise_if_any()
    return WatchLog(
        people,
        person,
        found["movie_id"].to_numpy(np.int64),
        found["watched_seconds"].to_numpy(np.float64),
        found["duration_seconds"].to_numpy(np.float64),
        found["watched_at"].dt.as_unit("us").astype("int64").to_numpy(),
        used=[f"{file}: {read.header.in_words()}{read.how}", *notes_on_ages(frame, today)],
        ignored=[f"{file}: {', '.join(read.header.ignored)}"] if read.header.ignored else [],
    )


def _read_seconds(
    frame: pd.DataFrame, found: pd.DataFrame, faults: tables.Faults, file: str
) -> None:
    for column, most in (
        ("duration_seconds", LONGEST_FILM),
        ("watched_seconds", LONGEST_FILM * LONGEST_WATCHED),
    ):
        with faults:
            found[column] = tables.numbers(frame, column, file=file, low=0, high=most)
    if "duration_seconds" not in found:
        return
    is_zero = found["duration_seconds"] == 0
    with faults:
        what = "is zero; expected how long the whole film is"
        tables.first_fault(frame, is_zero, "duration_seconds", what, file)
    if "watched_seconds" in found:
        with faults:
            too_long = found["watched_seconds"] > LONGEST_WATCHED * found["duration_seconds"]
            what = f"is more than {LONGEST_WATCHED} times duration_seconds; are both in seconds?"
            tables.first_fault(frame, too_long & ~is_zero, "watched_seconds", what, file)


def _people(
    frame: pd.DataFrame, faults: tables.Faults, file: str, today: date
) -> tuple[pd.DataFrame, Ints]:
    """The people of a `WatchLog`, and the ml_user_id of each row."""
    codes, names = pd.factorize(frame["user_id"], sort=True)
    people = pd.DataFrame({"ml_user_id": np.arange(1, len(names) + 1), "gender": "", "age": pd.NA})
    with faults:
        people["gender"] = _of_each(frame, "gender", genders(frame, file=file), codes, file)
    with faults:
        years = ages(frame, file=file, today=today)
        of_each = _of_each(frame, "age", years.astype("str").fillna(""), codes, file)
        people["age"] = pd.to_numeric(of_each.where(of_each != "", None)).astype("Int64")
    return people, codes.astype(np.int64) + 1


def _of_each(
    frame: pd.DataFrame, column: str, values: pd.Series, codes: Ints, file: str
) -> pd.Series:
    """For each person the value in their rows, "" if no row has one. Raises if two rows differ."""
    rows = frame[["line", "user_id"]].assign(person=codes, value=values)
    given = rows[values != ""]
    first = given.drop_duplicates("person").set_index("person")
    other = given[given["value"] != given["person"].map(first["value"])]
    if len(other):
        row = other.iloc[0]
        earlier = first.loc[row["person"]]
        raise DataError(
            f"{column} of user {tables.shown(row['user_id'])} is {row['value']} here and "
            f"{earlier['value']} in line {earlier['line']}; "
            "one person has one: correct it, or leave it empty",
            file=file,
            line=int(row["line"]),
        )
    return first["value"].reindex(range(int(codes.max()) + 1), fill_value="")
