"""The films and the users of a release as data frames, whatever layout they come in."""

from __future__ import annotations

import re

import pandas as pd

from movies.movielens.layouts import GENRES_OF_100K, Found, Table
from movies.movielens.rows import MAX_ID, Row, Seen, read_rows, shown
from movies.movielens.source import Source
from movies.movielens.titles import FIRST_YEAR, LAST_YEAR, articles_in_front, split_year

# What the columns of the database hold.
MAX_TITLE, MAX_GENRE, MAX_OCCUPATION = 300, 30, 60
MAX_AGE = 120

_NO_GENRES = {"", "unknown", "(no genres listed)"}
_GENRE_NAMES = {"Children's": "Children"}
_GENRES_OF_MOVIELENS = {*GENRES_OF_100K, "Children", "IMAX", "(no genres listed)"}

# README of MovieLens 1M.
_OCCUPATIONS_OF_1M = (
    "other",
    "academic/educator",
    "artist",
    "clerical/admin",
    "college/grad student",
    "customer service",
    "doctor/health care",
    "executive/managerial",
    "farmer",
    "homemaker",
    "K-12 student",
    "lawyer",
    "programmer",
    "retired",
    "sales/marketing",
    "scientist",
    "self-employed",
    "technician/engineer",
    "tradesman/craftsman",
    "unemployed",
    "writer",
)
_GENDERS: dict[str, str | None] = {"": None}
_GENDERS |= dict.fromkeys(("m", "male", "남", "남성"), "male")
_GENDERS |= dict.fromkeys(("f", "female", "여", "여성"), "female")

_IMDB_ID = re.compile(r"(?:tt)?([0-9]{1,10})(?:\.0)?")


def read_users(source: Source, found: Found) -> pd.DataFrame | None:
    """`ml_user_id`, `gender`, `age`, `occupation`; None if the release has no users file."""
    table, member = found.layout.users, found.member(found.layout.users)
    if table is None or member is None:
        return None
    seen = Seen("ml_user_id")
    records = [
        (seen.add(row), _gender(row), row.number("age", 1, MAX_AGE), _occupation(row))
        for row in read_rows(source, member, table)
    ]
    ids, genders, ages, occupations = zip(*records, strict=True)
    return pd.DataFrame(
        {
            "ml_user_id": pd.Series(ids, dtype="int64"),
            "gender": pd.Series(genders, dtype="object"),  # the `str` type would turn None to NaN
            "age": pd.Series(ages, dtype="Int64"),
            "occupation": pd.Series(occupations, dtype="str"),
        }
    )


def read_movies(source: Source, found: Found) -> pd.DataFrame:
    """`movie_id`, `title`, `year`, `genres`, `imdb_id`, `tmdb_id`, `title_ko`, `line`."""
    table, member = found.layout.movies, found.files[found.layout.movies.name]
    seen = Seen("movie_id")
    records = [
        (
            seen.add(row),
            *_title(row),
            _genres(row, table),
            *_external_ids(row),
            _korean(row),
            row.line,
        )
        for row in read_rows(source, member, table)
    ]
    columns = zip(*records, strict=True)
    ids, titles, years, genres, imdb_ids, tmdb_ids, korean, lines = columns
    movies = pd.DataFrame(
        {
            "movie_id": pd.Series(ids, dtype="int64"),
            "title": pd.Series(titles, dtype="str"),
            "year": pd.Series(years, dtype="Int64"),
            "genres": pd.Series(genres, dtype="object"),
            "imdb_id": pd.Series(imdb_ids, dtype="Int64"),
            "tmdb_id": pd.Series(tmdb_ids, dtype="Int64"),
            "title_ko": pd.Series(korean, dtype="object"),
            "line": pd.Series(lines, dtype="int64"),
        }
    )
    return _with_links(movies, source, found, seen)


def _with_links(movies: pd.DataFrame, source: Source, found: Found, known: Seen) -> pd.DataFrame:
    """IMDb and TMDB ids from links.csv, where the release has one."""
    table, member = found.layout.links, found.member(found.layout.links)
    if table is None or member is None:
        return movies
    seen = Seen("movie_id")
    links: dict[int, tuple[int | None, int | None]] = {}
    for row in read_rows(source, member, table):
        movie_id = seen.add(row)
        if movie_id not in known:
            raise row.error(
                f"movie_id {movie_id} is not in {found.layout.movies.name}; expected only its"
                " films: both files must be of the same release"
            )
        links[movie_id] = _external_ids(row)
    pairs = [links.get(int(movie_id), (None, None)) for movie_id in movies["movie_id"]]
    return movies.assign(
        imdb_id=pd.Series([imdb_id for imdb_id, _ in pairs], dtype="Int64"),
        tmdb_id=pd.Series([tmdb_id for _, tmdb_id in pairs], dtype="Int64"),
    )


def _title(row: Row) -> tuple[str, int | None]:
    """A `year` column wins. A year in the title that contradicts it belongs to the title."""
    raw = row.text("title", MAX_TITLE)
    if not raw:
        raise row.error("the title is empty; expected one")
    year = row.number("year", FIRST_YEAR, LAST_YEAR)
    title, year_in_title = split_year(raw)
    if year is not None and year_in_title != year:
        title = raw
    return articles_in_front(title), year or year_in_title


def _korean(row: Row) -> str | None:
    return row.text("title_ko", MAX_TITLE) or None


def _genres(row: Row, table: Table) -> list[str]:
    names = _flagged(row) if table.name == "u.item" else row.get("genres").split("|")
    if row.cut and names[-1:] and _looks_cut(names[-1]):
        raise row.error(
            f"the last line has no end and stops at {shown(names[-1])}; the file was cut off:"
            " get it again"
        )
    kept = [
        _GENRE_NAMES.get(name, name) for name in map(str.strip, names) if name not in _NO_GENRES
    ]
    for name in kept:
        if not 0 < len(name) <= MAX_GENRE:
            raise row.error(
                f"the genre {shown(name)} has {len(name)} characters; expected 1 to {MAX_GENRE},"
                " with | between genres"
            )
    return list(dict.fromkeys(kept))


def _flagged(row: Row) -> list[str]:
    for name in GENRES_OF_100K:
        if row[name] not in ("0", "1"):
            raise row.error(f"the genre flag {name} is {shown(row[name])}; expected 0 or 1")
    return [name for name in GENRES_OF_100K if row[name] == "1"]


def _looks_cut(genre: str) -> bool:
    """Whether a known genre begins with the text, but none is the text."""
    return genre not in _GENRES_OF_MOVIELENS and any(
        known.startswith(genre) for known in _GENRES_OF_MOVIELENS
    )


def _external_ids(row: Row) -> tuple[int | None, int | None]:
    """IMDb's number (tt0114709 is 114709) and TMDB's."""
    text = row.get("imdb_id")
    found = _IMDB_ID.fullmatch(text)
    if text and (found is None or not 1 <= int(found[1]) <= MAX_ID):
        raise row.error(f"imdb_id is {shown(text)}; expected a number as in tt0114709, or empty")
    return int(found[1]) if found else None, row.number("tmdb_id", 1, MAX_ID)


def _gender(row: Row) -> str | None:
    text = row.get("gender")
    if text.lower() not in _GENDERS:
        raise row.error(f"gender is {shown(text)}; expected M, F, male, female, 남, 여, or empty")
    return _GENDERS[text.lower()]


def _occupation(row: Row) -> str:
    """A word. MovieLens 1M gives the number of one."""
    if "occupation_code" not in row.values:
        return row.text("occupation", MAX_OCCUPATION)
    last = len(_OCCUPATIONS_OF_1M) - 1
    code = row.number("occupation_code", 0, last)
    return "" if code is None else _OCCUPATIONS_OF_1M[code]
