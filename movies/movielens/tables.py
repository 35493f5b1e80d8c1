"""The films and users of a release as data frames, in every layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from common import tables
from common.errors import DataError
from movies.movielens import people
from movies.movielens.genres import genres_of
from movies.movielens.headers import LINKS, MOVIES, USERS
from movies.movielens.layouts import GENRES_OF_100K, MOVIE_TWEETINGS, FoundRelease
from movies.movielens.rows import read_rows
from movies.movielens.source import Source
from movies.movielens.titles import FIRST_YEAR, LAST_YEAR, articles_in_front, split_year

# What the columns of the database hold.
MAX_TITLE, MAX_OCCUPATION = 300, 60
MAX_MOVIE_ID = 999_999_999  # films of TMDB's lists, which no data set has, have larger ones

# README of MovieLens 1M.
_OCCUPATIONS_OF_1M = (
    "other", "academic/educator", "artist", "clerical/admin", "college/grad student",
    "customer service", "doctor/health care", "executive/managerial", "farmer", "homemaker",
    "K-12 student", "lawyer", "programmer", "retired", "sales/marketing", "scientist",
    "self-employed", "technician/engineer", "tradesman/craftsman", "unemployed", "writer",
)  # fmt: skip

_IMDB_ID = r"(tt)?[0-9]{1,10}(\.0)?"
# The year stands in front (1994-10-30, 1994. 10. 30., 19941030) or at the end (30-Oct-1994).
_RELEASED = re.compile(
    r"([0-9]{4})(?:\.0|년?)"
    r"|([0-9]{4})(?:[-./]|년) ?[0-9]{1,2}(?:[-./]|월) ?[0-9]{1,2}[일.]?(?:[T ].*)?"
    r"|([0-9]{4})[0-9]{4}|[0-9]{1,2}[-./ ](?:[0-9]{1,2}|[A-Za-z]{3,9})[-./ ]([0-9]{4})"
    r"|[A-Za-z]{3,9}\.? [0-9]{1,2},? ([0-9]{4})"
)
_YEARS_APART = 2  # of the year in the title and the release in one country


@dataclass(frozen=True)
class ReleaseUsers:
    """The users of a release: `frame` has `ml_user_id`, `gender`, `age` and `occupation`; `notes`
    say what was made of their ages."""

    frame: pd.DataFrame
    notes: Sequence[str]


def read_users(source: Source, found: FoundRelease, today: date) -> ReleaseUsers | None:
    """None if the release has no users file."""
    there = read_rows(source, found, USERS)
    if there is None:
        return None
    frame, file = there
    faults, users = tables.Faults(), pd.DataFrame(index=frame.index)
    with faults:
        users["ml_user_id"] = _ids(frame, "ml_user_id", file)
    with faults:
        genders = people.genders(frame, file=file)
        users["gender"] = genders.where(genders != "", None)
    with faults:
        users["age"] = people.ages(frame, file=file, today=today)
    with faults:
        users["occupation"] = _occupations(frame, file)
    faults.raise_if_any()
    return ReleaseUsers(users, people.notes_on_ages(frame, today))


def read_movies(source: Source, found: FoundRelease) -> pd.DataFrame:
    """`movie_id`, `title`, `year`, `genres`, `imdb_id`, `tmdb_id`, `title_ko`, `line`."""
    there = read_rows(source, found, MOVIES)
    assert there is not None  # noqa: S101 - every release has films
    frame, file = there
    faults, movies = tables.Faults(), pd.DataFrame(index=frame.index)
    with faults:
        movies["movie_id"] = _ids(frame, "movie_id", file)
    with faults:
        movies[["title", "year"]] = _titles(frame, file)
    with faults:
        movies["genres"] = _genres(frame, file)
    with faults:
        if found.layout is MOVIE_TWEETINGS:
            frame["imdb_id"] = frame["movie_id"]
        movies[["imdb_id", "tmdb_id"]] = _external_ids(frame, file)
    with faults:
        korean = tables.short_texts(frame, "title_ko", file=file, longest=MAX_TITLE)
        # The `str` type would turn None into NaN.
        movies["title_ko"] = korean.astype(object).where(korean != "", None)
    faults.raise_if_any()
    movies["line"] = frame["line"]
    return _with_links(movies, source, found)


def _with_links(movies: pd.DataFrame, source: Source, found: FoundRelease) -> pd.DataFrame:
    """Adds IMDb and TMDB ids from links.csv, if the release has one."""
    there = read_rows(source, found, LINKS)
    if there is None:
        return movies
    frame, file = there
    movie_ids = _ids(frame, "movie_id", file)
    what = (
        f"is not in {found.files[MOVIES].name}; expected only its films: both files must be of"
        " the same release"
    )
    typed = frame.assign(movie_id=movie_ids)
    tables.first_fault(typed, ~movie_ids.isin(movies["movie_id"]), "movie_id", what, file)
    links = _external_ids(frame, file).set_axis(movie_ids).reindex(movies["movie_id"])
    return movies.assign(**{str(column): links[column].array for column in links})


def _ids(frame: pd.DataFrame, column: str, file: str) -> pd.Series:
    high = MAX_MOVIE_ID if column == "movie_id" else tables.LARGEST_INTEGER
    numbers = tables.whole_numbers(frame, column, file=file, high=high, decimal_zero=True)
    ids = numbers.astype("int64")
    tables.unique_ids(frame, column, ids, file=file)
    return ids


def _titles(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Columns `title` and `year`."""
    raw = tables.short_texts(frame, "title", file=file, longest=MAX_TITLE)
    if (empty := raw == "").any():
        line = int(frame.loc[empty, "line"].iloc[0])
        raise DataError("the title is empty; expected one", file=file, line=line)
    if "year" in frame:
        frame = frame.assign(year=frame["year"].str.removesuffix("년").str.rstrip())
    years = tables.whole_numbers(
        frame, "year", file=file, low=FIRST_YEAR, high=LAST_YEAR, nullable=True
    )
    released = _release_years(frame, file)
    rows = [
        _title(text, None if pd.isna(year) else int(year), None if pd.isna(day) else int(day))
        for text, year, day in zip(raw, years, released, strict=True)
    ]
    titles = pd.DataFrame(rows, columns=["title", "year"], index=frame.index)
    return titles.astype({"title": "str", "year": "Int64"})


def _title(raw: str, year: int | None, released: int | None) -> tuple[str, int | None]:
    """A `year` column wins, then the title, then the day of release.

    A year in the title that neither of the columns confirms belongs to the title.
    """
    title, in_title = split_year(raw)
    if year is None and in_title is not None and released is not None:
        year = in_title if abs(released - in_title) <= _YEARS_APART else released
    if year is not None and in_title != year:
        title = raw
    return articles_in_front(title), year or in_title or released


def _release_years(frame: pd.DataFrame, file: str) -> pd.Series:
    """Int64: the year of each `release_date`; missing where that is empty or not there."""
    if "release_date" not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    cells = frame["release_date"]
    found = [_RELEASED.fullmatch(cell) for cell in cells]
    years = pd.Series(
        [None if one is None else int(next(filter(None, one.groups()))) for one in found],
        index=frame.index,
        dtype="Int64",
    )
    valid = years.between(FIRST_YEAR, LAST_YEAR).fillna(False) | (cells == "")
    expected = f"a day such as 1994-10-30, {FIRST_YEAR} to {LAST_YEAR}, or empty"
    tables.expect(frame, valid, "release_date", expected, file)
    return years


def _genres(frame: pd.DataFrame, file: str) -> pd.Series:
    if "genres" in frame:
        cells = frame["genres"]
    elif set(GENRES_OF_100K) <= set(frame):
        cells = _flagged(frame, file)
    else:
        return pd.Series([[] for _ in frame.index], index=frame.index, dtype="object")
    rows = zip(cells, frame["line"], frame["cut"], strict=True)
    genres = [genres_of(cell, file=file, line=line, is_cut=cut) for cell, line, cut in rows]
    return pd.Series(genres, index=frame.index, dtype="object")


def _flagged(frame: pd.DataFrame, file: str) -> pd.Series:
    """The genres whose flags are 1, joined by |."""
    flags = frame[list(GENRES_OF_100K)]
    for name in GENRES_OF_100K:
        valid = flags[name].isin(["0", "1"])
        tables.expect(frame, valid, name, "0 or 1", file, name=f"the genre flag {name}")
    genres: pd.Series = (flags == "1").dot(flags.columns + "|")  # type: ignore[call-overload]
    return genres.str.removesuffix("|")


def _external_ids(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """`imdb_id` (114709 for tt0114709) and `tmdb_id`."""
    imdb_ids = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    if "imdb_id" in frame:
        text = frame["imdb_id"]
        digits = text.where(text.str.fullmatch(_IMDB_ID), None).str.removeprefix("tt")
        imdb_ids = pd.to_numeric(digits).astype("Int64")
        valid = imdb_ids.between(1, tables.LARGEST_INTEGER).fillna(False) | (text == "")
        tables.expect(frame, valid, "imdb_id", "a number as in tt0114709, or empty", file)
    tmdb_ids = tables.whole_numbers(frame, "tmdb_id", file=file, nullable=True)
    return pd.DataFrame({"imdb_id": imdb_ids, "tmdb_id": tmdb_ids})


def _occupations(frame: pd.DataFrame, file: str) -> pd.Series:
    """Occupations as words, for which MovieLens 1M gives numbers."""
    if "occupation_code" not in frame:
        return tables.short_texts(frame, "occupation", file=file, longest=MAX_OCCUPATION)
    last = len(_OCCUPATIONS_OF_1M) - 1
    codes = tables.whole_numbers(
        frame, "occupation_code", file=file, low=0, high=last, nullable=True
    )
    return codes.map(dict(enumerate(_OCCUPATIONS_OF_1M))).fillna("").astype("str")
