"""Details and availability of films load from CSV: newer days win, staff stand above all of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from common.models import DataLoad
from movies.models import Movie, Platform
from movies.services.availability import correct_availability
from tests.archives import tiny_release
from tests.operators import all_rows, refusal, run

pytestmark = pytest.mark.django_db

DETAILS = "movie_id,imdb_id,tmdb_id,title_ko,poster_path\n"
AVAILABILITY = "movie_id,platform,available,source,checked_on\n"


@pytest.fixture(autouse=True)
def films(tmp_path: Path) -> None:
    """The five films of the tiny 1M, and three platforms."""
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(lines), encoding="utf-8")
    return path


def details(folder: Path, *lines: str, header: str = DETAILS) -> Path:
    return write(folder, "details.csv", header, *(f"{line}\n" for line in lines))


def availability(folder: Path, *lines: str, name: str = "availability.csv") -> Path:
    return write(folder, name, AVAILABILITY, *(f"{line}\n" for line in lines))


def film(movie_id: int) -> Movie:
    return Movie.objects.get(pk=movie_id)


def last_line(output: str) -> str:
    """The summary without its seconds."""
    return output.splitlines()[-1].rpartition(" (")[0]


# --- details ---


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

    out, _ = run("load_movie_details", path)

    assert last_line(out) == (
        "Loaded 1 rows of movie details from details.csv; 2 skipped, their films are not loaded"
    )
    assert DataLoad.objects.get(kind="movie_details").counts == {"used": 1, "skipped": 2}
    assert Movie.objects.count() == 5


def test_details_twice_are_a_no_op_unless_forced(tmp_path: Path) -> None:
    path = details(tmp_path, "260,,11,스타워즈,")
    run("load_movie_details", path)
    Movie.objects.filter(pk=260).update(title_ko="별들의 전쟁")
    before = all_rows()

    out, _ = run("load_movie_details", path)
    assert last_line(out) == "details.csv is loaded already; nothing to do"
    assert all_rows() == before

    out, _ = run("load_movie_details", path, "--force")
    assert last_line(out) == "Loaded 1 rows of movie details from details.csv"
    assert film(260).title_ko == "스타워즈"


def test_details_load_again_for_the_films_of_another_data_set(tmp_path: Path) -> None:
    path = details(tmp_path, "1,,862,토이 스토리,")
    run("load_movie_details", path)
    run("load_movielens", tiny_release(tmp_path, "ml-100k"))
    assert film(1).title_ko == ""

    out, _ = run("load_movie_details", path)

    assert last_line(out) == "Loaded 1 rows of movie details from details.csv"
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


# --- availability ---


def test_availability_is_stored_with_source_and_day(tmp_path: Path) -> None:
    path = availability(
        tmp_path,
        "260,netflix,true,tmdb-kr,2026-01-31",
        "260,tving,FALSE,by hand,2026-02-01",
        "1,netflix,false,tmdb-kr,2026-01-31",
    )

    out, err = run("load_availability", path)

    assert last_line(out) == "Loaded 3 rows of availability from availability.csv"
    assert err == ""
    movie = film(260)
    # `platforms` is generated by the database from what was fetched and what staff say.
    assert movie.platforms == movie.platforms_fetched == {"netflix": True, "tving": False}
    stated = movie.availability.order_by("platform").values_list("platform", "source", "checked_at")
    assert list(stated) == [
        ("netflix", "tmdb-kr", datetime(2026, 1, 31, tzinfo=ZoneInfo("Asia/Seoul"))),
        ("tving", "by hand", datetime(2026, 2, 1, tzinfo=ZoneInfo("Asia/Seoul"))),
    ]
    assert movie.platforms_checked_at == datetime(2026, 2, 1, tzinfo=ZoneInfo("Asia/Seoul"))
    assert film(1).platforms == {"netflix": False}
    assert (film(29).platforms, film(29).platforms_checked_at) == ({}, None)


def test_what_staff_say_stands_above_what_is_fetched_later(tmp_path: Path) -> None:
    correct_availability(movie=film(260), states={"netflix": False, "watcha": True})

    run("load_availability", availability(tmp_path, "260,netflix,true,test,2026-11-01"))

    movie = film(260)
    assert movie.platforms == {"netflix": False, "watcha": True}
    assert movie.platforms_staff == {"netflix": False, "watcha": True}
    assert movie.platforms_fetched == {"netflix": True}

    correct_availability(movie=movie, states={"netflix": None})
    assert film(260).platforms == {"netflix": True, "watcha": True}


def test_the_newest_day_of_all_sources_wins_and_a_source_never_goes_back(tmp_path: Path) -> None:
    run(
        "load_availability",
        availability(
            tmp_path,
            "260,netflix,true,first,2026-02-01",
            "260,tving,true,first,2026-02-01",
            "1,netflix,true,first,2026-02-01",
            "29,netflix,true,first,2026-02-01",
        ),
    )
    second = availability(
        tmp_path,
        "260,netflix,false,second,2026-01-31",
        "260,watcha,false,second,2026-01-31",
        "1,netflix,false,second,2026-02-01",
        "29,netflix,false,second,2026-02-02",
        "1210,netflix,true,second,2020-01-01",
        "260,tving,false,first,2026-01-31",
        name="second.csv",
    )

    out, _ = run("load_availability", second)

    assert last_line(out) == (
        "Loaded 5 rows of availability from second.csv; 1 skipped, newer ones are known"
    )
    assert film(260).platforms == {"netflix": True, "tving": True, "watcha": False}
    assert film(1).platforms == {"netflix": False}  # the same day: what was loaded last
    assert film(29).platforms == {"netflix": False}
    assert film(1210).platforms == {"netflix": True}
    assert DataLoad.objects.latest_of("availability").counts == {
        "used": 5,
        "skipped": 0,
        "older": 1,
    }


def test_the_day_of_a_film_is_the_newest_and_never_goes_back(tmp_path: Path) -> None:
    run("load_availability", availability(tmp_path, "260,netflix,true,first,2026-02-01"))

    run("load_availability", availability(tmp_path, "260,tving,true,first,2026-01-01"))

    assert film(260).platforms_checked_at == datetime(2026, 2, 1, tzinfo=ZoneInfo("Asia/Seoul"))
    assert film(260).platforms == {"netflix": True, "tving": True}


def test_availability_of_films_that_are_not_loaded_is_skipped_and_counted(tmp_path: Path) -> None:
    path = availability(
        tmp_path,
        "260,netflix,true,test,2026-01-31",
        "9999,netflix,true,test,2026-01-31",
        "9999,tving,true,test,2026-01-31",
    )

    out, _ = run("load_availability", path)

    assert last_line(out) == (
        "Loaded 1 rows of availability from availability.csv; 2 skipped, their films are not loaded"
    )
    assert Movie.objects.count() == 5


def test_strict_availability_refuses_a_film_that_is_not_loaded(tmp_path: Path) -> None:
    path = availability(
        tmp_path, "260,netflix,true,test,2026-01-31", "9999,netflix,true,test,2026-01-31"
    )

    assert refusal("load_availability", path, "--strict") == (
        "availability.csv, line 3: movie_id 9999 is not a film that is loaded"
    )


def test_availability_twice_is_a_no_op_unless_forced(tmp_path: Path) -> None:
    path = availability(tmp_path, "260,netflix,true,test,2026-01-31")
    run("load_availability", path)
    before = all_rows()

    out, _ = run("load_availability", path)
    assert last_line(out) == "availability.csv is loaded already; nothing to do"
    assert all_rows() == before

    Movie.objects.update(platforms_fetched={})
    out, _ = run("load_availability", path, "--force")
    assert last_line(out) == "Loaded 1 rows of availability from availability.csv"
    assert film(260).platforms == {"netflix": True}
    assert DataLoad.objects.filter(kind="availability").count() == 2


def test_availability_loads_again_after_another_data_set_took_over(tmp_path: Path) -> None:
    path = availability(tmp_path, "1,netflix,true,test,2026-01-31")
    run("load_availability", path)
    run("load_movielens", tiny_release(tmp_path, "ml-100k"))
    assert film(1).platforms == {}

    out, _ = run("load_availability", path)

    assert last_line(out) == "Loaded 1 rows of availability from availability.csv"
    assert film(1).platforms == {"netflix": True}


ROW = "260,netflix,true,test,2026-01-31"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [ROW, "1,hulu,true,test,2026-01-31"],
            "line 3: platform 'hulu' is not a platform here; known: netflix, tving, watcha "
            "(`manage.py load_reference_data` loads those that the project ships)",
        ),
        (["1,Netflix,true,test,2026-01-31"], "line 2: platform 'Netflix' is not a platform here"),
        (["1,,true,test,2026-01-31"], "line 2: platform '' is empty; name a platform"),
        ([ROW, "1,netflix,yes,test,2026-01-31"], "line 3: available 'yes' is not true or false"),
        (["1,netflix,1,test,2026-01-31"], "line 2: available '1' is not true or false"),
        (["1,netflix,,test,2026-01-31"], "line 2: available '' is not true or false"),
        (
            ["1,netflix,true,test,31.1.2026"],
            "line 2: checked_on '31.1.2026' is not a day such as 2026-01-31",
        ),
        (
            ["1,netflix,true,test,2026-02-29"],
            "line 2: checked_on '2026-02-29' is not a day of the calendar",
        ),
        (["1,netflix,true,test,"], "line 2: checked_on '' is not a day such as 2026-01-31"),
        (
            ["1,netflix,true,test,0000-01-01"],
            "line 2: checked_on '0000-01-01' is not between 1990-01-01 and 2100-12-31",
        ),
        (["x,netflix,true,test,2026-01-31"], "line 2: movie_id 'x' is not a whole number"),
        (
            [ROW, "1,netflix,true,test,2026-01-31", "0260,netflix,false,test,2026-02-01"],
            "line 4: movie_id 260 is repeated (same movie_id, platform, source as an earlier line)",
        ),
        ([ROW, "1,netflix,true"], "line 3: has 3 fields; expected 5"),
        ([ROW, "1,netflix,true,test,2026-01-"], "line 3: checked_on '2026-01-' is not a day"),
        (["1,netflix,true,te\0st,2026-01-31"], "line 2: is not UTF-8 text"),
    ],
)
def test_broken_availability_is_refused_with_its_line(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    assert refusal("load_availability", availability(tmp_path, *lines)).startswith(
        f"availability.csv, {message}"
    )


def test_without_platforms_the_operator_is_told_what_to_load_first(tmp_path: Path) -> None:
    Platform.objects.all().delete()

    assert refusal("load_availability", availability(tmp_path, ROW)) == (
        "availability.csv, line 2: platform 'netflix' is not a platform here; known: none "
        "(`manage.py load_reference_data` loads those that the project ships)"
    )


@pytest.mark.parametrize("command", ["load_movie_details", "load_availability"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "table.csv: is empty"),
        ("movie_id,platform\n1,netflix\n", "table.csv, line 1: the header is "),
    ],
)
def test_a_file_that_is_no_table_of_this_kind_is_refused(
    tmp_path: Path, command: str, content: str, message: str
) -> None:
    assert refusal(command, write(tmp_path, "table.csv", content)).startswith(message)


@pytest.mark.parametrize("command", ["load_movie_details", "load_availability"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, command: str) -> None:
    path = tmp_path / "nothing.csv"
    assert refusal(command, path) == f"{path}: there is no such file"


# --- what a platform is known to carry ---


def rates(slug: str) -> tuple[int, int, int, int]:
    """Films known, those carried; and both without sources that only ever say yes."""
    platform = Platform.objects.get(pk=slug)
    return (
        platform.films_known,
        platform.films_carried,
        platform.surveyed_known,
        platform.surveyed_carried,
    )


def test_platforms_count_their_films_and_surveys_leave_out_lists_of_hits(tmp_path: Path) -> None:
    run(
        "load_availability",
        availability(
            tmp_path,
            "1,netflix,true,survey,2026-01-31",
            "29,netflix,false,survey,2026-01-31",
            "260,netflix,false,survey,2026-01-31",
            "1210,netflix,true,hits,2026-01-31",
            "2571,netflix,true,hits,2026-01-31",
            "1,tving,true,hits,2026-01-31",
            "29,tving,true,hits,2026-01-31",
        ),
    )

    assert rates("netflix") == (5, 3, 3, 1)
    assert rates("tving") == (2, 2, 0, 0)  # every row says yes: that tells nothing of the misses
    assert rates("watcha") == (0, 0, 0, 0)


def test_corrections_count_as_a_source_of_their_own(tmp_path: Path) -> None:
    run(
        "load_availability",
        availability(
            tmp_path,
            "1,netflix,true,survey,2026-01-31",
            "29,netflix,false,survey,2026-01-31",
        ),
    )
    correct_availability(movie=film(260), states={"netflix": True})
    assert rates("netflix") == (3, 2, 2, 1)  # staff only said yes so far

    correct_availability(movie=film(1), states={"netflix": False})
    # Staff: no for 1, yes for 260; the survey is left with one no.
    assert rates("netflix") == (3, 1, 3, 1)

    correct_availability(movie=film(1), states={"netflix": None})
    correct_availability(movie=film(260), states={"netflix": None})
    assert rates("netflix") == (2, 1, 2, 1)
