"""What people at home say of films, as arrays for training and evaluation. Pure: no Django import.

`recommend.lab.data.home_database` reads it from the database, `read_home_file` from a file that is
not stored; the same ratings give the same arrays and the same digest either way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd
from scipy import sparse

from common.arrays import Bools, Floats, Ints, Strings
from recommend.home_file import read_home_ratings
from recommend.lab.data.ratings import RatingData, places_among
from recommend.scoring.weights import LIKED_FROM

FILE: Final = "file"
RESPONDENT: Final = "respondent"
PICKED: Final = 5.0  # stars of a pick
NOT_INTERESTED: Final = 1.0  # a said no, unlike a poster that was only passed over


class HomeKey(NamedTuple):
    """Who a row is: the primary key of a `HomePerson` or `Respondent`, None for people of a file
    that is not stored. `name`: as the file calls them, or the respondent's number."""

    kind: Literal["file", "respondent"]
    pk: int | UUID | None
    name: str


@dataclass(frozen=True)
class HomeData:
    """Signals of n people at home, at most one for each person and film.

    Rows of people: those of files by name (code points), then respondents by number; everybody has
    a signal. `movie_ids` (n_films,) ascending: the films that the caller asked about.

    One entry for each of k signals, by row and then column:
    - `users`, `movies` (k,): row and column.
    - `liked` (k,): a pick of the survey, or 4 stars or more.
    - `ratings` (k,): stars, .5 to 5; a pick has 5, "not interested" has 1; NaN for a poster that
      was shown and not tapped and for "seen".
    - `asked` (k,): whether the person could have said that they like the film; False only for
      "seen", which says neither yes nor no.
    - `days` (k,): days from 1970-01-01 to the signal; -1 if the day is not known.

    `genders` ("": unknown) and `age_bands` (0: unknown) by person; a file tells neither.
    """

    people: Sequence[HomeKey]
    movie_ids: Ints
    users: Ints
    movies: Ints
    liked: Bools
    ratings: Floats
    asked: Bools
    days: Ints
    genders: Strings
    age_bands: Ints

    @cached_property
    def likes(self) -> sparse.csr_matrix:
        """0/1 float32 (n_people, n_films): 1 if liked."""
        rows, columns = self.users[self.liked], self.movies[self.liked]
        return sparse.csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (rows, columns)),
            shape=(len(self.people), len(self.movie_ids)),
        )

    def as_ratings(self) -> RatingData:
        """The likes alone, with the same rows and columns."""
        return RatingData(
            name="home",
            digest="",
            user_ids=np.arange(len(self.people)),
            movie_ids=self.movie_ids,
            users=self.users[self.liked],
            movies=self.movies[self.liked],
            ratings=np.full(int(self.liked.sum()), PICKED),
            genders=self.genders,
            age_bands=self.age_bands,
        )

    @cached_property
    def like_counts(self) -> Floats:
        """How many people like each film, (n_films,)."""
        return np.asarray(self.likes.sum(axis=0), np.float64).ravel()

    @cached_property
    def asked_counts(self) -> Ints:
        """How many people could have said that they like each film, (n_films,)."""
        return np.bincount(self.movies[self.asked], minlength=len(self.movie_ids))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of people and signals, as hex. Neither primary keys nor films without a signal
        count, so a file and the database agree."""
        names = "\n".join(f"{key.kind} {key.name}" for key in self.people)
        counted = (
            *(self.users, self.movie_ids[self.movies], self.days, self.age_bands),
            *(self.ratings, self.liked, self.asked),
        )
        digest = hashlib.sha256(f"{names}\n{' '.join(self.genders)}\n".encode())
        for array in counted:
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def of_films(self, columns: Ints) -> HomeData:
        """The same people, only the films at `columns` (ascending), renumbered from 0.

        Somebody may be left without a signal.
        """
        new_columns = places_among(columns, len(self.movie_ids))
        kept = self._signals(new_columns[self.movies] >= 0)
        return replace(kept, movie_ids=self.movie_ids[columns], movies=new_columns[kept.movies])

    def of_people(self, rows: Ints) -> HomeData:
        """The same films, only the people at `rows` (ascending), renumbered from 0."""
        new_rows = places_among(rows, len(self.people))
        kept = self._signals(new_rows[self.users] >= 0)
        return replace(
            kept,
            people=[self.people[row] for row in rows.tolist()],
            users=new_rows[kept.users],
            genders=self.genders[rows],
            age_bands=self.age_bands[rows],
        )

    def _signals(self, chosen: Bools) -> HomeData:
        """The same people and films, only the signals (k,) that are chosen."""
        names = ("users", "movies", "liked", "ratings", "asked", "days")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


def home_data(people: pd.DataFrame, signals: pd.DataFrame, movie_ids: Ints) -> HomeData:
    """From people (key, gender, age_band; in their order, with the default index) and signals.

    `signals`: user (place of the person), movie_id, liked, rating, asked, day; at most one for each
    person and film. Leaves out films that are not among `movie_ids` (ascending) and people without
    a signal.
    """
    signals = signals[signals["movie_id"].isin(movie_ids)].sort_values(["user", "movie_id"])
    places, users = np.unique(signals["user"].to_numpy(np.int64), return_inverse=True)
    people = people.iloc[places]
    return HomeData(
        people=people["key"].tolist(),
        movie_ids=movie_ids,
        users=users,
        movies=np.searchsorted(movie_ids, signals["movie_id"].to_numpy(np.int64)),
        liked=signals["liked"].to_numpy(np.bool_),
        ratings=signals["rating"].to_numpy(np.float64),
        asked=signals["asked"].to_numpy(np.bool_),
        days=signals["day"].to_numpy(np.int64),
        genders=people["gender"].to_numpy(np.str_),
        age_bands=people["age_band"].to_numpy(np.int64),
    )


def signals_of_ratings(users: Ints, ratings: pd.DataFrame) -> pd.DataFrame:
    """Ratings (movie_id, rating, day) of the people at these places as signals of `home_data`."""
    return pd.DataFrame(
        {
            "user": users,
            "movie_id": ratings["movie_id"].to_numpy(np.int64),
            "liked": ratings["rating"].to_numpy(np.float64) >= LIKED_FROM,
            "rating": ratings["rating"].to_numpy(np.float64),
            "asked": True,
            "day": ratings["day"].to_numpy(np.int64),
        }
    )


def people_of_files(keys: Sequence[HomeKey]) -> pd.DataFrame:
    """The people of `home_data` for these keys: a file does not tell gender and age."""
    return pd.DataFrame({"key": pd.Series([*keys], dtype=object), "gender": "", "age_band": 0})


def read_home_file(path: Path, movie_ids: Ints) -> HomeData:
    """The ratings of a file as `load_home_ratings` would store them, without storing them.

    `movie_ids`: the films that are loaded, ascending. Raises `DataError` as that command does.
    """
    file = read_home_ratings(path, films=movie_ids)
    keys = [HomeKey(FILE, None, name) for name in file.people]
    return home_data(
        people_of_files(keys),
        signals_of_ratings(file.ratings["person"].to_numpy(np.int64), file.ratings),
        movie_ids,
    )
