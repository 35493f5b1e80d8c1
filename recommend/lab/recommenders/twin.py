"""The literal rule: films by the predicted stars of one twin, who has not seen them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.formulas import jaccard_twins
from recommend.lab.stars.algorithms import StarModel, fit_stars, predicted_stars, usual_algorithm
from recommend.scoring.star_algorithms import STAR_ALGORITHMS


@dataclass(frozen=True)
class TwinScorer:
    """A fitted star model, and the people among whom twins are searched."""

    data: RatingData
    stars: StarModel

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        """Without a pick there is no twin: then all films have the score 0."""
        scores = np.zeros((len(liked), len(self.data.movie_ids)))
        rows = np.array([row for row, picks in enumerate(liked) if len(picks)], np.int64)
        if len(rows):
            cases = Cases(
                demographics.genders[rows], demographics.age_bands[rows], [liked[r] for r in rows]
            )
            twins, places = np.unique(jaccard_twins(self.data, cases), return_inverse=True)
            stars = predicted_stars(self.stars, self.data, twins)
            scores[rows] = self._unseen_first(stars, twins)[places]
        return scores

    def _unseen_first(self, stars: Floats, twins: Ints) -> Floats:
        """Films that the twin has seen come below all others, in the order of their stars.

        `formulas.literal_twin` leaves them out; a recommender has a finite score for every film.
        """
        seen = self.data.watched[twins].toarray() > 0
        return np.where(seen, stars - (np.ptp(self.data.ratings) + 1.0), stars)


@dataclass(frozen=True)
class LiteralTwin:
    """score(m) = the stars that `algorithm` predicts for the twin, unless the twin has seen m.

    The twin has the best Jaccard similarity of all people of the same gender and age band, or,
    where there is none, of all (`formulas.jaccard_twins`). `algorithm`: one of
    `recommend.scoring.star_algorithms`, "" for the usual one for data of this size. Among them
    NormalPredictor draws every rating at random: what it recommends is random, by the seed.
    """

    algorithm: str = ""

    def __post_init__(self) -> None:
        if self.algorithm and self.algorithm not in STAR_ALGORITHMS:
            known = ", ".join(STAR_ALGORITHMS)
            raise ValueError(f"unknown star algorithm {self.algorithm!r}; known: {known}")

    def fit(self, data: RatingData, *, seed: int) -> TwinScorer:
        algorithm = self.algorithm or usual_algorithm(data)
        return TwinScorer(data, fit_stars(data, algorithm=algorithm, seed=seed))
