"""`manage.py load_home_ratings`: people of the file have exactly its ratings, others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.locks import Lock
from common.models import DataLoad
from movies.models import FIRST_ENTERED_ID, Movie
from recommend.models import HomeMember, HomePerson, HomeRating, HomeTaste, ModelRun
from recommend.services.data_sets import load_movielens
from recommend.services.entered_films import merge_entered
from recommend.services.home.people import delete_people
from recommend.services.home.ratings import load_home_ratings
from tests.movies.movielens.archives import tiny_release
from tests.operators import add_respondent, all_rows, refusal, run, second_connection
from tests.recommend.services.home_files import ROWS, names, neighbours, stored, write
from tests.recommend.services.watchlog_files import ROWS as VIEWINGS
from tests.recommend.services.watchlog_files import write as write_log
from tests.worlds import bare_run, write_world

LOADED = [
    ("zoe", 1, 4.5, "2026-01-31"),
    ("zoe", 80, 0.5, "2026-02-01"),
    ("양파", 1, 4.0, "2012-10-07"),
    ("양파", 3, 2.0, ""),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "home.csv", *ROWS)


def test_ratings_of_loaded_films_are_stored_and_the_others_counted(world: str, file: Path) -> None:
    out, _ = run("load_home_ratings", file)
    assert stored() == LOADED
    assert names() == ["zoe", "양파"]
    lines = out.splitlines()
    assert "Used: home.csv: person, movie_id, rating, rated_at" in lines
    assert lines[-1].startswith(
        "Loaded home.csv: 4 ratings by 2 people; 3 skipped, of 2 films that are not loaded; "
        "without any other film: 1 person ("
    )
    load = DataLoad.objects.latest_of(DataLoad.Kind.HOME_RATINGS)
    assert load is not None
    assert load.name == "home.csv"
    assert load.counts == {
        "people": 2,
        "ratings": 4,
        "skipped_ratings": 3,
        "skipped_films": 2,
        "skipped_people": 1,
        "removed_people": 0,
        "mode": "add",
        "used": ["home.csv: person, movie_id, rating, rated_at"],
        "ignored": [],
    }


def test_the_same_file_again_is_a_no_op_unless_forced(world: str, file: Path) -> None:
    run("load_home_ratings", file)
    before = all_rows()
    out, _ = run("load_home_ratings", file)
    assert out.startswith("home.csv is loaded already: 4 ratings by 2 people; nothing to do (")
    assert all_rows() == before
    HomeRating.objects.all().delete()
    run("load_home_ratings", file, "--force")
    assert stored() == LOADED


def test_the_same_file_is_loaded_again_once_other_films_are_known(
    world: str, file: Path, tmp_path: Path
) -> None:
    run("load_home_ratings", file)
    folder = write_world(tmp_path / "world")
    films = folder / "movie.csv"
    films.write_text(films.read_text(encoding="utf-8") + "9001,New,2026,Drama,새\n", "utf-8")
    load_movielens(source=str(folder))
    out, _ = run("load_home_ratings", file)
    assert "Loaded home.csv: 6 ratings by 3 people; 1 skipped" in out
    assert ("adam", 9001, 4.0, "2012-10-07") in stored()


def test_people_of_the_file_lose_their_former_ratings_and_others_keep_theirs(
    world: str, file: Path, tmp_path: Path
) -> None:
    run("load_home_ratings", file)
    before = {person.name: person.pk for person in HomePerson.objects.all()}
    later = write(tmp_path / "later.csv", "양파,5,3.5,2026-03-01", "보리,1,5,")
    run("load_home_ratings", later)
    assert stored() == [*LOADED[:2], ("보리", 1, 5.0, ""), ("양파", 5, 3.5, "2026-03-01")]
    assert before.items() <= {person.name: person.pk for person in HomePerson.objects.all()}.items()


def test_a_person_whose_ratings_are_all_of_other_films_now_is_deleted(
    world: str, file: Path, tmp_path: Path
) -> None:
    run("load_home_ratings", file)
    neighbours(bare_run(), "zoe", "양파")
    out, _ = run("load_home_ratings", write(tmp_path / "later.csv", "zoe,9001,5,"))
    assert stored() == LOADED[2:]
    assert names() == ["양파"]
    assert out.splitlines()[-1].startswith("Loaded later.csv: 0 ratings by 0 people; 1 skipped")
    assert "deleted: 1 person (" in out
    assert [member.row for member in HomeMember.objects.all()] == [1]
    assert [taste.row for taste in HomeTaste.objects.all()] == [1]


def test_replace_deletes_the_people_who_are_not_in_the_file(
    world: str, file: Path, tmp_path: Path
) -> None:
    run("load_home_ratings", write(tmp_path / "first.csv", "보리,1,5,", "zoe,2,1,"))
    run("load_home_ratings", file)
    neighbours(bare_run(), "보리", "zoe")
    out, _ = run("load_home_ratings", file, "--replace")  # not a no-op: others are there
    assert "deleted: 1 person (" in out
    assert stored() == LOADED
    assert [taste.row for taste in HomeTaste.objects.all()] == [1]
    assert "nothing to do" in run("load_home_ratings", file, "--replace")[0]
    assert "nothing to do" in run("load_home_ratings", file)[0]


def test_remove_deletes_everybody_of_files_and_the_file_can_be_loaded_again(
    world: str, file: Path
) -> None:
    run("load_home_ratings", file)
    neighbours(bare_run(), "zoe")
    before = all_rows()
    out, _ = run("load_home_ratings", "--remove", "--dry-run")
    assert out.startswith("Would delete 2 people at home and 4 ratings (")
    assert all_rows() == before
    out, _ = run("load_home_ratings", "--remove")
    assert out.startswith("Deleted 2 people at home and 4 ratings (")
    for model in (HomePerson, HomeRating, HomeMember, HomeTaste):
        assert not model.objects.exists()
    run("load_home_ratings", file)
    assert stored() == LOADED


@pytest.mark.parametrize("arguments", [[], ["home.csv", "--remove"]])
def test_a_file_or_remove_is_needed_and_not_both(db: None, arguments: list[str]) -> None:
    message = refusal("load_home_ratings", *arguments)
    assert message == "name a file to load, or say --remove to delete what was loaded"


def test_a_dry_run_checks_counts_and_changes_nothing(world: str, file: Path) -> None:
    before = all_rows()
    out, _ = run("load_home_ratings", file, "--dry-run")
    assert "Would load home.csv: 4 ratings by 2 people" in out
    assert all_rows() == before


def test_model_runs_stay(world: str, file: Path) -> None:
    kept = bare_run()
    run("load_home_ratings", file)
    assert list(ModelRun.objects.all()) == [kept]


def test_a_watch_log_keeps_ratings_at_home_and_deletes_the_rows_of_runs(
    world: str, file: Path, tmp_path: Path
) -> None:
    load_home_ratings(path=file)
    neighbours(bare_run(), "zoe", "양파")
    run("load_watchlog", write_log(tmp_path / "log.csv", *VIEWINGS))
    assert stored() == LOADED
    assert not HomeTaste.objects.exists()
    assert not HomeMember.objects.exists()


def test_without_films_the_message_names_the_command(db: None, file: Path) -> None:
    assert refusal("load_home_ratings", file) == (
        "no films are loaded; run `manage.py load_movielens SOURCE` first"
    )


def test_two_loads_do_not_run_at_the_same_time(world: str, file: Path) -> None:
    with second_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", Lock.LOAD.numbers)
        for argument in (file, "--remove"):
            assert "another load is running" in refusal("load_home_ratings", argument)


# --- other films ---------------------------------------------------------------------------------


def test_films_that_a_release_lacks_take_their_ratings_at_home_along(
    db: None, tmp_path: Path
) -> None:
    load_movielens(source=str(tiny_release(tmp_path / "a", "ml-1m")))
    load_home_ratings(
        path=write(tmp_path / "home.csv", "zoe,1,5,", "zoe,1210,4,", "adam,1210,3,", "kim,260,4,")
    )
    trained = bare_run()
    neighbours(trained, "zoe", "adam")
    add_respondent(260)  # a film that is picked stays, and so does what was said of it
    small = tiny_release(
        tmp_path / "b",
        "ml-1m",
        replace={
            "movies.dat": b"1::Toy Story (1995)::Comedy\n",
            "ratings.dat": b"1::1::5::978300760\n",
        },
    )
    load_movielens(source=str(small))
    assert stored() == [("kim", 260, 4.0, ""), ("zoe", 1, 5.0, "")]
    assert names() == ["kim", "zoe"]
    assert not HomeTaste.objects.exists()
    assert not HomeMember.objects.exists()


def test_a_release_that_numbers_films_differently_deletes_all_ratings_at_home(
    db: None, tmp_path: Path
) -> None:
    load_movielens(source=str(tiny_release(tmp_path / "a", "ml-1m")))
    load_home_ratings(path=write(tmp_path / "home.csv", "zoe,1,5,", "adam,260,4,"))
    load_movielens(source=str(tiny_release(tmp_path / "b", "ml-100k")))
    assert Movie.objects.filter(pk=1).exists()
    assert stored() == []
    assert names() == []


def test_a_film_that_becomes_one_of_the_data_set_keeps_what_was_said_at_home(world: str) -> None:
    entered = Movie.objects.create(
        movie_id=FIRST_ENTERED_ID + 77, title="Action", tmdb_id=77, tmdb_id_source="listed"
    )
    Movie.objects.filter(pk=1).update(tmdb_id=77)
    zoe, adam = (HomePerson.objects.create(name=name) for name in ("zoe", "adam"))
    zoe.ratings.create(movie=entered, rating=4)
    adam.ratings.create(movie=entered, rating=1)
    adam.ratings.create(movie_id=1, rating=5)
    taste = bare_run().home_tastes.create(row=0, taste=[0.5] * 64, liked=[2, entered.pk])
    respondent = add_respondent(2)
    respondent.learning_consent, respondent.shown = True, [entered.pk, 3]
    respondent.save()
    assert merge_entered() == 1
    assert stored() == [("adam", 1, 5.0, ""), ("zoe", 1, 4.0, "")]
    taste.refresh_from_db()
    respondent.refresh_from_db()
    assert (taste.liked, respondent.shown) == ([2, 1], [1, 3])


def test_deleted_people_are_nobodys_neighbours_at_once(world: str, file: Path) -> None:
    load_home_ratings(path=file)
    neighbours(bare_run(), "양파", "zoe")
    neighbours(bare_run(), "zoe")
    removed = delete_people([HomePerson.objects.get(name="zoe").pk])
    assert (removed.people, removed.ratings) == (1, 2)
    assert stored() == LOADED[2:]
    assert [(taste.row, len(taste.liked)) for taste in HomeTaste.objects.all()] == [(0, 1)]
    assert HomeMember.objects.get().person == HomePerson.objects.get()
