"""A run's file is read only if it was written for that very run, and by nobody else."""

from __future__ import annotations

import os
import pickle
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import DataError
from recommend.lab.training.stored_models import read_model, write_model
from recommend.models import ModelRun

WRITTEN_AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def run(**others: Any) -> ModelRun:
    values = {"pk": 3, "data_digest": "d" * 64, "seed": 1, "created_at": WRITTEN_AT}
    return ModelRun(**(values | others))


class Planted:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.folder),)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "models" / "run-3.pickle"
    write_model(path, run(), {"weights": [1, 2]})
    assert read_model(path, run()) == {"weights": [1, 2]}


@pytest.mark.parametrize(
    "other",
    [{"data_digest": "e" * 64}, {"seed": 2}, {"created_at": WRITTEN_AT.replace(hour=13)}],
)
def test_the_file_of_another_run_is_refused_before_it_is_unpickled(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    path, planted = tmp_path / "run-3.pickle", tmp_path / "planted"
    write_model(path, run(**other), Planted(planted))
    with pytest.raises(DataError, match=r"run-3\.pickle: belongs to a run 3 of another database"):
        read_model(path, run())
    assert not planted.exists()


@pytest.mark.parametrize("before", [b"", b'["OTTwin model 2"]\n', b"\n"])
def test_a_bare_pickle_is_refused_before_it_is_unpickled(tmp_path: Path, before: bytes) -> None:
    path, planted = tmp_path / "run-3.pickle", tmp_path / "planted"
    path.write_bytes(before + pickle.dumps(Planted(planted)))
    with pytest.raises(DataError, match="earlier version; run `manage.py train_model`"):
        read_model(path, run())
    assert not planted.exists()


def test_only_the_account_that_wrote_a_file_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "models" / "run-3.pickle"
    path.parent.mkdir()
    left_over = path.with_suffix(".partial")
    left_over.write_bytes(b"half")
    left_over.chmod(0o644)
    before = os.umask(0)
    try:
        write_model(path, run(), 1)
        write_model(tmp_path / "new" / "run-4.pickle", run(), 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
