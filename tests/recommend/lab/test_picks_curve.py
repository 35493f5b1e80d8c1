"""Why more picks help: measured on the same people, with nested picks and one truth."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from recommend.lab.data.cases import Cases
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.evaluation import picks_curve as module
from recommend.lab.evaluation.picks_curve import PicksCurve, mean_curve, picks_curve
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.als_factors import fit_als
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation import survey
from recommend.lab.simulation.survey import Simulation, simulate_survey
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import ModelRun
from recommend.scoring.fold_in import shrunk
from recommend.scoring.weights import Weights

MODEL = Blend(
    encoder=SurveyEncoder(passes=10, fewest_steps=10), weights=Weights(0.1, 3.0, 20, answers=1.0)
)


@pytest.fixture(scope="module")
def data() -> RatingData:
    """400 people, 120 films of four kinds; each person likes 30 films, nearly all of one kind."""
    rng = np.random.default_rng(5)
    rows = []
    for user in range(1, 401):
        odds = np.where(np.arange(120) // 30 == user % 4, 20.0, 1.0)
        liked = rng.choice(120, 30, replace=False, p=odds / odds.sum())
        rows += [(user, film + 1, 5.0) for film in liked]
    ratings = pd.DataFrame(rows, columns=["ml_user_id", "movie_id", "rating"])
    people = pd.DataFrame({"ml_user_id": range(1, 401), "gender": "female", "age_band": 25})
    return rating_data(ratings, people, name="four kinds", digest="")


@pytest.fixture(scope="module")
def simulation(data: RatingData) -> Simulation:
    return simulate_survey(data, seed=1)


@pytest.fixture(scope="module")
def model(simulation: Simulation) -> BlendModel:
    return MODEL.fit(simulation.train, seed=1)


@pytest.fixture(scope="module")
def curve(simulation: Simulation, model: BlendModel) -> PicksCurve:
    measured = picks_curve(simulation, model, seed=1)
    assert measured is not None
    return measured


@pytest.fixture
def few_cases_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST_CASES", 5)


def test_more_picks_are_better_where_there_is_taste(curve: PicksCurve) -> None:
    assert list(curve.blend) == [1, 3, 5, 10, 20]
    assert curve.cases == 60
    assert curve.popularity < curve.blend[3] < curve.blend[20]


def test_the_same_seed_gives_the_same_curve(
    data: RatingData, simulation: Simulation, curve: PicksCurve
) -> None:
    again = simulate_survey(data, seed=1)
    model = MODEL.fit(again.train, seed=1)
    assert picks_curve(again, model, seed=1) == curve
    assert picks_curve(simulation, model, seed=2) != curve


def test_the_people_their_truth_and_what_is_left_out_are_one_for_all_points(
    data: RatingData, simulation: Simulation, model: BlendModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[list[list[int]]] = []
    lists: list[tuple[np.ndarray, list[np.ndarray]]] = []

    def of_cases(self: BlendModel, cases: Cases) -> np.ndarray:
        made.append([picks.tolist() for picks in cases.picks])
        return np.zeros((len(cases), len(data.movie_ids)))

    def quality(top: np.ndarray, truths: list[np.ndarray]) -> tuple[float, float]:
        lists.append((top, truths))
        return 0.5, 0.5

    monkeypatch.setattr(BlendModel, "of_cases", of_cases)
    monkeypatch.setattr(module, "recall_and_ndcg", quality)
    picks_curve(simulation, model, seed=1)
    everything = made[-1]
    for picks, cases in zip((1, 3, 5, 10, 20), made, strict=True):
        assert cases == [own[:picks] for own in everything]
    for top, truths in lists:
        assert truths is lists[0][1]
        for row, own, truth in zip(top, everything, truths, strict=True):
            assert not {*row} & {*own}
            assert not {*truth} & {*own}


def test_few_picks_are_shrunk_as_in_the_survey(data: RatingData) -> None:
    model = fit_als(data.liked, seed=1)
    groups = formulas.group_tastes(data, model, model.movies.shape[1])
    picks = np.array([0, 1, 2])
    cases = Cases(np.array(["female", ""]), np.array([25, 0]), [picks, picks])
    own = model.tastes(cases.picks)
    tastes = formulas.own_tastes(model, cases, groups)
    assert tastes[0] == pytest.approx(shrunk(own[0], groups[1, 3], picks=3))
    assert tastes[1] == pytest.approx(shrunk(own[1], groups[0, 0], picks=3))


def test_fewer_people_give_a_shorter_curve_or_none(
    simulation: Simulation, model: BlendModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "NESTED_REST", 15)  # nobody has 20 + 15 likes
    shorter = picks_curve(simulation, model, seed=1)
    assert shorter is not None
    assert list(shorter.blend) == [1, 3, 5, 10]
    monkeypatch.setattr(survey, "NESTED_REST", 25)
    assert picks_curve(simulation, model, seed=1) is None


def test_so_many_people_are_drawn_at_most(
    simulation: Simulation, model: BlendModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "MOST_NESTED", 40)
    drawn = picks_curve(simulation, model, seed=1)
    assert drawn is not None
    assert drawn.cases == 40


def test_the_mean_has_the_points_that_all_curves_have() -> None:
    curves = [
        PicksCurve(10, 0.1, {1: 0.1, 3: 0.2, 20: 0.4}),
        PicksCurve(30, 0.3, {1: 0.3, 3: 0.4}),
    ]
    mean = mean_curve(curves)
    assert (mean.cases, mean.popularity) == (40, pytest.approx(0.2))
    assert mean.blend == pytest.approx({1: 0.2, 3: 0.3})


@pytest.mark.usefixtures("few_steps")
def test_training_stores_the_curve(world: str, few_cases_are_enough: None) -> None:
    metrics = train_model(plan=TrainingPlan()).metrics
    assert list(metrics["picks_curve"]) == ["1", "3", "5", "10"]
    assert metrics["picks_curve_cases"] >= 5
    assert 0 < metrics["picks_curve_popularity"] < metrics["picks_curve"]["10"] <= 1


def test_training_on_too_few_people_stores_none(live_model: ModelRun) -> None:
    assert "picks_curve" not in live_model.metrics


@pytest.mark.usefixtures("few_steps")
def test_evaluate_prints_the_curve_beside_popularity_and_three_picks(
    world: str, few_cases_are_enough: None, tmp_path: Path
) -> None:
    out, path = StringIO(), tmp_path / "figures.json"
    call_command("evaluate", "--curve", "--seeds", "1", "2", "--json", str(path), stdout=out)
    figures = json.loads(path.read_text())
    mean = figures["curve"]["mean"]
    assert [split["seed"] for split in figures["curve"]["splits"]] == [1, 2]
    assert list(mean["blend"]) == ["1", "3", "5", "10"]
    of_mean = out.getvalue().split("mean of 2")[1].splitlines()
    assert of_mean[1].split() == [
        "popularity",
        f"{mean['popularity']:.4f}",
        f"{mean['popularity'] / mean['blend']['3']:.3f}",
    ]
    assert [line.split()[:2] for line in of_mean[2:6]] == [
        ["blend,", picks] for picks in ("1", "3", "5", "10")
    ]
    assert of_mean[3].split()[-1] == "1.000"
    assert "NDCG@50 of blend with 10 picks is" in of_mean[-1]


def test_evaluate_says_if_too_few_people_like_so_many_films(world: str) -> None:
    with pytest.raises(CommandError, match=r"too few active users: fewer than 30 of the held-out"):
        call_command("evaluate", "--curve", "--seeds", "1", stdout=StringIO())
