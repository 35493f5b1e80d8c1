"""Search spaces, and on whom and by what their parameters are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from common.errors import DataError
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.base import Scorer
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.recommenders.popular import Popularity
from recommend.lab.simulation.survey import SEEDS, held_out_rows, tuning_users
from recommend.lab.tuning.objectives import (
    RankingObjective,
    StarsObjective,
    WeightsObjective,
)
from recommend.lab.tuning.search import tune
from recommend.lab.tuning.spaces import (
    SPACES,
    Categorical,
    Real,
    Space,
    parameter_of,
    with_parameters,
)
from recommend.scoring.weights import Weights
from tests.recommend.lab.tuning.told import EASE, Told, ease


@pytest.mark.parametrize("space", SPACES.values(), ids=list(SPACES))
def test_every_default_is_within_its_range(space: Space) -> None:
    for name, one in space.parameters.items():
        default: Any = space.defaults[name]
        if isinstance(one, Categorical):
            assert default in one.values
        else:
            assert one.low <= default <= one.high, name
            assert isinstance(default, float if isinstance(one, Real) else int), name
    assert with_parameters(space.base, space.defaults) == space.base


@pytest.mark.parametrize("space", SPACES.values(), ids=list(SPACES))
def test_both_ends_of_every_range_are_taken(space: Space) -> None:
    for name, one in space.parameters.items():
        ends: Sequence[Any] = one.values if isinstance(one, Categorical) else (one.low, one.high)
        for end in ends:
            assert parameter_of(with_parameters(space.base, {name: end}), name) == end


def test_a_dot_reaches_into_nested_parameters() -> None:
    blend = with_parameters(Blend(), {"als.confidence": 7.0, "weights.neighbour_count": 60})
    assert blend.als.confidence == 7.0
    assert blend.weights == replace(Blend().weights, neighbour_count=60)
    assert blend.encoder == Blend().encoder


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"als.depth": 3}, "AlsParameters has no parameter 'depth'; known: factors, confidence"),
        ({"depth": 3}, "Blend has no parameter 'depth'; known: als, encoder, weights"),
        ({"als.confidence.x": 3}, "float has no parameter 'x'; known: none"),
        ({"encoder.passes": 0}, "SurveyEncoder: passes is 0, but must be from 1 to 10000"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(parameters: Any, message: str) -> None:
    with pytest.raises(DataError, match=message.replace("(", r"\(")):
        with_parameters(Blend(), parameters)


# --- on whom is tuned --------------------------------------------------------------------------


class SpyScorer:
    def __init__(self, scorer: Scorer, asked: list[Any]) -> None:
        self._scorer, self._asked = scorer, asked

    def score(self, liked: Sequence[Any], demographics: Demographics) -> Any:
        self._asked += [picks.tolist() for picks in liked]
        return self._scorer.score(liked, demographics)


@dataclass(frozen=True)
class Spy:
    """Popularity that remembers what it was given."""

    strength: float = 0.5
    given: ClassVar[list[RatingData]] = []
    asked: ClassVar[list[Any]] = []

    def fit(self, data: RatingData, *, seed: int) -> Scorer:
        self.given.append(data)
        return SpyScorer(Popularity().fit(data, seed=seed), self.asked)


def test_the_test_users_of_the_evaluation_are_never_seen(db: None, data: RatingData) -> None:
    Spy.given.clear()
    Spy.asked.clear()
    space = Space("spy", "", Spy(), {"strength": Real(0.0, 1.0)}, folds=2)
    tune(data=data, space=space, study="spy", trials=3)
    tested = {
        int(data.user_ids[row]) for seed in SEEDS for row in held_out_rows(data, seed=seed).tolist()
    }
    tuned_on = {*data.user_ids.tolist()} - tested
    assert len(Spy.given) == 6
    for given in Spy.given:
        assert {*given.user_ids.tolist()} < tuned_on
        ratings = np.isin(data.user_ids[data.users], given.user_ids).sum()
        assert len(given.ratings) == ratings, "nothing but their ratings"
    of_tested = data.of_users(np.flatnonzero(np.isin(data.user_ids, [*tested])))
    likes_of_tested = {tuple(row.indices.tolist()) for row in of_tested.liked}
    asked = {tuple(picks) for picks in Spy.asked}
    assert asked
    people = data.of_users(tuning_users(data, SEEDS))
    objective = RankingObjective(people, seed=1)
    for fold in (0, 1):
        for simulation in objective.simulations(fold).values():
            assert {*simulation.user_ids.tolist()} < tuned_on
            assert not {*simulation.user_ids.tolist()} & {*simulation.train.user_ids.tolist()}
            asked -= {tuple(picks.tolist()) for picks in simulation.cases.picks}
    assert not asked, "only the picks of people who are tuned on"
    assert not asked & likes_of_tested


def test_people_who_like_too_little_are_refused(db: None, data: RatingData) -> None:
    with pytest.raises(DataError, match="too few active users"):
        ease(replace(data, ratings=np.full(len(data.ratings), 2.0)), 1)


# --- objectives --------------------------------------------------------------------------------


def test_the_value_is_the_mean_ratio_to_popularity_over_10_and_3_picks(data: RatingData) -> None:
    objective = RankingObjective(data, seed=1)
    assert objective.value(Popularity(), 0) == pytest.approx(1.0)
    assert objective.value(SPACES["ease"].base, 0) > 1.2


def test_prepared_scores_are_those_of_the_blend(data: RatingData) -> None:
    blend = Blend(encoder=SurveyEncoder(factors=8, passes=2, fewest_steps=1))
    objective = WeightsObjective(data, 1, blend)
    simulation = objective.simulations(0)[10]
    model = blend.fit(simulation.train, seed=1)
    for weights in (
        Weights(),
        Weights(0.3, 2.5, 20, 1.5, 0.4),
        Weights(neighbours=1.0, neighbour_count=7),
    ):
        expected = replace(model, weights=weights).of_cases(simulation.cases)
        found = model.prepared(simulation.cases).score(weights)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
        whole = RankingObjective(data, 1).value(replace(blend, weights=weights), 0)
        assert objective.value(replace(blend, weights=weights), 0) == pytest.approx(whole)


def test_the_blend_is_fitted_once_a_fold(
    db: None, data: RatingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[int] = []
    fit = Blend.fit

    def counted(self: Blend, data: RatingData, *, seed: int) -> Any:
        fits.append(len(data.user_ids))
        return fit(self, data, seed=seed)

    monkeypatch.setattr(Blend, "fit", counted)
    quick = Blend(encoder=SurveyEncoder(factors=8, passes=1, fewest_steps=1))
    space = replace(SPACES["blend_weights"], base=quick, folds=2)
    tuned = tune(data=data, space=space, study="weights", trials=4)
    assert len(fits) == 2
    assert len(tuned.trials) == 4


def test_stars_are_judged_by_their_error(db: None, data: RatingData) -> None:
    space = replace(SPACES["stars"], folds=1)
    tuned = tune(data=data, space=space, study="stars", trials=2)
    people = data.of_users(tuning_users(data, SEEDS))
    assert tuned.default_value == StarsObjective(people, 1).value(space.base, 0)
    assert tuned.best_value == min(row.value or 9.0 for row in tuned.trials)
    assert tuned.default_value is not None
    assert tuned.best_value <= tuned.default_value


def test_scores_that_are_no_numbers_fail_the_trial(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    objective(lambda one, _fold: 1.0 if one == EASE.base else float("nan"))
    tuned = ease(data, 3)
    assert [row.state for row in tuned.trials] == ["complete", "failed", "failed"]
    assert (tuned.best_trial, tuned.best_value) == (0, 1.0)
