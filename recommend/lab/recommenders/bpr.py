"""Bayesian personalised ranking: a film that is liked before one that is not (library: implicit).

Source: S. Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback", UAI 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import implicit.cpu.bpr
import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als_factors import fit_implicit
from recommend.lab.recommenders.answers import pick_rows
from recommend.lab.recommenders.ranges import Ranged, within


@dataclass(frozen=True)
class BprScorer:
    """`movies` (n_movies, f), `biases` (n_movies,), and the weight of the picks."""

    movies: Floats
    biases: Floats
    pick_weight: float

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        picks = pick_rows(liked, len(self.movies), weighted=True).astype(np.float64)
        tastes = self.pick_weight * (picks @ self.movies)
        return np.asarray(tastes @ self.movies.T + self.biases)


@dataclass(frozen=True)
class Bpr(Ranged):
    """score(m) = x . y_m + b_m        x = w (sum over the k picks of y_l) / sqrt(k)

    y, b: factors and biases of the films by stochastic gradient ascent, one liked and one other
    film at a time (`factors`, `learning_rate`, `regularization`, `iterations` passes). BPR has
    no closed fold-in; w is `pick_weight` (0 to 100). The obvious alternative, least squares on
    the film factors as in ALS, ranks worse, for these factors explain differences between films
    and not likes (docs/algorithms.md).
    """

    factors: int = within(64, 1, 1024)
    learning_rate: float = within(0.05, 1e-9, 10.0)
    regularization: float = within(0.01, 0.0, 1000.0)
    iterations: int = within(50, 1, 10_000)
    pick_weight: float = within(0.5, 0.0, 100.0)

    def fit(self, data: RatingData, *, seed: int) -> BprScorer:
        model = fit_implicit(
            implicit.cpu.bpr.BayesianPersonalizedRanking,
            data.liked,
            seed=seed,
            factors=self.factors,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.iterations,
        )
        factors = np.asarray(model.item_factors, dtype=np.float64)
        return BprScorer(factors[:, :-1], factors[:, -1], self.pick_weight)
