"""The algorithms of Surprise: fitted on our arrays, and read out for blocks of users at once.

Surprise predicts pair by pair, one Python call each. Here every algorithm gives the stars of some
users for all films from its fitted arrays, equal to Surprise's own `predict` without its clipping.
Only the random NormalPredictor differs: it draws by seed and user, so that it is reproducible.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import surprise
from scipy import sparse
from surprise.prediction_algorithms.algo_base import AlgoBase

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.neighbours import knn_stars, knn_stars_of_pairs
from recommend.scoring.star_algorithms import STAR_ALGORITHMS, SVD, Family

SURPRISE: dict[str, type[AlgoBase]] = {
    name: getattr(surprise, name)
    for name, algorithm in STAR_ALGORITHMS.items()
    if algorithm.family is not Family.BLEND
}
# Users or films that are compared with each other: Surprise makes 3 to 5 tables of 8 bytes a
# pair, so this is about 4 GB.
MOST_COMPARED = 12_000


class TooMuchAlikeError(DataError):
    """The ratings are too few or too much alike for the algorithm."""


def fit_surprise(
    data: RatingData, *, algorithm: str, seed: int, options: dict[str, Any]
) -> AlgoBase:
    """Fit on all ratings of `data`. Surprise's raw ids are rows and columns of `data`.

    People and films without ratings stay unknown to it. Raises `DataError` if the data are too
    large for the algorithm, and `TooMuchAlikeError` if it divides by zero on them.
    """
    _refuse_large(data, algorithm, options)
    options = dict(options)
    if STAR_ALGORITHMS[algorithm].verbose:
        options["verbose"] = False
    if STAR_ALGORITHMS[algorithm].seeded:
        options["random_state"] = seed
    np.random.seed(seed)  # noqa: NPY002 - Surprise also draws from the global generators
    random.seed(seed)
    fitted = SURPRISE[algorithm](**options)
    try:
        fitted.fit(_trainset(data))
    except ZeroDivisionError as error:  # similarities of films whose ratings are all as expected
        raise TooMuchAlikeError(
            f"{algorithm} divides by zero on these ratings, which are too few or too much alike; "
            f"choose another: `manage.py train_model --rating-algorithm {SVD}`"
        ) from error
    return fitted


def _refuse_large(data: RatingData, algorithm: str, options: dict[str, Any]) -> None:
    family = STAR_ALGORITHMS[algorithm].family
    if family not in (Family.NEIGHBOURS, Family.SLOPE_ONE):
        return
    of_people = options.get("sim_options", {}).get("user_based", True)
    people = family is Family.NEIGHBOURS and of_people
    size = len(data.user_ids) if people else len(data.movie_ids)
    refuse_many(algorithm, "users" if people else "films", size)


def refuse_many(algorithm: str, things: str, size: int) -> None:
    """Raises `DataError` if `size` users or films are too many to compare all pairs of them."""
    if size > MOST_COMPARED:
        raise DataError(
            f"{algorithm} compares each two of the {size:,} {things}, {8 * size**2 / 1e9:.0f} GB a "
            f"table; it is meant for at most {MOST_COMPARED:,}. Choose {SVD}, or a smaller data set"
        )


def _trainset(data: RatingData) -> surprise.Trainset:
    """Surprise's own structure; its inner ids number the people and films that have ratings."""
    rows, people = np.unique(data.users, return_inverse=True)
    columns, films = np.unique(data.movies, return_inverse=True)
    by_user: dict[int, list[tuple[int, float]]] = {inner: [] for inner in range(len(rows))}
    by_movie: dict[int, list[tuple[int, float]]] = {inner: [] for inner in range(len(columns))}
    triples = zip(people.tolist(), films.tolist(), data.ratings.tolist(), strict=True)
    for user, movie, rating in triples:
        by_user[user].append((movie, rating))
        by_movie[movie].append((user, rating))
    return surprise.Trainset(
        by_user,
        by_movie,
        len(by_user),
        len(by_movie),
        len(data.ratings),
        (float(data.ratings.min()), float(data.ratings.max())),
        {row: inner for inner, row in enumerate(rows.tolist())},
        {column: inner for inner, column in enumerate(columns.tolist())},
    )


def surprise_stars(algorithm: str, fitted: Any, rows: Ints, *, n_movies: int, seed: int) -> Floats:
    """(len(rows), n_movies) stars, not clipped.

    For a person or film without ratings: the mean of all ratings, and the bias of the other one if
    the algorithm has biases.
    """
    trainset, family = fitted.trainset, STAR_ALGORITHMS[algorithm].family
    if family is Family.CHANCE:
        return _drawn(fitted, rows, n_movies, seed)
    inner = trainset._raw2inner_id_users  # the only public way asks for one at a time
    columns = np.array(list(trainset._raw2inner_id_items), dtype=np.int64)
    known = np.array([row in inner for row in rows.tolist()], dtype=bool)
    people = np.array([inner[row] for row in rows[known].tolist()], dtype=np.int64)
    stars = np.full((len(rows), n_movies), float(trainset.global_mean))
    if STAR_ALGORITHMS[algorithm].biased and getattr(fitted, "biased", True):
        stars[known] += fitted.bu[people, None]
        stars[:, columns] += fitted.bi
    if len(people):
        stars[np.ix_(known, columns)] = READERS[family](algorithm, fitted, people)
    return stars


def surprise_stars_of_pairs(algorithm: str, fitted: Any, users: Ints, movies: Ints) -> Floats:
    """(n,) stars of single pairs, not clipped, by an algorithm of neighbours."""
    trainset = fitted.trainset
    rows, columns = (
        np.array([inner.get(one, -1) for one in ids.tolist()], dtype=np.int64)
        for inner, ids in (
            (trainset._raw2inner_id_users, users),
            (trainset._raw2inner_id_items, movies),
        )
    )
    stars = np.full(len(users), float(trainset.global_mean))
    if STAR_ALGORITHMS[algorithm].biased:
        stars[rows >= 0] += fitted.bu[rows[rows >= 0]]
        stars[columns >= 0] += fitted.bi[columns[columns >= 0]]
    known = (rows >= 0) & (columns >= 0)
    stars[known] = knn_stars_of_pairs(algorithm, fitted, rows[known], columns[known])
    return stars


def _factor_stars(algorithm: str, fitted: Any, people: Ints) -> Floats:
    """Biases plus user factors times film factors, as each algorithm defines them."""
    trainset = fitted.trainset
    if algorithm == "BaselineOnly":
        return np.asarray(trainset.global_mean + fitted.bu[people, None] + fitted.bi[None, :])
    users = fitted.pu[people]
    if algorithm == "SVDpp":
        users = users + np.array([_implicit_factors(fitted, user) for user in people.tolist()])
    products = users @ fitted.qi.T
    if getattr(fitted, "biased", True):
        products = products + trainset.global_mean + fitted.bu[people, None] + fitted.bi[None, :]
    return np.asarray(products)


def _implicit_factors(fitted: Any, user: int) -> Floats:
    """SVD++: |I_u|^-1/2 times the sum of y_j over the films that the user rated."""
    rated = [movie for movie, _ in fitted.trainset.ur[user]]
    return np.asarray(fitted.yj[rated].sum(axis=0) / np.sqrt(len(rated)))


def _slope_one(algorithm: str, fitted: Any, people: Ints) -> Floats:
    """mean_u + mean of dev(i, j) over the films j that u rated and that share a rater with i."""
    rated = [[movie for movie, _ in fitted.trainset.ur[user]] for user in people.tolist()]
    starts = np.concatenate([[0], np.cumsum([len(films) for films in rated])])
    watched = sparse.csr_matrix(
        (np.ones(starts[-1]), np.concatenate(rated), starts),
        shape=(len(people), fitted.trainset.n_items),
    )
    common = fitted.freq > 0
    deviations = watched @ np.where(common, fitted.dev, 0.0).T
    counts = watched @ common.T.astype(np.float64)
    means = np.asarray(fitted.user_mean)[people, None]
    return np.asarray(means + deviations / np.maximum(counts, 1.0))


def _co_clustering(algorithm: str, fitted: Any, people: Ints) -> Floats:
    """Mean of the co-cluster, moved by how user and film lie beside the means of their clusters."""
    groups, films = fitted.cltr_u[people], fitted.cltr_i
    of_users = fitted.user_mean[people] - fitted.avg_cltr_u[groups]
    of_films = fitted.item_mean - fitted.avg_cltr_i[films]
    return np.asarray(fitted.avg_cocltr[np.ix_(groups, films)] + of_users[:, None] + of_films)


def _drawn(fitted: Any, rows: Ints, n_movies: int, seed: int) -> Floats:
    """Random stars from the normal distribution of all ratings; each user has their own draws."""
    mean, spread = fitted.trainset.global_mean, fitted.sigma
    return np.stack(
        [np.random.default_rng([seed, row]).normal(mean, spread, n_movies) for row in rows.tolist()]
    )


# Read the stars of known people for known films, by their inner ids.
READERS: Mapping[Family, Callable[[str, Any, Ints], Floats]] = {
    Family.FACTORS: _factor_stars,
    Family.NEIGHBOURS: knn_stars,
    Family.SLOPE_ONE: _slope_one,
    Family.CLUSTERS: _co_clustering,
}
