"""A MovieLens release in temporary tables, checked. Touches nothing else in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from common.arrays import Ints
from common.commands.progress import Report
from common.errors import DataError
from common.loading import array_text, copy_frame
from movies.fingerprints import bit_rank
from movies.movielens import Release

STAGING_TABLES = """
CREATE TEMPORARY TABLE staged_movie (
    line bigint, movie_id integer, title varchar, title_ko varchar, year smallint,
    genres varchar[], imdb_id integer, tmdb_id integer,
    rating_avg double precision, rating_count integer, fingerprint_bit smallint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_movie_id (movie_id integer) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_user (
    ml_user_id integer, gender varchar, age smallint, occupation varchar
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_rating (
    line bigint, ml_user_id integer, movie_id integer, rating double precision
) ON COMMIT DROP;
"""


@dataclass(frozen=True)
class Staged:
    """What a checked release holds besides its temporary tables.

    `ratings`: ml_user_id, movie_id and rating in the order of the file; `ranked`: see `bit_rank`.
    """

    users: pd.DataFrame
    ratings: pd.DataFrame
    ranked: Ints
    counts: dict[str, Any]


def stage(cursor: Any, release: Release, report: Report) -> Staged:
    """Copy everything of the release into temporary tables and check it."""
    cursor.execute(STAGING_TABLES)
    ratings = _stage_ratings(cursor, release, report)
    users = _stage_users(cursor, release, ratings)
    copy_frame(cursor, "staged_movie_id", release.movies[["movie_id"]])
    _check_staged(cursor, release.ratings_file)
    report("movies and people", 0, None)
    ranked = _stage_movies(cursor, release, ratings)
    counts = {
        "movies": len(release.movies),
        "users": len(users),
        "ratings": len(ratings),
        "with_year": int(release.movies["year"].notna().sum()),
        "with_genres": sum(map(bool, release.movies["genres"])),
        **demographics_counts(users),
        "used": list(release.used),
        "ignored": list(release.ignored),
    }
    return Staged(users, ratings, ranked, counts)


def _stage_ratings(cursor: Any, release: Release, report: Report) -> pd.DataFrame:
    """COPY the ratings chunk by chunk; they also stay in memory for statistics and fingerprints."""
    kept: list[pd.DataFrame] = []
    report("ratings", 0, release.ratings_lines)
    for chunk in release.rating_chunks():
        copy_frame(cursor, "staged_rating", chunk)
        kept.append(chunk.drop(columns="line"))
        report("ratings", sum(map(len, kept)), release.ratings_lines)
    return pd.concat(kept, ignore_index=True)


def _stage_users(cursor: Any, release: Release, ratings: pd.DataFrame) -> pd.DataFrame:
    """COPY the people of the release or, if it has no demographics, all people with ratings."""
    if release.users is not None:
        users = release.users[["ml_user_id", "gender", "age", "occupation"]]
    else:
        users = pd.DataFrame({"ml_user_id": np.unique(ratings["ml_user_id"])})
        users = users.assign(gender="", age=None, occupation="")
    users = users.fillna({"gender": "", "occupation": ""})
    copy_frame(cursor, "staged_user", users)
    return users


def demographics_counts(people: pd.DataFrame) -> dict[str, int]:
    """Of how many people `gender` ("": not known) and `age` are known."""
    return {
        "with_gender": int((people["gender"] != "").sum()),
        "with_age": int(people["age"].notna().sum()),
    }


def _check_staged(cursor: Any, file: str) -> None:
    """Refuse ratings of films or people that the release lacks, and pairs that are rated twice.

    Not while parsing, because that needs all rows at once; PostgreSQL sorts on disk.
    """
    cursor.execute("ANALYZE staged_rating")
    for column, what, known in (
        ("movie_id", "film", "staged_movie_id"),
        ("ml_user_id", "user", "staged_user"),
    ):
        cursor.execute(
            f"SELECT r.line, r.{column} FROM staged_rating r "  # noqa: S608 - fixed names
            f"LEFT JOIN {known} k USING ({column}) WHERE k.{column} IS NULL "
            "ORDER BY r.line LIMIT 1"
        )
        if row := cursor.fetchone():
            message = f"a rating of {what} {row[1]}, which the release does not have"
            raise DataError(message, file=file, line=row[0])
    cursor.execute(
        "SELECT max(line) AS line, min(line), ml_user_id, movie_id FROM staged_rating "
        "GROUP BY ml_user_id, movie_id HAVING count(*) > 1 ORDER BY line LIMIT 1"
    )
    if row := cursor.fetchone():
        message = f"user {row[2]} rates film {row[3]} a second time (first in line {row[1]})"
        raise DataError(message, file=file, line=row[0])


def _stage_movies(cursor: Any, release: Release, ratings: pd.DataFrame) -> Ints:
    """COPY the films with their rating statistics; returns their ids by fingerprint bit."""
    statistics, ranked = rating_statistics(release.movies["movie_id"].to_numpy(), ratings)
    movies = release.movies.assign(**{str(name): statistics[name].array for name in statistics})
    movies["genres"] = [array_text(genres) for genres in movies["genres"]]
    movies["title_ko"] = movies["title_ko"].fillna("")
    copy_frame(cursor, "staged_movie", movies)
    return ranked


def rating_statistics(movie_ids: Ints, ratings: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """rating_count, rating_avg and fingerprint_bit of these films; and their ids by that bit."""
    places = pd.Index(movie_ids).get_indexer(pd.Index(ratings["movie_id"]))
    counts = np.bincount(places, minlength=len(movie_ids))
    sums = np.bincount(places, weights=ratings["rating"], minlength=len(movie_ids))
    ranked = bit_rank(counts, movie_ids)
    bits = pd.Series(np.arange(len(ranked)), index=ranked, dtype="Int64")
    frame = pd.DataFrame(
        {
            "rating_count": counts,
            "rating_avg": np.divide(sums, counts, where=counts > 0, out=sums * np.nan),
            "fingerprint_bit": bits.reindex(movie_ids).array,
        }
    )
    return frame, ranked
