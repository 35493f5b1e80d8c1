"""The ratings and films of a MovieLens release, read from its zip or folder and not the database.

Pure: no Django import. The ratings are those that `recommend.lab.data.database` reads after
`load_movielens` of the same release, in the same order, so that figures are equal to the digit. A
release has less content of the films: only titles, years and genres.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from common.errors import DataError
from movies.demographics import age_band
from movies.movielens import Release, open_release
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData, rating_data


def read_release(source: Path) -> RatingData:
    """Raises `DataError`, which names file and line, for anything wrong with the release, also for
    a rating of an unknown film or person and for a pair that is rated twice."""
    with open_release(source) as release:
        ratings = pd.concat(list(release.rating_chunks()), ignore_index=True)
        people = _people(release, ratings)
        _check(release, ratings, people)
        ordered = ratings.sort_values(["ml_user_id", "movie_id"])  # as the database gives them
        data = rating_data(ordered, people, name=release.name, digest=release.digest)
        return replace(data, content=_content(release, data.movie_ids))


def _content(release: Release, movie_ids: npt.NDArray[np.int64]) -> FilmContent:
    films = release.movies.set_index("movie_id").loc[movie_ids]
    titles = [
        " ".join(title for title in pair if isinstance(title, str))
        for pair in zip(films["title"], films["title_ko"], strict=True)
    ]
    return FilmContent(
        titles=titles,
        years=films["year"].fillna(0).to_numpy(np.int64),
        genres=films["genres"].tolist(),
        languages=[""] * len(titles),
        texts=[""] * len(titles),
    )


def _people(release: Release, ratings: pd.DataFrame) -> pd.DataFrame:
    """Columns ml_user_id, gender, age_band; without a users file, everyone with a rating."""
    if release.users is None:
        ids = np.unique(ratings["ml_user_id"])
        return pd.DataFrame({"ml_user_id": ids, "gender": None, "age_band": None})
    users = release.users
    bands = [None if pd.isna(age) else age_band(int(age)) for age in users["age"]]
    return pd.DataFrame(
        {
            "ml_user_id": users["ml_user_id"],
            "gender": users["gender"],
            "age_band": pd.Series(bands, index=users.index, dtype="Int64"),
        }
    )


def _check(release: Release, ratings: pd.DataFrame, people: pd.DataFrame) -> None:
    """The checks that the database makes when a release is loaded."""
    unknown_films = ~ratings["movie_id"].isin(release.movies["movie_id"])
    unknown_people = ~ratings["ml_user_id"].isin(people["ml_user_id"])
    twice = ratings.duplicated(["ml_user_id", "movie_id"])
    again = "in the release; take it from grouplens.org again"
    before = "person {ml_user_id:.0f} has rated film {movie_id:.0f} before; delete one of the two"
    for wrong, message in (
        (unknown_films, f"movie_id {{movie_id:.0f}}: no such film {again}"),
        (unknown_people, f"ml_user_id {{ml_user_id:.0f}}: no such person {again}"),
        (twice, before),
    ):
        if wrong.any():
            row = ratings[wrong].iloc[0]
            raise DataError(message.format(**row), file=release.ratings_file, line=int(row["line"]))
