"""Broken CSVs of the living data are refused, with what is wrong, the file and the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from common.errors import DataError
from ottstats.living.files.csv import find_csvs, read_csvs
from tests.ottstats.living.living_files import (
    KNOWN,
    NAMES,
    Change,
    csv_folder,
    drop,
    in_turn,
    insert,
    keep,
    nobody,
    put,
    renamed,
    repeat,
    without,
)

NOT_A_NUMBER, TOO_LOW = "is not a number", "the header, of cells by month, is in line"
IN_CELLS = [
    ("no district", put(3, "district", ""), 3, "district is ''; expected a district of Seoul"),
    ("unknown district", put(3, "district", "해운대구"), 3, "district is '해운대구'; expected"),
    ("no gender", put(4, "gender", ""), 4, "gender is ''; expected F or M"),
    ("unknown gender", put(4, "gender", "X"), 4, "gender is 'X'; expected F or M"),
    ("a code of the portal", put(4, "gender", 1), 4, "gender is '1'; expected F or M"),
    ("no age", put(5, "age", ""), 5, "age is ''; expected one of 20, 30, 40, 50, 60, 70"),
    ("no decade", put(5, "age", 25), 5, "age is '25'; expected one of"),
    ("a decade too young", put(5, "age", 10), 5, "age is '10'; expected one of"),
    ("no month", put(6, "month", ""), 6, "month is ''; expected a month such as 2023-01"),
    ("a 13th month", put(6, "month", "2023-13"), 6, "month is '2023-13'; expected a month such"),
    ("a month long ago", put(6, "month", "1998-01"), 6, "expected a month from 2010-01 to 2026-11"),
    ("a month to come", put(6, "month", "2026-12"), 6, "expected a month from 2010-01 to 2026-11"),
    ("negative people", put(7, "population", -1), 7, "population '-1' is not between 0 and"),
    ("people in words", put(7, "population", "many"), 7, f"population 'many' {NOT_A_NUMBER}"),
    ("no people", put(7, "population", ""), 7, "population is ''; expected a number"),
    (
        "nobody of a gender and age in all of Seoul",
        nobody(lambda row: (row[0], row[2], row[3]) == ("2023-02", "M", 40)),
        19,
        "population is 0 for male, 40 in every district in 2023-02; correct it, or leave the",
    ),
    ("NaN", put(8, "netflix", "NaN"), 8, f"netflix 'NaN' {NOT_A_NUMBER}"),
    ("infinity", put(8, "youtube", "inf"), 8, f"youtube 'inf' {NOT_A_NUMBER}"),
    ("text", put(8, "video", "a lot"), 8, f"video 'a lot' {NOT_A_NUMBER}"),
    ("an empty figure", put(8, "game", ""), 8, "game is ''; expected a number"),
    ("a negative index", put(8, "game", -0.5), 8, "game '-0.5' is not between 0 and"),
    ("a figure too large", put(8, "netflix", 1e9), 8, "netflix '1000000000.0' is not between"),
    ("no dongs", put(9, "dongs", 0), 9, "dongs is '0'; expected a whole number from 1"),
    ("half a dong", put(9, "dongs", 1.5), 9, "dongs is '1.5'; expected a whole number from 1"),
    ("more dongs than there are", put(9, "dongs", 3), 9, "dongs 3 is more than the dongs of"),
    ("a row twice", repeat(2), 602, f"district '{NAMES[0]}' is repeated"),
    (
        "a missing cell",
        drop(5),
        4,
        f"the row of {NAMES[0]}, female, 30, 2023-02 is missing; expected 600 rows, one for each "
        "district, gender, age, month (1 missing)",
    ),
    (
        "half a month",
        keep(lambda row: row[0] == "2023-01" or row[1] < NAMES[12]),
        290,
        f"the row of {NAMES[12]}, female, 20, 2023-02 is missing",
    ),
    ("a missing column", without("netflix"), 1, "the header lacks netflix; expected cells by mon"),
    ("no month", without("month"), 1, "the header lacks month; expected cells by month (month,d"),
    ("no district", without("district"), 1, "the header lacks district; expected cells by mon"),
    ("two columns less", in_turn(without("month"), without("population")), 1, "month, population;"),
    (
        "a title above the header",
        insert(1, "서울 시민생활 데이터", 2023),
        1,
        f"{TOO_LOW} 2; remove",
    ),
    ("a blank first line", insert(1), 1, f"{TOO_LOW} 2; remove what is above it"),
    ("two lines above the header", in_turn(insert(1), insert(1, "서울")), 1, f"{TOO_LOW} 3;"),
    ("a column twice", renamed("video", "game"), 1, "the header has two columns for game: 'mo"),
    ("a field too many", lambda rows: rows[3].append("9"), 4, "has 14 fields; expected 13"),
]
IN_DONGS = [
    ("no column of dongs", without("dong_no"), 1, "the header lacks dongno; expected dongs by fi"),
    ("no number", put(3, "dong_no", 0), 3, "number is '0'; expected a whole number from 1"),
    ("unknown band", put(3, "age5", 22), 3, "age is '22'; expected one of 20, 25, 30"),
    ("NaN", put(3, "finance", "nan"), 3, f"finance 'nan' {NOT_A_NUMBER}"),
    ("a row twice", repeat(2), 1202, "is repeated"),
    (
        "one band only",
        keep(lambda row: row[:4] != [NAMES[0], 2, "F", 25]),
        48,
        f"the dong {NAMES[0]} 2 has 23 of 24 rows; that of female, 25 is missing",
    ),
    ("no district", keep(lambda row: row[0] != NAMES[3]), 145, f"the row of {NAMES[3]} is missing"),
]
IN_POPULATIONS = [
    ("nobody alone", without("single_households"), 1, "the header lacks singlehouseholds; expec"),
    (
        "more alone than there are",
        put(4, "single_households", 401),
        4,
        "single_households 401.0 is more than the population",
    ),
    ("negative", put(4, "single_households", -3), 4, "single_households '-3' is not between"),
    ("another edition", put(5, "population", 900), 4, "population 400.0 does not fit the file of"),
    ("a missing row", drop(9), 8, f"the row of {NAMES[0]}, female, 55 is missing"),
    ("a row twice", repeat(3), 602, "is repeated"),
]
CASES = [
    pytest.param(kind, change, line, said, id=f"{kind}: {name}")
    for kind, cases in (
        ("cells", IN_CELLS),
        ("dongs", IN_DONGS),
        ("populations", IN_POPULATIONS),
    )
    for name, change, line, said in cases
]


@pytest.mark.parametrize(("kind", "change", "line", "said"), CASES)
def test_a_broken_file_is_refused_with_its_line(
    kind: str, change: Change, line: int, said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as refused:
        read_csvs(find_csvs(csv_folder(tmp_path, **{kind: change})), KNOWN)

    assert re.match(rf"{kind}\.csv, line {line}: .*{re.escape(said)}", str(refused.value))


def test_every_kind_of_fault_of_all_files_is_named_at_once(tmp_path: Path) -> None:
    def in_cells(rows: list[list[object]]) -> None:
        put(7, "age", 21)(rows)
        put(9, "game", "x")(rows)

    paths = csv_folder(tmp_path, cells=in_cells, populations=put(3, "gender", "?"))
    with pytest.raises(DataError) as refused:
        read_csvs(find_csvs(paths), KNOWN)

    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
        "populations.csv, line 3",
        "cells.csv, line 7",
        "cells.csv, line 9",
    ]


@pytest.mark.parametrize(
    ("place", "missing"),
    [
        (0, "cells by month (month,district,gender,age,dongs,population,game,finance,"),
        (1, "dongs by five-year band (district,dongno,gender,age5,game,"),
        (2, "population by five-year band (district,gender,age5,population,singlehouseholds)"),
    ],
)
def test_it_says_which_of_the_three_files_is_missing(
    place: int, missing: str, tmp_path: Path
) -> None:
    paths = csv_folder(tmp_path)
    del paths[place]
    with pytest.raises(DataError, match=re.escape(f"missing: {missing}")):
        read_csvs(find_csvs(paths), KNOWN)


def test_wrong_headers_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    paths = csv_folder(tmp_path, cells=insert(1), dongs=without("dong_no"), line_end="\r\n")
    with pytest.raises(DataError) as refused:
        find_csvs(paths)
    assert [line.partition(";")[0] for line in str(refused.value).splitlines()] == [
        "cells.csv, line 1: the header, of cells by month, is in line 2",
        "dongs.csv, line 1: the header lacks dongno",
    ]


def test_files_that_were_not_recognised_are_named_where_one_is_missing(tmp_path: Path) -> None:
    paths = csv_folder(tmp_path)
    paths[1].write_text("이름,값\na,1\n")
    files = find_csvs(paths)
    with pytest.raises(DataError, match=r"; not recognised by its columns: dongs\.csv$"):
        read_csvs(files, KNOWN, [paths[1].name])


def test_an_empty_file_and_two_files_of_one_kind_are_refused(tmp_path: Path) -> None:
    paths = csv_folder(tmp_path)
    (tmp_path / "again.csv").write_bytes(paths[0].read_bytes())
    with pytest.raises(DataError, match=r"cells.csv, line 1: has the same columns as again.csv"):
        find_csvs(sorted(tmp_path.iterdir()))

    (tmp_path / "again.csv").write_bytes(b"\n")
    with pytest.raises(DataError, match=r"again\.csv: is empty"):
        find_csvs(sorted(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("encoding", "line_end"), [("utf-8-sig", "\n"), ("cp949", "\r\n"), ("utf-16", "\n")]
)
def test_files_of_other_programs_say_the_same(encoding: str, line_end: str, tmp_path: Path) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.mkdir()
    other.mkdir()
    expected = read_csvs(find_csvs(csv_folder(plain)), KNOWN)
    paths = csv_folder(other, encoding=encoding, line_end=line_end)
    for number, path in enumerate(paths):
        path.rename(other / f"파일 {number}.csv")  # known by its columns, not by its name
    read = read_csvs(find_csvs(sorted(other.iterdir())), KNOWN)

    assert read.cells.equals(expected.cells)
    assert read.dongs.equals(expected.dongs)
    assert read.populations.equals(expected.populations)


def test_other_csvs_are_left_alone_and_a_gap_between_months_is_said(tmp_path: Path) -> None:
    csv_folder(tmp_path, months=("2023-01", "2023-04"))
    (tmp_path / "notes.csv").write_text("name,text\na,b\n")
    files = find_csvs(sorted(tmp_path.iterdir()))
    assert len(files) == 3
    read = read_csvs(files, KNOWN)
    assert read.months == ["2023-01", "2023-04"]
    assert read.notes == ["Between the months there is no 2023-02, 2023-03"]
