"""Every wrong row of a release is refused, naming the file, the line, and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import tables
from movies.movielens import ratings as ratings_module
from movies.movielens import source as source_module
from movies.movielens.headers import RATINGS
from movies.movielens.layouts import FIXED_LAYOUTS, MOVIE_TWEETINGS, ReleaseTable, Scale
from movies.movielens.ratings import Block, RatingFormat
from tests.movies.movielens.refusals import GOOD_1M, GOOD_CSV, RATINGS_HEADER, T, refused

# Bytes that one parser might read more kindly than another.
EDITS = [
    *(bytes([byte]) for byte in b"0159.-+eExX_ :,|\t\r\n\"'\0\xff"),
    *(b"", b"::", b"0x", b"nan", b"inf", b"\n\n", b"\r\n", b'""', "５".encode()),
]


WRONG_RATINGS = [
    ("ml-1m", "ratings.dat", f"{GOOD_1M}1::29::5\n{GOOD_1M}", 2, "has 3 fields; expected 4"),
    ("ml-1m", "ratings.dat", f"{GOOD_1M}1::29::5::1::1\n", 2, "has 5 fields; expected 4"),
    ("ml-1m", "ratings.dat", f"{GOOD_1M}\n{GOOD_1M}", 2, "is a blank line; expected a row"),
    ("ml-1m", "ratings.dat", f"\n{GOOD_1M}", 1, "is a blank line; expected a row"),
    (
        "ml-1m",
        "ratings.dat",
        f"x::1::5::{T}\n",
        1,
        "ml_user_id is 'x'; expected a whole number",
    ),
    ("ml-1m", "ratings.dat", f"1.0::1::5::{T}\n", 1, "ml_user_id is '1.0'; expected a whole"),
    ("ml-1m", "ratings.dat", f"-1::1::5::{T}\n", 1, "ml_user_id is '-1'; expected a whole"),
    ("ml-1m", "ratings.dat", f"1::0::5::{T}\n", 1, "movie_id is '0'; expected a whole number"),
    ("ml-1m", "ratings.dat", f"1::0x1F::5::{T}\n", 1, "movie_id is '0x1F'; expected a whole"),
    ("ml-1m", "ratings.dat", f"1::2147483648::5::{T}\n", 1, "from 1 to 2147483647"),
    ("ml-1m", "ratings.dat", f"1::{'9' * 99}::5::{T}\n", 1, "from 1 to 2147483647"),
    ("ml-1m", "ratings.dat", f"1::1::::{T}\n", 1, "the rating is ''; expected a number"),
    ("ml-1m", "ratings.dat", f"1::1::five::{T}\n", 1, "the rating is 'five'; expected"),
    ("ml-1m", "ratings.dat", f"1::1::0::{T}\n", 1, "a number from 0.5 to 5.0 in steps of 0.5"),
    ("ml-1m", "ratings.dat", f"1::1::5.5::{T}\n", 1, "the rating is '5.5'; expected"),
    ("ml-1m", "ratings.dat", f"1::1::3.7::{T}\n", 1, "the rating is '3.7'; expected"),
    ("ml-1m", "ratings.dat", "1::1::5::noon\n", 1, "the timestamp is 'noon'; expected whole"),
    ("ml-1m", "ratings.dat", f"1:::1::5::{T}\n", 1, "movie_id is ':1'; expected"),
    ("ml-100k", "u.data", f"1\t1\t5\t{T}\n1 1 5 {T}\n", 2, "has 1 fields; expected 4"),
    ("ml-25m", "ratings.csv", f"{RATINGS_HEADER}{GOOD_CSV}1,1,nan,{T}\n", 3, "rating is 'nan'"),
    ("ml-25m", "ratings.csv", f"{RATINGS_HEADER}1,1,inf,{T}\n", 2, "the rating is 'inf'"),
    ("ml-25m", "ratings.csv", f"{RATINGS_HEADER}1,1,-1,{T}\n", 2, "the rating is '-1'"),
    ("ml-25m", "ratings.csv", f"{RATINGS_HEADER}1,1,0.25,{T}\n", 2, "in steps of 0.5"),
    (
        "ml-25m",
        "ratings.csv",
        f'{RATINGS_HEADER}1,"1,4.5,{T}\n',
        2,
        "is not a valid CSV record",
    ),
    ("ml-25m", "ratings.csv", f"{RATINGS_HEADER}{GOOD_CSV}\r{GOOD_CSV}", 3, "valid CSV record"),
    ("plain", "rating.csv", "user_id,movie_id,rating\n1,1,0.4\n", 2, "from 0.5 to 5.0"),
    ("plain", "rating.csv", "user_id,movie_id,rating\n1,1,nan\n", 2, "the rating is 'nan'"),
    ("plain", "rating.csv", "user_id,movie_id,rating\n1,0x1,4\n", 2, "movie_id is '0x1'"),
    (
        "plain",
        "rating.csv",
        "user_id,movie_id,rating\n1,1,4,5\n",
        2,
        "has 4 fields; expected 3",
    ),
]


@pytest.mark.parametrize(("layout", "file", "content", "line", "message"), WRONG_RATINGS)
def test_a_wrong_rating_is_refused_with_its_line(
    tmp_path: Path, layout: str, file: str, content: str, line: int, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert message in error.message
    assert str(error).startswith(f"{layout}/{file}, line {line}: ")


WRONG_FILMS = [
    ("ml-1m", "movies.dat", "1::Heat (1995)\n", 1, "has 2 fields; expected 3"),
    ("ml-1m", "movies.dat", "1::A::Drama\n\n2::B::Drama\n", 2, "is a blank line"),
    ("ml-1m", "movies.dat", "one::A::Drama\n", 1, "movie_id is 'one'; expected a whole"),
    ("ml-1m", "movies.dat", "1::::Drama\n", 1, "the title is empty; expected one"),
    ("ml-1m", "movies.dat", f"1::{'A' * 301}::Drama\n", 1, "expected at most 300"),
    ("ml-1m", "movies.dat", f"1::A::{'D' * 31}\n", 1, "has 31 characters; expected 1 to 30"),
    (
        "ml-1m",
        "movies.dat",
        "1::A::Drama\n2::B::Drama\n1::C::Drama\n",
        3,
        "movie_id 1 is there twice, first in line 1; expected once",
    ),
    (
        "ml-1m",
        "movies.dat",
        "1::A::Drama\n2::B::Com",
        2,
        "stops at 'Com'; the file was cut off",
    ),
    ("ml-100k", "u.item", "1|A|||" + "|0" * 18, 1, "has 23 fields; expected 24"),
    ("ml-100k", "u.item", "1|A|||" + "|0" * 18 + "|2\n", 1, "genre flag Western is '2'"),
    (
        "ml-25m",
        "movies.csv",
        'movieId,title,genres\n1,A,Drama\n2,"B,Drama\n3,C,Drama\n',
        3,
        "is not a valid CSV record",
    ),
    ("ml-25m", "movies.csv", "movieId,genres\n1,A\n", 1, "expected also title"),
    ("ml-25m", "links.csv", "movieId,imdbId,tmdbId\n1,x,1\n", 2, "imdb_id is 'x'; expected"),
    ("ml-25m", "links.csv", "movieId,imdbId,tmdbId\n1,1,-1\n", 2, "tmdb_id is '-1'; expected"),
    ("ml-25m", "links.csv", "movieId,imdbId,tmdbId\n9,1,1\n", 2, "9 is not in movies.csv"),
    (
        "ml-25m",
        "links.csv",
        "movieId,imdbId,tmdbId\n1,1,1\n1,1,1\n",
        3,
        "movie_id 1 is there twice, first in line 2",
    ),
    (
        "plain",
        "movie.csv",
        "movie_id,title,year\n1,A,99\n",
        2,
        "whole number from 1870 to 2100",
    ),
    ("plain", "movie.csv", "movie_id,title,year\n1,A,soon\n", 2, "year is 'soon'; expected"),
]


@pytest.mark.parametrize(("layout", "file", "content", "line", "message"), WRONG_FILMS)
def test_a_wrong_film_is_refused_with_its_line(
    tmp_path: Path, layout: str, file: str, content: str, line: int, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert message in error.message


WRONG_USERS = [
    ("ml-1m", "users.dat", "1::F::18::4\n", 1, "has 4 fields; expected 5"),
    ("ml-1m", "users.dat", "0::F::18::4::1\n", 1, "ml_user_id is '0'; expected"),
    ("ml-1m", "users.dat", "1::X::18::4::1\n", 1, "gender is 'X'; expected M, F, male, female"),
    ("ml-1m", "users.dat", "1::F::0::4::1\n", 1, "age is '0'; expected a whole number from 1"),
    (
        "ml-1m",
        "users.dat",
        "1::F::121::4::1\n",
        1,
        "a whole number from 1 to 120 or an age group such as",
    ),
    ("ml-1m", "users.dat", "1::F::old::4::1\n", 1, "age is 'old'; expected"),
    ("ml-1m", "users.dat", "1::F::18::21::1\n", 1, "occupation_code is '21'; expected a whole"),
    (
        "ml-1m",
        "users.dat",
        "1::F::1::4::1\n1::F::1::4::1\n",
        2,
        "is there twice, first in line 1",
    ),
    ("ml-100k", "u.user", "1|24|M|technician\n", 1, "has 4 fields; expected 5"),
    ("plain", "user.csv", "user_id,age\n1,7.5\n", 2, "age is '7.5'; expected"),
    ("plain", "user.csv", "user_id,gender\n1,unknown\n", 2, "gender is 'unknown'; expected"),
    ("plain", "user.csv", "user_id,userId\n1,1\n", 1, "two columns for ml_user_id"),
]


@pytest.mark.parametrize(("layout", "file", "content", "line", "message"), WRONG_USERS)
def test_a_wrong_user_is_refused_with_its_line(
    tmp_path: Path, layout: str, file: str, content: str, line: int, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert message in error.message


COLUMNS = ("ml_user_id", "movie_id", "rating", "timestamp")
WITH_HEADER = tables.Header(",", ("userId", "movieId", "rating", "timestamp"), (*COLUMNS[:3], ""))
FORMATS = [
    *(
        RatingFormat("ratings", layout.tables[RATINGS], layout.scale)
        for layout in (*FIXED_LAYOUTS, MOVIE_TWEETINGS)
    ),
    RatingFormat("ratings", ReleaseTable("ratings", ",", COLUMNS, WITH_HEADER), Scale()),
    RatingFormat("ratings", ReleaseTable("ratings", ";", COLUMNS, WITH_HEADER), Scale(steps=None)),
]


@pytest.mark.parametrize(
    "rating_format", FORMATS, ids=["tab", "1m", "tweetings", "csv", "semicolon"]
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(edits=st.lists(st.tuples(st.integers(0, 300), st.sampled_from(EDITS)), max_size=3))
def test_what_the_fast_lane_takes_the_slow_lane_takes_too(
    rating_format: RatingFormat, edits: list[tuple[int, bytes]]
) -> None:
    stars = "4.5" if rating_format.scale.steps != 1 else "4"
    data = rating_format.table.separator.join(["1", "260", stars, "978300760"]).encode() + b"\n"
    for place, replacement in edits:
        place %= len(data) - 1
        data = data[:place] + replacement + data[place + 1 :]
    fast = ratings_module._parse_fast(data, rating_format)
    if fast is not None:
        slow = ratings_module._parse_lines(Block(data, 1), rating_format)
        assert [column.tolist() for column in fast] == [column.tolist() for column in slow]


def test_the_line_is_right_in_a_later_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "BLOCK_BYTES", 64)
    error = refused(tmp_path, "ml-1m", "ratings.dat", GOOD_1M * 50 + "1::1::6::0\n" + GOOD_1M * 9)
    assert error.line == 51
