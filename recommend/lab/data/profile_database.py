"""Reads the profile of the loaded data from the database. Aggregates there, and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection

from common.commands.progress import Report, silent
from common.errors import DataError
from common.selectors import data_set_in_use
from recommend.lab.data.profile import Covered, DataProfile, Missing, Spread, spread_of
from recommend.scoring.weights import LIKED_FROM

LIKES = """
    SELECT {key}, count(*) FILTER (WHERE rating >= %s), count(*)
    FROM recommend_rating WHERE run_id IS NULL GROUP BY {key} ORDER BY {key}
"""
FILMS = """
    SELECT m.movie_id, m.genres, m.platforms <> '{}'::jsonb,
        EXISTS (SELECT FROM movies_filmtext t WHERE t.movie_id = m.movie_id AND t.overview <> '')
        OR coalesce(d.overview, '') <> ''
    FROM movies_movie m LEFT JOIN movies_moviedetails d ON d.movie_id = m.movie_id
    ORDER BY m.movie_id
"""
# Column in words, and when it is empty.
OF_FILMS = {
    "year": "year IS NULL",
    "genres": "cardinality(genres) = 0",
    "Korean title": "title_ko = ''",
    "IMDb number": "imdb_id IS NULL",
    "TMDB number": "tmdb_id IS NULL",
    "poster": "poster_path = ''",
    "series": "series = ''",
}
OF_PEOPLE = {"gender": "gender = ''", "age": "age IS NULL", "occupation": "occupation = ''"}
# By name: the table and its column of time.
TIMES = {
    "viewings": ("recommend_viewing", "last_watched_at"),
    "surveys": ("survey_respondent", "created_at"),
    "events of members": ("recommend_memberevent", "created_at"),
}
NO_TIMES = "the loader keeps no times of ratings"
NO_ROWS = "there are none"


def read_profile(*, report: Report = silent) -> DataProfile:
    """Of the data set in use. Raises `DataError` if none is loaded, or if it has no rating."""
    data_set = data_set_in_use()
    if data_set is None:
        raise DataError("no data set is loaded; run `manage.py load_movielens SOURCE` first")
    report("people", 0, None)
    people, of_people, _counts = _spread("ml_user_id", "movies_movielensuser")
    report("films", 0, None)
    films, of_films, counts = _spread("movie_id", "movies_movie")
    if not counts:
        raise DataError(f"the data set {data_set.name} has no ratings to look at")
    report("columns", 0, None)
    genres, covered = _films(counts)
    months = {name: _months(*where) for name, where in TIMES.items()}
    timeless = {"ratings": NO_TIMES} | {name: NO_ROWS for name, rows in months.items() if not rows}
    return DataProfile(
        name=data_set.name,
        digest=data_set.digest,
        people=people,
        films=films,
        ratings=sum(rated for _liked, rated in counts.values()),
        likes=sum(liked for liked, _rated in counts.values()),
        of_people=of_people,
        of_films=of_films,
        genres=genres,
        months={name: rows for name, rows in months.items() if rows},
        timeless=timeless,
        missing_of_films=_missing("movies_movie", OF_FILMS, films),
        missing_of_people=_missing("movies_movielensuser", OF_PEOPLE, people),
        covered=covered,
    )


def _rows(query: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """`query`: fixed SQL, never input."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _spread(key: str, table: str) -> tuple[int, Spread, dict[int, tuple[int, int]]]:
    """Rows of the table, the spread of likes over them, and likes and ratings by key."""
    ((number,),) = _rows(f"SELECT count(*) FROM {table}")  # noqa: S608
    counts = {
        one: (liked, rated) for one, liked, rated in _rows(LIKES.format(key=key), [LIKED_FROM])
    }
    likes = np.zeros(max(number, len(counts), 1), np.int64)
    likes[: len(counts)] = [liked for liked, _rated in counts.values()]
    return number, spread_of(likes), counts


def _films(
    counts: Mapping[int, tuple[int, int]],
) -> tuple[dict[str, tuple[int, int]], list[Covered]]:
    """Films and likes by genre; and films with availability, with text, with both."""
    films: Counter[str] = Counter()
    likes: Counter[str] = Counter()
    having: dict[str, list[int]] = {"availability": [], "text": [], "both": []}
    for movie_id, genres, is_somewhere, has_text in _rows(FILMS):
        liked, rated = counts.get(movie_id, (0, 0))
        for genre in genres:
            films[genre] += 1
            likes[genre] += liked
        found = {"availability": is_somewhere, "text": has_text, "both": is_somewhere and has_text}
        for what, has in found.items():
            if has:
                having[what].append(rated)
    by_likes = sorted(films, key=lambda genre: (-likes[genre], genre))
    return (
        {genre: (films[genre], likes[genre]) for genre in by_likes},
        [Covered(what, len(rated), sum(rated)) for what, rated in having.items()],
    )


def _missing(table: str, columns: Mapping[str, str], rows: int) -> list[Missing]:
    wanted = ", ".join(f"count(*) FILTER (WHERE {empty})" for empty in columns.values())
    ((*empty,),) = _rows(f"SELECT {wanted} FROM {table}")  # noqa: S608
    return [Missing(column, one, rows) for column, one in zip(columns, empty, strict=True)]


def _months(table: str, column: str) -> dict[str, int]:
    """Rows by month (2026-11) in Seoul, those without any included, in order."""
    month = f"to_char({column} AT TIME ZONE 'Asia/Seoul', 'YYYY-MM')"
    found = dict(_rows(f"SELECT {month}, count(*) FROM {table} GROUP BY 1"))  # noqa: S608
    return {name: found.get(name, 0) for name in _all_months(sorted(found))}


def _all_months(found: Sequence[str]) -> Iterable[str]:
    if not found:
        return
    year, month = map(int, found[0].split("-"))
    while (name := f"{year:04}-{month:02}") <= found[-1]:
        yield name
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
