"""Which model run readers see."""

from __future__ import annotations

from common.errors import DataError, NotReadyError
from recommend.models import (
    RUN_ARRAYS,
    ModelRun,
)


def live_run() -> ModelRun:
    """The published run; `NotReadyError` says which commands the operator has to run first."""
    slim = ModelRun.objects.defer(*RUN_ARRAYS, "metrics", "parameters")
    run: ModelRun | None = slim.filter(state=ModelRun.State.LIVE).first()
    if run is None:
        raise NotReadyError(
            "No model is live. The operator has to run `manage.py load_movielens SOURCE`, "
            "`train_model`, `predict_ratings`, `load_predictions FILE` and `publish_model`."
        )
    return run


def has_live_run() -> bool:
    """Whether people can be given a recommendation."""
    return ModelRun.objects.filter(state=ModelRun.State.LIVE).exists()


def newest_run(number: int | None = None) -> ModelRun:
    """The run of that number, or the newest; `DataError` if there is none."""
    if number is not None:
        run = ModelRun.objects.filter(pk=number).first()
        if run is None:
            raise DataError(f"there is no model run {number}")
        return run
    run = ModelRun.objects.order_by("pk").last()
    if run is None:
        raise DataError("there is no model run yet; run `manage.py train_model` first")
    return run
