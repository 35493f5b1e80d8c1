"""The files of a run under `settings.MODEL_DIR`: fitted stars, and the content map."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from django.conf import settings

from common.errors import DataError
from recommend.models import ModelRun


def model_path(run: int) -> Path:
    """Where the fitted star algorithm of a run is kept."""
    return Path(settings.MODEL_DIR) / f"run-{run}.pickle"


def map_path(run: int) -> Path:
    """Where the content map of a run is kept."""
    return Path(settings.MODEL_DIR) / f"run-{run}.content.pickle"


def write_model(path: Path, run: ModelRun, model: Any) -> None:
    """Write the file beside its final name and rename it, so that none is ever half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        pickle.dump((_identity(run), model), file, protocol=pickle.HIGHEST_PROTOCOL)
    partial.replace(path)


def read_model(path: Path, run: ModelRun) -> Any:
    """The model in the file; raises `DataError` if it belongs to a run of another database."""
    with path.open("rb") as file:
        written_for, model = pickle.load(file)  # noqa: S301 - our own file under var/
    if written_for != _identity(run):
        raise DataError(
            f"belongs to a run {run.pk} of another database; run `manage.py train_model`",
            file=str(path),
        )
    return model


def _identity(run: ModelRun) -> tuple[str, int, str]:
    """Tells runs of the same number in different databases apart."""
    return run.data_digest, run.seed, run.created_at.isoformat()
