"""`manage.py tune_model`: studies that go on, on people whom the evaluation does not test."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.utils import ConnectionHandler
from optuna.trial import TrialState

from common.errors import DataError
from config.database import database_settings
from recommend.lab.data.cases import Demographics
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.base import Scorer
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.recommenders.popular import Popularity
from recommend.lab.simulation.survey import SEEDS, held_out_rows, tuning_users
from recommend.lab.training.train import TrainingPlan
from recommend.lab.tuning import search, studies
from recommend.lab.tuning.objectives import (
    RankingObjective,
    StarsObjective,
    Viewed,
    WatchlogObjective,
    WeightsObjective,
    prepared,
)
from recommend.lab.tuning.search import best_plan, planned, tune
from recommend.lab.tuning.spaces import (
    SPACES,
    Categorical,
    Real,
    Space,
    parameter_of,
    with_parameters,
)
from recommend.lab.tuning.studies import connection_parameters, open_studies
from recommend.lab.tuning.trials import Tuned, importances_of, read_study, study_rows
from recommend.lab.tuning.viewings import read_viewed
from recommend.models import ModelRun
from recommend.scoring.weights import Weights
from recommend.services.watchlog import load_watchlog, weights_in_use
from recommend.watchlog.signal import SignalWeights
from tests.config.external_postgres import external_postgres, temporary_folder
from tests.operators import refusal, run, second_connection
from tests.paths import ROOT
from tests.recommend.lab.kinds import kinds_data
from tests.recommend.services.test_load_watchlog import invented_log

EASE = replace(SPACES["ease"], folds=2)


@pytest.fixture(autouse=True)
def no_studies_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """What Optuna writes is in no transaction of a test's, so it is taken away afterwards."""
    yield
    if "db" in request.fixturenames:
        with second_connection() as other:
            other.execute("DROP SCHEMA IF EXISTS optuna CASCADE")


@pytest.fixture(scope="module")
def data() -> RatingData:
    return kinds_data()


def ease(data: RatingData, trials: int, *, study: str = "one", **more: Any) -> Tuned:
    return tune(data=data, space=EASE, study=study, trials=trials, **more)


class Told:
    """An objective whose value the test decides; counts what was asked of it."""

    def __init__(self, value: Callable[[Any, int], float]) -> None:
        self._value = value
        self.folds: list[int] = []

    def value(self, parameters: Any, fold: int) -> float:
        self.folds.append(fold)
        return self._value(parameters, fold)


@pytest.fixture
def objective(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any, int], float]], Told]:
    def use(value: Callable[[Any, int], float]) -> Told:
        told = Told(value)
        monkeypatch.setattr(search, "objective_of", lambda *_args, **_more: told)
        return told

    return use


# --- search spaces -----------------------------------------------------------------------------


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
        found = prepared(model, simulation.cases).score(weights)
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
    assert tuned.gain is not None
    assert tuned.gain <= 0


def test_scores_that_are_no_numbers_fail_the_trial(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    objective(lambda one, _fold: 1.0 if one == EASE.base else float("nan"))
    tuned = ease(data, 3)
    assert [row.state for row in tuned.trials] == ["complete", "failed", "failed"]
    assert (tuned.best_trial, tuned.best_value) == (0, 1.0)


# --- studies -----------------------------------------------------------------------------------


def test_the_defaults_are_the_first_trial_and_never_better_than_the_best(
    db: None, data: RatingData
) -> None:
    tuned = ease(data, 4)
    first = tuned.trials[0]
    assert first.parameters == EASE.defaults
    assert tuned.default_value == first.value
    assert tuned.best_value >= first.value
    assert tuned.best_value == max(row.value or 0 for row in tuned.trials)
    assert tuned.best_parameters == tuned.trials[tuned.best_trial].parameters


def test_a_study_goes_on_where_it_stopped_as_if_it_had_not(db: None, data: RatingData) -> None:
    first = ease(data, 3)
    both = ease(data, 3)
    assert [row.number for row in both.trials] == [0, 1, 2, 3, 4, 5]
    assert both.trials[:3] == first.trials
    whole = ease(data, 6, study="whole")
    assert [row.parameters for row in whole.trials] == [row.parameters for row in both.trials]
    assert [row.value for row in whole.trials] == [row.value for row in both.trials]
    assert len({row.parameters["regularization"] for row in whole.trials}) == 6
    other = ease(data, 2, study="other", seed=2)
    assert other.trials[1].parameters != whole.trials[1].parameters


def test_what_is_told_while_it_goes_on(db: None, data: RatingData) -> None:
    told: list[tuple[int, float]] = []
    stages: list[tuple[str, int, int | None]] = []
    ease(
        data,
        2,
        told=lambda row, tuned: told.append((row.number, tuned.best_value if tuned else 0.0)),
        report=lambda *stage: stages.append(stage),
    )
    assert [number for number, _ in told] == [0, 1]
    assert told[1][1] >= told[0][1]
    assert stages == [("trials of one", done, 2) for done in (0, 1, 2)]


def test_after_the_time_is_over_no_trial_is_begun(db: None, data: RatingData) -> None:
    assert len(ease(data, 50, timeout=1e-9).trials) == 1
    assert len(ease(data, 50, timeout=1e-9).trials) == 2


def test_hopeless_trials_are_pruned_and_the_defaults_never(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    base = EASE.base.regularization
    space = replace(EASE, folds=3)
    told = objective(lambda one, _fold: 0.0 if one.regularization == base else one.regularization)
    tuned = tune(data=data, space=space, study="one", trials=16)
    pruned = [row for row in tuned.trials if row.state == "pruned"]
    complete = [row for row in tuned.trials if row.state == "complete"]
    assert pruned
    assert len(pruned) + len(complete) == 16
    assert tuned.trials[0].state == "complete"
    assert all(row.number >= 5 for row in pruned)
    assert {row.folds for row in complete} == {3}
    assert {row.folds for row in pruned} == {1}, "its later folds would be the same"
    assert len(told.folds) == 3 * len(complete) + len(pruned)
    assert all(row.value == row.parameters["regularization"] for row in pruned)
    assert tuned.best_value == max(row.value or 0 for row in complete)


def test_importance_is_told_of_enough_trials(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    objective(lambda one, _fold: float(one.k1))
    knn = replace(SPACES["item_knn"], folds=1)
    tune(data=data, space=knn, study="knn", trials=9)
    assert importances_of("knn") == {}
    tune(data=data, space=knn, study="knn", trials=11)
    importances = importances_of("knn")
    assert set(importances) == set(knn.parameters)
    assert sum(importances.values()) == pytest.approx(1.0)
    assert next(iter(importances)) == "k1"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 2}, r"another seed \(1, now 2\)"),
        ({"space": replace(EASE, folds=3)}, "another way of measuring"),
        ({"space": SPACES["als"]}, r"another space \(ease, now als\)"),
        ({"space": replace(EASE, base=replace(EASE.base, regularization=9.0))}, "set of defaults"),
    ],
)
def test_values_that_can_not_be_compared_are_not_mixed(
    db: None, data: RatingData, change: dict[str, Any], message: str
) -> None:
    ease(data, 1)
    with pytest.raises(DataError, match=message):
        tune(**{"data": data, "space": EASE, "study": "one", "trials": 1} | change)
    with pytest.raises(DataError, match="another state of the data set"):
        ease(replace(data, digest="e" * 64), 1)
    assert len(read_study("one").trials) == 1


def test_a_study_that_is_not_there_is_named_with_those_that_are(db: None, data: RatingData) -> None:
    with pytest.raises(DataError, match="no study 'two'; studies: none; `manage.py tune_model"):
        read_study("two")
    ease(data, 1)
    with pytest.raises(DataError, match="there is no study 'two'; studies: one"):
        best_plan("two", base=TrainingPlan())


# --- killed and side by side -------------------------------------------------------------------


def test_bad_data_end_the_study_and_the_defaults_are_tried_again(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    def refuse(_one: Any, _fold: int) -> float:
        raise DataError("these data are no good")

    objective(refuse)
    with pytest.raises(DataError, match="no good"):
        ease(data, 3)
    objective(lambda _one, _fold: 1.0)
    tuned = ease(data, 2)
    assert [row.state for row in tuned.trials] == ["failed", "complete", "complete"]
    assert tuned.trials[1].parameters == EASE.defaults


def test_an_interrupted_trial_is_tried_again_once(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    ease(data, 1)

    def interrupt(_one: Any, _fold: int) -> float:
        raise KeyboardInterrupt

    objective(interrupt)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            ease(data, 1)
    objective(lambda _one, _fold: 1.0)
    rows = ease(data, 1).trials
    assert [row.state for row in rows] == ["complete", "failed", "failed", "complete"]
    assert rows[1].parameters == rows[2].parameters, "once more"
    assert rows[3].parameters != rows[2].parameters, "and then no more"


CHILD = """
import sys
import django
django.setup()
from dataclasses import replace
from recommend.training import tuning
from recommend.lab.tuning.spaces import SPACES
from tests.kinds import kinds_data

class Waiting:
    def value(self, parameters, fold):
        print("measuring", flush=True)
        sys.stdin.readline()
        return parameters.regularization

tuning.objective_of = lambda *_args, **_more: Waiting()
space = replace(SPACES["ease"], folds=1)
tuned = tuning.tune(data=kinds_data(), space=space, study="one", trials=int(sys.argv[1]))
print([row.number for row in tuned.trials], flush=True)
"""
ONE_FOLD = replace(EASE, folds=1)


@pytest.fixture
def child(db: None, tmp_path: Path) -> Iterator[Callable[[int], subprocess.Popen[str]]]:
    """Another process that tunes in the test's database, and waits for a line in each trial."""
    (tmp_path / "settings_of_this_test.py").write_text(
        "from tests.settings import *\n"
        f"DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings_of_this_test",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
    }
    started: list[subprocess.Popen[str]] = []

    def start(trials: int) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(trials)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environment,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_killed_process_leaves_a_study_that_goes_on(
    data: RatingData,
    child: Callable[[int], subprocess.Popen[str]],
    objective: Callable[..., Told],
) -> None:
    process = child(3)
    assert heard(process) == "measuring"
    go_on(process)
    assert heard(process) == "measuring"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    states = [row.state for row in read_study("one").trials]
    assert states == ["complete", "running"]
    objective(lambda one, _fold: float(one.regularization))
    rows = tune(data=data, space=ONE_FOLD, study="one", trials=2).trials
    assert [row.state for row in rows] == ["complete", "failed", "complete", "complete"]
    assert rows[2].parameters == rows[1].parameters, "what was lost is done again"
    assert rows[0].parameters == ONE_FOLD.defaults


def test_two_processes_work_on_one_study(
    data: RatingData,
    child: Callable[[int], subprocess.Popen[str]],
    objective: Callable[..., Told],
) -> None:
    process = child(2)
    assert heard(process) == "measuring"
    objective(lambda one, _fold: float(one.regularization))
    tuned = tune(data=data, space=ONE_FOLD, study="one", trials=2)
    assert [row.state for row in tuned.trials] == ["running", "complete", "complete"]
    assert tuned.default_value is None, "the other process is at it"
    assert tuned.gain is None
    go_on(process)
    assert heard(process) == "measuring"
    go_on(process)
    assert heard(process) == "[0, 1, 2, 3]"
    found = read_study("one")
    assert [row.state for row in found.trials] == ["complete"] * 4
    assert found.default_value == ONE_FOLD.defaults["regularization"]
    again = [row for row in found.trials if row.parameters == ONE_FOLD.defaults]
    assert len(again) == 1


# --- where studies are kept --------------------------------------------------------------------


def tables_by_schema() -> dict[str, set[str]]:
    with second_connection() as other:
        rows = other.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information)'"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for schema, table in rows:
        found.setdefault(schema, set()).add(table)
    return found


def test_only_the_schema_optuna_is_written(db: None, data: RatingData) -> None:
    before = tables_by_schema()
    assert "optuna" not in before
    ease(data, 1)
    after = tables_by_schema()
    assert {"studies", "trials", "trial_params", "alembic_version"} <= after.pop("optuna")
    assert after == before
    with connection.cursor() as cursor, second_connection() as other:
        cursor.execute("SHOW search_path")
        assert "optuna" not in cursor.fetchone()[0]
        types = other.execute(
            "SELECT n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
            "WHERE t.typname IN ('trialstate', 'studydirection')"
        ).fetchall()
    assert types == [("optuna",), ("optuna",)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("test_")


def test_no_connection_and_no_lock_is_left(db: None, data: RatingData) -> None:
    ease(data, 1)
    with second_connection() as other:
        row = other.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
        ).fetchone()
        assert row == (0,)
        name = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND query LIKE '%trial%' AND pid <> pg_backend_pid()"
        ).fetchone()
        assert name == (0,)


def parameters_of(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> dict[str, Any]:
    handler = ConnectionHandler({"default": settings})
    monkeypatch.setattr(studies, "connection", handler["default"])
    return connection_parameters()


def test_the_embedded_database_is_reached_over_its_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings: dict[str, Any] = database_settings(None, var=tmp_path)
    assert parameters_of(monkeypatch, settings) == {
        "dbname": "ottwin",
        "user": "ottwin",
        "host": settings["HOST"],
        "port": "5432",
        "options": "-c search_path=optuna",
    }
    assert settings["HOST"].startswith("/")


def test_another_server_is_reached_by_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = "postgres://me:p%40%2Fss@db.example:6543/films?sslmode=require"
    url += "&options=-c%20statement_timeout%3D9000"
    settings: dict[str, Any] = database_settings(url, var=tmp_path)
    assert parameters_of(monkeypatch, settings) == {
        "dbname": "films",
        "user": "me",
        "password": "p@/ss",
        "host": "db.example",
        "port": 6543,
        "sslmode": "require",
        "connect_timeout": 5,
        "options": "-c statement_timeout=9000 -c search_path=optuna",
    }


OVER_TCP = """
import django
django.setup()
from common.errors import DataError
from recommend.lab.tuning.spaces import SPACES
from recommend.training.study_results import study_rows
from recommend.training.tuning import tune
from tests.kinds import kinds_data

try:
    tune(data=kinds_data(), space=SPACES["ease"], study="one", trials=2)
    print([(row.name, row.trials) for row in study_rows()])
except DataError as error:
    print(error)
"""


def test_a_server_over_tcp_keeps_studies_too(request: pytest.FixtureRequest) -> None:
    def tuned(url: str) -> str:
        environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", "-W", "ignore::RuntimeWarning", "-c", OVER_TCP],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    folder = temporary_folder()
    request.addfinalizer(lambda: shutil.rmtree(folder))
    with external_postgres(folder, password="a-b-c") as server:
        server.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'", "CREATE DATABASE films")
        address = f"127.0.0.1:{server.port}"
        url = f"postgres://postgres:a-b-c@{address}/films"
        assert tuned(url) == "[('one', 2)]"
        assert tuned(url) == "[('one', 4)]"
        message = tuned(f"postgres://guest:guest@{address}/postgres")
    assert "as its owner: CREATE SCHEMA optuna AUTHORIZATION guest" in message


def test_a_database_that_gives_up_is_told_in_one_line(
    db: None, data: RatingData, objective: Callable[..., Told]
) -> None:
    ease(data, 1)

    def cut(_one: Any, _fold: int) -> float:
        with second_connection() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                "current_database() AND query LIKE '%pg_advisory_unlock%' "
                "AND pid <> pg_backend_pid()"
            )
        return 1.0

    objective(cut)
    with pytest.raises(DataError, match="the database gave up: .*; the same command goes on"):
        ease(data, 1)
    objective(lambda _one, _fold: 1.0)
    assert len(ease(data, 1).trials) >= 2


# --- model runs --------------------------------------------------------------------------------


def test_best_parameters_go_where_a_run_takes_them_from() -> None:
    base = TrainingPlan(seed=7, rating_algorithm="SVD")
    plan = planned("encoder", {"passes": 11}, base=base)
    assert plan == replace(base, blend=Blend(encoder=SurveyEncoder(passes=11)))
    plan = planned("blend", {"als.regularization": 3.0, "weights.answers": 0.5}, base=base)
    assert (plan.blend.als.regularization, plan.blend.weights.answers) == (3.0, 0.5)
    assert (plan.seed, plan.rating_algorithm) == (7, "SVD")


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


def test_a_rival_can_not_become_a_run(world: str) -> None:
    message = refusal("tune_model", "ease", "--train")
    assert message == (
        "the best parameters of ease can not be trained: ease is a rival in the comparison, and "
        "no part of a model run"
    )
    assert "`tune_model blend` tunes it there" in refusal("tune_model", "als", "--train")
    assert "recommend/scoring/star_algorithms.py" in refusal("tune_model", "stars", "--train")
    assert study_rows() == [], "refused before anything is tuned"
    run("tune_model", "ease", "--study", "e", "--trials", 1)
    assert "ease is a rival" in refusal("train_model", "--study", "e")


# --- watch logs --------------------------------------------------------------------------------


def finished_log(path: Path, *, people: int = 80) -> Path:
    """What people like they watch to the end."""
    log = invented_log(path, people=people).read_text(encoding="utf-8")
    path.write_text(re.sub(r",8[5-9],100,", ",95,100,", log), encoding="utf-8")
    return path


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


def test_a_study_can_be_deleted(db: None, data: RatingData) -> None:
    ease(data, 1)
    with open_studies() as kept:
        kept.delete("one")
        assert kept.names() == []
    assert ease(data, 1).trials[0].state == TrialState.COMPLETE.name.lower()
