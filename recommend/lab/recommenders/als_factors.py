"""Taste vectors by alternating least squares (library: implicit)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import implicit.cpu.als
import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Floats32, Ints
from recommend.lab.recommenders.ranges import Ranged, T, within
from recommend.scoring.fold_in import FoldIn, gram_matrix
from recommend.scoring.weights import ALS_LIMITS, FACTORS


def als_field(default: T, name: str) -> T:
    low, high, _ = ALS_LIMITS[name]
    return within(default, low, high)


@dataclass(frozen=True)
class AlsParameters(Ranged):
    """Defaults: the best of the measurements in docs/algorithms.md.

    `confidence` of a like while training; `fold_in_confidence` when a respondent's few picks are
    folded in, where each says more than one of a user's hundreds.
    """

    factors: int = als_field(FACTORS, "factors")
    confidence: float = als_field(5.0, "confidence")
    fold_in_confidence: float = als_field(20.0, "fold_in_confidence")
    regularization: float = als_field(30.0, "regularization")
    iterations: int = als_field(15, "iterations")


@dataclass(frozen=True)
class AlsModel:
    """`users` (n_users, f) and `movies` (n_movies, f) factors, rows as in the training matrix."""

    users: Floats32
    movies: Floats32
    parameters: AlsParameters

    @cached_property
    def gram(self) -> Floats:
        """(f, f), for the films."""
        return gram_matrix(self.movies)

    def fold_in(self, picks: Ints | Sequence[int]) -> FoldIn:
        """The fold-in of a respondent's picks, given as columns."""
        return FoldIn.of(
            self.gram,
            self.movies[picks].astype(np.float64),
            confidence=self.parameters.fold_in_confidence,
            regularization=self.parameters.regularization,
        )

    def tastes(self, picks: Sequence[Ints]) -> Floats:
        """The fold-ins (n, f) of the picks of n respondents."""
        tastes = np.zeros((len(picks), self.movies.shape[1]))
        for row, own in enumerate(picks):
            tastes[row] = self.fold_in(own).taste
        return tastes


def fit_als(
    liked: sparse.csr_matrix, *, seed: int, parameters: AlsParameters | None = None
) -> AlsModel:
    """Fit on a 0/1 matrix (n_users, n_movies) of likes; the same seed gives the same factors."""
    parameters = parameters or AlsParameters()
    model = fit_implicit(
        implicit.cpu.als.AlternatingLeastSquares,
        liked,
        seed=seed,
        factors=parameters.factors,
        regularization=parameters.regularization,
        alpha=parameters.confidence,
        iterations=parameters.iterations,
    )
    return AlsModel(np.asarray(model.user_factors), np.asarray(model.item_factors), parameters)


def fit_implicit(kind: Any, liked: sparse.csr_matrix, *, seed: int, **parameters: float) -> Any:
    """A model of implicit. One thread, so that sums are always added up in the same order."""
    with threadpool_limits(1, "blas"):
        model = kind(**parameters, random_state=seed, num_threads=1, dtype=np.float32)
        model.fit(liked.astype(np.float32), show_progress=False)
    return model
