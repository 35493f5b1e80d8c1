"""Rankings of films for many simulated respondents at once: batch first, arrays in, arrays out.

Every function returns scores (n_cases, n_movies); higher is better. `top_movies` turns them
into ranked lists without the picks. The serving path computes the same formulas in SQL
(`recommend.ranking.catalogue`); tests compare both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from common.arrays import Floats, Floats32, Ints
from movies.demographics import AGE_BANDS, GENDERS, GROUPS
from recommend.lab.data.cases import Cases, group_places
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als_factors import AlsModel
from recommend.scoring.fold_in import ENOUGH_LIKES, shrunk
from recommend.scoring.variety import directions
from recommend.scoring.weights import Weights


def popularity(train: RatingData, cases: Cases) -> Floats:
    """How many training users like each film, the same for all cases."""
    return np.tile(train.like_counts, (len(cases), 1))


def jaccard_twins(train: RatingData, cases: Cases) -> Ints:
    """Row of each case's twin: best Jaccard similarity within the gender and age band.

    Ties: more overlap, then lower id (everybody in a cell has the same band). An empty cell is
    relaxed to everyone, which the serving path does more gradually.
    """
    sizes = np.diff(train.watched.indptr)
    twins = np.empty(len(cases), dtype=np.int64)
    by_movie = train.watched.tocsc()
    for case, picks in enumerate(cases.picks):
        cell = np.flatnonzero(
            (train.genders == cases.genders[case]) & (train.age_bands == cases.age_bands[case])
        )
        if not len(cell):
            cell = np.arange(len(train.user_ids))
        overlaps = np.asarray(by_movie[:, picks].sum(axis=1)).ravel()[cell]
        similarity = overlaps / (sizes[cell] + len(picks) - overlaps)
        twins[case] = cell[np.lexsort((cell, -overlaps, -similarity))[0]]
    return twins


def literal_twin(train: RatingData, twins: Ints, stars: Floats) -> Floats:
    """The literal rule: the twin's predicted stars, only films that the twin has not seen.

    `stars` (n_cases, n_movies): predicted for each case's twin.
    """
    scores = stars.copy()
    scores[train.watched[twins].toarray() > 0] = -np.inf
    return scores


def own_tastes(
    model: AlsModel, cases: Cases, groups: Floats, *, enough: int = ENOUGH_LIKES
) -> Floats:
    """Tastes (n_cases, f), as the serving path has them: fold-ins, those of fewer than `enough`
    picks drawn towards the mean of the demographic group, `groups` as of `group_tastes`."""
    means = groups[group_places(cases.demographics)]
    counts = [len(picks) for picks in cases.picks]
    return shrunk(model.tastes(cases.picks), means, picks=counts, enough=enough)


@dataclass(frozen=True)
class Neighbours:
    """Those who may be neighbours: their tastes `vectors` (n, f) and `likes` 0/1 (n, n_movies)."""

    vectors: Floats32
    likes: sparse.csr_matrix

    def and_of(self, others: Neighbours) -> Neighbours:
        """These people first, then the others."""
        return Neighbours(
            np.vstack([self.vectors, others.vectors]),
            sparse.vstack([self.likes, others.likes], format="csr"),
        )


def neighbour_shares(people: Neighbours, tastes: Floats, count: int) -> Floats:
    """Share of the `count` people nearest by cosine who like each film; ties: the first one."""
    lengths = np.linalg.norm(people.vectors, axis=1)
    rows = np.flatnonzero(lengths > 0)
    unit = people.vectors[rows] / lengths[rows, None]
    similarity = directions(tastes) @ unit.T
    count = min(count, len(rows))
    nearest = rows[np.argsort(-similarity, axis=1, kind="stable")[:, :count]]
    return weighted_shares(people.likes, nearest, np.full(nearest.shape, 1.0 / count))


def weighted_shares(liked: sparse.csr_matrix, users: Ints, weights: Floats) -> Floats:
    """(n, n_movies): the weighted sum over the `users` (n, k) of the films that each one likes."""
    starts = np.arange(0, users.size + 1, users.shape[1])
    chooser = sparse.csr_matrix(
        (weights.ravel(), users.ravel(), starts), shape=(len(users), liked.shape[0])
    )
    return np.asarray((chooser @ liked).toarray())


def blend(
    people: Neighbours, model: AlsModel, tastes: Floats, twins: Ints, weights: Weights
) -> Floats:
    """Own taste + a * the twin's taste + b * share of the neighbours who like the film."""
    vectors = tastes + weights.twin * model.users[twins]
    scores = vectors @ model.movies.T.astype(np.float64)
    if weights.neighbours:
        shares = neighbour_shares(people, tastes, weights.neighbour_count)
        scores = scores + weights.neighbours * shares
    return np.asarray(scores)


def group_tastes(train: RatingData, model: AlsModel, size: int) -> Floats:
    """Mean taste (3, 8, size) of every gender and age band, place 0 of both meaning everybody.

    Vectors shorter than `size` are padded with zeros; an empty group gets everybody's mean.
    """
    users = np.zeros((len(model.users), size))
    users[:, : model.users.shape[1]] = model.users
    likes_something = np.any(users != 0, axis=1)
    means = np.empty((*GROUPS, size))
    for place, people in groups_of(train):
        group = likes_something & people
        chosen = users[group] if group.any() else users[likes_something]
        means[place] = chosen.mean(axis=0) if len(chosen) else 0.0
    return means


def groups_of(data: RatingData) -> Iterator[tuple[tuple[int, int], npt.NDArray[np.bool_]]]:
    """Place in an array (3, 8, …) of every gender and age band, and its members (n_users,):
    everybody where the place is 0."""
    for gender_place, gender in enumerate(GENDERS):
        for band_place, band in enumerate((0, *AGE_BANDS)):
            of_gender = (data.genders == gender) | (gender_place == 0)
            yield (gender_place, band_place), of_gender & ((data.age_bands == band) | (band == 0))
