"""Stars from the nearest users or films: Surprise's four KNN algorithms, read out in bulk.

For each pair Surprise sorts all neighbours in Python. Here the similarities of a whole block are
cut at their k-th largest value with NumPy. Equal similarities at that place are taken in the order
of the ratings, as Surprise's `heapq.nlargest` takes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEIGHBOUR_ALGORITHMS = ("KNNBasic", "KNNWithMeans", "KNNWithZScore", "KNNBaseline")


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


def knn_stars(algorithm: str, fitted: Any, people: Ints) -> Floats:
    """(len(people), films) stars of a fitted KNN algorithm of Surprise, by its inner ids.

        base + scale * sum of sim (r - centre) / spread / sum of sim

    over the k nearest users who rated the film, or the k nearest films that the user rated.
    KNNWithMeans: base and centre are means; KNNWithZScore: divided by standard deviations, too;
    KNNBaseline: base and centre are baselines; KNNBasic: neither, and the mean of all ratings
    where there is no neighbour.
    """
    read = _from_users if fitted.sim_options["user_based"] else _from_films
    found = read(algorithm, fitted, people)
    if algorithm == "KNNBasic":
        return np.nan_to_num(found, nan=fitted.trainset.global_mean)
    base, scale = _base(algorithm, fitted, people)
    return np.asarray(base + scale * np.nan_to_num(found, nan=0.0))


def _from_users(algorithm: str, fitted: Any, people: Ints) -> Floats:
    found = np.empty((len(people), fitted.trainset.n_items))
    for film, ratings in fitted.trainset.ir.items():
        raters, values = _values(algorithm, fitted, film, ratings)
        near = fitted.sim[np.ix_(people, raters)]
        found[:, film] = neighbour_means(near, values, k=fitted.k, least=fitted.min_k)
    return found


def _from_films(algorithm: str, fitted: Any, people: Ints) -> Floats:
    found = np.empty((len(people), fitted.trainset.n_items))
    for place, user in enumerate(people.tolist()):
        rated, values = _values(algorithm, fitted, user, fitted.trainset.ur[user])
        near = fitted.sim[:, rated]
        found[place] = neighbour_means(near, values, k=fitted.k, least=fitted.min_k)
    return found


def _values(
    algorithm: str, fitted: Any, y: int, ratings: list[tuple[int, float]]
) -> tuple[Ints, Floats]:
    """The neighbours x that are rated together with y, and what each of them says of y."""
    pairs = np.array(ratings, dtype=np.float64).reshape(-1, 2)
    places, values = pairs[:, 0].astype(np.int64), pairs[:, 1]
    if algorithm == "KNNBaseline":
        values = values - (fitted.trainset.global_mean + fitted.bx[places] + fitted.by[y])
    elif algorithm != "KNNBasic":
        values = values - fitted.means[places]
    if algorithm == "KNNWithZScore":
        values = values / fitted.sigmas[places]
    return places, values


def _base(algorithm: str, fitted: Any, people: Ints) -> tuple[Any, Any]:
    """(base, scale), each a number or an array that spreads over (len(people), films)."""
    if algorithm == "KNNBaseline":
        return fitted.trainset.global_mean + fitted.bu[people, None] + fitted.bi[None, :], 1.0
    of_users = fitted.sim_options["user_based"]
    base = fitted.means[people, None] if of_users else fitted.means[None, :]
    if algorithm == "KNNWithMeans":
        return base, 1.0
    return base, fitted.sigmas[people, None] if of_users else fitted.sigmas[None, :]
