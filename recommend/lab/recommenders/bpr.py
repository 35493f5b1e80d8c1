"""Bayesian personalised ranking: a film that is liked before one that is not (library: implicit).

Source: S. Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback", UAI 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import implicit.cpu.bpr
import numpy as np
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.answers import pick_rows
from recommend.lab.recommenders.ranges import Ranges, check_ranges


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
class Bpr:
    """score(m) = x . y_m + b_m        x = w (sum over the k picks of y_l) / sqrt(k)

    y, b: factors and biases of the films by stochastic gradient ascent, one liked and one other
    film at a time (`factors`, `learning_rate`, `regularization`, `iterations` passes). BPR has
    no closed fold-in; w is `pick_weight` (0 to 100). The obvious alternative, least squares on
    the film factors as in ALS, ranks worse, for these factors explain differences between films
    and not likes (docs/algorithms.md).
    """

    factors: int = 64
    learning_rate: float = 0.05
    regularization: float = 0.01
    iterations: int = 50
    pick_weight: float = 0.5
    RANGES: ClassVar[Ranges] = {
        "factors": (1, 1024),
        "learning_rate": (1e-9, 10.0),
        "regularization": (0.0, 1000.0),
        "iterations": (1, 10_000),
        "pick_weight": (0.0, 100.0),
    }

    def __post_init__(self) -> None:
        check_ranges(self, self.RANGES)

    def fit(self, data: RatingData, *, seed: int) -> BprScorer:
        """One thread: with more, who writes first would be chance."""
        with threadpool_limits(1, "blas"):
            model = implicit.cpu.bpr.BayesianPersonalizedRanking(
                factors=self.factors,
                learning_rate=self.learning_rate,
                regularization=self.regularization,
                iterations=self.iterations,
                random_state=seed,
                num_threads=1,
                dtype=np.float32,
            )
            model.fit(data.liked.astype(np.float32), show_progress=False)
        factors = np.asarray(model.item_factors, dtype=np.float64)
        return BprScorer(factors[:, :-1], factors[:, -1], self.pick_weight)
