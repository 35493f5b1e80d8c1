"""Predicted ratings of any engine load from CSV or Parquet and replace those of the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from common.loading import exclusive_load, rebuild_table
from common.models import DataLoad
from recommend.models import ModelRun, Rating
from recommend.services.model_runs import publish_run
from tests.movies.movielens.archives import tiny_release
from tests.operators import add_run, all_rows, run, second_connection
from tests.recommend.services.prediction_files import GOOD, csv_file, parquet_file

pytestmark = pytest.mark.usefixtures("run_to_fill")


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


# --- the table behind it ---


def structure() -> dict[str, list[tuple[str, ...]]]:
    """Names and definitions of everything that belongs to the table of ratings."""
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
            found[what] = cursor.execute(query).fetchall()
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
    """Insert a rating and check the deferred constraints at once."""
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
