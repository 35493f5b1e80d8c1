"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.worlds import film_ids, write_world


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """Models and predictions of a test never land among those of the project."""
    settings.MODEL_DIR = tmp_path / "models"
    settings.PREDICTIONS_DIR = tmp_path / "predictions"


@pytest.fixture
def world(db: None, tmp_path: Path) -> str:
    """The tiny invented data set is in use, platforms and statistics are loaded."""
    from movies.services import load_availability
    from ottstats.services import load_reference_data
    from recommend.services.data_sets import load_movielens

    load_reference_data()
    load_movielens(source=str(write_world(tmp_path / "world")))
    rows = [(movie, "netflix", movie % 2 == 0) for movie in film_ids("Action") + film_ids("Comedy")]
    rows += [(movie, "watcha", movie % 4 == 0) for movie in film_ids("Action")]
    frame = pd.DataFrame(rows, columns=["movie_id", "platform", "available"])
    frame["available"] = frame["available"].map({True: "true", False: "false"})
    path = tmp_path / "availability.csv"
    frame.assign(source="test", checked_on="2026-01-02").to_csv(path, index=False)
    load_availability(path=path)
    return "world"


@pytest.fixture
def live_model(world: str, tmp_path: Path) -> Any:
    """A small model, trained on `world`, with predictions, published."""
    from recommend.services.model_runs import load_predictions, publish_run
    from recommend.training.runs import TrainingPlan, predict_ratings, train_model

    run = train_model(plan=TrainingPlan())
    path = tmp_path / "predictions.parquet"
    predict_ratings(run=run, output=path)
    load_predictions(path=path, run=run)
    publish_run(run=run)
    return run


def _real_data_folder() -> Path:
    root = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("OTTWIN_DATA", root.parent / "shared" / "data"))


@pytest.fixture
def real_data() -> Path:
    """The folder of the real data, or a skip that says what is missing."""
    folder = _real_data_folder()
    if not (folder / "ml-1m.zip").is_file():
        pytest.skip(f"no real data in {folder}; set OTTWIN_DATA (docs/data.md)")
    return folder
