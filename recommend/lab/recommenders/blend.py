"""The served ranking: the formula of `recommend.ranking.catalogue` for many respondents at once.

    score(m) = x . y_m  +  a (t . y_m)  +  b share(m)  +  c (z . d_m + bias_m + links of m)
                -  n ln(1 + ratings of m)

After learning from people at home (`BlendModel.at_home`) they are neighbours too, the encoder is
theirs, the picks have links to other films, and the ratings of a film count by how much more it is
liked there.

x: fold-in of the picks into the ALS factors, below four picks partly the mean taste of the
demographic group; t: taste of the Jaccard twin; share: of the k nearest users by ALS taste who like
the film; z, d, bias: `encoder.EncoderModel`. Tests compare it with the serving path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, Demographics
from recommend.lab.data.home import HomeData
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.als_factors import AlsModel, AlsParameters, fit_als
from recommend.lab.recommenders.at_home import FEWEST_LIKES, HomeLearning
from recommend.lab.recommenders.ease import ItemWeights
from recommend.lab.recommenders.encoder import EncoderModel, SurveyEncoder
from recommend.lab.recommenders.formulas import Neighbours
from recommend.scoring.weights import USUAL_WEIGHTS, Weights


@dataclass(frozen=True)
class Blend:
    """`weights` that a new model run starts with; docs/evaluation.md says how they were chosen."""

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
            people=Neighbours(tastes.users, data.liked),
            audience=np.zeros(len(data.movie_ids)),
            links=ItemWeights.none(len(data.movie_ids)),
        )


@dataclass(frozen=True)
class BlendModel:
    """`group_tastes` (3, 8, f) as of `formulas.group_tastes`.

    `people`: who may be a neighbour. `audience` (n_movies,): how much more a film is liked at home,
    as log odds; 0 without home. `links`: between films, from home.
    """

    train: RatingData
    tastes: AlsModel
    answers: EncoderModel
    group_tastes: Floats
    weights: Weights
    people: Neighbours
    audience: Floats
    links: ItemWeights

    def at_home(self, home: HomeData, learning: HomeLearning, *, seed: int) -> BlendModel:
        """This model after learning from people at home, whose films are those of `train`."""
        learned = learning.fit(self.answers, home, seed=seed)
        return replace(
            self,
            answers=learned.answers,
            people=self.people.and_of(people_at_home(self.tastes, home)),
            audience=learned.audience,
            links=learned.links,
        )

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        return self.of_cases(Cases(demographics.genders, demographics.age_bands, liked))

    def of_cases(self, cases: Cases) -> Floats:
        """The scores of simulated respondents."""
        return self.prepared(cases).score(self.weights)

    def prepared(self, cases: Cases) -> PreparedCases:
        return PreparedCases(
            self,
            formulas.own_tastes(self.tastes, cases, self.group_tastes),
            formulas.jaccard_twins(self.train, cases),
            self.answers.codes(cases.picks, cases.demographics),
            self.links.score(cases.picks, cases.demographics),
        )


@dataclass(frozen=True)
class PreparedCases:
    """What does not depend on the weights: `own` tastes (n, f), rows of the `twins` (n,), and
    `codes` (n, f) of the encoder; `linked` (n, n_movies): what the links of the picks add up to."""

    model: BlendModel
    own: Floats
    twins: Ints
    codes: Floats
    linked: Floats

    @property
    def answered(self) -> Floats:
        """(n, n_movies): what the answers say of each film."""
        return self.model.answers.decoded(self.codes) + self.linked

    def score(self, weights: Weights) -> Floats:
        model = self.model
        scores = formulas.blend(model.people, model.tastes, self.own, self.twins, weights)
        if weights.answers:
            scores = scores + weights.answers * self.answered
        ratings = model.train.rating_counts * np.exp(model.audience)
        return scores - weights.novelty * np.log1p(ratings)


def rows_at_home(home: HomeData) -> Ints:
    """Those at home who like enough films to learn from and to be neighbours."""
    return np.flatnonzero(np.diff(home.likes.indptr) >= FEWEST_LIKES)


def people_at_home(tastes: AlsModel, home: HomeData) -> Neighbours:
    """The people of `rows_at_home`, with the fold-ins of all that they like."""
    likes = home.likes[rows_at_home(home)]
    likes.sort_indices()
    picks = np.split(likes.indices.astype(np.int64), likes.indptr[1:-1]) if likes.nnz else []
    return Neighbours(tastes.tastes(picks).astype(np.float32), likes)
