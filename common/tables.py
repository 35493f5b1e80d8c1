"""Strict reading of the project's CSV formats: every error names the file, the line and the fix.

Columns come back as text plus a `line` column (1-based, of the file); the typed readers below
turn one column into numbers, truth values or days, or say which line is wrong.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from common.errors import DataError

# Not \d, which also matches digits of other scripts; NumPy and PostgreSQL do not accept these.
logger = logging.getLogger(__name__)

INTEGER = r"[+-]?[0-9]{1,18}"
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
INSTANT = rf"{DAY}([T ]{CLOCK})?"
FIRST_DAY, LAST_DAY = "1990-01-01", "2100-12-31"
LAST_INSTANT = pd.Timestamp("2101-01-01", tz="UTC")


def read_table(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """A CSV file as `parse_table` reads it. A missing file raises `DataError` too."""
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    return parse_table(path.read_bytes(), file=path.name, required=required, optional=optional)


def parse_table(
    content: bytes, *, file: str, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """The bytes of a CSV (UTF-8, with header) as a frame of text with a `line` column.

    `file` is its name in messages. Blank lines at the end are ignored. Raises `DataError` for an
    empty file, another encoding, a missing or unknown column, a line with too few or too many
    fields, a blank line between others, and a quoted field that continues on the next line: a row
    is a line, so that `line` is right. A last line without a line end may be cut off inside its
    last field, or the file may be typed by hand: it is accepted and logged as a warning.
    """
    text = _plain_text(content, file)
    data = text.rstrip(b"\n")
    header = _header(data, required, optional, file)
    rows = _row_count(data, file, complete=text != data)
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
    return frame


def read_parquet(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """A Parquet file as `read_table` reads a CSV: text, missing as "", `line` the row's number.

    Extra columns are ignored. Raises `DataError` if the file does not exist, is not Parquet, lacks
    a column, or is empty.
    """
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"is not a Parquet file: {error}", file=path.name) from error
    if missing := [name for name in required if name not in frame]:
        expected = ",".join([*required, *(f"[{name}]" for name in optional)])
        raise DataError(f"lacks {', '.join(missing)}; expected {expected}", file=path.name)
    if frame.empty:
        raise DataError("has no rows", file=path.name)
    columns = [*required, *(name for name in optional if name in frame)]
    text = pd.DataFrame({name: _as_text(frame[name]) for name in columns})
    text["line"] = np.arange(1, len(text) + 1)
    return text


def _as_text(column: pd.Series) -> pd.Series:
    """Whole numbers as text, without the ".0" that they get in a column with missing values."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype(object).where(column.notna(), "").astype(str).astype("str")


def _plain_text(content: bytes, file: str) -> bytes:
    """The file's bytes with plain line ends; raises `DataError` if they are not UTF-8."""
    data = content.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    wrong = data.find(b"\0")  # UTF-16, or not text at all; PostgreSQL rejects NUL too
    try:
        data.decode()
    except UnicodeDecodeError as error:
        wrong = error.start if wrong < 0 else min(wrong, error.start)
    if wrong >= 0:
        line = data.count(b"\n", 0, wrong) + 1
        raise DataError("is not UTF-8 text; save it as CSV in UTF-8", file=file, line=line)
    if not data.strip(b"\n"):
        raise DataError("is empty", file=file)
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
    """Raise `DataError` unless `header`, parsed from `text`, has the columns, each once."""
    unknown = [name for name in header if name not in (*required, *optional)]
    missing = [name for name in required if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        expected = ",".join([*required, *(f"[{name}]" for name in optional)])
        raise DataError(f"the header is {shown(text)}; expected {expected}", file=file, line=1)


def _row_count(data: bytes, file: str, *, complete: bool) -> int:
    """The number of rows, one a line; `complete`: the last line has a line end."""
    if (blank := data.find(b"\n\n")) >= 0:
        line = data.count(b"\n", 0, blank) + 2
        raise DataError("is a blank line; expected a row: remove it", file=file, line=line)
    rows = data.count(b"\n")
    if not rows:
        raise DataError("has a header but no rows", file=file, line=1)
    if not complete:
        logger.warning(
            "%s, line %s: the last line has no line end; check that the file is complete",
            file,
            rows + 1,
        )
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
    raise DataError(
        "a quoted field does not end in its line; expected one row a line", file=file, line=line
    )


def _last_line_is_open(data: bytes) -> bool:
    """Whether the file was cut off inside a quoted field, which Arrow accepts."""
    last = data.rpartition(b"\n")[2].decode()
    try:
        next(csv.reader([last], strict=True), None)
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _explained(error: Exception, file: str) -> DataError:
    """Arrow's error as a `DataError`; Arrow counts the header as row 1."""
    text = str(error)
    row = re.search(r"[Rr]ow #(\d+)", text)
    fields = re.search(r"Expected (\d+) columns, got (\d+)", text)
    line = int(row[1]) if row else None
    if fields:
        return DataError(f"has {fields[2]} fields; expected {fields[1]}", file=file, line=line)
    return DataError(f"cannot be read: {text}", file=file, line=line)


def shown(value: object) -> str:
    """A value as quoted in messages: text in quotes and shortened, numbers plain."""
    if not isinstance(value, str):
        return str(value)
    return repr(value if len(value) <= 200 else f"{value[:200]}…")


def _matched(frame: pd.DataFrame, column: str, pattern: str, expected: str, file: str) -> pd.Series:
    text = frame[column].str.strip()
    first_fault(frame, ~text.str.fullmatch(pattern), column, f"is not {expected}", file)
    return text


def first_fault(
    frame: pd.DataFrame, faulty: pd.Series | np.ndarray, column: str, what: str, file: str
) -> None:
    """Raise a `DataError` for the first row where `faulty` is true."""
    places = np.flatnonzero(np.asarray(faulty, dtype=bool))
    if len(places):
        # One column at a time: a whole row of numbers would turn into floats.
        value, line = frame[column].iloc[places[0]], int(frame["line"].iloc[places[0]])
        raise DataError(f"{column} {shown(value)} {what}", file=file, line=line)


class SeveralFaultsError(DataError):
    """All errors of a file, a line of text for each, in the order of the file."""

    def __init__(self, faults: Sequence[DataError]) -> None:
        self.faults = sorted(faults, key=lambda error: error.line or 0)
        first, rest = self.faults[0], self.faults[1:]
        message = "\n".join([first.message, *map(str, rest)])
        super().__init__(message, file=first.file, line=first.line)


class Faults:
    """Collects `DataError`s, so that one pass reports every kind of error in a file.

    Use `with faults: …` for each independent check, and `raise_if_any` at the end.
    """

    def __init__(self) -> None:
        self._errors: list[DataError] = []

    def __enter__(self) -> Faults:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, DataError):
            faults = error.faults if isinstance(error, SeveralFaultsError) else [error]
            self._errors.extend(faults)
            return True
        return False

    def raise_if_any(self) -> None:
        """Raise one `DataError` with all collected errors, if there are any."""
        if self._errors:
            raise SeveralFaultsError(self._errors)


def integers(frame: pd.DataFrame, column: str, *, file: str, nullable: bool = False) -> pd.Series:
    """Int64 in the range of PostgreSQL's integer, 1 or more; empty becomes missing."""
    pattern = f"({INTEGER})?" if nullable else INTEGER
    faults = Faults()
    text = frame[column].str.strip()
    with faults:
        _matched(frame, column, pattern, "a whole number", file)
    is_number = text.str.fullmatch(INTEGER)
    numbers = pd.to_numeric(text.where(is_number, None)).astype("Int64")
    with faults:
        out_of_range = ((numbers < 1) | (numbers > 2**31 - 1)).fillna(False)
        first_fault(frame, out_of_range, column, "is out of range", file)
    faults.raise_if_any()
    return numbers


def numbers(frame: pd.DataFrame, column: str, *, file: str, low: float, high: float) -> pd.Series:
    """float64 within [low, high]; NaN and infinity are not numbers."""
    values = pd.to_numeric(_matched(frame, column, NUMBER, "a number", file)).astype("float64")
    first_fault(
        frame, ~values.between(low, high), column, f"is not between {low:g} and {high:g}", file
    )
    return values


def truth_values(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """`true` and `false`, in any case."""
    text = _matched(frame, column, r"(?i)true|false", "true or false", file)
    return text.str.lower() == "true"


def days(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """Calendar days such as 2026-01-31, as text."""
    faults = Faults()
    text = frame[column].str.strip()
    with faults:
        _matched(frame, column, DAY, "a day such as 2026-01-31", file)
    is_day = text.str.fullmatch(DAY)
    parsed = pd.to_datetime(text.where(is_day, None), format="%Y-%m-%d", errors="coerce")
    with faults:
        first_fault(frame, is_day & parsed.isna(), column, "is not a day of the calendar", file)
    with faults:
        outside = is_day & ~text.between(FIRST_DAY, LAST_DAY)
        what = f"is not between {FIRST_DAY} and {LAST_DAY}"
        first_fault(frame, outside, column, what, file)
    faults.raise_if_any()
    return text


def instants(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """ISO 8601 times as UTC; a time without an offset is UTC, a date is the start of its day."""
    expected = "a time of ISO 8601 such as 2026-01-31T20:15:00+09:00"
    text = _matched(frame, column, INSTANT, expected, file)
    parsed = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
    first_fault(frame, parsed.isna(), column, "is not a time of the calendar and clock", file)
    outside = (parsed < pd.Timestamp(FIRST_DAY, tz="UTC")) | (parsed > LAST_INSTANT)
    first_fault(frame, outside, column, f"is not between {FIRST_DAY} and {LAST_DAY}", file)
    return parsed


def unique_rows(frame: pd.DataFrame, columns: Sequence[str], *, file: str) -> None:
    """Raise for the first row whose values in `columns` repeat those of an earlier line."""
    repeated = frame.duplicated(list(columns))
    values = ", ".join(columns)
    first_fault(
        frame, repeated, columns[0], f"is repeated (same {values} as an earlier line)", file
    )


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows as plain Python values; missing values are None."""
    chosen = frame[list(columns)].astype(object)
    return chosen.where(chosen.notna(), None).to_dict(orient="records")  # type: ignore[return-value]
