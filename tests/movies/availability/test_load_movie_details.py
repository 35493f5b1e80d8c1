"""Details of films load from CSV; an empty field changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.models import DataLoad
from movies.models import Movie
from tests.movies.availability.movie_files import details, film, last_line, loaded
from tests.movies.movielens.archives import tiny_release
from tests.operators import all_rows, refusal, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_films")]


def test_details_are_stored(tmp_path: Path) -> None:
    path = details(tmp_path, "260,76759,11,스타워즈,/star.jpg", "2571,133093,603,매트릭스,/m.jpg")

    out, err = run("load_movie_details", path)

    assert last_line(out) == "Loaded 2 rows of movie details from details.csv"
    assert err == ""
    movie = film(260)
    assert (movie.imdb_id, movie.tmdb_id) == (76759, 11)
    assert (movie.title_ko, movie.poster_path) == ("스타워즈", "/star.jpg")
    assert movie.title == "Star Wars: Episode IV - A New Hope"
    assert film(1).title_ko == ""


def test_an_empty_field_leaves_what_is_there(tmp_path: Path) -> None:
    run("load_movie_details", details(tmp_path, "260,76759,11,스타워즈,/star.jpg"))

    run("load_movie_details", details(tmp_path, "260,,12,,", "1,,,토이 스토리,"))

    movie = film(260)
    assert (movie.imdb_id, movie.tmdb_id) == (76759, 12)
    assert (movie.title_ko, movie.poster_path) == ("스타워즈", "/star.jpg")
    assert (film(1).title_ko, film(1).tmdb_id) == ("토이 스토리", None)


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        ("movie_id,title_ko\n", "260,스타워즈", (None, None, "스타워즈", "")),
        ("poster_path,movie_id\n", "/star.jpg,260", (None, None, "", "/star.jpg")),
        ("movie_id,tmdb_id,imdb_id\n", "260,11,76759", (76759, 11, "", "")),
    ],
)
def test_every_column_but_the_film_may_be_left_out(
    tmp_path: Path, header: str, line: str, expected: tuple[object, ...]
) -> None:
    run("load_movie_details", details(tmp_path, line, header=header))

    movie = film(260)
    assert (movie.imdb_id, movie.tmdb_id, movie.title_ko, movie.poster_path) == expected


def test_details_of_films_that_are_not_loaded_are_skipped_and_counted(tmp_path: Path) -> None:
    path = details(tmp_path, "260,,11,,", "9999,,1,,", "8888,,2,,")

    assert loaded("load_movie_details", path) == (
        "Loaded 1 rows of movie details from details.csv; 2 skipped, their films are not loaded"
    )
    assert DataLoad.objects.get(kind="movie_details").counts == {"used": 1, "skipped": 2}
    assert Movie.objects.count() == 5


def test_details_twice_are_a_no_op_unless_forced(tmp_path: Path) -> None:
    path = details(tmp_path, "260,,11,스타워즈,")
    run("load_movie_details", path)
    Movie.objects.filter(pk=260).update(title_ko="별들의 전쟁")
    before = all_rows()

    assert loaded("load_movie_details", path) == "details.csv is loaded already; nothing to do"
    assert all_rows() == before

    assert (
        loaded("load_movie_details", path, "--force")
        == "Loaded 1 rows of movie details from details.csv"
    )
    assert film(260).title_ko == "스타워즈"


def test_details_load_again_for_the_films_of_another_data_set(tmp_path: Path) -> None:
    path = details(tmp_path, "1,,862,토이 스토리,")
    run("load_movie_details", path)
    run("load_movielens", tiny_release(tmp_path, "ml-100k"))
    assert film(1).title_ko == ""

    assert loaded("load_movie_details", path) == "Loaded 1 rows of movie details from details.csv"
    assert film(1).title_ko == "토이 스토리"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["260,,11,,", "x,,1,,"], "line 3: movie_id 'x' is not a whole number"),
        (["0,,11,,"], "line 2: movie_id '0' is out of range"),
        (["260,tt1,11,,"], "line 2: imdb_id 'tt1' is not a whole number"),
        (["260,,2147483648,,"], "line 2: tmdb_id '2147483648' is out of range"),
        (
            ["260,,11,,", "1,,,,", "260,,12,,"],
            "line 4: movie_id 260 is repeated (same movie_id as an earlier line)",
        ),
        (
            ["260,,11,,", " 0260,,12,,"],
            "line 3: movie_id 260 is repeated (same movie_id as an earlier line)",
        ),
        ([f"260,,,{'긴' * 301},"], f"line 2: title_ko '{'긴' * 200}…' is longer than 300"),
        ([f"260,,,,/{'a' * 100}"], f"line 2: poster_path '/{'a' * 100}' is longer than 100"),
        (["260,,11,,", "1,,11"], "line 3: has 3 fields; expected 5"),
        (["260,,11,,", "", "1,,11,,"], "line 3: is a blank line; expected a row: remove it"),
        (["260,,11,a\0b,"], "line 2: is not UTF-8 text; save it as CSV in UTF-8"),
    ],
)
def test_broken_details_are_refused_with_their_line(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    assert refusal("load_movie_details", details(tmp_path, *lines)).startswith(
        f"details.csv, {message}"
    )


def test_strict_details_refuse_a_film_that_is_not_loaded(tmp_path: Path) -> None:
    path = details(tmp_path, "260,,11,,", "9999,,1,,", "8888,,1,,")

    assert refusal("load_movie_details", path, "--strict") == (
        "details.csv, line 3: movie_id 9999 is not a film that is loaded"
    )
