"""Cells that a spreadsheet leaves behind: error values, formulas without a value, empty columns."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO
from xml.etree import ElementTree

import pandas as pd

from common.errors import DataError
from common.tables.faults import shown
from common.tables.workbooks import sheet_parts

# Of Excel, LibreOffice and Google Sheets; LibreOffice has numbers (Err:508) too.
ERROR_VALUE = (
    r"(?i)\s*(?:#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!"
    r"|UNKNOWN!|BUSY!|PYTHON!|ERROR!|GETTING_DATA)|Err:[0-9]{3})\s*"
)
FORMULA = (
    r"\s*=\s*[+-]?(?:[A-Za-z_.]+[A-Za-z0-9_.]*\(|\$?[A-Z]{1,3}\$?[0-9]+\b|'?[^'!=]+'?!\$?[A-Z]).*"
)
MOST_NAMED = 5
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

IS_ERROR = (ERROR_VALUE, "is an error value of a spreadsheet", "correct or empty the cell")
IS_FORMULA = (FORMULA, "is a formula, not its value", "save the values instead of the formulas")


def refuse_cells_without_value(frame: pd.DataFrame, file: str, *, is_sheet: bool = False) -> None:
    """Raise a `DataError` for the first cell of text that is an error value or a formula.

    In a sheet, text that looks like a formula is text.
    """
    for place, column in enumerate(frame.columns.drop("line"), start=1):
        for pattern, what, cure in [IS_ERROR] if is_sheet else [IS_ERROR, IS_FORMULA]:
            found = frame[column].str.fullmatch(pattern).fillna(False).to_numpy(dtype=bool)
            if found.any():
                row = int(found.argmax())
                text = f"{column} (column {place}) {shown(frame[column].iloc[row])} {what}; {cure}"
                raise DataError(text, file=file, line=int(frame["line"].iloc[row]))


def without_empty_columns(data: bytes) -> bytes:
    """A CSV without the columns at its end that have neither a name nor a value.

    A row that is longer than the header keeps its fields if one of them holds something.
    """
    header, _, rows = data.partition(b"\n")
    fields = _fields(header.decode())
    width = len(_trimmed(fields))
    narrower = width < len(fields)
    if not width or not (narrower or b",\n" in rows or rows.endswith(b",")):
        return data
    return "\n".join(_narrowed(line, width) for line in data.decode().split("\n")).encode()


def _narrowed(line: str, width: int) -> str:
    fields = _fields(line)
    if len(fields) <= width or any(fields[width:]):
        return line
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(fields[:width])
    return text.getvalue()


def _fields(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:  # a quoted field that goes on: refused later, with its line
        return []


def _trimmed(fields: Sequence[str]) -> Sequence[str]:
    last = len(fields)
    while last and not fields[last - 1]:
        last -= 1
    return fields[:last]


def refuse_formulas_without_value(data: bytes, file: str) -> None:
    """Raise a `DataError` that names the cells of the first sheet that no program has computed.

    A workbook stores a formula with its last value. Programs that write files do not compute, and
    readers of values see an empty cell there. A sheet that is not found is left to those readers.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = next((path for _name, path in sheet_parts(archive)), "")
        if path not in archive.namelist():
            return
        with archive.open(path) as sheet:
            cells = list(_not_computed(sheet))
    if cells:
        named = ", ".join(cells[:MOST_NAMED]) + (", …" if len(cells) > MOST_NAMED else "")
        which = "1 cell holds" if len(cells) == 1 else f"{len(cells):,} cells hold"
        what = f"{which} a formula without a value ({named})"
        cure = "open the file in a spreadsheet program and save it, or save the values"
        line = int(re.sub(r"\D", "", cells[0]) or 0) or None
        raise DataError(f"{what}; {cure}", file=file, line=line)


def _not_computed(sheet: IO[bytes]) -> Iterator[str]:
    """The places of cells with a formula but no value; a text that is empty is a value."""
    for _event, element in ElementTree.iterparse(sheet):  # noqa: S314 - as openpyxl does
        if element.tag == f"{SHEET}c":
            value = element.find(f"{SHEET}v")
            is_empty = value is None or not value.text
            if element.find(f"{SHEET}f") is not None and is_empty and element.get("t") != "str":
                yield element.get("r", "?")
            element.clear()
        elif element.tag == f"{SHEET}row":
            element.clear()
