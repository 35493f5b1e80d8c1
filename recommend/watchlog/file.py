"""A service's log of who watched what, read and checked. Pure: no Django import.

The ids of the service's people are used to tell them apart and then forgotten: nothing of them is
stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from common import tables
from common.errors import DataError

COLUMNS: Final = ("user_id", "movie_id", "watched_seconds", "duration_seconds", "watched_at")
OPTIONAL: Final = ("gender", "age")
LONGEST_USER_ID: Final = 100
LONGEST_FILM: Final = 172_800  # seconds: two days
LONGEST_WATCHED: Final = 3  # times its duration: who seeks back watches more than there is
OLDEST: Final = 120
_GENDERS: Final = {"": "", "f": "female", "female": "female", "m": "male", "male": "male"}


@dataclass(frozen=True)
class WatchLog:
    """`people`: ml_user_id 1..N in the order of their ids as text, gender ("" unknown), age.

    The arrays have one entry a row of the file; `times` are microseconds since 1970 in UTC.
    """

    people: pd.DataFrame
    person: npt.NDArray[np.int64]
    films: npt.NDArray[np.int64]
    watched: npt.NDArray[np.float64]
    durations: npt.NDArray[np.float64]
    times: npt.NDArray[np.int64]


def read_watchlog(path: Path, *, films: Collection[int]) -> WatchLog:
    """The rows of a CSV or, by its name, Parquet file about these films.

    Raises `DataError` with every kind of fault that the file has, each with its first line.
    """
    read = tables.read_parquet if path.suffix == ".parquet" else tables.read_table
    frame = read(path, required=COLUMNS, optional=OPTIONAL)
    for column in {"user_id", "gender", "watched_at"}.intersection(frame):
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
    codes, names = pd.factorize(frame["user_id"], sort=True)
    people = pd.DataFrame({"ml_user_id": np.arange(1, len(names) + 1), "gender": "", "age": pd.NA})
    with faults:
        people["gender"] = _of_each(frame, "gender", _genders(frame, file), codes, file)
    with faults:
        ages = _of_each(frame, "age", _ages(frame, file), codes, file)
        people["age"] = pd.to_numeric(ages.where(ages != "", None)).astype("Int64")
    faults.raise_if_any()
    return WatchLog(
        people,
        codes.astype(np.int64) + 1,
        found["movie_id"].to_numpy(np.int64),
        found["watched_seconds"].to_numpy(np.float64),
        found["duration_seconds"].to_numpy(np.float64),
        found["watched_at"].dt.as_unit("us").astype("int64").to_numpy(),
    )


def _read_seconds(
    frame: pd.DataFrame, found: pd.DataFrame, faults: tables.Faults, file: str
) -> None:
    for column, longest in (
        ("duration_seconds", LONGEST_FILM),
        ("watched_seconds", LONGEST_FILM * LONGEST_WATCHED),
    ):
        with faults:
            found[column] = tables.numbers(frame, column, file=file, low=0, high=longest)
    if "duration_seconds" in found:
        with faults:
            zero = found["duration_seconds"] == 0
            what = "is zero; expected how long the whole film is"
            tables.first_fault(frame, zero, "duration_seconds", what, file)
    if {"duration_seconds", "watched_seconds"} <= set(found):
        with faults:
            too_long = found["watched_seconds"] > LONGEST_WATCHED * found["duration_seconds"]
            too_long &= found["duration_seconds"] > 0
            what = f"is more than {LONGEST_WATCHED} times duration_seconds; are both in seconds?"
            tables.first_fault(frame, too_long, "watched_seconds", what, file)


def _genders(frame: pd.DataFrame, file: str) -> pd.Series:
    if "gender" not in frame:
        return pd.Series("", index=frame.index, dtype="str")
    genders = frame["gender"].str.strip().str.lower().map(_GENDERS)
    tables.first_fault(frame, genders.isna(), "gender", "is not F, M, female, male or empty", file)
    return genders


def _ages(frame: pd.DataFrame, file: str) -> pd.Series:
    """As text without leading zeros, "" where there is none."""
    if "age" not in frame:
        return pd.Series("", index=frame.index, dtype="str")
    ages = tables.integers(frame, "age", file=file, nullable=True)
    too_old = (ages > OLDEST).fillna(False)
    tables.first_fault(frame, too_old, "age", f"is not between 1 and {OLDEST}", file)
    return ages.astype("str").fillna("")


def _of_each(
    frame: pd.DataFrame,
    column: str,
    values: pd.Series,
    codes: npt.NDArray[np.intp],
    file: str,
) -> pd.Series:
    """For each person the value of their rows, "" if none has one. Raises if two rows differ."""
    given = np.flatnonzero((values != "").to_numpy(bool))
    owners, first = np.unique(codes[given], return_index=True)
    each = pd.Series("", index=range(int(codes.max()) + 1), dtype="str")
    each.iloc[owners.tolist()] = values.iloc[given[first]].array
    other = given[(values.iloc[given].to_numpy() != each.iloc[codes[given]].to_numpy())]
    if len(other):
        row = int(other[0])
        earlier = int(given[first[np.searchsorted(owners, codes[row])]])
        user, line = frame["user_id"].iloc[row], int(frame["line"].iloc[row])
        raise DataError(
            f"{column} of user {tables.shown(user)} is {values.iloc[row]} here and "
            f"{values.iloc[earlier]} in line {int(frame['line'].iloc[earlier])}; "
            "one person has one: correct it, or leave it empty",
            file=file,
            line=line,
        )
    return each
