"""A MovieLens release in temporary tables, checked: nothing else of the database is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

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
class RatingPairs:
    """All observed ratings as three arrays of one length, in the order of the file."""

    ml_user_ids: npt.NDArray[np.int64]
    movie_ids: npt.NDArray[np.int64]
    ratings: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Staged:
    """What a checked release holds besides its temporary tables; `ranked`: see `bit_rank`."""

    users: pd.DataFrame
    pairs: RatingPairs
    ranked: npt.NDArray[np.int64]
    counts: dict[str, int]


def stage(cursor: Any, release: Release, report: Report) -> Staged:
    """Everything of the release in temporary tables, checked; nothing else is touched yet."""
    cursor.execute(STAGING_TABLES)
    pairs = _stage_ratings(cursor, release, report)
    users = _stage_users(cursor, release, pairs)
    copy_frame(cursor, "staged_movie_id", release.movies[["movie_id"]])
    _check_staged(cursor, release.ratings_file)
    report("movies and people", 0, None)
    ranked = _stage_movies(cursor, release, pairs)
    counts = {"movies": len(release.movies), "users": len(users), "ratings": len(pairs.ratings)}
    return Staged(users, pairs, ranked, counts)


def _stage_ratings(cursor: Any, release: Release, report: Report) -> RatingPairs:
    """COPY the ratings chunk by chunk; the arrays stay for the statistics and fingerprints."""
    kept: list[pd.DataFrame] = []
    done = 0
    report("ratings", 0, None)
    for chunk in release.rating_chunks():
        copy_frame(cursor, "staged_rating", chunk[["line", "ml_user_id", "movie_id", "rating"]])
        kept.append(chunk[["ml_user_id", "movie_id", "rating"]])
        done += len(chunk)
        report("ratings", done, None)
    ratings = pd.concat(kept, ignore_index=True)
    return RatingPairs(
        ratings["ml_user_id"].to_numpy(np.int64),
        ratings["movie_id"].to_numpy(np.int64),
        ratings["rating"].to_numpy(np.float64),
    )


def _stage_users(cursor: Any, release: Release, pairs: RatingPairs) -> pd.DataFrame:
    """The people of the release, or, where it has no demographics, everybody who rated."""
    if release.users is not None:
        users = release.users[["ml_user_id", "gender", "age", "occupation"]].copy()
    else:
        users = pd.DataFrame({"ml_user_id": np.unique(pairs.ml_user_ids)})
        users = users.assign(gender=None, age=None, occupation="")
    users["gender"] = users["gender"].fillna("")
    users["occupation"] = users["occupation"].fillna("")
    copy_frame(cursor, "staged_user", users)
    return users


def _check_staged(cursor: Any, file: str) -> None:
    """Every rating is of a film and a person of this release, and no pair is rated twice.

    Here and not while parsing, because it needs all rows at once; PostgreSQL sorts on disk.
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
            raise DataError(
                f"a rating of {what} {row[1]}, which the release does not have",
                file=file,
                line=row[0],
            )
    cursor.execute(
        "SELECT max(line) AS line, min(line), ml_user_id, movie_id FROM staged_rating "
        "GROUP BY ml_user_id, movie_id HAVING count(*) > 1 ORDER BY line LIMIT 1"
    )
    if row := cursor.fetchone():
        raise DataError(
            f"user {row[2]} rates film {row[3]} a second time (first in line {row[1]})",
            file=file,
            line=row[0],
        )


def _stage_movies(cursor: Any, release: Release, pairs: RatingPairs) -> npt.NDArray[np.int64]:
    """COPY the films with their rating statistics; returns their ids by fingerprint bit."""
    movies = release.movies.copy()
    statistics, ranked = rating_statistics(movies["movie_id"].to_numpy(np.int64), pairs)
    for column in statistics:
        movies[column] = statistics[column].array
    movies["genres"] = [array_text(genres) for genres in movies["genres"]]
    movies["title_ko"] = movies["title_ko"].fillna("")
    columns = [
        "line",
        "movie_id",
        "title",
        "title_ko",
        "year",
        "genres",
        "imdb_id",
        "tmdb_id",
        "rating_avg",
        "rating_count",
        "fingerprint_bit",
    ]
    copy_frame(cursor, "staged_movie", movies[columns])
    return ranked


def rating_statistics(
    movie_ids: npt.NDArray[np.int64], pairs: RatingPairs
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """rating_count, rating_avg and fingerprint_bit of these films; and their ids by that bit."""
    places = pd.Index(movie_ids).get_indexer(pd.Index(pairs.movie_ids))
    counts = np.bincount(places, minlength=len(movie_ids))
    sums = np.bincount(places, weights=pairs.ratings, minlength=len(movie_ids))
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
