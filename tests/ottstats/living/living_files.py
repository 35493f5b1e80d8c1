"""Invented files of the living data: three CSVs, or workbooks as the portal has them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from ottstats.living.figures import BANDS, GENDERS, SERVICES
from ottstats.living.files.frames import Nameable
from tests.paths import ROOT

Row = list[Any]
Change = Callable[[list[Row]], object]


def _names() -> list[str]:
    with (ROOT / "fixtures" / "districts.csv").open(encoding="utf-8", newline="") as file:
        return sorted(row["name_ko"] for row in csv.DictReader(file))


NAMES = _names()
KNOWN = Nameable(NAMES, "2026-11")
MONTHS = ("2023-01", "2023-02")
DONGS_EACH = 2
PEOPLE = 100  # of a dong, gender and band; the second dong has three times as many
CELLS, DONGS, POPULATIONS = "cells.csv", "dongs.csv", "populations.csv"
LETTERS = {"female": "F", "male": "M"}
PORTAL_SERVICES = (
    "게임 서비스 사용일수",
    "금융 서비스 사용일수",
    "배달 서비스 사용일수",
    "쇼핑 서비스 사용일수",
    "동영상/방송 서비스 사용일수",
    "넷플릭스 사용일수",
    "유튜브 사용일수",
)
PORTAL_HEADER = [
    *("행정동코드", "자치구", "행정동", "성별", "연령대", "총인구수", "1인가구수"),
    *("배달_브랜드 서비스 사용일수", *PORTAL_SERVICES),
]


def use(place: int, age: int) -> Row:
    """Figures of the seven services that differ by dong and band."""
    return [place + age / 10 + number for number in range(len(SERVICES))]


def csv_rows(months: Sequence[str] = MONTHS) -> dict[str, list[Row]]:
    """By name, the lines of each of the three files; the first is the header."""
    cells: list[Row] = [["month", "district", "gender", "age", "dongs", "population", *SERVICES]]
    dongs: list[Row] = [["district", "dong_no", "gender", "age5", *SERVICES]]
    people: list[Row] = [["district", "gender", "age5", "population", "single_households"]]
    of_dongs = [PEOPLE * (1 + 2 * dong) for dong in range(DONGS_EACH)]
    for place, name in enumerate(NAMES):
        for gender in GENDERS:
            for age in BANDS:
                letter = LETTERS[gender]
                people.append([name, letter, age, sum(of_dongs), 10])
                for dong in range(DONGS_EACH):
                    dongs.append([name, dong + 1, letter, age, *use(place + dong, age)])
                if age % 10 == 0:
                    fixed = [name, letter, age, DONGS_EACH, 2 * sum(of_dongs)]
                    cells.extend([month, *fixed, *use(place, age)] for month in months)
    return {CELLS: cells, DONGS: dongs, POPULATIONS: people}


def csv_folder(
    folder: Path,
    *,
    months: Sequence[str] = MONTHS,
    encoding: str = "utf-8",
    line_end: str = "\n",
    **changes: Change,
) -> list[Path]:
    """The three files, after the change of each (`cells`, `dongs`, `populations`)."""
    paths = []
    for name, rows in csv_rows(months).items():
        changes.get(name.removesuffix(".csv"), lambda _rows: None)(rows)
        path = folder / name
        text = "".join(",".join(map(str, row)) + line_end for row in rows)
        path.write_bytes(text.encode(encoding))
        paths.append(path)
    return paths


def portal_rows(dongs: int = 1) -> list[Row]:
    """The lines of a sheet of one month: two genders and twelve bands of each dong."""
    rows: list[Row] = [list(PORTAL_HEADER)]
    for place, name in enumerate(NAMES):
        for dong in range(dongs):
            for code in (1, 2):
                for age in BANDS:
                    people = PEOPLE * (1 + 2 * dong)
                    key = [11000 + place, name, f"{name[:-1]}{dong + 1}동", code, age]
                    rows.append([*key, people, 10, 99, *use(place + dong, age)])
    return rows


def workbook(
    folder: Path,
    name: str = "2023.1월_29개 통신정보.xlsx",
    *,
    sheet: str = "통신정보",
    dongs: int = 1,
    change: Change = lambda _rows: None,
    more_sheets: Sequence[str] = (),
    data_sheets: Mapping[str, Change] | None = None,
) -> Path:
    """A workbook of one month, after the change; `more_sheets` are without rows of the data,
    `data_sheets` further ones with all rows, after their change."""
    book = openpyxl.Workbook(write_only=True)
    for title in more_sheets:
        book.create_sheet(title).append(["설명", "없음"])
    for title, of_sheet in {sheet: change, **(data_sheets or {})}.items():
        page, rows = book.create_sheet(title), portal_rows(dongs)
        of_sheet(rows)
        for row in rows:
            page.append(row)
    path = folder / name
    book.save(path)
    return path


def put(line: int, column: str, value: object) -> Change:
    """Write a value into a line of the file, counted from 1 with the header."""

    def change(rows: list[Row]) -> None:
        rows[line - 1][rows[0].index(column)] = value

    return change


def drop(line: int) -> Change:
    return lambda rows: rows.pop(line - 1)


def insert(line: int, *cells: object) -> Change:
    return lambda rows: rows.insert(line - 1, list(cells))


def in_turn(*changes: Change) -> Change:
    def change(rows: list[Row]) -> None:
        for one in changes:
            one(rows)

    return change


def repeat(line: int) -> Change:
    return lambda rows: rows.append(list(rows[line - 1]))


def months_column(value: object) -> Change:
    """A column 기준연월 at the end, with this value in every row."""

    def change(rows: list[Row]) -> None:
        for row in rows:
            row.append(value)
        rows[0][-1] = "기준연월"

    return change


def without(column: str) -> Change:
    def change(rows: list[Row]) -> None:
        place = rows[0].index(column)
        for row in rows:
            row.pop(place)

    return change


def renamed(column: str, name: str) -> Change:
    return put(1, column, name)


def nobody(wanted: Callable[[Row], bool]) -> Change:
    """No people in the rows that are wanted."""

    def change(rows: list[Row]) -> None:
        names = {"population", "single_households", "총인구수", "1인가구수"} & set(rows[0])
        for place in map(rows[0].index, names):
            for row in filter(wanted, rows[1:]):
                row[place] = 0

    return change


def keep(wanted: Callable[[Row], bool]) -> Change:
    """Only the header and the rows that are wanted."""

    def change(rows: list[Row]) -> None:
        rows[1:] = [row for row in rows[1:] if wanted(row)]

    return change
