"""What studies have found: trials, the best of them, and how much each parameter matters."""

from __future__ import annotations

from dataclasses import dataclass

import optuna
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from common.errors import DataError
from recommend.lab.tuning.spaces import Value
from recommend.lab.tuning.studies import DEFAULT, open_studies

COMPLETE, PRUNED = "complete", "pruned"
FEWEST_FOR_IMPORTANCE = 10  # trials


@dataclass(frozen=True)
class TrialRow:
    """One trial. `value`: the mean over the `folds` that were measured, which are not all of them
    if it was pruned: then it cannot be compared with that of a complete one; None if it is not
    done. `state`: complete, pruned, failed, running or waiting."""

    number: int
    value: float | None
    state: str
    folds: int
    parameters: dict[str, Value]
    seconds: float


@dataclass(frozen=True)
class Tuned:
    """What a study has found so far. `default_value`: None until the defaults are measured, which
    another process may be about to do."""

    study: str
    space: str
    data: str
    best_parameters: dict[str, Value]
    best_value: float
    best_trial: int
    default_value: float | None
    trials: list[TrialRow]


def trial_rows(study: Study) -> list[TrialRow]:
    return [_row(trial) for trial in study.get_trials(deepcopy=False)]


def _row(trial: FrozenTrial) -> TrialRow:
    value = trial.value
    if trial.state is TrialState.PRUNED and trial.intermediate_values:
        value = trial.intermediate_values[max(trial.intermediate_values)]
    state = {TrialState.FAIL: "failed"}.get(trial.state, trial.state.name.lower())
    duration = trial.duration
    return TrialRow(
        number=trial.number,
        value=value,
        state=state,
        folds=len(trial.intermediate_values),
        parameters=dict(trial.params),
        seconds=duration.total_seconds() if duration else 0.0,
    )


def tuned_so_far(study: Study) -> Tuned | None:
    """None until a trial is complete."""
    rows = trial_rows(study)
    complete = [row for row in rows if row.state == COMPLETE and row.value is not None]
    if not complete:
        return None
    sign = 1.0 if study.direction is StudyDirection.MINIMIZE else -1.0
    best = min(complete, key=lambda row: (sign * (row.value or 0.0), row.number))
    defaults = {
        trial.number for trial in study.get_trials(deepcopy=False) if DEFAULT in trial.user_attrs
    }
    return Tuned(
        study=study.study_name,
        space=study.user_attrs["space"],
        data=study.user_attrs["data"],
        best_parameters=best.parameters,
        best_value=best.value or 0.0,
        best_trial=best.number,
        default_value=next((row.value for row in complete if row.number in defaults), None),
        trials=rows,
    )


def importances_of(study: str) -> dict[str, float]:
    """How much of the differences between good trials each parameter explains, adding up to 1.

    By PED-ANOVA (S. Watanabe, A. Bansal, F. Hutter, IJCAI 2023), which takes milliseconds. Nothing
    before ten trials are complete, or for a single parameter.
    """
    with open_studies() as studies:
        found = studies.load(study)
        complete = found.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if len(complete) < FEWEST_FOR_IMPORTANCE or len(complete[0].params) < 2:
            return {}
        return dict(optuna.importance.get_param_importances(found))


def read_study(name: str) -> Tuned:
    """What a study has found. Raises `DataError` if there is none, or nothing in it yet."""
    with open_studies() as studies:
        found = tuned_so_far(studies.load(name))
    if found is None:
        raise DataError(f"no trial of {name} is complete; go on with `manage.py tune_model`")
    return found


@dataclass(frozen=True)
class StudyRow:
    """One study; `tuned` is None until a trial of it is complete."""

    name: str
    data: str
    trials: int
    pruned: int
    tuned: Tuned | None


def study_rows() -> list[StudyRow]:
    """All studies of the database, by name."""
    rows = []
    with open_studies() as studies:
        for name in studies.names():
            study = studies.load(name)
            states = [row.state for row in trial_rows(study)]
            begun, pruned = len(states) - states.count("waiting"), states.count(PRUNED)
            data = study.user_attrs.get("data", "")
            rows.append(StudyRow(name, data, begun, pruned, tuned_so_far(study)))
    return rows
