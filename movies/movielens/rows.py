"""The records of a release's files as text columns, whatever their separator or encoding.

Small tables (films, users, links) are read whole; `ratings` reads its file in blocks, with the
same functions.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from common import tables
from common.errors import DataError
from movies.movielens.layouts import FoundRelease, ReleaseTable
from movies.movielens.source import Source

# Films and users of the largest release are under 10 MB.
MAX_TABLE_BYTES = 200 * 2**20

Record = tuple[int, list[str]]  # the line where it begins, and its fields


def read_rows(source: Source, found: FoundRelease, role: str) -> tuple[pd.DataFrame, str] | None:
    """The rows of a table with `line`, and the path of its file; None if the release lacks it.

    `cut` is true for the last row if the file ends there without a line end. Raises `DataError` if
    there are no rows, and for a cell of a file with a header that holds an error or a formula.
    """
    there = found.table(role)
    if there is None:
        return None
    table, member = there
    if member.size > MAX_TABLE_BYTES:
        raise DataError(
            f"has {member.size:,} bytes; the largest release needs less than 10 million",
            file=member.path,
        )
    data = b"".join(found.text(source, member))
    # macOS writes Korean letters decomposed.
    text = unicodedata.normalize("NFC", decode(data, member.path, utf8_only=table.has_header))
    body = text.rstrip("\r\n")
    records = split_records(body, table, member.path)
    if table.has_header:
        next(records, None)
    frame = record_frame(records, table.columns, member.path)
    if table.has_header:
        tables.refuse_cells_without_value(frame, member.path)
    cut = len(body) == len(text)
    return frame.assign(cut=[*[False] * (len(frame) - 1), cut]), member.path


def decode(data: bytes, file: str, *, utf8_only: bool, line: int = 1) -> str:
    """UTF-8, or else latin-1 unless `utf8_only`; `line` is that of the first byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not utf8_only:
            return data.decode("latin-1")
        raise DataError(
            f"wrong encoding: the byte 0x{data[error.start]:02x} is not UTF-8; expected UTF-8, save"
            ' the file so (in Excel: "CSV UTF-8")',
            file=file,
            line=line + data.count(b"\n", 0, error.start),
        ) from error


def split_records(
    text: str, table: ReleaseTable, file: str, *, line: int = 1, one_line: bool = False
) -> Iterator[Record]:
    """The records of a text that begins at `line`. Quotes mean something only with a header.

    With `one_line`, a quoted field must end on its line.
    """
    lines = text.split("\n") if text else []
    separator = table.separator
    if not table.has_header:
        for number, row in enumerate(lines, start=line):
            yield number, row.removesuffix("\r").split(separator) if row.strip() else []
        return
    rows = (f"{row}\n" for row in lines)
    reader = csv.reader(rows, delimiter=separator, strict=True)
    start, offset = line, line - 1
    try:
        for fields in reader:
            if one_line and reader.line_num + offset > start:
                raise csv.Error("a quoted field does not end in its line")
            yield start, fields
            start = reader.line_num + offset + 1
    except csv.Error as error:
        raise DataError(
            f"is not a valid CSV record ({error}); expected quotes, closed, around a field"
            f" that has {tables.shown(separator)} in it",
            file=file,
            line=start,
        ) from error


def record_frame(
    records: Iterable[Record], columns: Sequence[str], file: str, *, strip: bool = True
) -> pd.DataFrame:
    """The records as text columns and `line`; `DataError` for a blank one or a wrong width."""
    lines, rows, records = [], [], iter(records)
    for line, fields in records:
        if not fields or fields == [""]:
            raise DataError("is a blank line; expected a row: remove it", file=file, line=line)
        if len(fields) != len(columns):
            expected = f"{', '.join(columns[:5])}{', …' if len(columns) > 5 else ''}"
            what = f"has {len(fields)} fields; expected {len(columns)} ({expected})"
            if _is_over(records):
                what += "; it is the last line, the file was cut off: get it again"
            raise DataError(what, file=file, line=line)
        lines.append(line)
        rows.append([field.strip() for field in fields] if strip else fields)
    if not rows:
        raise no_rows(file)
    cells: dict[str, Sequence[object]] = dict(zip(columns, zip(*rows, strict=True), strict=True))
    return pd.DataFrame(cells, dtype="str").assign(line=lines)


def _is_over(records: Iterator[Record]) -> bool:
    try:
        return next(records, None) is None
    except DataError:
        return False


def no_rows(file: str) -> DataError:
    return DataError("has a header but no rows; expected at least one", file=file, line=1)


def cut_off(stop: str, file: str, line: int) -> DataError:
    """For a last line that stops at `stop`, before its end."""
    what = f"the last line has no end and stops at {tables.shown(stop)}; the file was cut off:"
    return DataError(f"{what} get it again", file=file, line=line)
