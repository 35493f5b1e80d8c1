"""What most people like, and what most people of the same gender and age like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from movies.demographics import GROUPS
from recommend.lab.data.cases import Demographics, group_places
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.formulas import groups_of
from recommend.lab.recommenders.ranges import INFINITE, Ranged, within


@dataclass(frozen=True)
class GroupScorer:
    """`scores` (3, 8, n_movies) of every gender with every age band, 0 in both for unknown."""

    scores: Floats

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        return self.scores[group_places(demographics)]


@dataclass(frozen=True)
class Popularity:
    """How many people like each film, the same for all: the baseline of all tables."""

    def fit(self, data: RatingData, *, seed: int) -> GroupScorer:
        counts = data.like_counts
        return GroupScorer(np.broadcast_to(counts, (*GROUPS, len(counts))))


@dataclass(frozen=True)
class DemographicPopularity(Ranged):
    """The share of all likes that a film has in a gender and age band, drawn towards everybody's:

        p_g(m) = (n_g(m) + s p(m)) / (n_g + s)        score(m) = ln p_g(m)

    n_g(m): likes of film m by the people of group g, n_g: all their likes, p(m): the same share
    among everybody, (n(m) + 1) / (n + number of films). `strength` s (0 or more, in likes) is how
    many likes a group needs until its own count as much as everybody's. A respondent who left out
    the gender belongs to everybody of the age band, and the other way round.
    """

    strength: float = within(2_000.0, 1e-9, INFINITE)

    def fit(self, data: RatingData, *, seed: int) -> GroupScorer:
        counts = data.like_counts
        everybody = (counts + 1.0) / (counts.sum() + len(counts))
        scores = np.empty((*GROUPS, len(counts)))
        for place, people in groups_of(data):
            own = np.asarray(data.liked[people].sum(axis=0), dtype=np.float64).ravel()
            shares = (own + self.strength * everybody) / (own.sum() + self.strength)
            scores[place] = np.log(shares)
        return GroupScorer(scores)
