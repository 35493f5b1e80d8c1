"""The SVD of Surprise as plain arrays in single precision, from which the covariance starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from common.arrays import Floats, Floats32, Ints
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.surprise import fit_surprise
from recommend.scoring.star_algorithms import SVD


@dataclass(frozen=True)
class Factors:
    """SVD: mean + user bias + film bias + user factors times film factors."""

    mean: float
    user_biases: Floats32
    film_biases: Floats32
    users: Floats32
    films: Floats32

    def stars_of_pairs(self, users: Ints, movies: Ints) -> Floats:
        """(n,) stars of single pairs, not clipped."""
        products = np.einsum("nf,nf->n", self.users[users], self.films[movies])
        stars = products + self.mean + self.user_biases[users] + self.film_biases[movies]
        return np.asarray(stars, dtype=np.float64)


def fit_factors(data: RatingData, *, seed: int, options: dict[str, Any]) -> Factors:
    """People and films without ratings have no bias and no factors."""
    svd: Any = fit_surprise(data, algorithm=SVD, seed=seed, options=options)
    people, films = np.unique(data.users), np.unique(data.movies)
    return Factors(
        float(svd.trainset.global_mean),
        spread_out(svd.bu, people, len(data.user_ids)),
        spread_out(svd.bi, films, len(data.movie_ids)),
        spread_out(svd.pu, people, len(data.user_ids)),
        spread_out(svd.qi, films, len(data.movie_ids)),
    )


def spread_out(values: Floats, places: Ints, size: int) -> Floats32:
    """(size, ...) zeros, with the rows of `values` at `places`."""
    spread = np.zeros((size, *values.shape[1:]), dtype=np.float32)
    spread[places] = values
    return spread
