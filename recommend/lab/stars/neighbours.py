"""Stars from the nearest users or films: Surprise's four KNN algorithms, read out in bulk.

For each pair Surprise sorts all neighbours in Python. Here the similarities of a whole block are
cut at their k-th largest value with NumPy. Equal similarities at that place are taken in the order
of the ratings, as Surprise's `heapq.nlargest` takes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from common.arrays import Floats, Ints


def neighbour_means(
    similarities: npt.NDArray[np.floating[Any]], values: Floats, *, k: int, least: int = 1
) -> Floats:
    """Mean of `values`, weighted by the k largest similarities of each row, if above 0.

    `similarities` (n, m), `values` (m,); NaN for a row with fewer than `least` such neighbours, or
    none at all.
    """
    count, size = similarities.shape
    if size == 0:
        return np.full(count, np.nan)
    weights = np.maximum(similarities, 0)
    if size > k:
        last = np.partition(similarities, size - k, axis=1)[:, size - k, None]
        weights[similarities < last] = 0
        crowded = np.flatnonzero((weights > 0).sum(axis=1) > k)
        for row in crowded:  # ties at the k-th place: only the first of them belong
            tied = np.flatnonzero(similarities[row] == last[row])
            above = int((similarities[row] > last[row]).sum())
            weights[row, tied[k - above :]] = 0
    totals = weights.sum(axis=1, dtype=np.float64)
    sums = weights @ values.astype(weights.dtype)
    found = (weights > 0).sum(axis=1)
    enough = (found >= max(least, 1)) & (totals > 0)
    return np.asarray(np.divide(sums, totals, out=np.full(count, np.nan), where=enough))


def places_by(numbers: Ints) -> list[tuple[int, Ints]]:
    """For each value that occurs in `numbers`: the places where it does."""
    order = np.argsort(numbers, kind="stable")
    values, starts = np.unique(numbers[order], return_index=True)
    return list(zip(values.tolist(), np.split(order, starts[1:]), strict=True))


def knn_stars(algorithm: str, fitted: Any, people: Ints) -> Floats:
    """(len(people), films) stars of a fitted KNN algorithm of Surprise, by its inner ids.

        base + scale * sum of sim (r - centre) / spread / sum of sim

    over the k nearest users who rated the film, or the k nearest films that the user rated.
    KNNWithMeans: base and centre are means; KNNWithZScore: divided by standard deviations, too;
    KNNBaseline: base and centre are baselines; KNNBasic: neither, and the mean of all ratings
    where there is no neighbour.
    """
    trainset = fitted.trainset
    found = np.empty((len(people), trainset.n_items))
    if fitted.sim_options["user_based"]:
        for film in range(trainset.n_items):
            found[:, film] = _neighbours_say(algorithm, fitted, film, people)
    else:
        films = np.arange(trainset.n_items)
        for place, user in enumerate(people.tolist()):
            found[place] = _neighbours_say(algorithm, fitted, user, films)
    return _stars(algorithm, fitted, found, people[:, None], np.arange(trainset.n_items))


def knn_stars_of_pairs(algorithm: str, fitted: Any, users: Ints, movies: Ints) -> Floats:
    """(n,) stars of single pairs, by Surprise's inner ids; equal to those of `knn_stars`."""
    of_users = fitted.sim_options["user_based"]
    compared, shared = (users, movies) if of_users else (movies, users)
    found = np.empty(len(users))
    for y, places in places_by(shared):
        found[places] = _neighbours_say(algorithm, fitted, y, compared[places])
    return _stars(algorithm, fitted, found, users, movies)


def _neighbours_say(algorithm: str, fitted: Any, y: int, compared: Ints) -> Floats:
    """The weighted mean for each x of `compared` (users or films), and y of the other kind."""
    ratings = (fitted.trainset.ir if fitted.sim_options["user_based"] else fitted.trainset.ur)[y]
    pairs = np.array(ratings, dtype=np.float64).reshape(-1, 2)
    places, values = pairs[:, 0].astype(np.int64), pairs[:, 1]
    if algorithm == "KNNBaseline":
        values = values - (fitted.trainset.global_mean + fitted.bx[places] + fitted.by[y])
    elif algorithm != "KNNBasic":
        values = values - fitted.means[places]
    if algorithm == "KNNWithZScore":
        values = values / fitted.sigmas[places]
    near = fitted.sim[np.ix_(compared, places)]
    return neighbour_means(near, values, k=fitted.k, least=fitted.min_k)


def _stars(algorithm: str, fitted: Any, found: Floats, users: Ints, movies: Ints) -> Floats:
    """`found`, moved and stretched; `users` and `movies` spread over its shape."""
    if algorithm == "KNNBasic":
        return np.nan_to_num(found, nan=fitted.trainset.global_mean)
    found = np.nan_to_num(found, nan=0.0)
    if algorithm == "KNNBaseline":
        baseline = fitted.trainset.global_mean + fitted.bu[users] + fitted.bi[movies]
        return np.asarray(baseline + found)
    compared = users if fitted.sim_options["user_based"] else movies
    if algorithm == "KNNWithZScore":
        found = found * fitted.sigmas[compared]
    return np.asarray(fitted.means[compared] + found)
