"""Broken files of predicted ratings are refused with the line of the fault."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from recommend.models import ModelRun
from tests.operators import refusal
from tests.recommend.services.prediction_files import GOOD, HEADER, csv_file, parquet_file

pytestmark = pytest.mark.usefixtures("run_to_fill")


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (["1,29,4,1", "9,29,4,1"], 3, "ml_user_id 9 is not a user that is loaded"),
        (["1,29,4,1", "1,9999,4,2"], 3, "movie_id 9999 is not a film that is loaded"),
        (
            ["1,29,4,1", "2,2571,4,1", "1,29,3,2"],
            4,
            "ml_user_id 1 is repeated (same ml_user_id, movie_id as an earlier line)",
        ),
        (
            ["1,29,4,1", "1,1210,4,1"],
            3,
            "ml_user_id 1 is repeated (same ml_user_id, rank as an earlier line)",
        ),
        (
            ["2,2571,4,1", "1,29,4,1", "1,1210,4,3"],
            4,
            "rank 3 leaves a gap: a user's ranks are 1 to N",
        ),
        (["1,29,4,2"], 2, "rank 2 leaves a gap: a user's ranks are 1 to N"),
        (["1,29,4,0"], 2, "rank '0' is out of range"),
        (["1,29,4,32768"], 2, "rank 32768 is above 32,767"),
        (["1,29,4,first"], 2, "rank 'first' is not a whole number"),
        (["1,29,nan,1"], 2, "rating 'nan' is not a number"),
        (["1,29,,1"], 2, "rating '' is not a number"),
        (["1,29,inf,1"], 2, "rating 'inf' is not a number"),
        (["1,29,0.49,1"], 2, "rating '0.49' is not between 0.5 and 5"),
        (["1,29,4,1", "1,1210,5.01,2"], 3, "rating '5.01' is not between 0.5 and 5"),
        (["1.0,29,4,1"], 2, "ml_user_id '1.0' is not a whole number"),
        (["1,-29,4,1"], 2, "movie_id '-29' is out of range"),
        (["1,29,4,1", "1,1210,4"], 3, "has 3 fields; expected 4"),
        (["1,29,4,1", "1,1210,4,2,5"], 3, "has 5 fields; expected 4"),
        (["1,29,4,1", "", "1,1210,4,2"], 3, "is a blank line; expected a row: remove it"),
    ],
)
def test_broken_csv_is_refused_with_its_line(
    tmp_path: Path, lines: list[str], line: int, message: str
) -> None:
    path = csv_file(tmp_path, *lines)
    assert refusal("load_predictions", path) == f"predictions.csv, line {line}: {message}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "predictions.csv: is empty"),
        (HEADER, "predictions.csv, line 1: has a header but no rows"),
        (f"{HEADER}1,29,4,1\n1,12\n", "predictions.csv, line 3: has 2 fields; expected 4"),
        (f"{HEADER}1,29,4,1\n1,12", "predictions.csv, line 3: has 2 fields; expected 4"),
        (
            "user,item,score,rank\n1,29,4,1\n",
            "predictions.csv, line 1: the header is 'user,item,score,rank'; "
            "expected ml_user_id,movie_id,rating,rank",
        ),
        ("1,29,4,1\n", "predictions.csv, line 1: the header is '1,29,4,1'; expected "),
        ("PAR1\0\0PAR1", "predictions.csv, line 1: is not UTF-8 text; save it as CSV in UTF-8"),
    ],
)
def test_a_csv_that_is_no_table_of_predictions_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text(content)
    assert refusal("load_predictions", path).startswith(message)


@pytest.mark.parametrize(
    ("lines", "types", "message"),
    [
        (["1,29,nan,1"], {}, ", line 1: rating '' is not a number"),
        (["1,29,inf,1"], {}, ", line 1: rating 'inf' is not a number"),
        (["1,29,4,1", "1,1210,5.5,2"], {}, ", line 2: rating '5.5' is not between 0.5 and 5"),
        (["1,29,4,1", "1,9999,4,2"], {}, ", line 2: movie_id 9999 is not a film that is loaded"),
        (["9,29,4,1"], {}, ", line 1: ml_user_id 9 is not a user that is loaded"),
        (["1,29,4,1", "1,29,4,2"], {}, ", line 2: ml_user_id 1 is repeated (same ml_user_id, mov"),
        (["1,29,4,1", "1,1210,4,1"], {}, ", line 2: ml_user_id 1 is repeated (same ml_user_id, ra"),
        (["1,29,4,1", "1,1210,4,3"], {}, ", line 2: rank 3 leaves a gap"),
        (
            ["1,29.5,4,1"],
            {"movie_id": "float64"},
            ", line 1: movie_id '29.5' is not a whole number",
        ),
        (
            ["1,29,4,1", "1,1210.5,4,2"],
            {"movie_id": "float64"},
            ", line 2: movie_id '1210.5' is not a whole number",
        ),
        ([], {}, ": has no rows"),
    ],
)
def test_broken_parquet_is_refused_with_its_row(
    tmp_path: Path, lines: list[str], types: dict[str, str], message: str
) -> None:
    path = parquet_file(tmp_path, *lines, **types)
    assert refusal("load_predictions", path).startswith(f"predictions.parquet{message}")


def test_a_missing_value_in_parquet_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "predictions.parquet"
    frame = pd.DataFrame(
        {"ml_user_id": [1, 1], "movie_id": [29, None], "rating": [4.0, 4.0], "rank": [1, 2]}
    ).astype({"movie_id": "Int64"})
    frame.to_parquet(path, index=False)
    assert refusal("load_predictions", path) == (
        "predictions.parquet, line 2: movie_id '' is not a whole number"
    )


def test_parquet_without_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "predictions.parquet"
    pd.DataFrame({"ml_user_id": [1], "item": [29], "rating": [4.0]}).to_parquet(path, index=False)
    assert refusal("load_predictions", path) == (
        "predictions.parquet: lacks movie_id, rank; expected ml_user_id,movie_id,rating,rank"
    )


@pytest.mark.parametrize("keep", [0, 4, 200, -4, -60])
def test_what_is_no_parquet_or_a_part_of_one_is_refused(tmp_path: Path, keep: int) -> None:
    path = parquet_file(tmp_path, *GOOD)
    path.write_bytes(path.read_bytes()[:keep])
    assert refusal("load_predictions", path).startswith(
        "predictions.parquet: is not a Parquet file: "
    )


def test_text_that_is_called_parquet_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, *GOOD).rename(tmp_path / "predictions.parquet")
    message = refusal("load_predictions", path)
    assert message.startswith("predictions.parquet: is not a Parquet file: ")
    assert "\n" not in message


def test_damage_inside_parquet_is_refused(tmp_path: Path) -> None:
    path = parquet_file(tmp_path, *GOOD)
    data = bytearray(path.read_bytes())
    data[4:80] = b"\xff" * 76
    path.write_bytes(data)
    assert refusal("load_predictions", path).startswith(
        "predictions.parquet: is not a Parquet file: "
    )


@pytest.mark.parametrize("name", ["nothing.csv", "nothing.parquet", "."])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert refusal("load_predictions", path) == f"{path}: there is no such file"


def test_a_run_that_is_not_there_is_refused(tmp_path: Path, run_to_fill: ModelRun) -> None:
    path = csv_file(tmp_path, *GOOD)
    message = refusal("load_predictions", path, "--run", run_to_fill.pk + 1)
    assert message == f"there is no model run {run_to_fill.pk + 1}"

    run_to_fill.delete()
    assert refusal("load_predictions", path) == (
        "there is no model run yet; run `manage.py train_model` first"
    )
