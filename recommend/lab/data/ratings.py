"""Observed ratings as arrays and sparse matrices. Pure: no Django import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from common.arrays import Floats, Ints
from recommend.lab.data.content import FilmContent
from recommend.scoring.weights import LIKED_FROM

POOL = 200  # films, from which the survey simulation draws the picks


@dataclass(frozen=True)
class RatingData:
    """Ratings by row (person) and column (film); ids are ascending, so indices sort like ids.

    `genders` and `age_bands` belong to `user_ids`; "" and 0 stand for unknown. `content` is that of
    the films, by column, None if it was not read.
    """

    name: str
    digest: str
    user_ids: Ints
    movie_ids: Ints
    users: Ints
    movies: Ints
    ratings: Floats
    genders: npt.NDArray[np.str_]
    age_bands: Ints
    content: FilmContent | None = None

    @cached_property
    def watched(self) -> sparse.csr_matrix:
        """0/1 (n_users, n_movies): 1 if rated, with any stars."""
        return self._matrix(np.ones(len(self.ratings), dtype=bool))

    @cached_property
    def liked(self) -> sparse.csr_matrix:
        """0/1 (n_users, n_movies): 4 stars or more."""
        return self._matrix(self.ratings >= LIKED_FROM)

    @cached_property
    def rating_counts(self) -> Floats:
        """How many people have rated each film, (n_movies,)."""
        return np.asarray(self.watched.sum(axis=0), np.float64).ravel()

    @cached_property
    def like_counts(self) -> Floats:
        """How many people like each film, (n_movies,)."""
        return np.asarray(self.liked.sum(axis=0), np.float64).ravel()

    def _matrix(self, chosen: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
        rows, columns = self.users[chosen], self.movies[chosen]
        matrix = sparse.csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (rows, columns)),
            shape=(len(self.user_ids), len(self.movie_ids)),
        )
        matrix.sort_indices()
        return matrix

    def of_users(self, rows: Ints) -> RatingData:
        """The same films, only the people at `rows` (ascending), renumbered from 0."""
        new_rows = places_among(rows, len(self.user_ids))
        kept = new_rows[self.users] >= 0
        return replace(
            self,
            user_ids=self.user_ids[rows],
            users=new_rows[self.users[kept]],
            movies=self.movies[kept],
            ratings=self.ratings[kept],
            genders=self.genders[rows],
            age_bands=self.age_bands[rows],
        )

    def of_films(self, columns: Ints) -> RatingData:
        """The same people, only the films at `columns` (ascending), renumbered from 0."""
        new_columns = places_among(columns, len(self.movie_ids))
        kept = new_columns[self.movies] >= 0
        return replace(
            self,
            movie_ids=self.movie_ids[columns],
            users=self.users[kept],
            movies=new_columns[self.movies[kept]],
            ratings=self.ratings[kept],
            content=None if self.content is None else self.content.of_films(columns),
        )


def places_among(chosen: Ints, size: int) -> Ints:
    """(size,): the new number of each row or column that is `chosen`, -1 for the others."""
    places = np.full(size, -1)
    places[chosen] = np.arange(len(chosen))
    return places


def pool_of(data: RatingData) -> Ints:
    """Columns of the 200 films with the most likes, most first; ties by lower id."""
    return np.argsort(-data.like_counts, kind="stable")[:POOL]


def rating_data(frame: pd.DataFrame, people: pd.DataFrame, *, name: str, digest: str) -> RatingData:
    """From rows (ml_user_id, movie_id, rating) and people (ml_user_id, gender, age_band)."""
    movie_ids, movies = np.unique(frame["movie_id"].to_numpy(np.int64), return_inverse=True)
    people = people.sort_values("ml_user_id")
    user_ids = people["ml_user_id"].to_numpy(np.int64)
    return RatingData(
        name=name,
        digest=digest,
        user_ids=user_ids,
        movie_ids=movie_ids,
        users=np.searchsorted(user_ids, frame["ml_user_id"].to_numpy(np.int64)),
        movies=movies,
        ratings=frame["rating"].to_numpy(np.float64),
        genders=people["gender"].fillna("").to_numpy(np.str_),
        age_bands=people["age_band"].fillna(0).to_numpy(np.int64),
    )
