"""Reads the monthly workbooks of Seoul's open data portal, and adds them up to cells. Pure.

A row is a dong, gender and five-year band. Columns are found by name, months in a column, in the
name of the sheet or in that of the file. Made from a description: there was no original file to
try it on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from common import tables
from common.errors import DataError
from ottstats.living.figures import BANDS, SERVICES
from ottstats.living.files import checks
from ottstats.living.files.adding_up import added_up
from ottstats.living.files.frames import LivingFrames, Nameable
from ottstats.living.files.months import gaps, months, months_named
from ottstats.living.files.sheets import WorkbookSheet, read_sheets

CODED: Final = ("district", "dong", "gender", "age", "month")
CODES: Final = {"1": "male", "2": "female"}
HIDDEN: Final = "*"  # instead of a few people who live alone
FEWEST_DONGS: Final = 0.8  # of those that a district has in another month; borders do change
UNTRIED: Final = (
    "The reader of .xlsx was made from a description and never tried on an original file of the "
    "portal: compare some figures with it"
)


def _spelled(*names: str) -> tuple[str, ...]:
    """How the use of a service may be called, without spaces and marks."""
    return tuple(
        f"{name}{between}{use}"
        for use in ("사용일수", "사용일", "사용일수평균", "이용일수")
        for name in names
        for between in ("서비스", "")
    )


SPELLINGS: Final[tables.Spellings] = {
    "district": ("자치구", "자치구명"),
    "dong": ("행정동", "행정동명"),
    "gender": ("성별",),
    "age": ("연령대",),
    "population": ("총인구수", "총인구"),
    "single_households": ("1인가구수",),
    "month": ("기준연월", "기준년월", "년월"),
    "game": _spelled("게임"),
    "finance": _spelled("금융"),
    "delivery": _spelled("배달"),
    "shopping": _spelled("쇼핑"),
    "video": _spelled("동영상방송", "동영상"),
    "netflix": (*_spelled("넷플릭스"), "넷플릭스"),
    "youtube": (*_spelled("유튜브"), "유튜브"),
}
OPTIONAL: Final = ("single_households", "month")
REQUIRED: Final = tuple(name for name in SPELLINGS if name not in OPTIONAL)
IN_WORDS: Final = {
    **{name: known[0] for name, known in SPELLINGS.items()},
    **{name: f"{SPELLINGS[name][0].removesuffix('서비스사용일수')} 사용일수" for name in SERVICES},
}


def read_workbooks(paths: Sequence[Path], known: Nameable, weighting: str) -> LivingFrames:
    """The months of all workbooks, each month once, added up by `weighting`.

    Raises a `DataError` with every kind of fault of the files.
    """
    faults, sheets, notes = tables.Faults(), [], [UNTRIED]
    for path in paths:
        with faults:
            sheets += _months_of(path, known, notes, faults)
    faults.raise_if_any()
    _refuse_a_month_twice(sheets)
    rows = pd.concat(sheets, ignore_index=True)
    _refuse_half_months(rows, known)
    if between := gaps(sorted(rows["month"].unique())):
        notes.append(f"Between the months there is no {', '.join(between)}")
    return LivingFrames(*added_up(rows, weighting), weighting, list(dict.fromkeys(notes)))


def _months_of(
    path: Path, known: Nameable, notes: list[str], faults: tables.Faults
) -> list[pd.DataFrame]:
    """The checked rows of each sheet that has the columns; the notes name the others.

    Faults of a sheet are collected, those of the workbook raised.
    """
    found, others, is_data = [], {}, False
    for sheet in read_sheets(path, SPELLINGS):
        lacking = [IN_WORDS[column] for column in REQUIRED if column not in sheet.header.columns]
        if 2 * len(lacking) > len(REQUIRED):
            others[sheet.name] = ", ".join(lacking)
            continue
        is_data = True
        with faults:
            _refuse_half_a_header(sheet, lacking)
            month = _month_of(sheet.name, path.stem, sheet.file)
            found.append(_checked(_frame(sheet), month, sheet.file, known, notes))
    if not is_data:
        lack = "; ".join(f"{name} lacks {what}" for name, what in others.items())
        what = "no sheet has the columns of the living data"
        raise DataError(f"{what}: {lack or 'it has no sheet'}", file=path.name)
    if others:
        what = "sheets without the columns of the living data, left out"
        notes.append(f"{path.name}: {what}: {', '.join(others)}")
    return found


def _refuse_half_a_header(sheet: WorkbookSheet, lacking: Sequence[str]) -> None:
    """Raise for a sheet that is meant as data but lacks columns, or has one twice."""
    if lacking:
        what = f"the header lacks {', '.join(lacking)}; correct it"
        raise DataError(what, file=sheet.file, line=sheet.line)
    tables.refuse_doubles(sheet.header, file=sheet.file, line=sheet.line)


def _frame(sheet: WorkbookSheet) -> pd.DataFrame:
    """The rows below the header under our names of the columns, with `line`."""
    body, line, file = list(sheet.body), sheet.line, sheet.file
    while body and _is_blank(body[-1]):
        body.pop()
    if not body:
        raise DataError("has a header but no rows", file=file, line=line)
    for number, row in enumerate(body, start=line + 1):
        if row[0] == "" and _is_blank(row):
            raise DataError("is a blank row; remove it", file=file, line=number)
    frame = pd.DataFrame(
        {
            column: _column([row[place] for row in body], is_code=column in CODED)
            for place, column in enumerate(sheet.header.columns)
            if column
        }
    )
    frame["line"] = range(line + 1, line + 1 + len(body))
    return frame


def _column(cells: list[object], *, is_code: bool) -> pd.Series:
    """The cells of a column; codes without the fraction that workbooks give every number."""
    if is_code:
        cells = [int(one) if isinstance(one, float) and one.is_integer() else one for one in cells]
    return pd.Series(cells)


def _is_blank(row: Sequence[object]) -> bool:
    return all(cell == "" for cell in row)


def _month_of(sheet: str, stem: str, file: str) -> str:
    """The month that the sheet or else the file is named for; "" if neither is."""
    by_sheet, by_file = months_named(sheet), months_named(stem)
    for found in (by_sheet, by_file):
        if len(found) > 1:
            what = f"its name has several months ({', '.join(found)}); expected one"
            raise DataError(what, file=file)
    if by_sheet and by_file and by_sheet != by_file:
        what = f"the sheet is named for {by_sheet[0]} and the file for {by_file[0]}"
        raise DataError(f"{what}; correct the wrong name", file=file)
    return next(iter(by_sheet or by_file), "")


def _checked(
    frame: pd.DataFrame, month: str, file: str, known: Nameable, notes: list[str]
) -> pd.DataFrame:
    """The rows of a sheet as they are added up, with `file`."""
    faults, rows = tables.Faults(), frame[["line"]].copy()
    with faults:
        rows["month"] = _month_column(frame, month, file, known.latest)
    with faults:
        rows["district"] = checks.districts(frame, known.districts, file=file)
    with faults:
        rows["dong"] = tables.as_text(frame["dong"]).str.strip()
        tables.expect(rows, rows["dong"] != "", "dong", "the name of a dong", file)
    with faults:
        rows["gender"] = checks.genders(frame, file=file, codes=CODES)
    with faults:
        rows["age"] = checks.ages(frame, BANDS, file=file)
    with faults:
        rows["population"] = checks.people(frame, "population", file=file)
    with faults:
        rows["single_households"] = _alone(frame, file, notes)
    rows = rows.join(checks.use(frame, file=file, faults=faults))
    faults.raise_if_any()
    checks.refuse_more_alone_than_there_are(rows, file=file)
    tables.unique_rows(rows, ("month", "district", "dong", "gender", "age"), file=file)
    checks.refuse_half_dongs(rows, ("month", "district", "dong"), file=file)
    checks.refuse_groups_without_people(rows, file=file)
    return rows.assign(file=file)


def _month_column(frame: pd.DataFrame, month: str, file: str, latest: str) -> pd.Series:
    if "month" in frame:
        found = months(frame, "month", file=file, latest=latest)
        if month:
            expected = f"{month}, as the name of the sheet or file says; correct the wrong one"
            tables.expect(frame, found == month, "month", expected, file)
        return found
    if not month:
        what = "has no month: name the sheet or the file for it (2023-01), or add 기준연월"
        raise DataError(what, file=file)
    given = pd.DataFrame({"month": month, "line": frame["line"]}, index=frame.index)
    return months(given, "month", file=file, latest=latest)


def _alone(frame: pd.DataFrame, file: str, notes: list[str]) -> pd.Series:
    """People who live alone; 0 where the file does not say it, which the notes do."""
    if "single_households" not in frame:
        notes.append("Without a column 1인가구수 nobody counts as living alone")
        return pd.Series(0.0, index=frame.index)
    text = frame["single_households"]
    is_hidden = (tables.as_text(text).str.strip() == HIDDEN).to_numpy()
    if is_hidden.any():
        notes.append(
            f"{file}: {is_hidden.sum():,} rows hide a small 1인가구수 ({HIDDEN}): 0 counts"
        )
        frame = frame.assign(single_households=text.astype(object).where(~is_hidden, 0.0))
    return checks.people(frame, "single_households", file=file)


def _refuse_a_month_twice(sheets: Sequence[pd.DataFrame]) -> None:
    seen: dict[str, str] = {}
    for rows in sheets:
        file = str(rows["file"].iloc[0])
        for month, line in rows.groupby("month", sort=True)["line"].min().items():
            if month in seen:
                what = f"has {month}, which {seen[str(month)]} has too; expected it once"
                raise DataError(what, file=file, line=int(line))
            seen[str(month)] = file


def _refuse_half_months(rows: pd.DataFrame, known: Nameable) -> None:
    """Raise for a month that lacks a district, or many dongs that a district has in others."""
    dongs = rows.groupby(["month", "district"])["dong"].nunique().unstack(fill_value=0)
    dongs = dongs.reindex(columns=sorted(known.districts), fill_value=0)
    most = dongs.max()
    for month, of_month in dongs.iterrows():
        ours = rows[rows["month"] == month]
        file, line = str(ours["file"].iloc[0]), int(ours["line"].iloc[-1])
        for district, number in of_month.items():
            if not number:
                raise DataError(f"{month} ends without a row of {district}", file=file, line=line)
            if number < FEWEST_DONGS * most[str(district)]:
                what = f"{month} has {number} dongs of {district}; other months have up to"
                raise DataError(f"{what} {most[str(district)]}", file=file, line=line)
