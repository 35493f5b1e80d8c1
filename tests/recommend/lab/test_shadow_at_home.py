"""A shadow evaluation on people at home: when they decide, and on what."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from common.arrays import Floats
from recommend.lab.data.cases import Cases
from recommend.lab.data.home import HomeData
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films, ServedLists
from recommend.lab.evaluation.shadow import home as at_home
from recommend.lab.evaluation.shadow import judging
from recommend.lab.evaluation.shadow.home import can_be_held_out, shadow_at_home
from recommend.lab.evaluation.shadow.judging import judge
from recommend.lab.evaluation.shadow.recipe import HomeRecipe, Judged, Recipe
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation.bootstrap import Interval
from recommend.lab.training.recipes import recipe_of
from recommend.scoring.variety import Variety
from recommend.scoring.weights import USUAL_WEIGHTS, Weights
from recommend.services.lab_jobs import reasons_against
from tests.recommend.lab.home_people import QUICK_AT_HOME, likes_of_one_genre, people
from tests.worlds import bare_run, world_data

PEOPLE = 40
BACKWARDS = Weights(answers=0.0, novelty=100.0)  # what hardly anybody has rated comes first
GOOD = Recipe(
    Blend(encoder=SurveyEncoder(passes=1, fewest_steps=20)),
    variety=Variety(0.2, 2),
    home=HomeRecipe(QUICK_AT_HOME, USUAL_WEIGHTS),
)
WORSE_AT_HOME = replace(GOOD, home=HomeRecipe(QUICK_AT_HOME, BACKWARDS))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    return world_data(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def home(data: RatingData) -> HomeData:
    return people(data.movie_ids, likes_of_one_genre(PEOPLE))


@pytest.fixture(scope="module")
def films(data: RatingData) -> Films:
    return Films([["Drama"]] * len(data.movie_ids), [""] * len(data.movie_ids))


@pytest.fixture(scope="module")
def model(data: RatingData) -> BlendModel:
    return GOOD.blend.fit(data, seed=1)


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch, model: BlendModel) -> None:
    """One fit of MovieLens serves the tests."""
    monkeypatch.setattr(Blend, "fit", lambda self, train, *, seed: model)


@pytest.fixture
def learned_from(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The names of the people at home in each learning."""
    seen: list[set[str]] = []
    learn = BlendModel.at_home

    def watched(self: BlendModel, home: HomeData, learning: HomeLearning, *, seed: int) -> Any:
        seen.append({key.name for key in home.people})
        return learn(self, home, learning, seed=seed)

    monkeypatch.setattr(BlendModel, "at_home", watched)
    return seen


def test_somebody_with_four_likes_can_be_held_out(data: RatingData) -> None:
    assert can_be_held_out(people(data.movie_ids, likes_of_one_genre(5, each=4))) == 5
    assert can_be_held_out(people(data.movie_ids, likes_of_one_genre(5, each=3))) == 0


def test_people_at_home_decide_when_they_are_enough(
    data: RatingData, home: HomeData, films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The candidate is equal on MovieLens and worse at home."""
    monkeypatch.setattr(judging, "ENOUGH_AT_HOME", PEOPLE)
    monkeypatch.setattr(judging, "CASES_AT_HOME", PEOPLE + 1)
    found = judge(data, home, WORSE_AT_HOME, GOOD, films=films)
    assert [one.ratio for one in found.movielens.compared] == [Interval(1.0, 1.0, 1.0)] * 2
    assert found.home is not None
    assert (found.home.verdict, found.home.people) == ("worse", PEOPLE)
    assert (found.home.cases, len(found.home.seeds)) == (2 * PEOPLE, 2)
    stored = found.stored()
    assert (stored["decides"], stored["verdict"]) == ("home", "worse")
    assert "worse" in reasons_against(stored)
    assert [one["picks"] for one in stored["compared"]] == [10, 3]
    assert [one["verdict"] for one in stored["compared"]] == ["not_worse", "not_worse"]
    assert [(one["picks"], one["verdict"]) for one in stored["home"]["compared"]] == [(3, "worse")]


def test_movielens_decides_before_and_nobody_at_home_is_asked(
    data: RatingData,
    home: HomeData,
    films: Films,
    monkeypatch: pytest.MonkeyPatch,
    learned_from: list[set[str]],
) -> None:
    monkeypatch.setattr(judging, "ENOUGH_AT_HOME", PEOPLE + 1)
    found = judge(data, home, WORSE_AT_HOME, GOOD, films=films)
    assert (found.home, learned_from) == (None, [])
    stored = found.stored()
    assert (stored["decides"], stored["verdict"]) == ("movielens", "not_worse")
    assert (stored["home"], stored["home_people"], stored["enough_at_home"]) == (None, 40, 41)
    assert reasons_against(stored) == []


@pytest.mark.usefixtures("fitted")
def test_nobody_who_judges_was_learned_from(
    data: RatingData,
    home: HomeData,
    films: Films,
    learned_from: list[set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judges: list[set[str]] = []
    draw = at_home.home_cases

    def drawn(home: HomeData, **options: Any) -> Any:
        found = draw(home, **options)
        judges.append({home.people[row].name for row in found.rows.tolist()})
        return found

    monkeypatch.setattr(at_home, "home_cases", drawn)
    found = shadow_at_home(data, home, replace(GOOD, seed=2), GOOD, films=films, seeds=(21,))
    assert len(judges) == 5
    assert len(learned_from) == 10  # two recipes that differ in their seed
    everybody = {key.name for key in home.people}
    assert set.union(*judges) == everybody
    assert sum(map(len, judges)) == found.people == len(everybody)
    for place, learned in enumerate(learned_from):
        assert learned == everybody - judges[place // 2]


@pytest.mark.usefixtures("fitted")
def test_what_is_learned_alike_is_learned_once_and_equal_recipes_are_equal(
    data: RatingData, home: HomeData, films: Films, learned_from: list[set[str]]
) -> None:
    found = shadow_at_home(data, home, GOOD, GOOD, films=films, seeds=(21,))
    assert [one.ratio for one in found.compared] == [Interval(1.0, 1.0, 1.0)]
    assert len(learned_from) == 5
    assert found == shadow_at_home(data, home, GOOD, GOOD, films=films, seeds=(21,))


@pytest.mark.usefixtures("fitted")
def test_a_recipe_that_does_not_learn_at_home_is_served_by_movielens_alone(
    data: RatingData, home: HomeData, films: Films, learned_from: list[set[str]]
) -> None:
    """The weights for MovieLens count, and the others do not."""
    alone = replace(GOOD, home=None)
    backwards = replace(alone, blend=replace(GOOD.blend, weights=BACKWARDS))
    found = shadow_at_home(data, home, backwards, alone, films=films, seeds=(21,))
    assert learned_from == []
    assert found.verdict == "worse"


def test_only_what_home_knows_is_ranked_and_popularity_is_that_of_home(
    data: RatingData, model: BlendModel, films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, cases = np.arange(0, 30), Cases(np.array([""]), np.array([0]), [np.array([2, 5, 7])])
    lists = ServedLists(model, films, cases, among=known)
    found = lists.of(model.of_cases(cases), cases, Variety(0.3, 2))
    assert sorted(found[0].tolist()) == sorted(set(range(30)) - {2, 5, 7})

    popularity = np.zeros(len(data.movie_ids))
    popularity[[4, 60]] = 1.0, 9.0  # nobody at home knows the second one
    judged = Judged([GOOD], [model], popularity, films, among=known)
    assert judged.quality(cases, [np.array([4])], cutoff=1)[0, 1] == 1.0

    def backwards(self: BlendModel, block: Cases) -> Floats:
        return np.tile(-np.arange(len(data.movie_ids), dtype=np.float64), (len(block), 1))

    monkeypatch.setattr(BlendModel, "of_cases", backwards)
    plain = Judged([Recipe(GOOD.blend)], [model], popularity, films, among=known)
    # At the second place of a list of three: places 0 and 1 are there, 2 was picked.
    expected = 1.0 / np.log2(3)
    assert plain.quality(cases, [np.array([1])], cutoff=3)[0, 0] == pytest.approx(expected)


@pytest.mark.django_db
def test_a_run_is_judged_at_home_as_it_learned_there() -> None:
    run = bare_run()
    assert recipe_of(run).home is None
    weights = {
        "movielens": replace(run.weights, answers=2.5).stored(),
        "home": run.weights.stored(),
    }
    run.parameters |= {"home": asdict(QUICK_AT_HOME), "weights": weights}
    recipe = recipe_of(run)
    assert recipe.home == HomeRecipe(QUICK_AT_HOME, run.weights)
    assert recipe.blend.weights.answers == 2.5
