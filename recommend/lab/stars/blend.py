"""Stars by a learned blend of two models: the covariance of the films, and the nearest films.

They err in different places: the covariance weighs all that a person said together, the nearest
films only what they said of a few similar ones. The weights are learned on a tenth of the training
ratings, which the models did not see then; the models are fitted again on all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Floats32, Ints
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.covariance import fit_covariance
from recommend.lab.stars.factors import fit_factors, spread_out
from recommend.lab.stars.neighbours import neighbour_means, places_by
from recommend.lab.stars.surprise import TooMuchAlikeError, fit_surprise, refuse_many
from recommend.scoring.star_algorithms import BLEND

HELD_OUT = 0.1  # of the training ratings, for the weights
PRIOR = 50.0  # strength of equal weights, in ratings times square stars
SALT = 7_919  # keeps the draw of these ratings apart from others by the same seed


class Component(Protocol):
    """One model of the blend; neither of the two clips to the scale of the ratings."""

    def stars(self, rows: Ints) -> Floats:
        """(len(rows), n_movies) stars of these users for all films."""

    def stars_of_pairs(self, users: Ints, movies: Ints) -> Floats:
        """(n,) stars of single pairs."""


@dataclass(frozen=True)
class FilmNeighbours:
    """KNNBaseline of Surprise by films, in single precision.

    `similarities` (n_movies, n_movies); `above` (n_users, n_movies): ratings above the baseline.
    """

    mean: float
    user_biases: Floats32
    film_biases: Floats32
    similarities: Floats32
    above: sparse.csr_matrix
    k: int

    def stars(self, rows: Ints) -> Floats:
        every = np.arange(len(self.film_biases))
        return np.stack([self._of_user(row, every) for row in rows.tolist()])

    def stars_of_pairs(self, users: Ints, movies: Ints) -> Floats:
        stars = np.empty(len(users))
        for row, places in places_by(users):
            stars[places] = self._of_user(row, movies[places])
        return stars

    def _of_user(self, row: int, columns: Ints) -> Floats:
        above = self.above[row]
        near = self.similarities[np.ix_(columns, above.indices)]
        found = neighbour_means(near, above.data, k=self.k)
        baseline = self.mean + self.user_biases[row] + self.film_biases[columns]
        return np.asarray(baseline + np.nan_to_num(found, nan=0.0), dtype=np.float64)


@dataclass(frozen=True)
class StarBlend:
    """mean + sum of weight (stars of a component - mean)."""

    mean: float
    scale: tuple[float, float]
    weights: dict[str, float]
    components: dict[str, Component]

    def stars(self, rows: Ints) -> Floats:
        """(len(rows), n_movies) stars, not clipped."""
        stars = np.full((len(rows), 1), self.mean)
        for name, component in self.components.items():
            stars = stars + self.weights[name] * (component.stars(rows) - self.mean)
        return stars

    def stars_of_pairs(self, users: Ints, movies: Ints) -> Floats:
        """(n,) stars of single pairs, not clipped; faster than `stars` for a few films each."""
        stars = np.full(len(users), self.mean)
        for name, component in self.components.items():
            said = component.stars_of_pairs(users, movies)
            stars = stars + self.weights[name] * (said - self.mean)
        return stars


def fit_blend(data: RatingData, *, seed: int, parameters: dict[str, Any]) -> StarBlend:
    """Fit on all ratings of `data`, on one thread: the same seed gives the same digits.

    Raises `DataError` if there are too many films to compare, or fewer than two ratings.
    """
    refuse_many(BLEND, "films", len(data.movie_ids))
    if len(data.ratings) < 2:
        raise TooMuchAlikeError("a blend of stars needs at least two ratings")
    with threadpool_limits(1, "blas"):
        weights = _learned_weights(data, seed, parameters)
        components = _fit_components(data, seed, parameters)
    scale = float(data.ratings.min()), float(data.ratings.max())
    return StarBlend(float(data.ratings.mean()), scale, weights, components)


def _learned_weights(data: RatingData, seed: int, parameters: dict[str, Any]) -> dict[str, float]:
    """Ridge regression of held-out ratings on what each component says; prior: equal weights."""
    held = np.zeros(len(data.ratings), dtype=bool)
    order = np.random.default_rng([seed, SALT]).permutation(len(held))
    held[order[: max(int(HELD_OUT * len(held)), 1)]] = True
    fitted_on = replace(
        data, users=data.users[~held], movies=data.movies[~held], ratings=data.ratings[~held]
    )
    components = _fit_components(fitted_on, seed, parameters)
    mean = fitted_on.ratings.mean()
    users, movies = data.users[held], data.movies[held]
    said = np.column_stack([c.stars_of_pairs(users, movies) for c in components.values()]) - mean
    count = len(components)
    left = said.T @ said + PRIOR * np.eye(count)
    right = said.T @ (data.ratings[held] - mean) + PRIOR / count
    return dict(zip(components, np.linalg.solve(left, right).tolist(), strict=True))


def _fit_components(
    data: RatingData, seed: int, parameters: dict[str, Any]
) -> dict[str, Component]:
    factors = fit_factors(data, seed=seed, options=parameters["svd"])
    return {
        "covariance": fit_covariance(data, factors, steps=parameters["covariance_steps"]),
        "neighbours": _neighbours(data, seed, parameters["neighbours"]),
    }


def _neighbours(data: RatingData, seed: int, k: int) -> FilmNeighbours:
    options = {"k": k, "sim_options": {"name": "pearson_baseline", "user_based": False}}
    knn: Any = fit_surprise(data, algorithm="KNNBaseline", seed=seed, options=options)
    mean = float(knn.trainset.global_mean)
    people, films = np.unique(data.users), np.unique(data.movies)
    user_biases = spread_out(knn.bu, people, len(data.user_ids))
    film_biases = spread_out(knn.bi, films, len(data.movie_ids))
    similarities = np.zeros((len(film_biases), len(film_biases)), dtype=np.float32)
    similarities[np.ix_(films, films)] = knn.sim
    above = data.ratings - (mean + user_biases[data.users] + film_biases[data.movies])
    matrix = sparse.csr_matrix(
        (above.astype(np.float32), (data.users, data.movies)),
        shape=(len(user_biases), len(film_biases)),
    )
    matrix.sort_indices()
    return FilmNeighbours(mean, user_biases, film_biases, similarities, matrix, k)
