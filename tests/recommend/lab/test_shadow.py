"""A shadow evaluation: two recipes, fitted and tested on the same people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from common.errors import DataError
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films
from recommend.lab.evaluation.shadow.movielens import shadow_evaluate
from recommend.lab.evaluation.shadow.recipe import Recipe
from recommend.lab.evaluation.shadow.verdicts import Compared, Shadow
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation.bootstrap import Interval
from recommend.lab.training.recipes import plan_of, read_films, recipe_of
from recommend.lab.training.train import TrainingPlan
from recommend.models import ModelRun
from recommend.scoring.variety import Variety
from recommend.scoring.weights import Weights
from tests.worlds import bare_run

QUICK = Blend(encoder=SurveyEncoder(passes=1, fewest_steps=20))
BACKWARDS = Weights(answers=0.0, novelty=100.0)  # what hardly anybody has rated comes first


def compared(low: float, high: float, *, popular: float = 1.2, picks: int = 10) -> Compared:
    middle = (low + high) / 2
    return Compared(
        picks, 0.3, 0.3, 0.2, Interval(middle, low, high), 0.5,
        Interval(popular + 0.1, popular, popular + 0.2),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.001, 1.02, "better"),
        (0.995, 1.02, "not_worse"),
        (0.991, 0.999, "not_worse"),  # a loss for certain, and less than what matters
        (0.97, 1.05, "unclear"),
        (0.97, 0.999, "worse"),
        (float("nan"), float("nan"), "unclear"),
    ],
)
def test_the_interval_decides(low: float, high: float, verdict: str) -> None:
    assert compared(low, high).verdict == verdict


def test_both_numbers_of_picks_count_and_popularity_is_to_be_beaten() -> None:
    better, same, worse = compared(1.01, 1.02), compared(0.999, 1.001), compared(0.8, 0.9)

    def verdict(*parts: Compared) -> str:
        return Shadow((1,), 10, 10, parts).verdict

    assert verdict(better, worse) == "worse"
    assert verdict(better, compared(0.9, 1.1)) == "unclear"
    assert verdict(better, same) == "better"
    assert verdict(same, same) == "not_worse"
    assert Shadow((1,), 10, 10, [better]).beats_popularity
    assert not Shadow((1,), 10, 10, [better, compared(1.0, 1.1, popular=0.99)]).beats_popularity


@pytest.fixture
def data(world: str) -> RatingData:
    return read_observed_ratings()


@pytest.fixture
def films(data: RatingData) -> Films:
    return read_films(data)


def test_a_recipe_is_as_good_as_itself(data: RatingData, films: Films) -> None:
    found = shadow_evaluate(data, Recipe(QUICK), Recipe(QUICK), films=films)
    assert [(one.picks, one.ratio) for one in found.compared] == [
        (10, Interval(1.0, 1.0, 1.0)),
        (3, Interval(1.0, 1.0, 1.0)),
    ]
    assert (found.verdict, found.beats_popularity) == ("not_worse", True)
    assert 12 < found.people <= found.cases == 36
    assert sum(one.cases for one in found.groups if one.kind == "gender") == 36


def test_worse_and_better_recipes_are_told_apart(data: RatingData, films: Films) -> None:
    good = Recipe(QUICK, variety=Variety(0.2, 2))
    bad = replace(good, blend=replace(QUICK, weights=BACKWARDS))
    found = shadow_evaluate(data, bad, good, films=films)
    assert found.verdict == "worse"
    assert found.compared[0].candidate < found.compared[0].live
    assert shadow_evaluate(data, good, bad, films=films).verdict == "better"


def test_the_same_input_gives_the_same_figures(data: RatingData, films: Films) -> None:
    runs = [
        shadow_evaluate(data, Recipe(QUICK, 2), Recipe(QUICK), films=films, seeds=(21,))
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_no_tested_person_is_learned_from(
    data: RatingData, films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[int]] = []
    fit = Blend.fit

    def watched(self: Blend, train: RatingData, *, seed: int) -> BlendModel:
        seen.append(set(train.user_ids.tolist()))
        return fit(self, train, seed=seed)

    monkeypatch.setattr(Blend, "fit", watched)
    tested: list[set[int]] = []
    from recommend.lab.simulation import survey

    draw = survey.simulate_surveys

    def drawn(*args: Any, **options: Any) -> Any:
        simulations = draw(*args, **options)
        tested.append({int(one) for part in simulations.values() for one in part.user_ids})
        return simulations

    monkeypatch.setattr(survey, "simulate_surveys", drawn)
    shadow_evaluate(data, Recipe(QUICK, 2), Recipe(QUICK), films=films, seeds=(21, 22))
    assert len(seen) == 4  # two recipes that differ in their seed, two splits
    assert all(not learned & tested[place // 2] for place, learned in enumerate(seen))


def test_recipes_that_differ_in_weights_only_share_their_fit(
    data: RatingData, films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = []
    fit = Blend.fit
    monkeypatch.setattr(Blend, "fit", lambda *args, **named: fits.append(1) or fit(*args, **named))
    other = Recipe(replace(QUICK, weights=Weights(neighbours=1.0)), variety=Variety(0.5, 1))
    shadow_evaluate(data, other, Recipe(QUICK), films=films, seeds=(21,))
    assert len(fits) == 1


def test_series_and_diversity_are_as_served(data: RatingData) -> None:
    """All liked films in one series, of which one may be listed: the lists lose nearly all."""
    films = Films([["Drama"]] * len(data.movie_ids), ["one"] * len(data.movie_ids))
    strict = Recipe(QUICK, variety=Variety(0.0, 1))
    found = shadow_evaluate(data, strict, Recipe(QUICK), films=films, seeds=(21,))
    # What is left out comes behind, in its order, so that lists stay comparable.
    assert found.verdict == "not_worse"
    assert np.isclose(found.compared[0].candidate, found.compared[0].live)
    varied = Recipe(QUICK, variety=Variety(1.0, 50))
    assert (
        shadow_evaluate(data, varied, Recipe(QUICK), films=films, seeds=(21,)).compared[0].candidate
        < found.compared[0].live
    )


# --- recipes of stored runs ----------------------------------------------------------------------


def test_the_recipe_of_a_run_has_its_parameters_and_its_present_weights(
    live_model: ModelRun,
) -> None:
    plan = plan_of(live_model)
    default = TrainingPlan()
    assert plan.blend == default.blend
    assert (plan.seed, plan.rating_algorithm) == (1, live_model.parameters["rating_algorithm"])
    live_model.twin_weight, live_model.diversity = 0.7, 0.4
    recipe = recipe_of(live_model)
    assert recipe.blend.weights == replace(default.blend.weights, twin=0.7)
    assert recipe.variety == Variety(0.4, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"als": {"magic": 1}}, "not known here: magic"),
        ({"encoder": {"passes": 0}}, "out of their range"),
    ],
)
def test_parameters_that_mean_nothing_here_are_refused(
    parameters: dict[str, Any], said: str
) -> None:
    run = bare_run()
    run.parameters |= parameters
    with pytest.raises(DataError, match=said):
        plan_of(run)
