"""How large an uploaded file may be, looked at before it is read: a small file can unpack to much.

A workbook is unpacked piece by piece first, and only counted (`common.tables.workbooks`). Reading
it takes time for every cell, empty ones included, which are counted while they are read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from common import tables
from common.errors import DataError
from common.tables import MEGABYTE

LARGEST_UPLOAD = 20 * MEGABYTE
LARGEST_UNPACKED = 64 * MEGABYTE
MOST_PARTS = 500  # files in a workbook
MOST_TAGS = 2_000_000  # begins and ends of XML elements
MOST_SHEET_ROWS = 50_000
MOST_SHEET_CELLS = 500_000  # empty ones counted
MOST_CSV_ROWS = 200_000
USE_CSV = "save it as CSV"
USE_COMMAND = "split it, or load it with the command"


def refuse_large_workbook(data: bytes, *, file: str) -> None:
    """Raise `DataError` if it unpacks to too much; in constant memory."""
    limits = tables.WorkbookLimits(MOST_PARTS, LARGEST_UNPACKED, MOST_TAGS, USE_CSV)
    tables.refuse_large_workbook(io.BytesIO(data), limits, file=file)


def limited_rows(rows: Iterable[Sequence[object]], *, file: str) -> Iterator[Sequence[object]]:
    """The rows of a sheet, until one is too many; `DataError` then."""
    cells = 0
    for line, row in enumerate(rows, start=1):
        cells += len(row)
        if cells > MOST_SHEET_CELLS:
            what = f"has more than {MOST_SHEET_CELLS:,} cells, empty ones counted"
            raise DataError(f"{what}; remove empty columns, or {USE_CSV}", file=file, line=line)
        if line > MOST_SHEET_ROWS + 1:
            what = f"has more than {MOST_SHEET_ROWS:,} rows, empty ones counted"
            raise DataError(f"{what}; remove empty rows, or {USE_CSV}", file=file)
        yield row


def refuse_large_csv(data: bytes, *, file: str) -> None:
    """Raise `DataError` if it has too many lines."""
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    if ends > MOST_CSV_ROWS + 1:
        raise DataError(f"has more than {MOST_CSV_ROWS:,} rows; {USE_COMMAND}", file=file)
