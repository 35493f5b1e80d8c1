"""Predicted stars by any algorithm, for whole blocks of users at once.

The algorithms are those of Surprise (`stars.surprise`) and a learned blend (`stars.blend`). Every
fitted model gives the stars of a block of users for all films.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from common.arrays import Floats, Ints
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.blend import fit_blend
from recommend.lab.stars.surprise import fit_surprise, surprise_stars, surprise_stars_of_pairs
from recommend.scoring.star_algorithms import BLEND, STAR_ALGORITHMS, SVD, Family

USERS_PER_BLOCK = 512
# Up to here the blend is fitted within about two minutes; beyond, SVD is taken if none is named.
BLEND_FILMS, BLEND_RATINGS = 5_000, 2_000_000


@dataclass(frozen=True)
class StarModel:
    """A fitted algorithm: a `StarBlend`, or one of Surprise with rows and columns of the data."""

    algorithm: str
    parameters: dict[str, Any]
    fitted: Any
    seed: int = 0


def usual_algorithm(data: RatingData) -> str:
    """The most accurate algorithm that is quick enough for data of this size."""
    small = len(data.movie_ids) <= BLEND_FILMS and len(data.ratings) <= BLEND_RATINGS
    return BLEND if small else SVD


def fit_stars(
    data: RatingData, *, algorithm: str, seed: int, parameters: dict[str, Any] | None = None
) -> StarModel:
    """Fit on all ratings of `data`; the same seed gives the same predictions.

    Raises `DataError` if the data are too large, or too few, for the algorithm.
    """
    defaults = STAR_ALGORITHMS[algorithm].parameters
    chosen = dict(defaults if parameters is None else parameters)
    if algorithm == BLEND:
        blend = fit_blend(data, seed=seed, parameters={**defaults, **chosen})
        return StarModel(algorithm, chosen | {"weights": blend.weights}, blend, seed)
    fitted = fit_surprise(data, algorithm=algorithm, seed=seed, options=chosen)
    return StarModel(algorithm, chosen, fitted, seed)


def predicted_stars(model: StarModel, data: RatingData, rows: Ints) -> Floats:
    """(len(rows), n_movies) predicted stars, clipped to the scale of the ratings as Surprise does.

    `rows` are of the `data` that the model was fitted on. A film or a person without ratings gets
    the mean of all ratings, moved by the bias of the other one if the algorithm has biases.
    """
    if model.algorithm == BLEND:
        low, high = model.fitted.scale
        raw = model.fitted.stars(rows)
    else:
        low, high = model.fitted.trainset.rating_scale
        films = len(data.movie_ids)
        raw = surprise_stars(model.algorithm, model.fitted, rows, n_movies=films, seed=model.seed)
    return np.asarray(np.clip(raw, low, high))


def stars_of_pairs(model: StarModel, data: RatingData, users: Ints, movies: Ints) -> Floats:
    """(n,) predicted stars of the pairs (users[i], movies[i]), rows and columns of `data`.

    The same as in `predicted_stars`; neighbours are searched for these pairs only.
    """
    if model.algorithm == BLEND:
        return np.asarray(np.clip(model.fitted.stars_of_pairs(users, movies), *model.fitted.scale))
    if STAR_ALGORITHMS[model.algorithm].family is Family.NEIGHBOURS:
        raw = surprise_stars_of_pairs(model.algorithm, model.fitted, users, movies)
        return np.asarray(np.clip(raw, *model.fitted.trainset.rating_scale))
    stars = np.empty(len(users))
    rows = np.unique(users)
    for start in range(0, len(rows), USERS_PER_BLOCK):
        block = rows[start : start + USERS_PER_BLOCK]
        inside = np.flatnonzero((users >= block[0]) & (users <= block[-1]))
        places = np.searchsorted(block, users[inside])
        stars[inside] = predicted_stars(model, data, block)[places, movies[inside]]
    return stars


def top_unseen(model: StarModel, data: RatingData, *, size: int) -> Iterator[pd.DataFrame]:
    """The `size` unseen films of every user by predicted stars, a frame for each block of users.

    Columns ml_user_id, movie_id, rating, rank (1 = best); ties by lower movie id. Films
    without ratings are not among the columns of `data`, so they are never predicted.
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
    return errors_on(data, test, algorithm=algorithm, seed=seed)


def errors_on(
    data: RatingData,
    test: npt.NDArray[np.bool_],
    *,
    algorithm: str,
    seed: int,
    parameters: dict[str, Any] | None = None,
) -> dict[str, float]:
    """RMSE and MAE (stars) on the ratings marked in `test`, fitted on the others."""
    train = replace(
        data, users=data.users[~test], movies=data.movies[~test], ratings=data.ratings[~test]
    )
    model = fit_stars(train, algorithm=algorithm, seed=seed, parameters=parameters)
    errors = stars_of_pairs(model, train, data.users[test], data.movies[test]) - data.ratings[test]
    return {"rmse": float(np.sqrt((errors**2).mean())), "mae": float(np.abs(errors).mean())}
