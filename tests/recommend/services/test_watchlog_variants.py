"""A watch log takes what a file of people takes, and says what it used and what it ignored."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from movies.models import MovieLensUser
from tests.operators import refusal, run

HEADER = "user_id,movie_id,watched_seconds,duration_seconds,watched_at"
ROWS = "anna,1,100,5000,2026-01-31,{}\nbob,1,100,5000,2026-01-31,\n"


def people() -> list[tuple[str, int | None]]:
    rows = MovieLensUser.objects.order_by("ml_user_id")
    return list(rows.values_list("gender", "age"))


@pytest.mark.parametrize(
    ("column", "cell", "person"),
    [
        ("gender", "남", ("male", None)),
        ("성별", "여자", ("female", None)),
        ("Sex", "Female", ("female", None)),
        ("age", "만 27세", ("", 27)),
        ("연령대", "20대", ("", 20)),
        ("age_group", "25-34", ("", 25)),
        ("birthDate", "1900-01-02", ("", None)),
    ],
)
def test_people_are_written_as_in_a_file_of_people(
    world: str, tmp_path: Path, column: str, cell: str, person: tuple[str, int | None]
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{HEADER},{column}\n{ROWS.format(cell)}")
    if cell.startswith("1900"):
        assert "line 2: the day of birth is '1900-01-02'; expected" in refusal(
            "load_watchlog", path
        )
        return
    out, _ = run("load_watchlog", path)
    assert people() == [person, ("", None)]
    known = int(person[0] != ""), int(person[1] is not None)
    assert f"2 people: {known[0]} with gender, {known[1]} with age\nIgnored: nothing\n" in out


KOREAN = "회원ID;영화ID;시청초;재생초;시청일시;성별;비고\n회원1;1;100;5000;2026-01-31;남;a\n"


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (KOREAN.encode(), "separated by ;"),
        (KOREAN.encode("cp949"), "read as cp949, separated by ;"),
        (KOREAN.replace(";", "\t").encode("utf-16"), "read as UTF-16, separated by tabs"),
        (b"\xef\xbb\xbf" + KOREAN.replace(";", "|").encode(), "separated by |"),
    ],
)
def test_columns_separators_and_encodings_are_found(
    world: str, tmp_path: Path, content: bytes, how: str
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    out, _ = run("load_watchlog", path, "--dry-run")
    lines = out.splitlines()
    assert lines[-4] == (
        "Used: log.csv: 회원ID as user_id, 영화ID as movie_id, 시청초 as watched_seconds, "
        f"재생초 as duration_seconds, 시청일시 as watched_at, 성별 as gender ({how})"
    )
    assert lines[-3:-1] == ["1 person: 1 with gender, 0 with age", "Ignored: log.csv: 비고"]
    assert lines[-1].startswith("Would load log.csv: 1 viewings, 1 people")


def test_parquet_columns_are_found_too(world: str, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    row = {"User ID": "a", "movieId": 1, "watchedSeconds": 100, "durationSeconds": 5000}
    row |= {"watched_at": "2026-01-31", "나이": 27, "device": "tv"}
    pd.DataFrame([row]).to_parquet(path)
    out, _ = run("load_watchlog", path)
    assert people() == [("", 27)]
    assert "1 person: 0 with gender, 1 with age\nIgnored: log.parquet: device\n" in out


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("m;1;100;5000;2026.01.31", "line 3: watched_at '2026.01.31' is not a time of ISO 8601"),
        ("m;1;100;5000;2026-01-31 오후 8:15", "line 3: watched_at"),
        ("m;1;100;5000;1769857200", "line 3: watched_at '1769857200' is not a time"),
        ("m;1;00:01:40;01:23:20;2026-01-31", "line 3: watched_seconds '00:01:40' is not a number"),
        ('m;1;100;"5000;2026-01-31', "line 3: cannot be read"),
        ("m;1;100;5000", "line 3: has 4 fields; expected 5"),
    ],
)
def test_what_is_not_sure_is_refused_with_its_line_whatever_the_separator(
    world: str, tmp_path: Path, row: str, said: str
) -> None:
    path = tmp_path / "log.csv"
    header = HEADER.replace(",", ";")
    path.write_text(f"{header}\nn;1;100;5000;2026-01-31\n{row}\n")
    assert said in refusal("load_watchlog", path)
