"""Ages, genders, genres and days of release are read as people write them, or refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from common.errors import DataError
from movies.movielens import open_release
from movies.movielens.genres import genres_of
from movies.movielens.people import age_of, age_on, genders
from tests.movies.movielens.loose_files import PLAIN, read, write
from tests.movies.movielens.refusals import refusal

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("cell", "age"),
    [
        ("27", 27),
        ("27.0", 27),
        ("27세", 27),
        ("만 27세", 27),
        ("만27", 27),
        ("27 살", 27),
        ("27 years old", 27),
        ("20대", 20),
        ("20s", 20),
        ("25-34", 25),
        ("25 ~ 34세", 25),
        ("만 18세~24세", 18),
        ("18 to 24", 18),
        ("60+", 60),
        ("60대 이상", 60),
        ("56 and older", 56),
        ("under 18", 1),
        ("18세 미만", 1),
        ("120", 120),
    ],
)
def test_an_age_is_read(cell: str, age: int) -> None:
    assert age_of(cell) == age


@pytest.mark.parametrize(
    "cell",
    ["0", "121", "-5", "27.5", "34-25", "18-65", "20대 초반", "25대", "under 65", "스물", "27/28"],
)
def test_a_text_that_is_no_one_age_is_none(cell: str) -> None:
    assert age_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "age"),
    [
        ("1997", 29),
        ("1997.0", 29),
        ("1997년", 29),
        ("1997-11-29", 29),
        ("1997-11-30", 28),
        ("1997.1.2", 29),
        ("1997/12/01", 28),
        ("1997년 12월 1일", 28),
        ("19971201", 28),
        ("1997-12-01 00:00:00", 28),
        ("97", None),
        ("1899", None),
        ("2027", None),
        ("1997-02-30", None),
        ("01/02/1997", None),
    ],
)
def test_an_age_comes_from_a_birth_that_leaves_no_doubt(cell: str, age: int | None) -> None:
    assert age_on(cell, TODAY) == age


def test_genders_in_korean_and_english() -> None:
    cells = ["남자", "여자", "남성", "여성", "남", "여", "M", "f", "Male", "FEMALE ", "woman", ""]
    frame = pd.DataFrame({"gender": cells, "line": range(2, len(cells) + 2)})
    male, female = "male", "female"
    assert genders(frame, file="user.csv").tolist() == [
        *(male, female, male, female, male, female, male, female, male, female, female, "")
    ]


@pytest.mark.parametrize("cell", ["1", "2", "0", "x", "unknown", "남녀"])
def test_a_code_for_a_gender_is_not_guessed(tmp_path: Path, cell: str) -> None:
    users = f"user_id,sex\n1,M\n2,{cell}\n"
    error = refusal(write(tmp_path / "files", {**PLAIN, "user.csv": users}))
    assert str(error) == (
        f"files/user.csv, line 3: gender is '{cell}'; "
        "expected M, F, male, female, 남자, 여자, or empty"
    )


def test_ages_from_births_fill_those_that_are_missing_and_the_summary_says_so(
    tmp_path: Path,
) -> None:
    users = "user_id,sex,age,birth_year\n1,M,27,1990\n2,F,,1983\n3,,,\n"
    path = write(tmp_path / "files", {**PLAIN, "user.csv": users})
    with open_release(path, today=TODAY) as release:
        assert release.users is not None
        assert release.users["age"].fillna(0).tolist() == [27, 43, 0]
    assert "user.csv: user_id, sex as gender, age, birth_year as age" in release.used
    assert "a year of birth counts as the age reached in 2026" in release.used


@pytest.mark.parametrize(
    ("cell", "genres"),
    [
        ("Drama|Romance", ["Drama", "Romance"]),
        ("Drama, Romance", ["Drama", "Romance"]),
        ("Drama;Romance; War", ["Drama", "Romance", "War"]),
        ("Drama/Romance", ["Drama", "Romance"]),
        ("Drama / Romance|Film-Noir", ["Drama", "Romance", "Film-Noir"]),
        ("드라마·로맨스", ["드라마", "로맨스"]),
        ("드라마ㆍ로맨스", ["드라마", "로맨스"]),
        ("ドラマ・戦争", ["ドラマ", "戦争"]),
        ("Drama • Romance", ["Drama", "Romance"]),
        ("Drama+Romance", ["Drama", "Romance"]),
        ("Drama - Romance", ["Drama", "Romance"]),
        ("Action Sci-Fi Children's", ["Action", "Sci-Fi", "Children"]),
        ("Science Fiction, TV Movie", ["Science Fiction", "TV Movie"]),
        ("Action & Adventure", ["Action & Adventure"]),
        ("Film-Noir", ["Film-Noir"]),
        ("['Drama', \"Children's\"]", ["Drama", "Children"]),
        ('["Drama", "Sci-Fi"]', ["Drama", "Sci-Fi"]),
        ("[{'id': 18, 'name': 'Drama'}, {'id': 1, 'name': 'War'}]", ["Drama", "War"]),
        ('[{"id": 18, "name": "Drama"}]', ["Drama"]),
        ("[Drama, Romance]", ["Drama", "Romance"]),
        ("{Drama,Romance}", ["Drama", "Romance"]),
        ("[]", []),
        ("N/A", []),
        ("(no genres listed)", []),
        ("", []),
        ("Drama,", ["Drama"]),
        ("Drama|Drama", ["Drama"]),
    ],
)
def test_genres_are_split_at_any_mark_but_not_within_a_name(cell: str, genres: list[str]) -> None:
    assert genres_of(cell, file="movie.csv", line=2, is_cut=False) == genres


@pytest.mark.parametrize(
    "cell", ["['Drama' 'War']", "['Drama', 'War'", "[{'id': 1}]", "[1, 2]", "['Children's']"]
)
def test_a_broken_list_of_genres_is_refused_with_its_line(tmp_path: Path, cell: str) -> None:
    quoted = cell.replace('"', '""')
    movies = f'movie_id,title,genres\n1,A,Drama\n2,B,"{quoted}"\n'
    error = refusal(write(tmp_path / "files", {**PLAIN, "movie.csv": movies}))
    assert error.line == 3
    assert "expected names with | between them, or a list such as ['Drama', 'War']" in str(error)


@pytest.mark.parametrize(
    "cell",
    [
        *("1994-10-30", "1994.10.30", "1994. 10. 30.", "1994/10/30", "19941030", "1994"),
        *("1994-10-30 00:00:00", "1994-10-30T00:00:00Z", "30-Oct-1994", "10/30/1994"),
        *("Oct 30, 1994", "1994년 10월 30일"),
    ],
)
def test_the_year_comes_from_a_day_of_release(tmp_path: Path, cell: str) -> None:
    movies = f'movie_id,title,release_date\n1,A,"{cell}"\n2,B (2001),\n'
    release, _ = read(write(tmp_path / "files", {**PLAIN, "movie.csv": movies}))
    assert release.movies["year"].tolist() == [1994, 2001]
    assert release.movies["title"].tolist() == ["A", "B"]


def test_a_day_of_release_confirms_the_year_in_the_title_or_makes_it_part_of_the_title(
    tmp_path: Path,
) -> None:
    movies = (
        "movie_id,title,개봉일,year\n1,Heat (1995),1996-02-01,\n2,Blade Runner (2049),2017-10-06,\n"
        "3,Up,2009-05-29,2008\n"
    )
    release, _ = read(
        write(
            tmp_path / "files",
            {**PLAIN, "movie.csv": movies},
        )
    )
    assert release.movies["title"].tolist() == ["Heat", "Blade Runner (2049)", "Up"]
    assert release.movies["year"].tolist() == [1995, 2017, 2008]


@pytest.mark.parametrize("cell", ["94-10-30", "0000-00-00", "soon", "30.10.94"])
def test_another_day_of_release_is_refused(tmp_path: Path, cell: str) -> None:
    movies = f"movie_id,title,release_date\n1,A,{cell}\n2,B,\n"
    error = refusal(write(tmp_path / "files", {**PLAIN, "movie.csv": movies}))
    assert (error.line, "or empty" in error.message) == (2, True)


def test_a_genre_that_is_too_long_is_refused() -> None:
    with pytest.raises(DataError, match="has 31 characters; expected 1 to 30"):
        genres_of("Drama|" + "x" * 31, file="movie.csv", line=2, is_cut=False)


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "=VLOOKUP(A2,B:C,2)", "Err:502"])
def test_what_a_spreadsheet_leaves_in_a_file_of_films_is_no_genre(
    tmp_path: Path, cell: str
) -> None:
    movies = f'movie_id,title,genres\n1,A,Drama\n2,B,"{cell}"\n'

    error = refusal(write(tmp_path / "files", {**PLAIN, "movie.csv": movies}))

    assert (error.line, cell in str(error)) == (3, True)
