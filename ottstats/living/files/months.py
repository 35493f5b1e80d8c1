"""Months as cells, sheets and names of files write them. Pure."""

from __future__ import annotations

import re

import pandas as pd

from common import tables

EARLIEST = "2010-01"
MONTH = re.compile(r"([0-9]{4})(?:[-./]|년\s*)?([0-9]{1,2})월?(?:[-./]01(?: 00:00:00)?)?")
# One digit of a month: 20231 may be cut off, and a spreadsheet writes the number 2023.10 as 2023.1.
UNSURE = re.compile(r"[0-9]{5}(?![0-9]).*|[0-9]{4}\.[0-9]")
# 2023-01, 2023.1월, 2023년 1월 and 23년 1월; 202301 and 20230131.
APART = re.compile(
    r"(?<![0-9])(20[0-9]{2}|[0-9]{2}(?=\s*년))\s*[-./_년]\s*(1[0-2]|0?[1-9])(?![0-9])"
)
TOGETHER = re.compile(r"(?<![0-9])(20[0-9]{2})(1[0-2]|0[1-9])(?:[0-9]{2})?(?![0-9])")


def months_named(text: str) -> list[str]:
    """The months that the name of a file or sheet mentions, such as "2023-01", each once."""
    found = [*APART.findall(text), *TOGETHER.findall(text)]
    return sorted({f"{year if len(year) == 4 else '20' + year}-{int(m):02}" for year, m in found})


def months(frame: pd.DataFrame, column: str, *, file: str, latest: str) -> pd.Series:
    """The column as "2023-01"; takes 202301, 2023-1, 2023년 1월 and the first day of a month.

    Raises `DataError` for other texts, and for a number that is not whole: 2023.1 may be October.
    """
    is_part = frame[column].map(lambda cell: isinstance(cell, float) and not cell.is_integer())
    whole = "a text such as 2023-01; of a number nobody knows whether it is 2023.1 or 2023.10"
    tables.expect(frame, ~is_part.astype(bool), column, whole, file)
    text = tables.as_text(frame[column]).str.strip()
    found = text.map({value: _month(value) for value in text.unique()}).astype("str")
    tables.expect(frame, found != "", column, "a month such as 2023-01", file)
    within = found.between(EARLIEST, latest)
    tables.expect(frame, within, column, f"a month from {EARLIEST} to {latest}", file)
    return found


def _month(text: str) -> str:
    found = None if UNSURE.fullmatch(text) else MONTH.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02}" if found and 1 <= int(found[2]) <= 12 else ""


def gaps(months: list[str]) -> list[str]:
    """The months between the first and the last that are not there."""
    if not months:
        return []
    span = pd.period_range(months[0], months[-1], freq="M").astype(str).tolist()
    return [month for month in span if month not in months]
