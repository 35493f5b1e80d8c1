"""Reads and checks a file of what people at home gave films: person,movie_id,rating[,rated_at].

Pure: no Django import. What is loaded and what `evaluate` reads is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from common import tables
from common.arrays import Ints
from movies.movielens.headers import MOVIE_ID, RATINGS, USER_ID
from movies.movielens.headers import SPELLINGS as OF_TABLES
from movies.movielens.layouts import Scale
from movies.movielens.ratings import stars

COLUMNS: Final = ("person", "movie_id", "rating")
OPTIONAL: Final = ("rated_at",)
LONGEST_NAME: Final = 64
NO_DAY: Final = -1
SPELLINGS: Final[tables.Spellings] = {
    "person": ("person", "personid", "사람", "사용자", "이용자", "회원", "고객", *USER_ID),
    "movie_id": MOVIE_ID,
    "rating": OF_TABLES[RATINGS]["rating"],
    "rated_at": (
        *("ratedat", "ratedon", "date", "날짜", "일자", "평가일", "평가일자", "평점일", "등록일"),
    ),
}
_EARLIEST_ZONE: Final = timedelta(hours=14)  # where a day begins first


@dataclass(frozen=True)
class HomeFile:
    """`people`: the names of everybody in the file, by code points.

    `ratings`: those of loaded films, by person and film: person (place in `people`), movie_id,
    rating, day (days from 1970-01-01, -1 if not told). `skipped`: how many ratings are of films
    that are not loaded, how many films these are, and how many people have rated no other.
    `used` and `ignored` say in words what was read and what was not.
    """

    people: Sequence[str]
    ratings: pd.DataFrame
    skipped: Mapping[str, int]
    used: Sequence[str]
    ignored: Sequence[str]


def read_home_ratings(path: Path, *, films: Ints, today: date | None = None) -> HomeFile:
    """The rows of a CSV (also `.gz`) or, by its suffix, Parquet file; `films`: those loaded.

    Columns may be written as in a file of ratings of `movies.movielens`. Raises `DataError` with
    every kind of fault in the file, each with its first line.
    """
    read = tables.read_variant(path, spellings=SPELLINGS, required=COLUMNS, optional=OPTIONAL)
    file, faults = path.name, tables.Faults()
    today = today or (datetime.now(UTC) + _EARLIEST_ZONE).date()
    checks: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
        "person": lambda cells: _names(cells, file),
        "movie_id": lambda cells: tables.whole_numbers(
            cells, "movie_id", file=file, decimal_zero=True
        ),
        "rating": lambda cells: stars(
            cells, file=file, scale=Scale(), separator=read.header.separator
        ),
        "rated_at": lambda cells: _days(cells, file, today),
    }
    found = pd.DataFrame({"line": read.frame["line"]})
    for column, check in checks.items():
        if column in read.frame:
            cells, places = _different_cells(read.frame, column)
            found[column] = places  # to find pairs that are there twice, if another column is wrong
            with faults:
                found[column] = check(cells).to_numpy()[places]
    with faults:
        _refuse_pairs(found, read.frame, file)
    faults.raise_if_any()
    ignored = [f"{file}: {', '.join(read.header.ignored)}"] if read.header.ignored else []
    return _home_file(found, films, [f"{file}: {read.header.in_words()}{read.how}"], ignored)


def _different_cells(frame: pd.DataFrame, column: str) -> tuple[pd.DataFrame, Ints]:
    """The different cells as text, each with the first line that has it, and which one each row
    has: a file has few different films, stars and days, and checking text is slow."""
    text = tables.as_text(frame[column])
    places, cells = pd.factorize(text)
    lines = frame["line"][~text.duplicated()]
    different = pd.DataFrame({"line": lines.to_numpy(), column: pd.Series(cells, dtype="str")})
    different[column] = different[column].str.strip()
    return different, places.astype(np.int64)


def _names(cells: pd.DataFrame, file: str) -> pd.Series:
    names = tables.short_texts(cells, "person", file=file, longest=LONGEST_NAME)
    is_name = (names != "") & ~names.str.contains("\0", regex=False)
    tables.expect(cells, is_name, "person", "a name or number of the person", file)
    return names


def _days(cells: pd.DataFrame, file: str, today: date) -> pd.Series:
    """Days from 1970-01-01; -1 for an empty cell."""
    told = cells[cells["rated_at"] != ""]
    text = tables.days(told, "rated_at", file=file)
    late = text > today.isoformat()
    tables.first_fault(told, late, "rated_at", "is in the future; correct or empty it", file)
    days = text.to_numpy("datetime64[D]").astype(np.int64)
    return pd.Series(days, index=told.index).reindex(cells.index, fill_value=NO_DAY)


def _refuse_pairs(found: pd.DataFrame, frame: pd.DataFrame, file: str) -> None:
    """Raise for the first row of a person and a film that an earlier line has."""
    pairs = found[["person", "movie_id"]]
    repeated = pairs.duplicated()
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        same = (pairs == pairs.iloc[row]).all(axis=1).to_numpy()
        first = int(found["line"].iloc[int(same.argmax())])
        film = tables.as_text(frame["movie_id"]).iloc[row].strip()
        what = f"rates film {film} a second time (first in line {first}); remove one of the rows"
        tables.first_fault(frame, repeated, "person", what, file)


def _home_file(
    found: pd.DataFrame, films: Ints, used: Sequence[str], ignored: Sequence[str]
) -> HomeFile:
    names, people = np.unique(found["person"].to_numpy(object), return_inverse=True)
    ratings = pd.DataFrame(
        {
            "person": people,
            "movie_id": found["movie_id"].to_numpy(np.int64),
            "rating": found["rating"].to_numpy(np.float64),
            "day": found["rated_at"].to_numpy(np.int64) if "rated_at" in found else NO_DAY,
        }
    )
    is_loaded = ratings["movie_id"].isin(films)
    kept = ratings[is_loaded].sort_values(["person", "movie_id"], ignore_index=True)
    skipped = {
        "skipped_ratings": int((~is_loaded).sum()),
        "skipped_films": ratings["movie_id"][~is_loaded].nunique(),
        "skipped_people": len(names) - kept["person"].nunique(),
    }
    return HomeFile(names.tolist(), kept, skipped, used, ignored)
