"""`manage.py tune_model`, and the model runs that come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError

from recommend.lab.data.database import read_observed_ratings
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.training.train import TrainingPlan
from recommend.lab.tuning.objectives import (
    Viewed,
    WatchlogObjective,
)
from recommend.lab.tuning.search import planned
from recommend.lab.tuning.spaces import (
    SPACES,
)
from recommend.lab.tuning.studies import open_studies
from recommend.lab.tuning.trials import read_study, study_rows
from recommend.lab.tuning.viewings import read_viewed
from recommend.models import ModelRun
from recommend.scoring.weights import Weights
from recommend.services.watchlog import load_watchlog, weights_in_use
from recommend.watchlog.signal import SignalWeights
from tests.operators import refusal, run
from tests.recommend.lab.tuning.told import Told
from tests.recommend.services.test_load_watchlog import invented_log


def test_best_parameters_go_where_a_run_takes_them_from() -> None:
    base = TrainingPlan(seed=7, rating_algorithm="SVD")
    plan = planned(SPACES["encoder"], {"passes": 11}, base=base)
    assert plan == replace(base, blend=Blend(encoder=SurveyEncoder(passes=11)))
    plan = planned(SPACES["blend"], {"als.regularization": 3.0, "weights.answers": 0.5}, base=base)
    assert (plan.blend.als.regularization, plan.blend.weights.answers) == (3.0, 0.5)
    assert (plan.seed, plan.rating_algorithm) == (7, "SVD")


@pytest.mark.usefixtures("few_steps")
def test_tuned_weights_become_a_run_that_is_live(
    world: str, objective: Callable[..., Told]
) -> None:
    objective(lambda one, _fold: float(one.weights.twin + one.weights.neighbours))
    out, _ = run("tune_model", "blend_weights", "--study", "w", "--trials", 6, "--seed", 3,
                 "--train", "--publish")  # fmt: skip
    tuned = read_study("w")
    assert tuned.best_trial != 0
    best = {name.removeprefix("weights."): value for name, value in tuned.best_parameters.items()}
    live = ModelRun.objects.live()
    assert live is not None
    assert live.weights == Weights(**best)
    assert live.parameters["study"] == "w"
    assert live.parameters["trial"] == tuned.best_trial
    assert live.seed == 3
    assert live.ratings.exists()
    assert out.splitlines()[-1].startswith(f"w: best {tuned.best_value:.4f} (trial")
    assert f"run {live.pk} is live (" in out


@pytest.mark.usefixtures("few_steps")
def test_train_model_takes_the_best_parameters_of_a_study(
    world: str, objective: Callable[..., Told]
) -> None:
    objective(lambda one, _fold: -abs(one.als.regularization - 9.0) - one.encoder.passes)
    run("tune_model", "blend", "--study", "b", "--trials", 4)
    best = read_study("b").best_parameters
    run("train_model", "--study", "b", "--seed", 5)
    trained = ModelRun.objects.latest("pk")
    assert trained.parameters["als"]["regularization"] == best["als.regularization"]
    assert trained.parameters["encoder"]["passes"] == best["encoder.passes"]
    assert trained.regularization == best["als.regularization"]
    assert trained.confidence == best["als.fold_in_confidence"]
    assert trained.weights.neighbour_count == best["weights.neighbour_count"]
    assert trained.seed == 5
    assert not ModelRun.objects.live()
    assert "--study says what --factors is" in refusal(
        "train_model", "--study", "b", "--factors", 8
    )
    assert "there is no study 'x'; studies: b" in refusal("train_model", "--study", "x")


def test_a_rival_cannot_become_a_run(world: str) -> None:
    message = refusal("tune_model", "ease", "--train")
    assert message == (
        "the best parameters of ease cannot be trained: it is a rival in the comparison, and no "
        "part of a model run"
    )
    assert "`tune_model blend` tunes it there" in refusal("tune_model", "als", "--train")
    assert "recommend/scoring/star_algorithms.py" in refusal("tune_model", "stars", "--train")
    assert study_rows() == [], "refused before anything is tuned"
    run("tune_model", "ease", "--study", "e", "--trials", 1)
    assert "of ease cannot be trained" in refusal("train_model", "--study", "e")


# --- watch logs --------------------------------------------------------------------------------


def finished_log(path: Path, *, people: int = 80) -> Path:
    """What people like they watch to the end."""
    log = invented_log(path, people=people).read_text(encoding="utf-8")
    path.write_text(re.sub(r",8[5-9],100,", ",95,100,", log), encoding="utf-8")
    return path


@pytest.mark.usefixtures("few_steps")
def test_weights_of_a_watch_log_are_tuned_and_applied(world: str, tmp_path: Path) -> None:
    load_watchlog(path=finished_log(tmp_path / "log.csv"))
    out, _ = run("tune_model", "watchlog", "--study", "signal", "--trials", 3, "--train")
    tuned = read_study("signal")
    assert tuned.best_value > 1
    assert weights_in_use() == SignalWeights(**tuned.best_parameters)  # type: ignore[arg-type]
    trained = ModelRun.objects.latest("pk")
    assert trained.parameters["study"] == "signal"
    assert f"run {trained.pk} is ready" in out
    run("tune_model", "watchlog", "--study", "signal", "--trials", 1)
    assert len(read_study("signal").trials) == 4, "other ratings, but the same viewings"
    load_watchlog(path=finished_log(tmp_path / "log.csv", people=84))
    assert "begun with another state of the data set" in refusal(
        "tune_model", "watchlog", "--study", "signal"
    )


def test_what_is_surely_liked_does_not_depend_on_the_weights(world: str, tmp_path: Path) -> None:
    load_watchlog(path=finished_log(tmp_path / "log.csv"))
    data = read_observed_ratings()
    viewed = read_viewed(data)
    strict = WatchlogObjective(data, 1, viewed).simulations(0)[3]
    load_watchlog(path=tmp_path / "log.csv", weights=SignalWeights(repeat=0.0, finished_from=1.0))
    other = read_observed_ratings()
    assert (other.ratings != data.ratings).any()
    lax = WatchlogObjective(other, 1, read_viewed(other)).simulations(0)[3]
    assert [truth.tolist() for truth in strict.truths] == [truth.tolist() for truth in lax.truths]
    assert [picks.tolist() for picks in strict.cases.picks] == [
        picks.tolist() for picks in lax.cases.picks
    ]
    surely = Viewed(np.array([0.9, 0.89, 0.1]), np.array([1, 1, 2]), np.zeros(3)).surely_liked()
    assert surely.tolist() == [True, False, True]


def test_ratings_that_people_gave_have_no_signal_to_tune(world: str) -> None:
    message = refusal("tune_model", "watchlog", "--trials", 1)
    assert "has no viewings behind its ratings" in message
    assert "needs a watch log (`manage.py load_watchlog FILE`)" in message
    assert study_rows() == [], "nothing is begun"


# --- the command -------------------------------------------------------------------------------


def test_every_trial_is_told_and_best_and_defaults_at_the_end(world: str) -> None:
    out, _ = run("tune_model", "ease", "--trials", 2)
    lines = out.splitlines()
    trials = [line for line in lines if line.startswith("trial ")]
    assert len(trials) == 2
    assert trials[0].startswith("trial   0 complete ")
    assert trials[0].endswith("(trial 0)  regularization=2000")
    assert any(line.split()[:2] == ["regularization", "2000"] for line in lines)
    assert "trials: 2 complete" in lines
    digest = read_observed_ratings().digest[:8]
    assert lines[-1].startswith(f"ease-{digest}: best ")
    assert "defaults" in lines[-1]
    again, _ = run("tune_model", "ease", "--trials", 1)
    assert "trial   2 " in again, "the same command goes on"


def test_spaces_are_listed_with_ranges_and_defaults(db: None) -> None:
    out, _ = run("tune_model", "--list")
    for name, space in SPACES.items():
        assert f"{name}: {space.purpose}" in out
    assert "regularization             20 to 20000, log         default 2000" in out
    assert f"{len(SPACES)} search spaces (" in out


def test_studies_are_listed_with_their_best(world: str) -> None:
    out, _ = run("tune_model", "--studies")
    assert out.startswith("0 studies (")
    run("tune_model", "ease", "--study", "mine", "--trials", 2)
    with open_studies() as kept:
        kept.begin("empty", minimised=False, conditions={"space": "als", "data": "world"})
    out, _ = run("tune_model", "--studies")
    tuned = read_study("mine")
    rows = [line.split() for line in out.splitlines()]
    best, default = f"{tuned.best_value:.4f}", f"{tuned.default_value:.4f}"
    assert rows[1] == ["empty", "world", "0", "0", "-", "-"]
    assert rows[2] == ["mine", tuned.data, "2", "0", best, default]
    assert rows[3][:2] == ["2", "studies"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tea"], "there is no search space 'tea'; known: blend_weights,"),
        ([], "name a search space: blend_weights,"),
        (["ease", "--publish"], "--publish publishes what --train makes"),
        (["ease", "--list"], "--list and --studies only show"),
        (["ease", "--trials", "0"], "'0' is not a whole number from 1 to 100,000"),
        (["ease", "--minutes", "0"], "'0' is not a number above 0"),
    ],
)
def test_wrong_arguments_are_refused(db: None, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message.replace("(", r"\(")):
        run("tune_model", *arguments)


def test_without_data_there_is_nothing_to_tune(db: None) -> None:
    assert "load_movielens" in refusal("tune_model", "ease")
