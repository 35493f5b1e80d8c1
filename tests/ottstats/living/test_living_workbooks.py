"""The portal's workbooks are added up to cells, dongs and people; broken ones are refused."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from common.errors import DataError
from ottstats.living.files.adding_up import DONG, POPULATION
from ottstats.living.files.frames import LivingFrames
from ottstats.living.files.months import gaps, months_named
from ottstats.living.files.portal import UNTRIED, read_workbooks
from tests.ottstats.living.living_files import (
    KNOWN,
    NAMES,
    Change,
    Row,
    drop,
    keep,
    months_column,
    nobody,
    put,
    renamed,
    repeat,
    without,
    workbook,
)

SHEET = re.escape("2023.1월_29개 통신정보.xlsx, sheet 통신정보")


def read(*paths: Path, weighting: str = POPULATION) -> LivingFrames:
    return read_workbooks(paths, KNOWN, weighting)


def row_of(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for name, value in keys.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_cell_is_the_mean_of_its_dongs_and_bands_weighted_by_people(tmp_path: Path) -> None:
    # Of 강남구 (place 0): dong 1 has 100 people in each band, dong 2 has 300; game is place of the
    # dong + age / 10: (2 + 2.5) x 100 and (3 + 3.5) x 300.
    cells = read(workbook(tmp_path, dongs=2)).cells
    cell = row_of(cells, district="강남구", gender="female", age=20, month="2023-01")
    assert (cell["population"], cell["dongs"]) == (800, 2)
    assert cell["game"] == pytest.approx((4.5 * 100 + 6.5 * 300) / 800)
    assert cell["youtube"] == pytest.approx(cell["game"] + 6)
    assert len(cells) == 25 * 2 * 6


def test_the_plain_mean_is_that_of_the_published_csvs(tmp_path: Path) -> None:
    cells = read(workbook(tmp_path, dongs=2), weighting=DONG).cells
    cell = row_of(cells, district="강남구", gender="male", age=70, month="2023-01")
    assert cell["game"] == pytest.approx((7 + 7.5 + 8 + 8.5) / 4)
    assert cell["population"] == 800


def test_dongs_and_people_are_means_over_the_months(tmp_path: Path) -> None:
    def february(rows: list[Row]) -> None:
        put(2, "총인구수", 300)(rows)  # 강남구, dong 1, men of 20 to 24
        put(2, "게임 서비스 사용일수", 4)(rows)
        put(2, "1인가구수", 40)(rows)

    read_back = read(
        workbook(tmp_path, dongs=2),
        workbook(tmp_path, "23년 2월.xlsx", dongs=2, change=february),
    )
    assert read_back.months == ["2023-01", "2023-02"]
    dong = row_of(read_back.dongs, district="강남구", number=1, gender="male", age=20)
    assert dong["game"] == pytest.approx((2 + 4) / 2)
    assert len(read_back.dongs) == 25 * 2 * 24
    people = row_of(read_back.populations, district="강남구", gender="male", age=20)
    assert people["population"] == pytest.approx((400 + 600) / 2)
    assert people["single_households"] == pytest.approx((20 + 50) / 2)


def test_it_always_says_that_no_original_file_was_tried(tmp_path: Path) -> None:
    assert read(workbook(tmp_path)).notes == [UNTRIED]


def test_titles_above_the_header_other_sheets_and_other_names_are_fine(tmp_path: Path) -> None:
    def other(rows: list[Row]) -> None:
        renamed("행정동", "행정동명")(rows)
        renamed("총인구수", "총인구")(rows)
        renamed("게임 서비스 사용일수", "게임 서비스 사용일")(rows)
        renamed("넷플릭스 사용일수", "넷플릭스")(rows)
        rows.insert(0, ["서울 시민생활 데이터", *[""] * 14])

    path = workbook(tmp_path, "data.xlsx", sheet="2023-01", change=other, more_sheets=["설명"])
    found = read(path)
    assert found.cells.equals(read(workbook(tmp_path)).cells)
    left_out = "data.xlsx: sheets without the columns of the living data, left out: 설명"
    assert found.notes == [UNTRIED, left_out]


def test_a_column_of_months_and_people_alone_that_nobody_counted(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> None:
        without("1인가구수")(rows)
        months_column(202303)(rows)

    found = read(workbook(tmp_path, "data.xlsx", sheet="Sheet1", change=change))
    assert found.months == ["2023-03"]
    assert (found.populations["single_households"] == 0).all()
    assert found.notes[1] == "Without a column 1인가구수 nobody counts as living alone"


def test_hidden_numbers_of_few_people_count_as_none_and_are_counted(tmp_path: Path) -> None:
    found = read(workbook(tmp_path, change=put(4, "1인가구수", "*")))
    assert found.notes[1].endswith("1 rows hide a small 1인가구수 (*): 0 counts")


CASES = [
    ("no district", put(3, "자치구", None), 3, "district is ''; expected a district of Seoul"),
    ("a total", put(3, "자치구", "서울시"), 3, "district is '서울시'; expected a district"),
    ("no dong", put(3, "행정동", None), 3, "dong is ''; expected the name of a dong"),
    ("unknown sex", put(3, "성별", 3), 3, "gender is 3; expected 1, 2, F or M"),
    ("no sex", put(3, "성별", None), 3, "gender is ''; expected 1, 2, F or M"),
    ("unknown age", put(3, "연령대", 80), 3, "age is 80; expected one of 20, 25, 30"),
    ("no age", put(3, "연령대", None), 3, "age is ''; expected one of"),
    ("negative people", put(3, "총인구수", -5), 3, "population '-5' is not between"),
    ("hidden people", put(3, "총인구수", "*"), 3, "population '\\*' is not a number"),
    ("alone", put(3, "1인가구수", 101), 3, "single_households 101.0 is more than the population"),
    ("text", put(3, "유튜브 사용일수", "NaN"), 3, "youtube 'NaN' is not a number"),
    ("a formula", put(3, "유튜브 사용일수", "=1+1"), 3, "youtube is ''; expected a number; an"),
    ("a truth value", put(3, "유튜브 사용일수", True), 3, "youtube 'True' is not a number"),
    ("a row twice", repeat(2), 602, "month '2023-01' is repeated"),
    ("one band only", drop(3), 24, "the dong 2023-01 강남구 강남1동 has 23 of 24 rows; that of"),
    ("half a month", keep(lambda row: row[1] != NAMES[9]), 577, "2023-01 ends without a row of 도"),
    ("a blank row", lambda rows: rows.insert(4, [None] * 15), 5, "is a blank row; remove it"),
    ("no rows", keep(lambda row: False), 1, "has a header but no rows"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "line", "said"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_broken_workbook_is_refused_with_its_line(
    change: Change, line: int, said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=rf"^{SHEET}, line {line}: (?:{said})"):
        read(workbook(tmp_path, change=change))


def test_a_sheet_without_the_columns_is_refused_and_they_are_named(tmp_path: Path) -> None:
    def half(rows: list[Row]) -> None:
        rows[0][5:] = [f"{name} x" for name in rows[0][5:]]

    with pytest.raises(DataError) as refused:
        read(workbook(tmp_path, change=half, more_sheets=["표지"]))
    said = str(refused.value)
    assert "xlsx: no sheet has the columns of the living data: 표지 lacks 자치구, 행정동," in said
    assert "; 통신정보 lacks 총인구수, 게임 사용일수, 금융 사용일수, " in said


def test_a_sheet_with_most_of_the_columns_is_never_left_out(tmp_path: Path) -> None:
    def titled(rows: list[Row]) -> None:
        renamed("넷플릭스 사용일수", "Netflix days")(rows)
        rows.insert(0, ["서울 시민생활 데이터"])

    sheets = {"2023-02": lambda _rows: None, "2023-03": titled}
    path = workbook(
        tmp_path, "data.xlsx", sheet="2023-01", change=without("행정동"), data_sheets=sheets
    )
    with pytest.raises(DataError) as refused:
        read(path)
    assert str(refused.value).splitlines() == [
        "data.xlsx, sheet 2023-01, line 1: the header lacks 행정동; correct it",
        "data.xlsx, sheet 2023-03, line 2: the header lacks 넷플릭스 사용일수; correct it",
    ]


@pytest.mark.parametrize(
    ("name", "sheet", "said"),
    [
        ("data.xlsx", "Sheet1", "has no month: name the sheet or the file for it"),
        ("2023-01~2023-09.xlsx", "Sheet1", r"has several months \(2023-01, 2023-09\)"),
        ("2023-01.xlsx", "2023년 2월", "named for 2023-02 and the file for 2023-01"),
        ("2099-01.xlsx", "Sheet1", "line 2: month is '2099-01'; expected a month from 2010-01"),
    ],
)
def test_a_month_that_cannot_be_read_is_refused(
    name: str, sheet: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=said):
        read(workbook(tmp_path, name, sheet=sheet))


SAID_BY_THE_COLUMN = [
    ("a number that may be October", "Sheet1", 2023.1, "month is 2023.1; expected a text such as"),
    ("a number all the same", "Sheet1", 2023.12, "month is 2023.12; expected a text such as"),
    ("a text of it", "Sheet1", "2023.1", "month is '2023.1'; expected a month such as 2023-01"),
    ("a digit is missing", "Sheet1", 20231, "month is 20231; expected a month such as 2023-01"),
    (
        "another month than the sheet's",
        "2023-02",
        "2023-01",
        "month is '2023-01'; expected 2023-02, as the name of the sheet or file says",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "value", "said"), [pytest.param(*case[1:], id=case[0]) for case in SAID_BY_THE_COLUMN]
)
def test_a_column_that_does_not_say_one_month_for_sure_is_refused(
    sheet: str, value: object, said: str, tmp_path: Path
) -> None:
    path = workbook(tmp_path, "data.xlsx", sheet=sheet, change=months_column(value))
    with pytest.raises(DataError, match=f"^data.xlsx, sheet {sheet}, line 2: {re.escape(said)}"):
        read(path)


@pytest.mark.parametrize(
    "value", [202310, "2023-10", "2023.10", "2023/10", "2023년 10월", "202310", date(2023, 10, 1)]
)
def test_a_column_of_months_as_people_write_them(value: object, tmp_path: Path) -> None:
    path = workbook(tmp_path, "data.xlsx", sheet="2023.10월", change=months_column(value))
    assert read(path).months == ["2023-10"]


def test_a_month_in_two_files_is_refused(tmp_path: Path) -> None:
    first, second = workbook(tmp_path), workbook(tmp_path, "202301 (1).xlsx")
    with pytest.raises(DataError, match=r"line 2: has 2023-01, which .* has too; expected it once"):
        read(first, second)


def test_a_month_with_few_of_the_dongs_is_refused(tmp_path: Path) -> None:
    first, second = workbook(tmp_path, dongs=4), workbook(tmp_path, "202302.xlsx", dongs=3)
    said = "2023-02 has 3 dongs of 강남구; other months have up to 4"
    with pytest.raises(DataError, match=said):
        read(first, second)


def test_a_cell_without_people_has_no_weighted_mean(tmp_path: Path) -> None:
    young_men = nobody(lambda row: row[1] == "강남구" and row[3] == 1 and row[4] in (20, 25))
    path = workbook(tmp_path, change=young_men)
    with pytest.raises(DataError, match="line 2: 강남구, male, 20, 2023-01 has no people"):
        read(path)
    assert len(read(path, weighting=DONG).cells) == 300


@pytest.mark.parametrize("weighting", [POPULATION, DONG])
def test_a_gender_and_decade_without_people_in_all_of_seoul_is_refused(
    weighting: str, tmp_path: Path
) -> None:
    path = workbook(tmp_path, change=nobody(lambda row: row[3] == 2 and row[4] in (70, 75)))
    said = f"{SHEET}, line 24: population is 0 for female, 70 in every district in 2023-01"
    with pytest.raises(DataError, match=f"^{said}; correct it, or leave the month out$"):
        read(path, weighting=weighting)
    one_band = nobody(lambda row: row[3] == 2 and row[4] == 75)
    assert len(read(workbook(tmp_path, change=one_band), weighting=weighting).cells) == 300


def test_other_files_with_the_name_of_a_workbook_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "2023-01.xlsx"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"2023-01\.xlsx: is empty"):
        read(path)
    path.write_text("month,district\n")
    with pytest.raises(DataError, match="is not a workbook"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", "month,district\n")
    with pytest.raises(DataError, match="is a zip file but not a workbook"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(DataError, match="is not a workbook that can be read"):
        read(path)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2023-01", ["2023-01"]),
        ("2023.1월", ["2023-01"]),
        ("202301", ["2023-01"]),
        ("20230131", ["2023-01"]),
        ("23년 1월", ["2023-01"]),
        ("2025.12월_29개 통신정보 (1)", ["2025-12"]),
        ("2023년 10월", ["2023-10"]),
        ("2023-13", []),
        ("29개 통신정보", []),
        ("2023-01_2023-02", ["2023-01", "2023-02"]),
    ],
)
def test_months_in_names_of_files(text: str, months: list[str]) -> None:
    assert months_named(text) == months


def test_gaps_between_months() -> None:
    assert gaps(["2022-11", "2022-12", "2023-02"]) == ["2023-01"]
    assert gaps([]) == []
