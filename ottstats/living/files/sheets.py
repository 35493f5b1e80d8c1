"""Opens a workbook that may be anything, and finds the table in each of its sheets. Pure."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import python_calamine

from common import tables
from common.errors import DataError
from common.tables.headers import named

HEADER_WITHIN: Final = 10  # rows; titles may stand above the header
SPLIT: Final = "save each month as a workbook of its own"
# A year of a city of 424 dongs has 4.4 million cells, if they are in one sheet.
LIMITS: Final = tables.WorkbookLimits(500, 1024 * tables.MEGABYTE, 30_000_000, SPLIT)
MOST_CELLS: Final = 5_000_000  # of a sheet; reading them takes about 200 MB
UNREADABLE: Final = (
    python_calamine.CalamineError,
    ElementTree.ParseError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,  # a part that has to be there
    NotImplementedError,  # another compression
    OSError,
    RuntimeError,  # a password
)


@dataclass(frozen=True, eq=False)
class WorkbookSheet:
    """The cells of a sheet, row by row, and the row of them that looks most like the header.

    `file`: what messages call the sheet. `line`: of the header, from 1.
    """

    name: str
    file: str
    rows: Sequence[Sequence[object]]
    line: int
    header: tables.Header

    @property
    def body(self) -> Sequence[Sequence[object]]:
        """The rows below the header."""
        return self.rows[self.line :]


def read_sheets(path: Path, spellings: tables.Spellings) -> Iterator[WorkbookSheet]:
    """The sheets of a workbook, one after the other, whatever is in them.

    Raises `DataError` for another kind of file, and for one that would fill the memory.
    """
    _refuse_what_is_no_workbook(path)
    try:
        tables.refuse_large_workbook(path, LIMITS, file=path.name)
        tables.refuse_large_sheets(path, most=MOST_CELLS, file=path.name)
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                line, header = _header(rows, spellings)
                yield WorkbookSheet(name, f"{path.name}, sheet {name}", rows, line, header)
    except UNREADABLE as error:
        raise DataError(f"is not a workbook that can be read ({error})", file=path.name) from error


def _refuse_what_is_no_workbook(path: Path) -> None:
    if not path.stat().st_size:
        raise DataError("is empty", file=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        what = "is not a workbook (.xlsx); save it as one"
        raise DataError(what, file=path.name) from error
    if "xl/workbook.xml" not in names:
        raise DataError("is a zip file but not a workbook (.xlsx)", file=path.name)


def _header(
    rows: Sequence[Sequence[object]], spellings: tables.Spellings
) -> tuple[int, tables.Header]:
    """The row that shows the most known columns, its line first."""
    best = 1, tables.Header(",", (), ())
    for line, row in enumerate(rows[:HEADER_WITHIN], start=1):
        header = named([str(cell).strip() for cell in row], spellings)
        if len(header.used) > len(best[1].used):
            best = line, header
    return best
