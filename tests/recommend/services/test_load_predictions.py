"""Predicted ratings of any engine load from CSV or Parquet, in place of those the run had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from django.db import IntegrityError, connection, transaction

from common.loading import exclusive_load, rebuild_table
from common.models import DataLoad
from recommend.models import ModelRun, Rating
from recommend.services.model_runs import publish_run
from tests.movies.movielens.archives import tiny_release
from tests.operators import add_run, all_rows, refusal, run, second_connection

pytestmark = pytest.mark.django_db

HEADER = "ml_user_id,movie_id,rating,rank\n"
# Pairs that nobody has rated: user 1 knows 1, 260, 2571; user 2 knows 1, 29, 260.
GOOD = ("1,29,4.75,1", "1,1210,3.5,2", "2,2571,0.5,1")


@pytest.fixture(autouse=True)
def run_to_fill(tmp_path: Path) -> ModelRun:
    """The tiny 1M, and a run that has one predicted rating: user 3 for film 260."""
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    return add_run(user=3, movie=260)


def csv_file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "predictions.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return path


def parquet_file(folder: Path, *lines: str, **types: str) -> Path:
    path = folder / "predictions.parquet"
    rows = [line.split(",") for line in lines]
    columns = {"ml_user_id": "int64", "movie_id": "int64", "rating": "float64", "rank": "int64"}
    pd.DataFrame(rows, columns=list(columns)).astype(columns | types).to_parquet(path, index=False)
    return path


def predicted(run: ModelRun) -> set[tuple[int, int, float, int]]:
    return set(run.ratings.values_list("ml_user_id", "movie_id", "rating", "rank"))


def observed() -> list[str]:
    return sorted(str(row) for row in Rating.objects.observed().values_list())


def summary(output: str) -> str:
    return output.splitlines()[-1].rpartition(" (")[0]


EXPECTED = {(1, 29, 4.75, 1), (1, 1210, 3.5, 2), (2, 2571, 0.5, 1)}


# --- what is stored ---


@pytest.mark.parametrize("write", [csv_file, parquet_file])
def test_predictions_replace_those_of_the_run(
    tmp_path: Path, run_to_fill: ModelRun, write: Callable[..., Path]
) -> None:
    before = observed()
    path = write(tmp_path, *GOOD)

    out, err = run("load_predictions", path)

    assert summary(out) == f"Loaded 3 predicted ratings into run {run_to_fill.pk}"
    assert err == ""
    assert predicted(run_to_fill) == EXPECTED
    assert set(run_to_fill.ratings.values_list("kind", flat=True)) == {"predicted"}
    assert observed() == before
    assert len(before) == 9
    load = DataLoad.objects.latest_of("predictions")
    assert load is not None
    assert (load.name, load.counts) == (
        path.name,
        {"run": run_to_fill.pk, "stored": 3, "already_rated": 0},
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("2,2571,5e-1,1", "1,1210,+3.5,2", "1,29,4.75,1"),
        ('"1","29","4.75","1"', "1,1210,3.50,2", "2,2571,.5,1"),
        (" 1 ,29,4.7500000,1", "1,1210,3.5,2", "2,2571,0.5,01"),
    ],
)
def test_csv_may_come_in_any_order_and_spelling(
    tmp_path: Path, run_to_fill: ModelRun, lines: tuple[str, ...]
) -> None:
    run("load_predictions", csv_file(tmp_path, *lines))
    assert predicted(run_to_fill) == EXPECTED


def test_csv_columns_may_come_in_any_order(tmp_path: Path, run_to_fill: ModelRun) -> None:
    path = csv_file(
        tmp_path,
        "1,4.75,29,1",
        "2,3.5,1210,1",
        "1,0.5,2571,2",
        header="rank,rating,movie_id,ml_user_id\n",
    )
    run("load_predictions", path)
    assert predicted(run_to_fill) == EXPECTED


@pytest.mark.parametrize(
    "types",
    [
        {"ml_user_id": "int32", "movie_id": "int32", "rating": "float32", "rank": "int16"},
        {"ml_user_id": "str", "movie_id": "str", "rating": "str", "rank": "str"},
        {"ml_user_id": "uint64", "movie_id": "Int64", "rating": "Float64", "rank": "uint8"},
        {"ml_user_id": "float64", "movie_id": "float32", "rating": "float64", "rank": "float64"},
    ],
    ids=["small", "text", "nullable", "floats"],
)
def test_parquet_may_have_any_types(
    tmp_path: Path, run_to_fill: ModelRun, types: dict[str, str]
) -> None:
    run("load_predictions", parquet_file(tmp_path, *GOOD, **types))
    assert predicted(run_to_fill) == EXPECTED


def test_other_runs_are_left_alone(tmp_path: Path, run_to_fill: ModelRun) -> None:
    newest = add_run(user=1, movie=29)
    before = list(newest.ratings.values())

    out, _ = run("load_predictions", csv_file(tmp_path, *GOOD), "--run", run_to_fill.pk)

    assert summary(out) == f"Loaded 3 predicted ratings into run {run_to_fill.pk}"
    assert list(newest.ratings.values()) == before
    assert predicted(run_to_fill) == EXPECTED


def test_without_a_number_the_newest_run_is_filled(tmp_path: Path, run_to_fill: ModelRun) -> None:
    newest = add_run(user=3, movie=260)

    out, _ = run("load_predictions", csv_file(tmp_path, *GOOD))

    assert summary(out) == f"Loaded 3 predicted ratings into run {newest.pk}"
    assert predicted(run_to_fill) == {(3, 260, 4.5, 1)}


def test_the_same_file_a_second_time_is_a_no_op_unless_forced(
    tmp_path: Path, run_to_fill: ModelRun
) -> None:
    path = csv_file(tmp_path, *GOOD)
    run("load_predictions", path)
    out, _ = run("load_predictions", path)
    assert summary(out) == f"{path.name} is loaded into run {run_to_fill.pk} already; nothing to do"
    out, _ = run("load_predictions", path, "--force")

    assert summary(out) == f"Loaded 3 predicted ratings into run {run_to_fill.pk}"
    assert predicted(run_to_fill) == EXPECTED
    assert Rating.objects.count() == 9 + 3


def test_pairs_that_the_user_has_rated_are_skipped_and_counted(
    tmp_path: Path, run_to_fill: ModelRun
) -> None:
    before = observed()
    path = csv_file(tmp_path, "1,1,5,1", "1,29,4.75,2", "1,260,5,3", "2,1210,3,1")

    out, _ = run("load_predictions", path)

    assert summary(out) == (
        f"Loaded 2 predicted ratings into run {run_to_fill.pk}; "
        "2 skipped, the user has rated those films"
    )
    assert predicted(run_to_fill) == {(1, 29, 4.75, 2), (2, 1210, 3.0, 1)}
    assert observed() == before


def test_the_live_run_can_be_filled_again(tmp_path: Path, run_to_fill: ModelRun) -> None:
    publish_run(run=run_to_fill)

    run("load_predictions", csv_file(tmp_path, *GOOD))

    assert ModelRun.objects.live() == run_to_fill
    assert predicted(run_to_fill) == EXPECTED


# --- what is refused ---


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


# --- the table behind it ---


def structure() -> dict[str, list[tuple[str, ...]]]:
    """Names and definitions of all that belongs to the table of ratings."""
    queries = {
        "columns": """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                a.attgenerated::text, a.attstorage::text,
                coalesce(pg_get_expr(d.adbin, d.adrelid), '')
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = 'recommend_rating'::regclass AND a.attnum > 0
            ORDER BY a.attnum
        """,
        "constraints": """
            SELECT conname, contype::text, pg_get_constraintdef(oid), convalidated::text,
                condeferrable::text, condeferred::text
            FROM pg_constraint WHERE conrelid = 'recommend_rating'::regclass ORDER BY conname
        """,
        "indexes": """
            SELECT indexname, indexdef FROM pg_indexes
            WHERE tablename = 'recommend_rating' ORDER BY indexname
        """,
        "triggers": """
            SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
            WHERE tgrelid = 'recommend_rating'::regclass AND NOT tgisinternal ORDER BY tgname
        """,
        "triggers of constraints": """
            SELECT t.tgfoid::regproc::text, c.conname, t.tgenabled::text
            FROM pg_trigger t JOIN pg_constraint c ON c.oid = t.tgconstraint
            WHERE c.conrelid = 'recommend_rating'::regclass ORDER BY 1, 2
        """,
        "rights": """
            SELECT relowner::regrole::text, coalesce(relacl::text, ''), relpersistence::text,
                coalesce(reloptions::text, ''), relreplident::text
            FROM pg_class WHERE oid = 'recommend_rating'::regclass
        """,
        "tables": """
            SELECT relname FROM pg_class c
            WHERE relnamespace = 'public'::regnamespace ORDER BY relname
        """,
    }
    found = {}
    with connection.cursor() as cursor:
        for what, query in queries.items():
            cursor.execute(query)
            found[what] = cursor.fetchall()
    return found


def test_the_table_keeps_every_constraint_index_and_trigger(tmp_path: Path) -> None:
    before = structure()
    assert len(before["indexes"]) >= 4
    assert {row[1] for row in before["constraints"]} >= {"p", "f", "c"}

    run("load_predictions", csv_file(tmp_path, *GOOD))
    assert structure() == before

    run("load_movielens", tiny_release(tmp_path, "ml-25m"))
    assert structure() == before


def create_at_once(**values: object) -> None:
    """Insert a rating and check the constraints that would wait for the end."""
    with transaction.atomic():
        Rating.objects.create(**values)
        connection.check_constraints()


def test_the_rebuilt_table_still_refuses_what_is_wrong(tmp_path: Path) -> None:
    run("load_predictions", csv_file(tmp_path, *GOOD))
    for wrong in (
        {"ml_user_id": 1, "movie_id": 1, "rating": 4},  # observed already
        {"ml_user_id": 2, "movie_id": 2571, "rating": 5.5},  # out of range
        {"ml_user_id": 2, "movie_id": 2571, "rating": 4, "rank": 1},  # a rank without a run
        {"ml_user_id": 99, "movie_id": 2571, "rating": 4},
        {"ml_user_id": 2, "movie_id": 99, "rating": 4},
    ):
        with pytest.raises(IntegrityError):
            create_at_once(**wrong)


@pytest.mark.parametrize("times", [1, 2])
def test_a_failed_rebuild_leaves_the_table_as_it_was(times: int) -> None:
    before, rows = structure(), all_rows()
    for _ in range(times):
        with pytest.raises(Exception, match="division by zero"), exclusive_load() as cursor:
            rebuild_table(
                cursor,
                "recommend_rating",
                columns="ml_user_id, movie_id, rating",
                query="SELECT ml_user_id, movie_id, 4 / (1 / movie_id) FROM recommend_rating",
                parameters=None,
            )
    assert (structure(), all_rows()) == (before, rows)


@pytest.mark.django_db(transaction=True)
def test_readers_see_the_old_predictions_until_the_new_ones_are_there(
    tmp_path: Path, run_to_fill: ModelRun
) -> None:
    query = "SELECT movie_id FROM recommend_rating WHERE run_id = %s ORDER BY movie_id"
    with second_connection() as reader:
        assert reader.execute(query, [run_to_fill.pk]).fetchall() == [(260,)]
        run("load_predictions", csv_file(tmp_path, *GOOD))
        assert reader.execute(query, [run_to_fill.pk]).fetchall() == [(29,), (1210,), (2571,)]
