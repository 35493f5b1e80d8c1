"""Studies go on where they stopped, also after a process was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.training.train import TrainingPlan
from recommend.lab.tuning.search import best_plan, tune
from recommend.lab.tuning.spaces import (
    SPACES,
)
from recommend.lab.tuning.trials import importances_of, read_study
from tests.paths import ROOT
from tests.recommend.lab.tuning.told import EASE, Told, ease


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
def test_values_that_cannot_be_compared_are_not_mixed(
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
from recommend.lab.tuning import search
from recommend.lab.tuning.spaces import SPACES
from tests.recommend.lab.kinds import kinds_data

class Waiting:
    def value(self, parameters, fold):
        print("measuring", flush=True)
        sys.stdin.readline()
        return parameters.regularization

search.objective_of = lambda *_args, **_more: Waiting()
space = replace(SPACES["ease"], folds=1)
tuned = search.tune(data=kinds_data(), space=space, study="one", trials=int(sys.argv[1]))
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
    assert tuned.default_value is None
    go_on(process)
    assert heard(process) == "measuring"
    go_on(process)
    assert heard(process) == "[0, 1, 2, 3]"
    found = read_study("one")
    assert [row.state for row in found.trials] == ["complete"] * 4
    assert found.default_value == ONE_FOLD.defaults["regularization"]
    again = [row for row in found.trials if row.parameters == ONE_FOLD.defaults]
    assert len(again) == 1
