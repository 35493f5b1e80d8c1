"""Taste vectors by ALS: a respondent's own taste, and what the people nearest to it like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als_factors import AlsModel, AlsParameters, als_field, fit_als
from recommend.lab.recommenders.formulas import group_tastes, own_tastes, weighted_shares
from recommend.lab.recommenders.ranges import within
from recommend.scoring.variety import directions

TINY_SHARE = 0.02  # of the neighbours: what a film counts if none of them likes it


@dataclass(frozen=True)
class Tastes:
    """Taste vectors of respondents: the fold-in of their picks, drawn towards the mean taste of
    their gender and age band, `groups` (3, 8, f), while there are fewer than `enough_picks`."""

    model: AlsModel
    groups: Floats
    enough_picks: int

    def of(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        """(n, f); without a pick, the taste of the group."""
        cases = Cases(demographics.genders, demographics.age_bands, liked)
        return own_tastes(self.model, cases, self.groups, enough=self.enough_picks)

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        """x . y_m."""
        movies = self.model.movies.astype(np.float64)
        return np.asarray(self.of(liked, demographics) @ movies.T)


@dataclass(frozen=True)
class Als(AlsParameters):
    """Own taste alone: score(m) = x . y_m.

    x: `recommend.scoring.fold_in.FoldIn` of the picks, and `recommend.scoring.fold_in.shrunk` with
    fewer than `enough_picks`. The formulas and sources of both are there, those of the factors in
    `als_factors`. The defaults are the best that `tune_model als` found on MovieLens 1M; the ALS
    that is part of the blend has others."""

    factors: int = als_field(43, "factors")
    confidence: float = als_field(2.65, "confidence")
    fold_in_confidence: float = als_field(12.0, "fold_in_confidence")
    regularization: float = als_field(32.4, "regularization")
    enough_picks: int = within(5, 1, 1000)

    def fit(self, data: RatingData, *, seed: int) -> Tastes:
        return _fitted_tastes(data, self, self.enough_picks, seed=seed)


@dataclass(frozen=True)
class NeighbourScorer:
    """`directions` (n_users, f) of length 1, or 0 for people who like nothing."""

    tastes: Tastes
    directions: Floats
    liked: sparse.csr_matrix
    neighbours: int
    sharpness: float

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        similarity = directions(self.tastes.of(liked, demographics)) @ self.directions.T
        # Rounded, so that respondents scored alone and in a batch have the same ties.
        order = np.argsort(-similarity.round(12), axis=1, kind="stable")[:, : self.neighbours]
        weights = np.maximum(np.take_along_axis(similarity, order, axis=1), 1e-9) ** self.sharpness
        weights /= weights.sum(axis=1, keepdims=True)
        return np.log(weighted_shares(self.liked, order, weights) + TINY_SHARE)


@dataclass(frozen=True)
class TasteNeighbours(AlsParameters):
    """What the nearest people like: score(m) = ln(share(m) + 0.02), share: the weighted share of
    the `neighbours` people (1 to 100,000) with the tastes nearest by cosine who like the film.

    The logarithm changes no ranking, and lets the score be added to other scores.
    The weight of a neighbour is cos ** `sharpness` (0 to 100; 0: all count the same). Ties among
    neighbours go to the lower id. All other parameters are those of `Als`.
    """

    neighbours: int = within(200, 1, 100_000)
    sharpness: float = within(8.0, 0.0, 100.0)
    enough_picks: int = within(4, 1, 1000)

    def fit(self, data: RatingData, *, seed: int) -> NeighbourScorer:
        tastes = _fitted_tastes(data, self, self.enough_picks, seed=seed)
        return NeighbourScorer(
            tastes,
            directions(tastes.model.users.astype(np.float64)),
            data.liked.astype(np.float64),
            self.neighbours,
            self.sharpness,
        )


def _fitted_tastes(
    data: RatingData, parameters: AlsParameters, enough_picks: int, *, seed: int
) -> Tastes:
    model = fit_als(data.liked, seed=seed, parameters=parameters)
    return Tastes(model, group_tastes(data, model, parameters.factors), enough_picks)
