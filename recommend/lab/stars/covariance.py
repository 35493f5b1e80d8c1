"""Stars as a normal distribution over films, with a covariance for each pair of them.

The stars of one person for all films are one draw from N(mean, covariance), seen through noise at
the films that this person rated:

    stars(u) = mean + K[:, R] (K[R, R] + noise I)^-1 (r_u - mean[R])

R are the films that u rated, K the covariance. Mean, covariance and noise are learnt by EM, started
from the factors of a fitted SVD; few steps, because many overfit the training ratings.
Source: K. Yu, S. Zhu, J. Lafferty, Y. Gong, "Fast nonparametric matrix factorization for
large-scale collaborative filtering", SIGIR 2009, where the M-step needs only blocks R x R. What is
different here: the start from SVD, and that noise and means of films are learnt, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import blas, lapack

from common.arrays import Floats, Floats32, Ints
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.factors import Factors
from recommend.lab.stars.neighbours import places_by

STEPS = 1
OWN_SHARE = 0.1  # of the noise: variance of a film that it shares with no other, at the start
LEAST_NOISE = 0.01  # square stars; keeps K[R, R] + noise I invertible in single precision


@dataclass(frozen=True)
class Covariance:
    """`mean` (n_movies,), `films` (n_movies, n_movies), and the `noise` variance, square stars."""

    mean: Floats32
    films: Floats32
    noise: float


@dataclass(frozen=True)
class FilmCovariance:
    """What is learnt, and `pulls` (n_users, n_movies): (K[R, R] + noise I)^-1 (r_u - mean[R])."""

    learnt: Covariance
    pulls: sparse.csr_matrix

    def stars(self, rows: Ints) -> Floats:
        """(len(rows), n_movies) stars, not clipped. A user without ratings gets the means."""
        moved = self.pulls[rows] @ self.learnt.films
        return np.asarray(moved + self.learnt.mean, dtype=np.float64)

    def stars_of_pairs(self, users: Ints, movies: Ints) -> Floats:
        """(n,) stars of single pairs, equal to those of `stars`, ordered by user for speed."""
        stars = np.empty(len(users))
        for row, places in places_by(users):
            columns = movies[places]
            pulls = self.pulls[row]
            covariances = self.learnt.films[np.ix_(columns, pulls.indices)]
            stars[places] = self.learnt.mean[columns] + covariances @ pulls.data
        return stars


def fit_covariance(data: RatingData, svd: Factors, *, steps: int = STEPS) -> FilmCovariance:
    """EM from the factors of an SVD that was fitted on the same data."""
    ratings = sparse.csr_matrix(
        (data.ratings, (data.users, data.movies)), shape=(len(data.user_ids), len(data.movie_ids))
    )
    ratings.sort_indices()
    now = _start(data, svd)
    for _ in range(steps):
        now = _step(ratings, now)
    return FilmCovariance(now, _pulls(ratings, now))


def _start(data: RatingData, svd: Factors) -> Covariance:
    """The covariance that SVD implies: of user biases and factors, carried over to the films."""
    films = len(data.movie_ids)
    factors = np.column_stack([np.ones(films), svd.films])
    people = np.column_stack([svd.user_biases, svd.users])[np.unique(data.users)]
    missed = data.ratings - svd.stars_of_pairs(data.users, data.movies)
    noise = max(float((missed**2).mean()), LEAST_NOISE)
    covariance = factors @ np.cov(people, rowvar=False, bias=True) @ factors.T
    covariance[np.diag_indices(films)] += OWN_SHARE * noise
    mean = svd.mean + svd.film_biases + factors @ people.mean(axis=0)
    return Covariance(mean.astype(np.float32), covariance.astype(np.float32), noise)


def _block(now: Covariance, columns: Ints) -> Floats32:
    """Lower Cholesky factor of K[R, R] + noise I."""
    block = now.films[np.ix_(columns, columns)]
    block.flat[:: len(columns) + 1] += np.float32(now.noise)
    # The transpose is the same matrix in Fortran's order, which spares LAPACK a copy.
    factor, failed = lapack.spotrf(block.T, lower=1, clean=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("the covariance of the films is not positive definite")
    return np.asarray(factor)


def _rated(ratings: sparse.csr_matrix, now: Covariance, row: int) -> tuple[Ints, Floats32]:
    """Films of one user, and the ratings there above the mean."""
    inside = slice(ratings.indptr[row], ratings.indptr[row + 1])
    columns = ratings.indices[inside]
    return columns, (ratings.data[inside] - now.mean[columns]).astype(np.float32)


def _step(ratings: sparse.csr_matrix, now: Covariance) -> Covariance:
    """One step of EM.

    With G = (K[R, R] + noise I)^-1 and a = G (r - mean) of each of the n users:

        K     <- K + K (sum of a a' - G, scattered to R x R) K / n
        mean  <- mean + K (sum of a, scattered to R) / n
        noise <- mean over ratings of noise^2 a_i^2 + noise - noise^2 G_ii
    """
    films = len(now.mean)
    # Only the upper triangle: the lower one is its mirror image.
    evidence = np.zeros((films, films), dtype=np.float32)
    pull, noise = np.zeros(films), 0.0
    people = 0
    for row in range(ratings.shape[0]):
        columns, residuals = _rated(ratings, now, row)
        if not len(columns):
            continue
        people += 1
        factor = _block(now, columns)
        pulls = lapack.spotrs(factor, residuals, lower=1)[0]
        inverse = lapack.spotri(factor, lower=1, overwrite_c=1)[0]
        noise += float((pulls**2).sum() - np.trace(inverse)) * now.noise**2
        pull[columns] += pulls
        inverse = blas.ssyr(-1.0, pulls, a=inverse, lower=1, overwrite_a=1)
        evidence[np.ix_(columns, columns)] -= inverse.T
    evidence += np.triu(evidence, 1).T
    update = now.films @ (evidence / np.float32(people)) @ now.films
    return Covariance(
        (now.mean + now.films @ pull / people).astype(np.float32),
        now.films + np.float32(0.5) * (update + update.T),
        max(now.noise + noise / ratings.nnz, LEAST_NOISE),
    )


def _pulls(ratings: sparse.csr_matrix, now: Covariance) -> sparse.csr_matrix:
    """(K[R, R] + noise I)^-1 (r - mean) of every user, at the places of their ratings."""
    pulls = np.zeros(ratings.nnz, dtype=np.float32)
    for row in range(ratings.shape[0]):
        columns, residuals = _rated(ratings, now, row)
        if len(columns):
            inside = slice(ratings.indptr[row], ratings.indptr[row + 1])
            pulls[inside] = lapack.spotrs(_block(now, columns), residuals, lower=1)[0]
    return sparse.csr_matrix((pulls, ratings.indices, ratings.indptr), shape=ratings.shape)
