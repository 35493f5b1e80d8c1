"""Vectors of films without ratings, guessed from their content. Pure.

A new film has no ratings, so training gives it no vector. A ridge regression learns on the rated
films which vectors go with which content, and is then asked for those of the new one:

    minimise  sum over films of  w_m |y_m - B' c_m - y_0|^2  +  a |B|^2
              with  w_m = n_m / (n_m + 200)

c_m: content vector (`recommend.lab.data.content`); y_m: any f numbers that a model has learned of
the film (ALS factors; encoder, decoder and bias of `SurveyEncoder`); n_m: its ratings, as the
vector of a film with few is mostly noise; y_0: the weighted mean, for films without known content.
A film without ratings then gets

    y = y_0 + 1.3 B' c

The factor 1.3: a ridge predicts the mean vector of films with such content, which is nearer to y_0
than any of them is. Models that have learned by likelihood score on a scale of logarithms, where
the mean score of such films is below the score of their mean chance. With a factor of 1, too few
new films reach a list, and those that do are liked more often than the rated ones beside them; from
1.6 on, less often. With 1.3, equally often, and the lists are best (docs/evaluation.md).

Source: Z. Gantner et al., "Learning attribute-to-feature mappings for cold-start
recommendations", ICDM 2010. How well it does: `evaluate_cold_films`, docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.lab.data.content import BlockWeights, ContentFeatures, FilmContent

PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
FOLDS = 3
MOST_FILMS = 5000  # learned from: those with the most ratings; the time grows with the cube
HALF_TRUSTED = 200.0  # ratings with which a film's vector counts half
STRETCH = 1.3
FEWEST_FILMS = 2 * FOLDS


@dataclass(frozen=True)
class ContentMap:
    """`slopes` (t, f) and `means` (f,) for the content features; `penalty` as chosen.

    `explained`: the share of the weighted variance of the vectors of films that were left out
    (cross-validation) that their content predicts; below 0 the mean would be better.
    """

    features: ContentFeatures
    slopes: Floats
    means: Floats
    penalty: float
    explained: float

    def vectors(self, content: FilmContent) -> Floats:
        """(k, f) of any films, rated or not."""
        return np.asarray(self.means + STRETCH * (self.features.matrix(content) @ self.slopes))


def fit_content_map(
    content: FilmContent,
    vectors: npt.NDArray[np.floating],
    ratings: npt.NDArray[np.integer],
    *,
    seed: int,
    weights: BlockWeights | None = None,
    penalties: Sequence[float] = PENALTIES,
) -> ContentMap:
    """Fit on films that are fully known: `vectors` (n, f); `ratings` (n,): how many each has.

    Films without a rating teach nothing and are left out. The penalty is the one with the
    smallest error on films left out, in `FOLDS` folds over the films.
    Raises `DataError` if fewer than `FEWEST_FILMS` films have ratings.
    """
    order = np.argsort(-ratings, kind="stable")[:MOST_FILMS]
    rows = np.sort(order[ratings[order] > 0])
    if len(rows) < FEWEST_FILMS:
        raise DataError(f"{len(rows)} rated films are too few to learn vectors from content")
    known = content.of_films(rows)
    features = ContentFeatures(known, weights)
    matrix = features.matrix(known)
    trust = ratings[rows] / (ratings[rows] + HALF_TRUSTED)
    targets = vectors[rows].astype(np.float64)
    with threadpool_limits(1, "blas"):
        parts = np.array_split(np.random.default_rng(seed).permutation(len(rows)), FOLDS)
        errors = [_left_out_error(matrix, targets, trust, parts, one) for one in penalties]
        best = int(np.argmin(errors))
        slopes, means = _ridge(matrix, targets, trust, penalties[best])
    spread = targets - np.average(targets, axis=0, weights=trust)
    variance = float(trust @ (spread**2).sum(axis=1))
    explained = 1.0 - errors[best] / variance if variance else 0.0
    return ContentMap(features, slopes, means, penalties[best], explained)


def _ridge(
    matrix: sparse.csr_matrix, targets: Floats, trust: Floats, penalty: float
) -> tuple[Floats, Floats]:
    """Slopes (t, f) and means (f,). The mean is taken out beforehand instead of fitted with the
    slopes, so that the solver stays in closed form for sparse features."""
    means = np.average(targets, axis=0, weights=trust)
    model = Ridge(alpha=penalty, fit_intercept=False, solver="cholesky")
    model.fit(matrix, targets - means, sample_weight=trust)
    return np.atleast_2d(model.coef_).T, means


def _left_out_error(
    matrix: sparse.csr_matrix,
    targets: Floats,
    trust: Floats,
    parts: Sequence[Ints],
    penalty: float,
) -> float:
    """Sum of the weighted squared errors of all films, each predicted without itself."""
    total = 0.0
    for part in parts:
        rest = np.setdiff1d(np.arange(len(targets)), part)
        slopes, means = _ridge(matrix[rest], targets[rest], trust[rest], penalty)
        errors = targets[part] - (matrix[part] @ slopes + means)
        total += float(trust[part] @ (errors**2).sum(axis=1))
    return total
