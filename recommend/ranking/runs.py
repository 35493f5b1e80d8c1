"""Which model run readers see."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import DataError, NotReadyError
from common.selectors import data_set_in_use
from recommend.models import ModelRun


@dataclass(frozen=True)
class LearnedFrom:
    """Whom the live run has learned from: the data set's people and films, and people at home."""

    people: int
    films: int
    home_people: int


def live_run() -> ModelRun:
    """The published run; `NotReadyError` says which commands the operator has to run first."""
    run = ModelRun.objects.served().live()
    if run is None:
        raise NotReadyError(
            "No model is live. The operator has to run `manage.py load_movielens SOURCE`, "
            "`train_model`, `predict_ratings`, `load_predictions FILE` and `publish_model`."
        )
    return run


def has_live_run() -> bool:
    """Whether people can be given a recommendation."""
    return ModelRun.objects.filter(state=ModelRun.State.LIVE).exists()


def learned_from() -> LearnedFrom | None:
    """None without a live run."""
    live = ModelRun.objects.filter(state=ModelRun.State.LIVE)
    found = live.values_list("metrics__home_people").first()
    data_set = data_set_in_use()
    if found is None or data_set is None:
        return None
    counts = data_set.counts
    return LearnedFrom(counts["users"], counts["movies"], found[0] or 0)


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
