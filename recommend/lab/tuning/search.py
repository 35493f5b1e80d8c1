"""Tuning: parameters that rank better, by trials that are kept in a study (docs/algorithms.md).

    tune(data=..., space=SPACES["als"], study="als-1", trials=40, seed=1) -> Tuned

A trial is one set of parameters, drawn by Optuna's TPE sampler from what the trials before showed.
Its value is the mean over folds of the tuning users, who are held out in none of the splits on
which `manage.py evaluate` tests; ratings of the others are given to no fit.

The defaults are the first trial and are measured on all folds, so the best trial is never worse
than they are on these people. Other trials are pruned by the median rule: after each fold a trial
is given up if its best mean so far is worse than the median of the others' after the same fold.
Successive halving would make one rung of two to four folds, or none, and as all trials are measured
on the same people, the median of five of them is a sound rival.

One thread, one process. A study that one process works on draws the same trials whether it is
interrupted or not: each trial has a seed of its own, from the study's seed and its number. What a
second process, a killed one, or another version of a library adds or changes is not reproducible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.pruners import MedianPruner
from optuna.study import Study
from optuna.trial import Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.simulation.survey import SEEDS, tuning_users
from recommend.lab.training.train import TrainingPlan
from recommend.lab.tuning.objectives import FOLDS, PICKS, Objective, objective_of
from recommend.lab.tuning.spaces import (
    Categorical,
    Measure,
    Parameters,
    Range,
    Real,
    Space,
    space_of,
    with_parameters,
)
from recommend.lab.tuning.studies import DEFAULT, Studies, open_studies
from recommend.lab.tuning.trials import (
    TrialRow,
    Tuned,  # what `tune` returns
    read_study,
    trial_rows,
    tuned_so_far,
)
from recommend.lab.tuning.viewings import log_digest, read_viewed

USUAL_SEED = 1
NEVER_PRUNED = 5  # trials before a median means anything
# The conditions under which a study is begun, as its attributes and in words.
CONDITIONS: Mapping[str, str] = {
    "space": "space",
    "data": "data set",
    "digest": "state of the data set",
    "seed": "seed",
    "measured": "way of measuring",
    "fixed": "set of defaults",
}
Told = Callable[[TrialRow, Tuned | None], None]
"""Called after each trial of this process, with what the study has found so far."""


def tune(
    *,
    data: RatingData,
    space: Space,
    study: str,
    trials: int,
    timeout: float | None = None,
    seed: int | None = None,
    report: Report = silent,
    told: Told | None = None,
) -> Tuned:
    """Run more trials of a study, which is created if it is new; returns all it has found.

    `timeout` in seconds: no trial begins after it, but one always runs. `seed`: None is that of the
    study, 1 for a new one. `data` are all ratings of the data set in use; what is not the tuning
    users' is left out here. Raises `DataError` for a study that was begun with another space, other
    data, seed, folds or defaults, and for data that are too few.
    """
    started = perf_counter()
    users = tuning_users(data, SEEDS)
    viewed = None
    if space.measure is Measure.WATCHLOG:
        viewed = read_viewed(data).at(np.isin(data.users, users))
    with open_studies() as studies:
        found = _begun(studies, study, space, data, seed)
        objective = objective_of(
            space, data.of_users(users), seed=found.user_attrs["seed"], viewed=viewed
        )
        for done in range(trials):
            if done and timeout is not None and perf_counter() - started > timeout:
                break
            report(f"trials of {study}", done, trials)
            number = _one_trial(studies, found, space, objective)
            if told is not None:
                row = next(row for row in trial_rows(found) if row.number == number)
                told(row, tuned_so_far(found))
        report(f"trials of {study}", trials, trials)
        result = tuned_so_far(found)
    if result is None:
        raise DataError(f"no trial of {study} is complete; go on with it")
    return result


def _begun(studies: Studies, name: str, space: Space, data: RatingData, seed: int | None) -> Study:
    """The study, if it was begun under the same conditions."""
    conditions = _conditions(space, data, USUAL_SEED if seed is None else seed)
    study = studies.begin(name, minimised=space.minimised, conditions=conditions)
    there = study.user_attrs
    if seed is None:
        conditions["seed"] = there.get("seed")
    for key, value in conditions.items():
        if there.get(key) != value:
            raise DataError(
                f"study {name} was begun with another {CONDITIONS[key]} ({_short(there.get(key))}, "
                f"now {_short(value)}), so its values cannot be compared; name another study"
            )
    study.pruner = MedianPruner(n_startup_trials=NEVER_PRUNED, n_warmup_steps=0)
    return study


def _conditions(space: Space, data: RatingData, seed: int) -> dict[str, Any]:
    """All that a value depends on besides the parameters, and the versions of libraries."""
    picks = " and ".join(map(str, PICKS))
    tested = ", ".join(map(str, SEEDS))
    measure = {
        Measure.STARS: "RMSE",
        Measure.WATCHLOG: f"NDCG@50 to popularity, {picks} picks, truth surely liked",
    }.get(space.measure, f"NDCG@50 to popularity, {picks} picks")
    return {
        "space": space.name,
        "data": data.name,
        "digest": digest_of(space, data),
        "seed": seed,
        "measured": f"{measure}, {space.folds} of {FOLDS} folds, without test users of {tested}",
        "fixed": space.fixed,
    }


def digest_of(space: Space, data: RatingData) -> str:
    """The digest of what is learned from. Other weights of a watch log make other ratings, but its
    viewings, and so picks and truths, are those of the same file."""
    return log_digest() if space.measure is Measure.WATCHLOG else data.digest


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"


def _one_trial(studies: Studies, study: Study, space: Space, objective: Objective) -> int:
    """Ask, measure, tell; returns the number of the trial.

    An interruption (Ctrl-C, lack of memory) leaves the trial to be tried again. Bad data end
    everything: other parameters would not help.
    """
    trial = studies.ask(
        study,
        ranges={name: _distribution(one) for name, one in space.parameters.items()},
        defaults=space.defaults,
        seed=study.user_attrs["seed"],
    )
    try:
        value, state = _measured(trial, space, objective)
    except DataError:
        studies.tell(study, trial.number, None, TrialState.FAIL)
        raise
    except BaseException:
        with suppress(SQLAlchemyError, optuna.exceptions.OptunaError):
            studies.give_up(study, trial.number)
        raise
    studies.tell(study, trial.number, value, state)
    return trial.number


def _measured(trial: Trial, space: Space, objective: Objective) -> tuple[float | None, TrialState]:
    """The mean over the folds; a pruned trial has that of the folds so far, NaN is a failure."""
    parameters = with_parameters(space.base, trial.params)
    values: list[float] = []
    for fold in range(space.folds):
        values.append(objective.value(parameters, fold))
        mean = float(np.mean(values))
        if not np.isfinite(mean):
            return None, TrialState.FAIL
        trial.report(mean, fold)
        is_last = fold == space.folds - 1
        if not is_last and DEFAULT not in trial.user_attrs and trial.should_prune():
            return mean, TrialState.PRUNED
    return mean, TrialState.COMPLETE


def _distribution(one: Range) -> BaseDistribution:
    if isinstance(one, Categorical):
        return CategoricalDistribution(one.values)
    if isinstance(one, Real):
        return FloatDistribution(one.low, one.high, log=one.log)
    return IntDistribution(int(one.low), int(one.high), log=one.log)


def best_plan(study: str, *, base: TrainingPlan) -> TrainingPlan:
    """`base` with the best parameters of the study in place of its own.

    Raises `DataError` if the study is unknown or has no complete trial, if its parameters are not
    part of a model run, or if some of them are no longer known.
    """
    tuned = read_study(study)
    space = space_of(tuned.space)
    refuse_without_run(space)
    return planned(space, tuned.best_parameters, base=base)


def planned(space: Space, parameters: Parameters, *, base: TrainingPlan) -> TrainingPlan:
    """`base` with these parameters of a space that `refuse_without_run` accepts.

    Those of `watchlog` are not part of the plan: they make the ratings that are trained on.
    """
    if not space.plan_part:
        return base
    inside = {f"{space.plan_part}.{name}": value for name, value in parameters.items()}
    return with_parameters(base, inside)


def refuse_without_run(space: Space) -> None:
    """Raises `DataError` if parameters of this space are not part of a model run."""
    if space.no_run:
        raise DataError(f"the best parameters of {space.name} cannot be trained: {space.no_run}")
