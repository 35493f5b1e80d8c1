"""Tables of others' making: any separator, older encodings, with or without a header.

Such a file becomes what `reading` makes of our own: text columns and a `line` column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from common.errors import DataError

BOM = b"\xef\xbb\xbf"
Record = tuple[int, list[str]]  # the line of its beginning, and its fields


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
    text: str, separator: str, file: str, *, line: int = 1, one_line: bool = False
) -> Iterator[Record]:
    """The records of a text, which begins at `line`. Only between commas are quotes quotes.

    With `one_line` a quoted field must end in its line.
    """
    lines = text.split("\n") if text else []
    if separator != ",":
        for number, row in enumerate(lines, start=line):
            yield number, row.removesuffix("\r").split(separator) if row.strip() else []
        return
    reader = csv.reader((f"{row}\n" for row in lines), strict=True)
    start, offset = line, line - 1
    try:
        for fields in reader:
            if one_line and reader.line_num + offset > start:
                raise csv.Error("a quoted field does not end in its line")
            yield start, fields
            start = reader.line_num + offset + 1
    except csv.Error as error:
        raise DataError(
            f"is not a valid CSV record ({error}); expected commas between fields and quotes,"
            " closed, around a field with a comma in it",
            file=file,
            line=start,
        ) from error


def record_frame(
    records: Iterable[Record], columns: Sequence[str], file: str, *, strip: bool = True
) -> pd.DataFrame:
    """The records as text columns and `line`; raises for a blank one and one of another width."""
    lines, rows = [], []
    for line, fields in records:
        _check_width(fields, columns, file, line)
        lines.append(line)
        rows.append([field.strip() for field in fields] if strip else fields)
    if not rows:
        raise no_rows(file)
    cells: dict[str, Sequence[object]] = dict(zip(columns, zip(*rows, strict=True), strict=True))
    return pd.DataFrame(cells, dtype="str").assign(line=lines)


def no_rows(file: str) -> DataError:
    return DataError("has a header but no rows; expected at least one", file=file, line=1)


def _check_width(fields: Sequence[str], columns: Sequence[str], file: str, line: int) -> None:
    if not fields or fields == [""]:
        raise DataError("is a blank line; expected a row: remove it", file=file, line=line)
    if len(fields) != len(columns):
        raise DataError(
            f"has {len(fields)} fields; expected {len(columns)}"
            f" ({', '.join(columns[:5])}{', …' if len(columns) > 5 else ''}); if it is the last"
            " line, the file was cut off: get it again",
            file=file,
            line=line,
        )
