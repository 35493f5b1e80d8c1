"""The files of a run under `settings.MODEL_DIR`: fitted stars, and the content map.

Reading a pickle can run code. So a file begins with a line that says for which run of which
database it was written, and nothing behind that line is read unless it is the right one. Only the
account that writes the files can read or replace them.
"""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

from django.conf import settings

from common.errors import DataError
from recommend.models import ModelRun

FORMAT = "OTTwin model 2"


def model_path(run: int) -> Path:
    """Where the fitted star algorithm of a run is kept."""
    return Path(settings.MODEL_DIR) / f"run-{run}.pickle"


def map_path(run: int) -> Path:
    """Where the content map of a run is kept."""
    return Path(settings.MODEL_DIR) / f"run-{run}.content.pickle"


def write_model(path: Path, run: ModelRun, model: Any) -> None:
    """Write the file beside its final name and rename it, so that none is ever half-written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)  # of a killed process, perhaps readable by others
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_first_line(run))
        pickle.dump(model, file, protocol=pickle.HIGHEST_PROTOCOL)
    partial.replace(path)


def read_model(path: Path, run: ModelRun) -> Any:
    """The model in the file.

    Raises `DataError` if it belongs to a run of another database or is of an earlier version.
    """
    expected = _first_line(run)
    with path.open("rb") as file:
        if file.read(len(expected)) != expected:
            raise DataError(
                f"belongs to a run {run.pk} of another database or of an earlier version; run "
                "`manage.py train_model`",
                file=str(path),
            )
        return pickle.load(file)  # noqa: S301 - written by us for this very run


def _first_line(run: ModelRun) -> bytes:
    """Tells runs of the same number in different databases apart."""
    identity = [FORMAT, run.data_digest, run.seed, run.created_at.isoformat()]
    return json.dumps(identity).encode() + b"\n"
