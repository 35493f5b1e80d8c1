"""Every kind of broken release is refused, naming the file, the line, and what to do."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import DataError
from movies.movielens import open_release
from movies.movielens import ratings as ratings_module
from movies.movielens import rows as rows_module
from movies.movielens import source as source_module
from movies.movielens.layouts import LAYOUTS, Layout
from movies.movielens.ratings import Block, RatingFormat
from tests.movies.movielens.archives import tiny_files, tiny_release, write_zip

# Bytes that one parser might read more kindly than another.
EDITS = [
    *(bytes([byte]) for byte in b"0159.-+eExX_ :,|\t\r\n\"'\0\xff"),
    *(b"", b"::", b"0x", b"nan", b"inf", b"\n\n", b"\r\n", b'""', "５".encode()),
]
RATINGS_HEADER = "userId,movieId,rating,timestamp\n"
T = 978300760


def refusal(path: Path) -> DataError:
    """The error of reading everything there is in a release."""
    with pytest.raises(DataError) as caught, open_release(path) as release:
        for _ in release.rating_chunks():
            pass
    return caught.value


def refused(tmp_path: Path, layout: str, file: str, content: str | bytes) -> DataError:
    error = refusal(tiny_release(tmp_path, layout, replace={file: content}))
    assert error.file == f"{layout}/{file}"
    return error


# --- rows ---

GOOD_1M = f"1::1::5::{T}\n"
GOOD_CSV = f"1,1,4.5,{T}\n"


@pytest.mark.parametrize(
    ("layout", "file", "content", "line", "message"),
    [
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
    ],
)
def test_a_wrong_rating_is_refused_with_its_line(
    tmp_path: Path, layout: str, file: str, content: str, line: int, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert message in error.message
    assert str(error).startswith(f"{layout}/{file}, line {line}: ")


@pytest.mark.parametrize(
    ("layout", "file", "content", "line", "message"),
    [
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
        ("ml-25m", "movies.csv", "movieId,title\n1,A\n", 1, "expected 'movieId,title,genres'"),
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
    ],
)
def test_a_wrong_film_is_refused_with_its_line(
    tmp_path: Path, layout: str, file: str, content: str, line: int, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert message in error.message


@pytest.mark.parametrize(
    ("layout", "file", "content", "line", "message"),
    [
        ("ml-1m", "users.dat", "1::F::18::4\n", 1, "has 4 fields; expected 5"),
        ("ml-1m", "users.dat", "0::F::18::4::1\n", 1, "ml_user_id is '0'; expected"),
        ("ml-1m", "users.dat", "1::X::18::4::1\n", 1, "gender is 'X'; expected M, F, male, female"),
        ("ml-1m", "users.dat", "1::F::0::4::1\n", 1, "age is '0'; expected a whole number from 1"),
        ("ml-1m", "users.dat", "1::F::121::4::1\n", 1, "a whole number from 1 to 120, or empty"),
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
    ],
)
def test_a_wrong_user_is_refused_with_its_line(
    tmp_path: Path, layout: str, file: str, content: str, line: int, message: str
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert message in error.message


@pytest.mark.parametrize("layout", LAYOUTS)
@given(edits=st.lists(st.tuples(st.integers(0, 300), st.sampled_from(EDITS)), max_size=3))
def test_what_the_fast_lane_takes_the_slow_lane_takes_too(
    layout: Layout, edits: list[tuple[int, bytes]]
) -> None:
    table = layout.ratings
    fields = ["1", "260", "4.5", "978300760"][: len(table.columns)]
    data = table.separator.join(fields).encode() + b"\n"
    for place, replacement in edits:
        place %= len(data) - 1
        data = data[:place] + replacement + data[place + 1 :]
    rating_format = RatingFormat("ratings", table, table.columns)
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
        ("ml-25m", "ratings.csv", GOOD_CSV, "expected 'userId,movieId,rating,timestamp'"),
        ("ml-25m", "ratings.csv", f"user,movie,stars,time\n{GOOD_CSV}", "header is 'user,movie,"),
        ("plain", "rating.csv", "user_id,film,rating\n1,1,4\n", "expected also movie_id"),
        ("plain", "movie.csv", "movie_id,name\n1,A\n", "expected also title"),
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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("layout", "file"), [("ml-1m", "ratings.dat"), ("plain", "movie.csv")])
def test_utf_16_is_a_wrong_encoding(tmp_path: Path, layout: str, file: str, encoding: str) -> None:
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
        ("plain", "movie.csv", "movie_id,title\n1,괴물\n".encode("cp949"), 2),
        ("plain", "rating.csv", "user_id,movie_id,rating,note\n1,1,4,괴물\n".encode("cp949"), 2),
    ],
)
def test_csv_files_must_be_utf_8(
    tmp_path: Path, layout: str, file: str, content: bytes, line: int
) -> None:
    error = refused(tmp_path, layout, file, content)
    assert error.line == line
    assert "wrong encoding" in error.message
    assert "expected UTF-8, save the file so" in error.message


# --- sources ---


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path / "ml-1m.zip")
    assert error.file == str(tmp_path / "ml-1m.zip")
    assert "does not exist; expected the zip of a MovieLens release or its folder" in error.message


@pytest.mark.parametrize("content", [b"", b"1::1::5::0\n", b"PK\3\4 cut"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ratings.dat"
    path.write_bytes(content)
    error = refusal(path)
    assert error.file == str(path)
    assert "is not a zip file" in error.message
    assert "expected the zip of a MovieLens release, whole, or its folder" in error.message


def test_a_zip_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    path.write_bytes(path.read_bytes()[:-30])
    assert "download it again" in refusal(path).message


@pytest.mark.parametrize("zipped", [True, False])
def test_a_source_of_no_known_layout_names_those_that_are_known(
    tmp_path: Path, zipped: bool
) -> None:
    nothing = dict.fromkeys(tiny_files("ml-1m"))
    path = tiny_release(tmp_path, "ml-1m", zipped=zipped, replace={**nothing, "a.txt": "a"})
    error = refusal(path)
    assert error.file == path.name
    assert "no MovieLens release is in here, found ml-1m/a.txt" in error.message
    for known in ("u.data", "ratings.dat", "ratings.csv", "rating.csv, movie.csv, user.csv"):
        assert known in error.message


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "found nothing; expected one of" in refusal(tmp_path).message


@pytest.mark.parametrize(
    ("layout", "missing"),
    [
        ("ml-100k", "u.data"),
        ("ml-100k", "u.item"),
        ("ml-100k", "u.user"),
        ("ml-1m", "ratings.dat"),
        ("ml-1m", "movies.dat"),
        ("ml-1m", "users.dat"),
        ("ml-10M100K", "movies.dat"),
        ("ml-25m", "ratings.csv"),
        ("ml-25m", "movies.csv"),
        ("plain", "rating.csv"),
        ("plain", "movie.csv"),
        ("plain", "user.csv"),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_missing_file_is_named_with_those_that_were_found(
    tmp_path: Path, layout: str, missing: str, zipped: bool
) -> None:
    error = refusal(tiny_release(tmp_path, layout, zipped=zipped, replace={missing: None}))
    assert layout in error.file
    assert f"{missing} is missing from " in error.message
    for name in tiny_files(layout):
        assert (name in error.message.partition("found ")[2]) == (name != missing)


def test_links_may_be_missing(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-25m", replace={"links.csv": None})
    with open_release(path) as release:
        assert release.movies["imdb_id"].isna().all()


def test_two_releases_in_one_zip_are_ambiguous(tmp_path: Path) -> None:
    files = {f"ml-1m/{name}": _bytes(data) for name, data in tiny_files("ml-1m").items()}
    files |= {f"ml-25m/{name}": _bytes(data) for name, data in tiny_files("ml-25m").items()}
    error = refusal(write_zip(tmp_path / "both.zip", files))
    assert error.file == "both.zip"
    assert "several releases (ml-1m/ratings.dat, ml-25m/ratings.csv); expected one" in error.message


def test_two_layouts_in_one_folder_are_ambiguous(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", zipped=False, replace=tiny_files("ml-25m"))
    assert "holds several releases" in refusal(path).message


def test_the_same_file_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("ml-1m/ratings.dat", GOOD_1M)
    assert "holds the file ml-1m/ratings.dat twice" in refusal(path).message


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


# --- hostile and damaged archives ---


@pytest.mark.parametrize(
    "name", ["../evil.txt", "ml-1m/../../evil.txt", "/etc/evil", "C:/evil", "..\\evil", "\\evil"]
)
def test_a_member_outside_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    error = refusal(path)
    assert error.file == "ml-1m.zip"
    assert "points outside the archive" in error.message
    assert "do not use this file" in error.message


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = b"\n" * (11 * 2**20)
    error = refused(tmp_path, "ml-1m", "users.dat", bomb)
    assert "no MovieLens file packs more than 200 to 1" in error.message


def test_an_unneeded_bomb_is_left_alone(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", replace={"other.txt": b"\n" * (11 * 2**20)})
    with open_release(path) as release:
        assert release.name == "ml-1m"


def test_sizes_that_no_release_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    monkeypatch.setattr(source_module, "MAX_TOTAL_BYTES", 300)
    assert "at most 300 are expected" in refusal(path).message
    monkeypatch.setattr(source_module, "MAX_MEMBER_BYTES", 100)
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "at most 100 are expected" in error.message


def test_a_table_of_films_too_large_for_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "MAX_TABLE_BYTES", 100)
    error = refusal(tiny_release(tmp_path, "ml-1m"))
    assert error.file == "ml-1m/movies.dat"
    assert "the largest release needs less than 10 million" in error.message


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratings_module, "MAX_LINE_BYTES", 100)
    error = refused(tmp_path, "ml-1m", "ratings.dat", GOOD_1M + "1" * 200)
    assert error.line == 2
    assert "expected short lines" in error.message


def _patch_directory(path: Path, member: bytes, offset: int, value: bytes) -> None:
    """Overwrite a field in the central directory's entry of a member."""
    data = bytearray(path.read_bytes())
    entry = data.rindex(member) - 46
    assert data[entry : entry + 4] == b"PK\1\2"
    data[entry + offset : entry + offset + len(value)] = value
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "amount"), [(-5, "damaged"), (5, "less data than the declared")]
)
def test_a_size_other_than_declared_is_refused(tmp_path: Path, change: int, amount: str) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    size = len(tiny_files("ml-1m")["ratings.dat"])
    _patch_directory(path, b"ml-1m/ratings.dat", 24, struct.pack("<I", size + change))
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert amount in error.message
    assert "download it again" in error.message


def test_more_data_than_declared_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    _patch_directory(path, b"ml-1m/ratings.dat", 24, struct.pack("<I", 20))
    assert "holds more data than the declared 20 bytes" in refusal(path).message


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    _patch_directory(path, b"ml-1m/ratings.dat", 16, b"\1\2\3\4")
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "cannot be read, the file is damaged" in error.message
    assert "download it again" in error.message


def test_damaged_packed_data_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    data = bytearray(path.read_bytes())
    start = data.index(b"ml-1m/ratings.dat") + len(b"ml-1m/ratings.dat")
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "the file is damaged" in error.message


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    _patch_directory(path, b"ml-1m/ratings.dat", 8, struct.pack("<H", 0x1))
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "is encrypted with a password; expected a zip without one" in error.message


def test_an_unusual_packing_method_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", replace={"ratings.dat": None})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ml-1m/ratings.dat", GOOD_1M, compress_type=zipfile.ZIP_BZIP2)
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "is packed with method 12; expected the ordinary zip method" in error.message


def test_nothing_is_written_beside_the_archive(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with open_release(path) as release:
        list(release.rating_chunks())
    assert list(tmp_path.iterdir()) == [path]
