"""A run that the tests of predictions fill."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommend.models import ModelRun
from tests.movies.movielens.archives import tiny_release
from tests.operators import add_run, run


@pytest.fixture
def run_to_fill(db: None, tmp_path: Path) -> ModelRun:
    """The tiny 1M, and a run that has one predicted rating: user 3 for film 260."""
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    return add_run(user=3, movie=260)
