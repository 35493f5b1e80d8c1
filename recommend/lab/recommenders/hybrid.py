"""A blend of other recommenders whose weights are learned by cross-validation.

    score(m) = sum over components c of  w_c (s_c(m) - mean of s_c) / standard deviation of s_c

with means and deviations over the films of one respondent's scores, so that components of any
scale can be added up. The weights w_c >= 0 maximise the likelihood of what held-out people like:
with p the softmax of the scores over the films that they did not pick, T their other likes,

    mean over the people of  (1 / |T|) sum over m in T of  ln p(m)

which is concave in w (a conditional logit model: D. McFadden, 1974). The components that score a
person for this have not been trained on them (stacking: D. Wolpert, Neural Networks, 1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Floats32, Ints
from common.errors import DataError
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als import Als, TasteNeighbours
from recommend.lab.recommenders.answers import FEWEST_LIKES, SurveyAnswers
from recommend.lab.recommenders.base import Recommender, Scorer
from recommend.lab.recommenders.ease import Ease
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.recommenders.item_knn import ItemKnn
from recommend.lab.recommenders.popular import DemographicPopularity
from recommend.lab.recommenders.ranges import Ranged, within

MOST_SCORES = 50_000_000  # of all components and people together: 200 MB
COMPONENTS: tuple[Recommender, ...] = (
    SurveyEncoder(),
    Als(),
    TasteNeighbours(),
    Ease(),
    DemographicPopularity(),
    ItemKnn(),
)


@dataclass(frozen=True)
class HybridScorer:
    """`weights` (c,) of the fitted components."""

    components: Sequence[Scorer]
    weights: Floats

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        parts = [
            weight * standardised(component.score(liked, demographics))
            for component, weight in zip(self.components, self.weights.tolist(), strict=True)
        ]
        return np.asarray(np.sum(parts, axis=0))


@dataclass(frozen=True)
class Hybrid(Ranged):
    """`components`: at least one; `folds` of the people, 2 to 20. The weights are learned from
    answers with `fewest_picks` to `most_picks` (1 to 1000) by up to `most_people` (1 to 1,000,000)
    people; the share `pool_share` (0 to 1) of these answers is drawn from well-known films."""

    components: tuple[Recommender, ...] = COMPONENTS
    folds: int = within(2, 2, 20)
    fewest_picks: int = within(3, 1, 1000)
    most_picks: int = within(10, 1, 1000)
    pool_share: float = within(1.0, 0.0, 1.0)
    most_people: int = within(2000, 1, 1_000_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.components:
            raise ValueError("Hybrid: components is empty, but must have at least one")
        if self.fewest_picks > self.most_picks:
            raise ValueError(
                f"Hybrid: fewest_picks is {self.fewest_picks}, but most_picks {self.most_picks}"
            )

    def fit(self, data: RatingData, *, seed: int) -> HybridScorer:
        """Each component is fitted `folds` + 1 times."""
        weights = self._learned_weights(data, seed)
        used = [
            (component.fit(data, seed=seed), weight)
            for component, weight in zip(self.components, weights.tolist(), strict=True)
            if weight > 0
        ]
        return HybridScorer([scorer for scorer, _ in used], np.array([w for _, w in used]))

    def _learned_weights(self, data: RatingData, seed: int) -> Floats:
        rng = np.random.default_rng(seed)
        rows = np.flatnonzero(np.diff(data.liked.indptr) >= FEWEST_LIKES)
        if len(rows) < self.folds:
            raise DataError(f"{data.name} has too few people who like {FEWEST_LIKES} films")
        per_person = len(self.components) * len(data.movie_ids)
        most = max(min(self.most_people, MOST_SCORES // per_person) // self.folds, 1)
        parts = np.array_split(rng.permutation(rows), self.folds)
        examples = [self._examples(data, part, part[:most], rng, seed) for part in parts]
        with threadpool_limits(1, "blas"):
            return fitted_weights(
                np.concatenate([scores for scores, _ in examples]),
                np.concatenate([truths for _, truths in examples]),
            )

    def _examples(
        self, data: RatingData, held_out: Ints, asked: Ints, rng: np.random.Generator, seed: int
    ) -> tuple[Floats32, Floats32]:
        """Scores (n, c, n_movies) by components that know nothing of the people `held_out`, -inf
        at the picks, and the shares (n, n_movies) of each film in the other likes."""
        train = data.of_users(np.setdiff1d(np.arange(len(data.user_ids)), held_out))
        answers = SurveyAnswers(
            data,
            fewest_picks=self.fewest_picks,
            most_picks=self.most_picks,
            pool_share=self.pool_share,
            unknown=0.0,
        )
        picks, others = answers.films(asked, rng)
        people = Demographics(data.genders[asked], data.age_bands[asked])
        scores = np.empty((len(asked), len(self.components), len(data.movie_ids)), np.float32)
        for place, component in enumerate(self.components):
            scores[:, place] = standardised(component.fit(train, seed=seed).score(picks, people))
        truths = np.zeros((len(asked), len(data.movie_ids)), np.float32)
        for row, (own, liked) in enumerate(zip(picks, others, strict=True)):
            scores[row, :, own] = -np.inf
            truths[row, liked] = 1.0 / len(liked)
        return scores, truths


def standardised(scores: Floats) -> Floats:
    """Each row with mean 0 and standard deviation 1; a row of equal scores becomes 0."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12))


def fitted_weights(scores: Floats32, truths: Floats32) -> Floats:
    """(c,) weights >= 0 of `scores` (n, c, n_movies) that make `truths` (n, n_movies) likeliest.

    Films with -inf cannot be chosen. Limited-memory BFGS within bounds (R. Byrd et al.,
    1995) from equal weights; the function is concave, so where it starts does not matter.
    """
    open_films = np.isfinite(scores[:, 0])
    known = np.where(open_films[:, None], scores, np.float32(0.0))
    reached = np.einsum("ncm,nm->c", known, truths).astype(np.float64) / len(known)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = np.einsum("ncm,c->nm", known, weights.astype(np.float32), optimize=True)
        logits[~open_films] = -np.inf
        highest = logits.max(axis=1, keepdims=True)
        chances = np.exp(logits - highest)
        totals = chances.sum(axis=1, keepdims=True)
        chances /= totals
        expected = np.einsum("ncm,nm->c", known, chances, optimize=True) / len(known)
        partition = float((np.log(totals) + highest).astype(np.float64).mean())
        return partition - float(weights @ reached), expected.astype(np.float64) - reached

    count = scores.shape[1]
    found = optimize.minimize(
        loss, np.full(count, 1.0 / count), jac=True, method="L-BFGS-B", bounds=[(0, None)] * count,
        options={"maxiter": 200, "ftol": 1e-7},
    )  # fmt: skip
    weights = np.asarray(found.x, dtype=np.float64)
    if not weights.any():
        raise DataError("no component is better than chance: there is nothing to blend")
    return weights
