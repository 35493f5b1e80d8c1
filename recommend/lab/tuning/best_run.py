"""From the best trial of a study to a model run, in one step."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from common.commands.progress import Report, silent
from recommend.lab.training.train import TrainingPlan, predict_ratings, train_model
from recommend.lab.tuning.search import best_plan
from recommend.lab.tuning.spaces import with_parameters
from recommend.lab.tuning.trials import read_study
from recommend.models import ModelRun
from recommend.services.model_runs import LoadedPredictions, load_predictions
from recommend.services.watchlog import reapply_signal
from recommend.watchlog.signal import SignalWeights


def train_best(
    *, study: str, base: TrainingPlan | None = None, report: Report = silent
) -> ModelRun:
    """Train with the best parameters of a study, and otherwise with those of `base`.

    The run names the study and trial they are from. The best weights of a watch log are applied to
    its ratings first. Raises `DataError` as `best_plan` and `train_model` do.
    """
    plan = best_plan(study, base=base or TrainingPlan())
    tuned = read_study(study)
    if tuned.space == "watchlog":
        reapply_signal(
            weights=with_parameters(SignalWeights(), tuned.best_parameters), report=report
        )
    run = train_model(plan=plan, report=report)
    run.parameters = run.parameters | {"study": tuned.study, "trial": tuned.best_trial}
    run.save(update_fields=["parameters"])
    return run


def make_ready(*, run: ModelRun, report: Report = silent) -> LoadedPredictions:
    """Predict the ratings of a run and load them, so that it can be published."""
    path = Path(settings.PREDICTIONS_DIR) / f"run-{run.pk}.parquet"
    predict_ratings(run=run, output=path, report=report)
    return load_predictions(path=path, run=run, report=report)
