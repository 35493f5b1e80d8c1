"""Reads the project's own CSV formats strictly: UTF-8, a known header, one row per line.

A file whose name ends in `.gz` is unpacked first.
"""

from __future__ import annotations

import csv
import gzip
import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from common.errors import DataError, NoRowsError
from common.tables.cells import refuse_cells_without_value, without_empty_columns
from common.tables.faults import shown

logger = logging.getLogger(__name__)

MOST_UNPACKED = 2**30  # bytes; a small file can unpack to any size


def read_table(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """A CSV file as `parse_table` reads it; `DataError` as `file_content` says, too."""
    return parse_table(file_content(path), file=path.name, required=required, optional=optional)


def file_content(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzip by its name.

    Raises `DataError` if there is no such file, or if it cannot be unpacked.
    """
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            content = file.read(MOST_UNPACKED + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        what = f"is not a whole gzip file ({error}); get it again, or unpack it"
        raise DataError(what, file=path.name) from error
    if len(content) > MOST_UNPACKED:
        what = f"unpacks to more than {MOST_UNPACKED:,} bytes; split it into several files"
        raise DataError(what, file=path.name)
    return content


def parse_table(
    content: bytes, *, file: str, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """The bytes of a CSV (UTF-8, with header) as a frame of text with a `line` column.

    Messages call it `file`. Blank lines at the end are ignored. Raises `DataError` for an empty
    file, another encoding, a missing or unknown column, a line with too few or too many fields, a
    blank line between others, and a quoted field that continues on the next line: one row per
    line keeps `line` right. A last line without a line end may have been cut off inside its last
    field; nothing tells it from a file typed by hand, so it is accepted and logged as a warning.
    Columns at the end without a name and a value are left out; a cell that is an error value of a
    spreadsheet or a formula is refused. All text is NFC.
    """
    text = _plain_text(content, file)
    data = without_empty_columns(text.rstrip(b"\n"))
    header = _header(data, required, optional, file)
    rows = _row_count(data, file, complete=text.endswith(b"\n"))
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(use_threads=False),
            parse_options=pa.csv.ParseOptions(ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        _refuse_open_quotes(data, file)
        raise _explained(error, file) from error
    if table.num_rows != rows or _last_line_is_open(data):
        _refuse_open_quotes(data, file)
    frame: pd.DataFrame = table.to_pandas()
    frame["line"] = np.arange(2, len(frame) + 2)
    refuse_cells_without_value(frame, file)
    return frame


def _plain_text(content: bytes, file: str) -> bytes:
    """The file's bytes, checked to be UTF-8, with plain line ends."""
    data = content.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    wrong = data.find(b"\0")  # UTF-16, or not text; PostgreSQL refuses NUL too
    try:
        decoded = data.decode()
    except UnicodeDecodeError as error:
        wrong = error.start if wrong < 0 else min(wrong, error.start)
    if wrong >= 0:
        line = data.count(b"\n", 0, wrong) + 1
        raise DataError("is not UTF-8 text; save it as CSV in UTF-8", file=file, line=line)
    if not data.strip(b"\n"):
        raise DataError("is empty", file=file)
    if not unicodedata.is_normalized("NFC", decoded):  # macOS writes decomposed Korean
        data = unicodedata.normalize("NFC", decoded).encode()
    return data


def _header(data: bytes, required: Sequence[str], optional: Sequence[str], file: str) -> list[str]:
    text = data.partition(b"\n")[0].decode()
    try:
        header = next(csv.reader([text], strict=True), [])
    except csv.Error:
        header = []
    check_header(header, text, required, optional, file)
    return header


def check_header(
    header: Sequence[str], text: str, required: Sequence[str], optional: Sequence[str], file: str
) -> None:
    """Raise `DataError` unless `header`, spelled `text`, has the columns, each once."""
    unknown = [name for name in header if name not in (*required, *optional)]
    missing = [name for name in required if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        expected = ",".join([*required, *(f"[{name}]" for name in optional)])
        raise DataError(f"the header is {shown(text)}; expected {expected}", file=file, line=1)


def _row_count(data: bytes, file: str, *, complete: bool) -> int:
    """Rows of the file, one per line; `complete`: the last line has a line end."""
    if (blank := data.find(b"\n\n")) >= 0:
        line = data.count(b"\n", 0, blank) + 2
        raise DataError("is a blank line; expected a row: remove it", file=file, line=line)
    rows = data.count(b"\n")
    if not rows:
        raise NoRowsError("has a header but no rows", file=file, line=1)
    if not complete:
        text = "%s, line %s: the last line has no line end; check that the file is whole"
        logger.warning(text, file, rows + 1)
    return rows


def _refuse_open_quotes(data: bytes, file: str) -> None:
    """Raise `DataError` for the first line with a quoted field that does not end in it."""
    reader = csv.reader(io.StringIO(data.decode(), newline=""))
    line = 0
    try:
        for line, _ in enumerate(reader, start=1):
            if reader.line_num > line:
                break
        else:
            if not _last_line_is_open(data):
                return
    except csv.Error as error:  # a field of more than 131,072 characters
        raise DataError(f"cannot be read: {error}", file=file, line=line + 1) from error
    what = "a quoted field does not end in its line; expected one row a line"
    raise DataError(what, file=file, line=line)


def _last_line_is_open(data: bytes) -> bool:
    """Whether the file was cut off inside a quoted field, which Arrow accepts."""
    last = data.rpartition(b"\n")[2].decode()
    try:
        next(csv.reader([last], strict=True), None)
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _explained(error: Exception, file: str) -> DataError:
    """Arrow's message in our words; it counts the header as row 1."""
    text = str(error)
    row = re.search(r"[Rr]ow #(\d+)", text)
    fields = re.search(r"Expected (\d+) columns, got (\d+)", text)
    line = int(row[1]) if row else None
    if fields:
        return DataError(f"has {fields[2]} fields; expected {fields[1]}", file=file, line=line)
    return DataError(f"cannot be read: {text}", file=file, line=line)
