"""Files of ratings at home: broken ones are refused with the line, others read however written."""

from __future__ import annotations

import gzip
import importlib
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.utils import timezone

from recommend.home_file import read_home_ratings
from tests.operators import refusal, run
from tests.recommend.services.home_files import HEADER, ROWS, stored, write

GOOD = ("zoe,1,4.5,2026-01-31", "adam,2,3,")
BROKEN = [
    (",3,4,", "person is ''; expected a name or number of the person"),
    ("  ,3,4,", "person is ''; expected a name or number of the person"),
    (f"{'x' * 65},3,4,", "expected at most 64 characters"),
    ("zoe,three,4,", "movie_id is 'three'; expected a whole number from 1 to"),
    ("zoe,0,4,", "movie_id is '0'; expected a whole number from 1 to"),
    ("zoe,-3,4,", "movie_id is '-3'; expected a whole number from 1 to"),
    ("zoe,3000000000,4,", "movie_id is '3000000000'; expected a whole number"),
    ("zoe,3,0,", "the rating is '0'; expected a number from 0.5 to 5.0 in steps of 0.5"),
    ("zoe,3,4.2,", "the rating is '4.2'; expected a number from 0.5 to 5.0 in steps of 0.5"),
    ("zoe,3,8,", "in steps of 0.5: bring a longer scale to five stars first"),
    ("zoe,3,good,", "the rating is 'good'; expected a number from 0.5 to 5.0"),
    ("zoe,3,,", "the rating is ''; expected a number from 0.5 to 5.0"),
    ("zoe,3,nan,", "the rating is 'nan'; expected a number from 0.5 to 5.0"),
    ("zoe,3,4,31.01.2026", "rated_at '31.01.2026' is not a day such as 2026-01-31"),
    ("zoe,3,4,2026-02-30", "rated_at '2026-02-30' is not a day of the calendar"),
    ("zoe,3,4,1970-01-01", "rated_at '1970-01-01' is not between 1990-01-01 and"),
    ("zoe,3,4,2100-01-01", "rated_at '2100-01-01' is in the future; correct or empty it"),
    ("zoe,1,3,", "person 'zoe' rates film 1 a second time (first in line 2); remove one"),
    ("zoe,01,3,", "person 'zoe' rates film 01 a second time (first in line 2); remove one"),
    (" zoe ,1,3,", "rates film 1 a second time (first in line 2); remove one"),
    ("zoe,9001,3,\nzoe,9001,3,", "rates film 9001 a second time (first in line 4); remove one"),
    ("zoe,3,4", "has 3 fields; expected 4"),
    ("=A1,3,4,", "is a formula, not its value"),
]


@pytest.mark.parametrize(("row", "message"), BROKEN)
def test_a_broken_row_is_refused_with_its_line(
    world: str, tmp_path: Path, row: str, message: str
) -> None:
    said = refusal("load_home_ratings", write(tmp_path / "home.csv", *GOOD, row))
    assert message in said
    assert said.startswith(f"home.csv, line {4 + row.count(chr(10))}: ")


def test_a_day_that_has_not_begun_in_korea_is_refused(world: str, tmp_path: Path) -> None:
    today = timezone.localdate()
    run("load_home_ratings", write(tmp_path / "today.csv", f"zoe,1,4,{today}"))
    tomorrow = write(tmp_path / "home.csv", f"zoe,1,4,{today + timedelta(days=1)}")
    assert "is in the future" in refusal("load_home_ratings", tomorrow)


def test_every_kind_of_fault_is_reported_at_once(world: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "home.csv", *GOOD, "zoe,1,9,2026-13-01", ",x,4,", "adam,2,1,", "adam,2,2,"
    )
    said = refusal("load_home_ratings", path).splitlines()
    places = [line.partition(": ")[0] for line in said]
    assert places == [*["home.csv, line 4"] * 3, *["home.csv, line 5"] * 2]


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("movie_id,rating", ["1,5"], "expected person,movie_id,rating,[rated_at]"),
        ("person,movie_id", ["zoe,1"], "expected person,movie_id,rating,[rated_at]"),
        ("person,user_id,rating", ["zoe,1,5"], "expected person,movie_id,rating,[rated_at]"),
        ("person,person,movie_id,rating", ["z,z,1,5"], "two columns for person"),
        (HEADER, [], "has a header but no rows"),
    ],
)
def test_a_file_without_what_is_needed_is_refused(
    world: str, tmp_path: Path, header: str, rows: list[str], message: str
) -> None:
    said = refusal("load_home_ratings", write(tmp_path / "home.csv", *rows, header=header))
    assert message in said
    assert said.startswith("home.csv, line 1: ")


def test_a_missing_file_is_named(world: str, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    assert refusal("load_home_ratings", path) == f"{path}: there is no such file"


# --- spellings, encodings, forms -----------------------------------------------------------------

STORED = [
    ("zoe", 1, 4.5, "2026-01-31"),
    ("zoe", 80, 0.5, "2026-02-01"),
    ("양파", 1, 4.0, "2012-10-07"),
    ("양파", 3, 2.0, ""),
]
TEXT = "\n".join([HEADER, *ROWS]) + "\n"
KOREAN = TEXT.replace(HEADER, "회원번호,영화ID,별점,날짜")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("korean.csv", KOREAN.encode()),
        ("windows.csv", KOREAN.encode("cp949")),
        ("utf16.csv", KOREAN.encode("utf-16")),
        ("mark.csv", TEXT.encode("utf-8-sig").replace(b"\n", b"\r\n")),
        ("spelled.csv", TEXT.replace(HEADER, "User ID,movieId,Score,ratedAt").encode()),
        ("comma.csv", TEXT.replace(",", ";").replace("4.5", "4,5").encode()),
        ("tabs.txt", TEXT.replace(",", "\t").encode()),
        ("floats.csv", TEXT.replace(",1,", ",1.0,").encode()),
        ("packed.csv.gz", gzip.compress(TEXT.encode())),
    ],
)
def test_a_file_is_read_however_it_is_written(
    world: str, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    run("load_home_ratings", path)
    assert stored() == STORED


def test_columns_in_any_order_beside_others_which_are_named(world: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "home.csv", "x,5,1,zoe,978300760", header="note,rating,movieId,userId,timestamp"
    )
    out, _ = run("load_home_ratings", path)
    assert "Used: home.csv: rating, movieId, userId as person" in out
    assert "Ignored: home.csv: note, timestamp" in out
    assert stored() == [("zoe", 1, 5.0, "")]


def test_parquet_with_numbers_for_names(world: str, tmp_path: Path) -> None:
    path = tmp_path / "home.parquet"
    days = pd.to_datetime(pd.Series(["2026-01-31", None])).dt.date
    pd.DataFrame(
        {"person": [7, 12], "movie_id": [1, 2], "rating": [4.0, 0.5], "rated_at": days}
    ).to_parquet(path)
    run("load_home_ratings", path)
    assert stored() == [("12", 2, 0.5, ""), ("7", 1, 4.0, "2026-01-31")]


def test_a_name_that_the_database_cannot_hold_is_refused(world: str, tmp_path: Path) -> None:
    path = tmp_path / "home.parquet"
    pd.DataFrame({"person": ["a\0b"], "movie_id": [1], "rating": [4.0]}).to_parquet(path)
    assert "expected a name or number of the person" in refusal("load_home_ratings", path)


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(TEXT.encode())[:-20], b"\x1f\x8b"])
def test_a_broken_gzip_file_is_refused(world: str, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "home.csv.gz"
    path.write_bytes(content)
    said = refusal("load_home_ratings", path)
    assert said.startswith("home.csv.gz: is not a whole gzip file (")
    assert said.endswith("); get it again, or unpack it")


def test_a_gzip_file_that_unpacks_to_too_much_is_refused(
    world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("common.tables.reading")  # a function has the same name
    monkeypatch.setattr(module, "MOST_UNPACKED", len(TEXT.encode()) - 1)
    path = tmp_path / "home.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert "split it into several files" in refusal("load_home_ratings", path)


def test_people_are_in_the_order_of_code_points_and_ratings_in_that_of_people_and_films(
    tmp_path: Path,
) -> None:

    rows = (
        "양파,3,2,",
        "zoe,2,1,",
        "Zoe,9,1,",
        "10,1,5,1970-01-01".replace("1970", "2020"),
        "zoe,1,5,",
    )
    file = read_home_ratings(write(tmp_path / "home.csv", *rows), films=np.array([1, 2, 3]))
    assert file.people == ["10", "Zoe", "zoe", "양파"]
    assert file.ratings.values.tolist() == [
        [0, 1, 5.0, 18262],
        [2, 1, 5.0, -1],
        [2, 2, 1.0, -1],
        [3, 3, 2.0, -1],
    ]
