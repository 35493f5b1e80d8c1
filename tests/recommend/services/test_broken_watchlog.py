"""Broken logs are refused with the line of each kind of fault."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.operators import refusal
from tests.recommend.services.watchlog_files import write

GOOD = "zoe,1,60,100,2026-01-01T20:00Z,F,31"
BROKEN = [
    ("zoe,999,60,100,2026-01-01,F,31", "movie_id '999' is not a film that is loaded"),
    ("zoe,one,60,100,2026-01-01,F,31", "movie_id 'one' is not a whole number"),
    ("zoe,,60,100,2026-01-01,F,31", "movie_id '' is not a whole number"),
    (",2,60,100,2026-01-01,F,31", "user_id '' does not have 1 to 100 characters"),
    ("  ,2,60,100,2026-01-01,F,31", "user_id '' does not have 1 to 100 characters"),
    (f"{'x' * 101},2,60,100,2026-01-01,F,31", "does not have 1 to 100 characters"),
    ("zoe,2,-1,100,2026-01-01,F,31", "watched_seconds '-1' is not between 0 and"),
    ("zoe,2,long,100,2026-01-01,F,31", "watched_seconds 'long' is not a number"),
    ("zoe,2,nan,100,2026-01-01,F,31", "watched_seconds 'nan' is not a number"),
    ("zoe,2,60,0,2026-01-01,F,31", "duration_seconds '0' is zero"),
    ("zoe,2,60,-5,2026-01-01,F,31", "duration_seconds '-5' is not between 0 and"),
    ("zoe,2,60,,2026-01-01,F,31", "duration_seconds '' is not a number"),
    ("zoe,2,301,100,2026-01-01,F,31", "watched_seconds '301' is more than 3 times"),
    ("zoe,2,60,100,yesterday,F,31", "watched_at 'yesterday' is not a time of ISO 8601"),
    ("zoe,2,60,100,2026-02-30T10:00Z,F,31", "is not a time of the calendar and clock"),
    ("zoe,2,60,100,2026-01-01T25:00Z,F,31", "is not a time of the calendar and clock"),
    ("zoe,2,60,100,1970-01-01T00:00Z,F,31", "is not between 1990-01-01 and 2100-12-31"),
    ("zoe,2,60,100,2026-01-01,X,31", "gender is 'X'; expected M, F, male, female"),
    ("zoe,2,60,100,2026-01-01,F,0", "age is '0'; expected a whole number from 1"),
    ("zoe,2,60,100,2026-01-01,F,121", "age is '121'; expected a whole number"),
    ("zoe,2,60,100,2026-01-01,F,old", "age is 'old'; expected a whole number"),
    ("zoe,2,60,100,2026-01-01,M,31", "gender of user 'zoe' is male here and female in line 2"),
    ("zoe,2,60,100,2026-01-01,F,32", "age of user 'zoe' is 32 here and 31 in line 2"),
    ("zoe,1,50,100,2026-01-02T05:00+09:00,F,31", "is repeated"),
    ("zoe,2,60,100,2026-01-01,F", "has 6 fields; expected 7"),
]


@pytest.mark.parametrize(("row", "message"), BROKEN)
def test_a_broken_row_is_refused_with_its_line(
    world: str, tmp_path: Path, row: str, message: str
) -> None:
    path = write(tmp_path / "log.csv", GOOD, "adam,2,60,100,2026-01-01,,", row)
    said = refusal("load_watchlog", path)
    assert message in said
    assert said.startswith("log.csv, line 4: ")


def test_every_kind_of_fault_is_reported_at_once(world: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "log.csv",
        "zoe,999,60,100,2026-01-01,F,31",
        "zoe,2,-1,100,never,F,31",
        "zoe,3,60,0,2026-01-01,M,131",
    )
    said = refusal("load_watchlog", path).splitlines()
    assert [line.partition(": ")[0] for line in said] == [
        f"log.csv, line {line}" for line in (2, 3, 3, 4, 4, 4)
    ]


def test_other_broken_files_are_refused(world: str, tmp_path: Path) -> None:
    assert "there is no such file" in refusal("load_watchlog", tmp_path / "none.csv")
    path = write(tmp_path / "log.csv", "zoe,1", header="user_id,movie_id")
    assert "expected user_id,movie_id,watched_seconds,duration_seconds,watched_at,[gender]" in (
        refusal("load_watchlog", path)
    )
    assert "no rows" in refusal("load_watchlog", write(tmp_path / "log.csv"))
    fake = tmp_path / "log.parquet"
    fake.write_text("text")
    assert "is not a Parquet file" in refusal("load_watchlog", fake)
    pd.DataFrame({"user_id": ["zoe"]}).to_parquet(fake)
    assert "lacks movie_id, watched_seconds" in refusal("load_watchlog", fake)
    pd.read_csv(write(tmp_path / "log.csv", GOOD)).iloc[:0].to_parquet(fake)
    assert "has no rows" in refusal("load_watchlog", fake)
    pd.read_csv(write(tmp_path / "log.csv", GOOD, "adam,1,60,100,2026-01-01,Q,")).to_parquet(fake)
    assert refusal("load_watchlog", fake).startswith("log.parquet, line 2: gender is 'Q'")
