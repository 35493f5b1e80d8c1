"""Predicted stars by any algorithm of Surprise, for whole blocks of users at once.

The algorithms that are a sum of biases and a product of factors (SVD, SVD++, NMF, the baseline)
are read out as matrices, so that a block of users costs one matrix product instead of one
Python call a pair; the others answer pair by pair, which is slow on large data sets.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import surprise
from surprise.prediction_algorithms.algo_base import AlgoBase

from recommend.training.data import RatingData

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# docs/algorithms.md has the measurements: within 0.003 stars of the best, at a third of its time.
TUNED: dict[str, dict[str, Any]] = {
    "SVD": {"n_factors": 100, "n_epochs": 40, "lr_all": 0.01, "reg_all": 0.06},
}
ALGORITHMS: dict[str, type[AlgoBase]] = {
    name: getattr(surprise, name)
    for name in (
        "SVD",
        "SVDpp",
        "NMF",
        "SlopeOne",
        "CoClustering",
        "BaselineOnly",
        "NormalPredictor",
        "KNNBasic",
        "KNNWithMeans",
        "KNNWithZScore",
        "KNNBaseline",
    )
}
SEEDED = ("SVD", "SVDpp", "NMF", "CoClustering")
SILENT = ("SlopeOne", "NormalPredictor")  # know no option "verbose"
USERS_PER_BLOCK = 512


@dataclass(frozen=True)
class StarModel:
    """A fitted Surprise algorithm. Its inner ids are the rows and columns of the training data."""

    algorithm: str
    parameters: dict[str, Any]
    fitted: AlgoBase


def fit_stars(
    data: RatingData, *, algorithm: str, seed: int, parameters: dict[str, Any] | None = None
) -> StarModel:
    """Fit on all ratings of `data`; the same seed gives the same predictions."""
    chosen = dict(TUNED.get(algorithm, {}) if parameters is None else parameters)
    options = dict(chosen)
    if algorithm not in SILENT:
        options["verbose"] = False
    if algorithm in SEEDED:
        options["random_state"] = seed
    np.random.seed(seed)  # noqa: NPY002 - NormalPredictor draws from the global generator
    random.seed(seed)
    fitted = ALGORITHMS[algorithm](**options)
    fitted.fit(_trainset(data))
    return StarModel(algorithm, chosen, fitted)


def _trainset(data: RatingData) -> surprise.Trainset:
    """Surprise's own structure with our indices as inner ids, also for films nobody rated."""
    by_user: dict[int, list[tuple[int, float]]] = {row: [] for row in range(len(data.user_ids))}
    by_movie: dict[int, list[tuple[int, float]]] = {c: [] for c in range(len(data.movie_ids))}
    triples = zip(data.users.tolist(), data.movies.tolist(), data.ratings.tolist(), strict=True)
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
        {row: row for row in by_user},
        {column: column for column in by_movie},
    )


def predicted_stars(model: StarModel, data: RatingData, rows: Ints) -> Floats:
    """(len(rows), n_movies) predicted stars, clipped to the scale of the ratings as Surprise does.

    A film or a person that the algorithm cannot predict gets the mean of all ratings.
    """
    low, high = model.fitted.trainset.rating_scale
    raw = _linear(model, rows) if _is_linear(model) else _pair_by_pair(model, rows)
    return np.clip(raw, low, high)


def _is_linear(model: StarModel) -> bool:
    return model.algorithm in ("SVD", "SVDpp", "NMF", "BaselineOnly")


def _linear(model: StarModel, rows: Ints) -> Floats:
    """Biases plus user factors times film factors, as each algorithm defines them."""
    fitted: Any = model.fitted
    trainset = fitted.trainset
    if model.algorithm == "BaselineOnly":
        return np.asarray(trainset.global_mean + fitted.bu[rows, None] + fitted.bi[None, :])
    users = fitted.pu[rows]
    if model.algorithm == "SVDpp":
        users = users + np.array([_implicit_factors(fitted, row) for row in rows])
    products = users @ fitted.qi.T
    if getattr(fitted, "biased", True):
        products = products + trainset.global_mean + fitted.bu[rows, None] + fitted.bi[None, :]
    return np.asarray(products)


def _implicit_factors(fitted: Any, row: int) -> Floats:
    """SVD++: |I_u|^-1/2 times the sum of y_j over the films that the user rated."""
    rated = [movie for movie, _ in fitted.trainset.ur[row]]
    if not rated:
        return np.zeros(fitted.yj.shape[1])
    return np.asarray(fitted.yj[rated].sum(axis=0) / np.sqrt(len(rated)))


def _pair_by_pair(model: StarModel, rows: Ints) -> Floats:
    fitted: Any = model.fitted
    stars = np.empty((len(rows), fitted.trainset.n_items))
    for place, row in enumerate(rows.tolist()):
        for column in range(fitted.trainset.n_items):
            stars[place, column] = fitted.predict(row, column, clip=False).est
    return stars


def top_unseen(model: StarModel, data: RatingData, *, size: int) -> Iterator[pd.DataFrame]:
    """The `size` unseen films of every user by predicted stars, a frame for each block of users.

    Columns ml_user_id, movie_id, rating, rank (1 = best); ties by lower movie id. Films that
    nobody has rated are not among the columns of `data` and so never predicted.
    """
    for start in range(0, len(data.user_ids), USERS_PER_BLOCK):
        rows = np.arange(start, min(start + USERS_PER_BLOCK, len(data.user_ids)))
        stars = predicted_stars(model, data, rows)
        stars[data.watched[rows].toarray() > 0] = -np.inf
        best = np.argsort(-stars, axis=1, kind="stable")[:, :size]
        values = np.take_along_axis(stars, best, axis=1)
        unseen = np.isfinite(values)
        frame = pd.DataFrame(
            {
                "ml_user_id": np.repeat(data.user_ids[rows], best.shape[1]),
                "movie_id": data.movie_ids[best].ravel(),
                "rating": values.ravel(),
                "rank": np.tile(np.arange(1, best.shape[1] + 1), len(rows)),
            }
        )
        yield frame[unseen.ravel()]


def held_out_error(
    data: RatingData, *, algorithm: str, seed: int, share: float = 0.1
) -> dict[str, float]:
    """RMSE and MAE (stars) on a random share of the ratings, fitted on the rest."""
    rng = np.random.default_rng(seed)
    test = np.zeros(len(data.ratings), dtype=bool)
    test[rng.permutation(len(test))[: max(int(share * len(test)), 1)]] = True
    train = RatingData(
        data.name,
        data.digest,
        data.user_ids,
        data.movie_ids,
        data.users[~test],
        data.movies[~test],
        data.ratings[~test],
        data.genders,
        data.age_bands,
    )
    model = fit_stars(train, algorithm=algorithm, seed=seed)
    predict: Any = model.fitted.predict
    pairs = zip(data.users[test].tolist(), data.movies[test].tolist(), strict=True)
    predicted = np.array([predict(user, movie).est for user, movie in pairs])
    errors = predicted - data.ratings[test]
    return {
        "rmse": float(np.sqrt((errors**2).mean())),
        "mae": float(np.abs(errors).mean()),
    }
