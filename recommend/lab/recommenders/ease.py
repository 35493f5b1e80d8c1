"""EASE: which films are liked by those who like a film, in closed form.

Source: H. Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019. With the 0/1
matrix X of likes and ridge l, the weights B (zero diagonal) that best rebuild X = XB are

    P = (X'X + l I)^-1        B_ij = -P_ij / P_jj   for i not j        score = x B

with x (n_movies,) 1 at the picks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.answers import pick_rows
from recommend.lab.recommenders.ranges import INFINITE, Ranged, within


@dataclass(frozen=True)
class ItemWeights:
    """`weights` (n, n) between the films at `columns` (n,) of `n_movies`; others score 0."""

    weights: Floats
    columns: Ints
    n_movies: int

    @classmethod
    def none(cls, n_movies: int) -> ItemWeights:
        """No weights: every film scores 0."""
        return cls(np.zeros((0, 0)), np.empty(0, np.int64), n_movies)

    def scaled(self, factor: float, *, each: int) -> ItemWeights:
        """`factor` times the `each` weights of each pick that are furthest from 0; the others 0."""
        weights = factor * self.weights
        if each < len(weights):
            rest = np.argpartition(-np.abs(weights), each - 1, axis=1)[:, each:]
            np.put_along_axis(weights, rest, 0.0, axis=1)
        return replace(self, weights=weights)

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        scores = np.zeros((len(liked), self.n_movies))
        picks = pick_rows(liked, self.n_movies)[:, self.columns].astype(np.float64)
        scores[:, self.columns] = picks @ self.weights
        return scores


@dataclass(frozen=True)
class Ease(Ranged):
    """`regularization` l, above 0. Only the `most_films` films with the most likes take part,
    to limit memory (8 bytes times their square) and time (their cube): 2 to 30,000."""

    regularization: float = within(2000.0, 1e-6, INFINITE)
    most_films: int = within(8000, 2, 30_000)

    def fit(self, data: RatingData, *, seed: int) -> ItemWeights:
        """One thread, so that sums are always added up in the same order."""
        counts = data.like_counts
        columns = np.sort(np.argsort(-counts, kind="stable")[: self.most_films])
        likes = data.liked[:, columns].astype(np.float64)
        with threadpool_limits(1, "blas"):
            system = (likes.T @ likes).toarray()
            system[np.diag_indices(len(system))] += self.regularization
            inverse = linalg.cho_solve(
                linalg.cho_factor(system, overwrite_a=True), np.eye(len(system)), overwrite_b=True
            )
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return ItemWeights(weights, columns, len(data.movie_ids))
