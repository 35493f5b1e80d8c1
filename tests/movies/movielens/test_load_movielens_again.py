"""Loading a release a second time, as a dry run, and while another load runs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection

from common.locks import Lock
from common.models import DataLoad
from movies.models import MovieLensUser
from recommend.models import Rating
from recommend.services.data_sets import load_movielens
from tests.movies.movielens.archives import RATINGS, tiny_release
from tests.operators import add_respondent, add_run, all_rows, refusal, run, second_connection

pytestmark = pytest.mark.django_db


def test_the_same_release_again_changes_nothing(tmp_path: Path, layout: str) -> None:
    path = tiny_release(tmp_path, layout)
    run("load_movielens", path)
    before = all_rows()

    out, _ = run("load_movielens", path)

    assert out.startswith(
        f"{layout} is in use already: 5 movies, 3 users, 9 observed ratings; nothing to do ("
    )
    assert all_rows() == before  # the same rating ids, one row in the ledger


def test_the_same_release_from_a_folder_is_the_same_release(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    before = all_rows()

    out, _ = run("load_movielens", tiny_release(tmp_path, "ml-1m", zipped=False))

    assert "ml-1m is in use already" in out
    assert all_rows() == before


def test_force_loads_it_again(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    run("load_movielens", path)
    before = all_rows()

    out, _ = run("load_movielens", path, "--force")

    assert "Loaded ml-1m: 5 movies, 3 users, 9 observed ratings" in out
    after = all_rows()
    for table in ("movies_movie", "movies_movielensuser"):
        assert after[table] == before[table]
    assert len(after["recommend_rating"]) == 9
    assert not set(after["recommend_rating"]) & set(before["recommend_rating"])  # ids are new
    assert DataLoad.objects.count() == 2


def test_a_release_that_was_in_use_before_loads_again(tmp_path: Path) -> None:
    first = tiny_release(tmp_path, "ml-1m")
    run("load_movielens", first)
    run("load_movielens", tiny_release(tmp_path, "ml-25m"))

    out, _ = run("load_movielens", first)

    assert "Loaded ml-1m" in out
    assert MovieLensUser.objects.get(pk=1).gender == "female"
    assert [load.name for load in DataLoad.objects.order_by("pk")] == ["ml-1m", "ml-25m", "ml-1m"]


def test_a_dry_run_changes_nothing(tmp_path: Path, layout: str) -> None:
    before = all_rows()
    out, err = run("load_movielens", tiny_release(tmp_path, layout), "--dry-run")

    assert f"Would load {layout}: 5 movies, 3 users, 9 observed ratings" in out
    assert err == ""
    assert all_rows() == before


def test_a_dry_run_in_place_of_another_data_set_changes_nothing(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    add_respondent(1, 260, shown=[2571], twin=1)
    add_run(user=1, movie=29)
    before = all_rows()

    out, _ = run("load_movielens", tiny_release(tmp_path, "ml-100k"), "--dry-run", "--replace")

    assert "Would load ml-100k" in out
    assert all_rows() == before


def test_a_dry_run_leaves_the_release_to_be_loaded(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    run("load_movielens", path, "--dry-run")

    out, _ = run("load_movielens", path)

    assert "Loaded ml-1m" in out
    assert Rating.objects.count() == 9


# --- one at a time ---


def test_a_load_while_another_runs_is_refused_at_once(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with second_connection() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", Lock.LOAD.numbers)
        message = refusal("load_movielens", path)
    assert message == "another load is running; wait until it has ended, then try again"

    out, _ = run("load_movielens", path)
    assert "Loaded ml-1m" in out


@pytest.mark.django_db(transaction=True)
def test_readers_see_the_data_set_before_until_the_load_has_ended(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    seen: list[tuple[str, int, str]] = []
    query = """
        SELECT count(*), (SELECT string_agg(name, ',') FROM common_dataload)
        FROM recommend_rating r JOIN movies_movielensuser u USING (ml_user_id)
        WHERE u.gender <> ''
    """

    with second_connection() as reader:

        def look(stage: str, _done: int, _total: int | None) -> None:
            row = reader.execute(query).fetchone()
            assert row is not None
            seen.append((stage, *row))

        load_movielens(source=str(tiny_release(tmp_path, "ml-25m")), report=look)
        look("after", 0, None)

    assert seen == [
        ("ratings", 9, "ml-1m"),
        ("ratings", 9, "ml-1m"),
        ("movies and people", 9, "ml-1m"),
        ("ratings into the database", 9, "ml-1m"),
        ("after", 0, "ml-1m,ml-25m"),
    ]


def test_progress_knows_about_how_many_ratings_there_are(tmp_path: Path, layout: str) -> None:
    reports: list[tuple[str, int, int | None]] = []

    load_movielens(
        source=str(tiny_release(tmp_path, layout)), report=lambda *said: reports.append(said)
    )

    ratings = [said[1:] for said in reports if said[0] == "ratings"]
    (begun, total), (done, _total) = ratings[0], ratings[-1]
    assert (begun, done) == (0, len(RATINGS))
    assert total is not None
    assert 0 <= total - done <= 2, "a header, and the end of the last line"


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_loads_is_refused_and_the_first_unharmed(tmp_path: Path) -> None:
    second = tiny_release(tmp_path, "ml-100k")
    messages: list[str] = []

    def load_second() -> None:
        try:
            run("load_movielens", second)
        except CommandError as error:
            messages.append(str(error))
        finally:
            connection.close()

    def start_second(stage: str, _done: int, _total: int | None) -> None:
        if stage == "movies and people":
            thread = threading.Thread(target=load_second)
            thread.start()
            thread.join()

    load_movielens(source=str(tiny_release(tmp_path, "ml-1m")), report=start_second)

    assert messages == ["another load is running; wait until it has ended, then try again"]
    assert [load.name for load in DataLoad.objects.all()] == ["ml-1m"]
    load_second()
    assert [load.name for load in DataLoad.objects.order_by("pk")] == ["ml-1m", "ml-100k"]
