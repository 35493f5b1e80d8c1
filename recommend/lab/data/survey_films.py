"""The films that the survey may offer. Pure: no Django import.

`recommend.scoring.next_screen` chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from common.arrays import Floats, Ints

MOST_FILMS = 600


@dataclass(frozen=True)
class SurveyFilms:
    """By row: column of the film (ascending), and how many people like the film."""

    columns: Ints
    likes: Ints


def survey_films(like_counts: Floats, factors: npt.NDArray[np.floating]) -> SurveyFilms:
    """The 600 films with the most likes (n_movies,) among those that have factors (n_movies, f).

    Ties: lower id. A film without factors (a zero vector) has no likes.
    """
    likes = like_counts.round().astype(np.int64)
    known = np.flatnonzero(np.any(factors != 0, axis=1))
    columns = np.sort(known[np.argsort(-likes[known], kind="stable")][:MOST_FILMS])
    return SurveyFilms(columns, likes[columns])
