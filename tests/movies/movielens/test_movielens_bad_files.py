"""A release with a cut, empty or wrongly encoded file is refused, and so is a missing one."""

from __future__ import annotations

from pathlib import Path

import pytest

from movies.movielens import open_release
from tests.movies.movielens.archives import tiny_files, tiny_release
from tests.movies.movielens.refusals import GOOD_1M, GOOD_CSV, RATINGS_HEADER, T, refused

# --- ends of files ---


@pytest.mark.parametrize(
    ("layout", "file", "content", "stop"),
    [
        ("ml-1m", "ratings.dat", f"{GOOD_1M}1::1::5::9783007", "9783007"),
        ("ml-100k", "u.data", f"1\t1\t5\t{T}\n1\t2\t5\t97830076", "97830076"),
        ("ml-25m", "ratings.csv", f"{RATINGS_HEADER}1,1,4.5,96498270", "96498270"),
        ("plain", "rating.csv", "user_id,movie_id,rating\n1,1,4.", "1,1,4."),
        ("plain", "rating.csv", 'user_id,movie_id,rating\n"1","1",4.', "4."),
    ],
)
def test_a_last_row_that_looks_cut_is_refused(
    tmp_path: Path, layout: str, file: str, content: str, stop: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == content.count("\n") + 1
    assert stop in error.message
    assert "the file was cut off: get it again" in error.message


def test_a_last_row_with_fewer_fields_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "ml-1m", "ratings.dat", f"{GOOD_1M}1::29::")
    assert error.line == 2
    assert "has 3 fields; expected 4" in error.message
    assert "the file was cut off: get it again" in error.message


@pytest.mark.parametrize("last", ["1::1::5::0", f"1::1::5::{T}"])
def test_a_last_row_that_is_whole_needs_no_line_end(tmp_path: Path, last: str) -> None:
    path = tiny_release(tmp_path, "ml-1m", replace={"ratings.dat": GOOD_1M + last})
    with open_release(path) as release:
        assert sum(map(len, release.rating_chunks())) == 2


@pytest.mark.parametrize(
    ("layout", "file"),
    [
        ("ml-1m", "ratings.dat"),
        ("ml-1m", "movies.dat"),
        ("ml-1m", "users.dat"),
        ("ml-100k", "u.data"),
        ("ml-25m", "ratings.csv"),
        ("ml-25m", "links.csv"),
        ("plain", "user.csv"),
    ],
)
@pytest.mark.parametrize("content", ["", "\n", "\r\n\r\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, layout: str, file: str, content: str) -> None:
    error = refused(tmp_path, layout, file, content)
    assert "is empty; expected text" in error.message


@pytest.mark.parametrize(
    ("layout", "file"),
    [
        ("ml-25m", "ratings.csv"),
        ("ml-25m", "movies.csv"),
        ("ml-25m", "links.csv"),
        ("plain", "rating.csv"),
        ("plain", "movie.csv"),
        ("plain", "user.csv"),
    ],
)
def test_a_header_alone_is_refused(tmp_path: Path, layout: str, file: str) -> None:
    header = str(tiny_files(layout)[file]).splitlines()[0]
    for content in (header, f"{header}\n"):
        error = refused(tmp_path / str(len(content)), layout, file, content)
        assert error.line == 1
        assert "has a header but no rows; expected at least one" in error.message


@pytest.mark.parametrize(
    ("layout", "file", "content", "message"),
    [
        ("ml-25m", "ratings.csv", GOOD_CSV, "expected also user_id, movie_id, rating"),
        ("ml-25m", "ratings.csv", f"user,movie,stars,time\n{GOOD_CSV}", "header is 'user,movie,"),
        ("plain", "rating.csv", "user_id,film,rating\n1,1,4\n", "expected also movie_id"),
        ("plain", "movie.csv", "movie_id,name\n1,A\n", "expected also title"),
        ("plain", "rating.csv", "user_id,movie_id,rating\r1,1,4\r2,1,4\r", "line ends of Unix"),
        ("plain", "movie.csv", "movie_id::title\n1::A\n", "put commas instead of ::"),
        ("plain", "user.csv", "id,age\n1,20\n", "expected also user_id"),
    ],
)
def test_a_wrong_header_is_refused(
    tmp_path: Path, layout: str, file: str, content: str, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == 1
    assert message in error.message


# --- encodings ---


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("layout", "file"), [("ml-1m", "ratings.dat"), ("plain", "movie.csv")])
def test_utf_16_without_its_mark_is_a_wrong_encoding(
    tmp_path: Path, layout: str, file: str, encoding: str
) -> None:
    error = refused(tmp_path, layout, file, str(tiny_files(layout)[file]).encode(encoding))
    assert error.line == 1
    assert "wrong encoding: UTF-16" in error.message
    assert "save it as UTF-8" in error.message


def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "ml-1m", "movies.dat", b"1::A::Drama\n2::B\0::Drama\n")
    assert error.line == 2
    assert "NUL" in error.message


@pytest.mark.parametrize(
    ("layout", "file", "content", "line"),
    [
        (
            "ml-25m",
            "movies.csv",
            "movieId,title,genres\n1,A,Drama\n2,é,Drama\n".encode("latin-1"),
            3,
        ),
        ("plain", "movie.csv", "movie_id,title\n1,怪物\n".encode("gb2312"), 2),
        ("plain", "rating.csv", b"user_id,movie_id,rating,note\n1,1,4,\xb1\xab\xb9\n", 2),
    ],
)
def test_csv_files_in_no_known_encoding_are_refused(
    tmp_path: Path, layout: str, file: str, content: bytes, line: int
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert "wrong encoding" in error.message
    assert "expected UTF-8, save the file so" in error.message
