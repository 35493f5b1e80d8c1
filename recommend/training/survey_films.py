"""The films that the survey may offer, and what makes an answer about them informative.

Pure: no Django import. `recommend.onboarding` chooses among them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2
from threadpoolctl import threadpool_limits

from recommend.training.data import RatingData

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_FILMS = 600
MOST_CLUSTERS = 24
FILMS_A_CLUSTER = 4  # at least, on average: a tiny data set gets fewer clusters
STARTS = 10
ITERATIONS = 50


@dataclass(frozen=True)
class SurveyFilms:
    """By row: column in the training data (ascending), cluster from 0, divisiveness in stars."""

    columns: Ints
    clusters: Ints
    divisiveness: Floats


def survey_films(data: RatingData, factors: npt.NDArray[np.float32], *, seed: int) -> SurveyFilms:
    """The 600 films with the most ratings among those that have factors (n_movies, f).

    Ties: lower id. A film without factors (a zero vector) is one that nobody likes. Divisiveness
    is the standard deviation of a film's ratings.
    """
    counts = np.bincount(data.movies, minlength=len(data.movie_ids))
    known = np.flatnonzero(np.any(factors != 0, axis=1))
    columns = np.sort(known[np.argsort(-counts[known], kind="stable")][:MOST_FILMS])
    sums = np.bincount(data.movies, data.ratings, len(counts))[columns]
    squares = np.bincount(data.movies, data.ratings**2, len(counts))[columns]
    variances = squares / counts[columns] - (sums / counts[columns]) ** 2
    clusters = taste_clusters(factors[columns].astype(np.float64), seed=seed)
    return SurveyFilms(columns, clusters, np.sqrt(np.maximum(variances, 0.0)))


def taste_clusters(factors: Floats, *, seed: int) -> Ints:
    """Clusters (n,) of films by the direction of their factors (n, f); at most 24, four films each
    on average at least.

    k-means from ten starts (k-means++: D. Arthur, S. Vassilvitskii, SODA 2007); the one with the
    smallest sum of squared distances is kept, of equal ones the earlier.
    """
    directions = factors / np.linalg.norm(factors, axis=1, keepdims=True)
    different = len(np.unique(directions.round(6), axis=0))  # k-means++ needs as many
    count = min(MOST_CLUSTERS, max(len(directions) // FILMS_A_CLUSTER, 1), different)
    rng = np.random.default_rng(seed)
    best, smallest = np.zeros(len(directions), dtype=np.int64), np.inf
    for _ in range(STARTS if len(directions) else 0):
        # More threads are slower on matrices as small as these.
        with threadpool_limits(1, "blas"), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # an empty cluster does no harm
            centres, clusters = kmeans2(directions, count, iter=ITERATIONS, minit="++", rng=rng)
        spread = float(((directions - centres[clusters]) ** 2).sum())
        if spread < smallest:
            best, smallest = clusters.astype(np.int64), spread
    return best
