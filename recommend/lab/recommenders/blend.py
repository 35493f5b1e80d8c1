"""The served ranking: the formula of `recommend.ranking.catalogue` for many respondents at once.

    score(m) = x . y_m  +  a (t . y_m)  +  b share(m)  +  c (z . d_m + bias_m)
                -  n ln(1 + ratings of m)

x: fold-in of the picks into the ALS factors, below four picks partly the mean taste of the
demographic group; t: taste of the Jaccard twin; share: of the k nearest users by ALS taste who like
the film; z, d, bias: `encoder.EncoderModel`. Tests hold it together with the serving path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.encoder import EncoderModel, SurveyEncoder
from recommend.lab.recommenders.factors import AlsModel, AlsParameters, fit_als
from recommend.scoring.weights import USUAL_WEIGHTS, Weights


@dataclass(frozen=True)
class Blend:
    """`weights`: those that a new model run starts with (docs/evaluation.md says how chosen)."""

    als: AlsParameters = AlsParameters()
    encoder: SurveyEncoder = SurveyEncoder()
    weights: Weights = USUAL_WEIGHTS

    def fit(self, data: RatingData, *, seed: int) -> BlendModel:
        tastes = fit_als(data.liked, seed=seed, parameters=self.als)
        return BlendModel(
            train=data,
            tastes=tastes,
            answers=self.encoder.fit(data, seed=seed),
            group_tastes=formulas.group_tastes(data, tastes, tastes.movies.shape[1]),
            weights=self.weights,
        )


@dataclass(frozen=True)
class BlendModel:
    """`group_tastes` (3, 8, f) as of `rankings.group_tastes`."""

    train: RatingData
    tastes: AlsModel
    answers: EncoderModel
    group_tastes: Floats
    weights: Weights

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        cases = Cases(demographics.genders, demographics.age_bands, liked)
        weights = self.weights
        own = formulas.own_tastes(self.tastes, cases, self.group_tastes)
        twins = (
            formulas.jaccard_twins(self.train, cases)
            if weights.twin
            else np.zeros(len(cases), dtype=np.int64)
        )
        scores = formulas.blend(self.train, self.tastes, own, twins, weights)
        if weights.answers:
            scores = scores + weights.answers * self.answers.score(liked, demographics)
        return scores - weights.novelty * np.log1p(self.train.rating_counts)

    def of_cases(self, cases: Cases) -> Floats:
        """The scores of simulated respondents."""
        return self.score(cases.picks, cases.demographics)
