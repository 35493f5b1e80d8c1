"""What a trial of `tune_model` is worth, fold by fold. Pure: no Django import, and no Optuna.

Only the tuning users count (`simulation.survey.tuning_users`): people on whom the evaluation tests
are neither given to `fit` nor asked. The first few of seven folds over them are measured, so that
as large a share is trained on as in the evaluation: what is best for half of the people is not the
best for all. All trials use the same folds with the same picks, so that only parameters differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.lab.data.cases import Cases, top_movies
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als import Als
from recommend.lab.recommenders.base import Recommender
from recommend.lab.recommenders.blend import Blend, BlendModel, PreparedCases
from recommend.lab.recommenders.popular import Popularity
from recommend.lab.simulation import survey
from recommend.lab.simulation.survey import Simulation
from recommend.lab.stars.algorithms import errors_on
from recommend.lab.stars.validation import fold_of_each_rating
from recommend.lab.tuning.spaces import Measure, Space, SvdStars
from recommend.scoring.star_algorithms import SVD
from recommend.scoring.weights import LIKED_FROM, LIST_SIZE
from recommend.watchlog.signal import SignalWeights, stars_of

FOLDS = 7  # of the tuning users; each is held out by about as many people as evaluation holds out
PICKS = (10, 3)  # both count the same
SURELY_FINISHED, REPEATED = 0.9, 2  # watched share, views


class Objective(Protocol):
    """Measures parameters on one fold after another."""

    def value(self, parameters: Any, fold: int) -> float:
        """The value on fold 0, 1, …; higher is better, except for RMSE."""
        ...


@dataclass(frozen=True)
class Viewed:
    """What is known of each rating's viewings, in the order of the ratings of a `RatingData`."""

    ratios: Floats
    views: Ints
    progress: Floats

    def at(self, places: npt.NDArray[np.bool_]) -> Viewed:
        return Viewed(self.ratios[places], self.views[places], self.progress[places])

    def surely_liked(self) -> npt.NDArray[np.bool_]:
        """Watched to the end or more than once, independent of the weights."""
        return (self.ratios >= SURELY_FINISHED) | (self.views >= REPEATED)


def objective_of(
    space: Space, data: RatingData, *, seed: int, viewed: Viewed | None = None
) -> Objective:
    """The objective on `data` and `viewed` of the tuning users only."""
    match space.measure:
        case Measure.RANKING:
            return RankingObjective(data, seed)
        case Measure.WEIGHTS:
            return WeightsObjective(data, seed, cast(Blend, space.base))
        case Measure.STARS:
            return StarsObjective(data, seed)
        case Measure.WATCHLOG:
            if viewed is None:
                raise ValueError("a watch log is tuned on its viewings")
            return WatchlogObjective(data, seed, viewed)


class RankingObjective:
    """NDCG@50 as a ratio to popularity's, mean over 10 and 3 picks."""

    def __init__(self, data: RatingData, seed: int) -> None:
        self.data, self.seed = data, seed
        self.simulations = cache(self._simulations)
        self._popularity = cache(self._of_popularity)

    def value(self, parameters: Any, fold: int) -> float:
        return self.ratio_of(fold, parameters, self.simulations(fold)[PICKS[0]].train)

    def ratio_of(self, fold: int, recommender: Recommender, train: RatingData) -> float:
        """The ratio of a recommender that is fitted on `train`."""
        with threadpool_limits(1, "blas"):
            scorer = recommender.fit(train, seed=self.seed)
            return self.ratio(
                fold,
                lambda cases, picks, place: scorer.score(cases.picks, cases.demographics),
            )

    def ratio(self, fold: int, score: Callable[[Cases, int, int], Floats]) -> float:
        """`score(cases, picks, place)` scores block `place` of the cases with `picks` picks."""
        parts = [
            _ndcg(
                simulation,
                (score(block, picks, place) for place, block in blocks_of(simulation)),
            )
            / self._popularity(fold, picks)
            for picks, simulation in self.simulations(fold).items()
        ]
        return float(np.mean(parts))

    def _simulations(self, fold: int) -> dict[int, Simulation]:
        return survey.simulate_surveys(self.data, seed=self.seed, picks=PICKS, fold=(fold, FOLDS))

    def _of_popularity(self, fold: int, picks: int) -> float:
        simulation = self.simulations(fold)[picks]
        popularity = Popularity().fit(simulation.train, seed=self.seed)
        blocks = (
            popularity.score(block.picks, block.demographics) for _, block in blocks_of(simulation)
        )
        found = _ndcg(simulation, blocks)
        if not found:
            raise DataError(
                f"popularity finds nothing in {self.data.name}, so nothing can be set beside it: "
                "too few people to tune on"
            )
        return found


class WeightsObjective(RankingObjective):
    """The same for weights of the blend, whose ALS and encoder are fitted once per fold."""

    def __init__(self, data: RatingData, seed: int, base: Blend) -> None:
        super().__init__(data, seed)
        self._base = base
        self._fitted = cache(self._fit)
        self._prepared = cache(self._prepare)

    def value(self, parameters: Any, fold: int) -> float:
        weights = cast(Blend, parameters).weights
        with threadpool_limits(1, "blas"):
            return self.ratio(
                fold,
                lambda cases, picks, place: self._prepared(fold, picks)[place].score(weights),
            )

    def _fit(self, fold: int) -> BlendModel:
        return self._base.fit(self.simulations(fold)[PICKS[0]].train, seed=self.seed)

    def _prepare(self, fold: int, picks: int) -> list[PreparedCases]:
        model = self._fitted(fold)
        return [model.prepared(block) for _, block in blocks_of(self.simulations(fold)[picks])]


class StarsObjective:
    """RMSE of Surprise's SVD on a fold of the ratings."""

    def __init__(self, data: RatingData, seed: int) -> None:
        self._data, self._seed = data, seed
        self._folds = fold_of_each_rating(data, folds=FOLDS, seed=seed)

    def value(self, parameters: Any, fold: int) -> float:
        errors = errors_on(
            self._data,
            self._folds == fold,
            algorithm=SVD,
            seed=self._seed,
            parameters=asdict(cast(SvdStars, parameters)),
        )
        return errors["rmse"]


class WatchlogObjective(RankingObjective):
    """How well ALS, trained on the likes that the weights make, finds films that are surely liked.

    Picks and truths are films that a person watched to the end or came back to, by fixed limits:
    the weights must not choose what they are judged by. So are the likes that popularity counts.
    """

    def __init__(self, data: RatingData, seed: int, viewed: Viewed) -> None:
        surely = np.where(viewed.surely_liked(), LIKED_FROM, LIKED_FROM - 1.0)
        super().__init__(replace(data, ratings=surely), seed)
        self._viewed = viewed

    def value(self, parameters: Any, fold: int) -> float:
        weights = cast(SignalWeights, parameters)
        viewed = self._viewed
        stars = stars_of(viewed.ratios, viewed.views, viewed.progress, weights)
        held_out = survey.held_out_rows(self.data, seed=self.seed, fold=(fold, FOLDS))
        others = np.setdiff1d(np.arange(len(self.data.user_ids)), held_out)
        train = replace(self.data, ratings=stars).of_users(others)
        return self.ratio_of(fold, Als(), train)


def blocks_of(simulation: Simulation) -> Iterator[tuple[int, Cases]]:
    return enumerate(simulation.cases.blocks())


def _ndcg(simulation: Simulation, blocks: Iterator[Floats]) -> float:
    """Mean NDCG@50 of lists by these scores, of one block of the cases after another."""
    longest = max(len(picks) for picks in simulation.cases.picks)
    size = min(LIST_SIZE, len(simulation.train.movie_ids) - longest)
    tops = []
    for (_, block), scores in zip(blocks_of(simulation), blocks, strict=True):
        if not np.isfinite(scores).all():
            return float("nan")
        tops.append(top_movies(scores, block, size))
    return survey.recall_and_ndcg(np.vstack(tops), simulation.truths)[1]
