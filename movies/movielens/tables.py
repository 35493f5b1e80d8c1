"""The films and users of a release as data frames, in every layout."""

from __future__ import annotations

from itertools import starmap

import pandas as pd

from common import tables
from common.errors import DataError
from movies.movielens.layouts import GENRES_OF_100K, FoundRelease, ReleaseTable
from movies.movielens.rows import cut_off, read_rows
from movies.movielens.source import Source
from movies.movielens.titles import FIRST_YEAR, LAST_YEAR, articles_in_front, split_year

# What the columns of the database hold.
MAX_TITLE, MAX_GENRE, MAX_OCCUPATION = 300, 30, 60
MAX_AGE = 120
MAX_MOVIE_ID = 999_999_999  # films of TMDB's lists, which no data set has, have larger ones

_NO_GENRES = {"", "unknown", "(no genres listed)"}
_GENRE_NAMES = {"Children's": "Children"}
_GENRES_OF_MOVIELENS = {*GENRES_OF_100K, "Children", "IMAX", "(no genres listed)"}

# README of MovieLens 1M.
_OCCUPATIONS_OF_1M = (
    "other", "academic/educator", "artist", "clerical/admin", "college/grad student",
    "customer service", "doctor/health care", "executive/managerial", "farmer", "homemaker",
    "K-12 student", "lawyer", "programmer", "retired", "sales/marketing", "scientist",
    "self-employed", "technician/engineer", "tradesman/craftsman", "unemployed", "writer",
)  # fmt: skip
_GENDERS: dict[str, str | None] = {"": None}
_GENDERS |= dict.fromkeys(("m", "male", "남", "남성"), "male")
_GENDERS |= dict.fromkeys(("f", "female", "여", "여성"), "female")

_IMDB_ID = r"(tt)?[0-9]{1,10}(\.0)?"


def read_users(source: Source, found: FoundRelease) -> pd.DataFrame | None:
    """`ml_user_id`, `gender`, `age`, `occupation`; None if the release has no users file."""
    table, member = found.layout.users, found.member(found.layout.users)
    if table is None or member is None:
        return None
    frame, file = read_rows(source, member, table), member.path
    faults, users = tables.Faults(), pd.DataFrame(index=frame.index)
    with faults:
        users["ml_user_id"] = _ids(frame, "ml_user_id", file)
    with faults:
        users["gender"] = _genders(frame, file)
    with faults:
        users["age"] = tables.whole_numbers(frame, "age", file=file, high=MAX_AGE, nullable=True)
    with faults:
        users["occupation"] = _occupations(frame, file)
    faults.raise_if_any()
    return users


def read_movies(source: Source, found: FoundRelease) -> pd.DataFrame:
    """`movie_id`, `title`, `year`, `genres`, `imdb_id`, `tmdb_id`, `title_ko`, `line`."""
    table, member = found.layout.movies, found.files[found.layout.movies.name]
    frame, file = read_rows(source, member, table), member.path
    faults, movies = tables.Faults(), pd.DataFrame(index=frame.index)
    with faults:
        movies["movie_id"] = _ids(frame, "movie_id", file)
    with faults:
        movies[["title", "year"]] = _titles(frame, file)
    with faults:
        movies["genres"] = _genres(frame, table, file)
    with faults:
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
    table, member = found.layout.links, found.member(found.layout.links)
    if table is None or member is None:
        return movies
    frame, file = read_rows(source, member, table), member.path
    movie_ids = _ids(frame, "movie_id", file)
    what = (
        f"is not in {found.layout.movies.name}; expected only its films: both files must be of"
        " the same release"
    )
    typed = frame.assign(movie_id=movie_ids)
    tables.first_fault(typed, ~movie_ids.isin(movies["movie_id"]), "movie_id", what, file)
    links = _external_ids(frame, file).set_axis(movie_ids).reindex(movies["movie_id"])
    return movies.assign(**{str(column): links[column].array for column in links})


def _ids(frame: pd.DataFrame, column: str, file: str) -> pd.Series:
    high = MAX_MOVIE_ID if column == "movie_id" else tables.LARGEST_INTEGER
    ids = tables.whole_numbers(frame, column, file=file, high=high).astype("int64")
    tables.unique_ids(frame, column, ids, file=file)
    return ids


def _titles(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Columns `title` and `year`."""
    raw = tables.short_texts(frame, "title", file=file, longest=MAX_TITLE)
    if (empty := raw == "").any():
        line = int(frame.loc[empty, "line"].iloc[0])
        raise DataError("the title is empty; expected one", file=file, line=line)
    years = tables.whole_numbers(
        frame, "year", file=file, low=FIRST_YEAR, high=LAST_YEAR, nullable=True
    )
    given = years.astype(object).where(years.notna(), None)
    titles = pd.DataFrame(
        starmap(_title, zip(raw, given, strict=True)), columns=["title", "year"], index=frame.index
    )
    return titles.astype({"title": "str", "year": "Int64"})


def _title(raw: str, year: int | None) -> tuple[str, int | None]:
    """A `year` column wins. A different year in the title belongs to the title."""
    title, year_in_title = split_year(raw)
    if year is not None and year_in_title != year:
        title = raw
    return articles_in_front(title), year or year_in_title


def _genres(frame: pd.DataFrame, table: ReleaseTable, file: str) -> pd.Series:
    if table.name == "u.item":
        frame = frame.assign(genres=_flagged(frame, file))
    elif "genres" not in frame:
        frame = frame.assign(genres="")
    rows = zip(frame["genres"].str.split("|"), frame["line"], frame["cut"], strict=True)
    genres = [_genre_list(names, cut=cut, file=file, line=line) for names, line, cut in rows]
    return pd.Series(genres, index=frame.index, dtype="object")


def _genre_list(names: list[str], *, cut: bool, file: str, line: int) -> list[str]:
    if cut and _looks_cut(names[-1]):
        raise cut_off(names[-1], file, line)
    kept = [
        _GENRE_NAMES.get(name, name) for name in map(str.strip, names) if name not in _NO_GENRES
    ]
    for name in kept:
        if not 0 < len(name) <= MAX_GENRE:
            expected = f"expected 1 to {MAX_GENRE}, with | between genres"
            what = f"the genre {tables.shown(name)} has {len(name)} characters; {expected}"
            raise DataError(what, file=file, line=line)
    return list(dict.fromkeys(kept))


def _flagged(frame: pd.DataFrame, file: str) -> pd.Series:
    """The genres whose flags are 1, joined by |."""
    flags = frame[list(GENRES_OF_100K)]
    for name in GENRES_OF_100K:
        valid = flags[name].isin(["0", "1"])
        tables.expect(frame, valid, name, "0 or 1", file, name=f"the genre flag {name}")
    genres: pd.Series = (flags == "1").dot(flags.columns + "|")  # type: ignore[call-overload]
    return genres.str.removesuffix("|")


def _looks_cut(genre: str) -> bool:
    """Whether the text is the beginning of a known genre, but not a known genre."""
    return genre not in _GENRES_OF_MOVIELENS and any(
        known.startswith(genre) for known in _GENRES_OF_MOVIELENS
    )


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


def _genders(frame: pd.DataFrame, file: str) -> pd.Series:
    if "gender" not in frame:
        return pd.Series(None, index=frame.index, dtype="object")
    text = frame["gender"].str.lower()
    expected = "M, F, male, female, 남, 여, or empty"
    tables.expect(frame, text.isin(list(_GENDERS)), "gender", expected, file)
    return pd.Series([_GENDERS[word] for word in text], index=frame.index, dtype="object")


def _occupations(frame: pd.DataFrame, file: str) -> pd.Series:
    """Occupations as words, for which MovieLens 1M gives numbers."""
    if "occupation_code" not in frame:
        return tables.short_texts(frame, "occupation", file=file, longest=MAX_OCCUPATION)
    last = len(_OCCUPATIONS_OF_1M) - 1
    codes = tables.whole_numbers(
        frame, "occupation_code", file=file, low=0, high=last, nullable=True
    )
    return codes.map(dict(enumerate(_OCCUPATIONS_OF_1M))).fillna("").astype("str")
