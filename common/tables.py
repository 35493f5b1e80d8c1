"""Reading the project's CSV formats strictly: every fault names the file, the line and the cure.

Columns come back as text plus a `line` column (1-based, of the file); the typed readers below
turn one column into numbers, truth values or days, or say which line is wrong.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from common.errors import DataError

INTEGER = r"[+-]?\d{1,18}"
NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
DAY = r"\d{4}-\d{2}-\d{2}"


def read_table(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """A CSV file (UTF-8, with header) as a frame of text with a `line` column.

    Raises `DataError` for a missing or empty file, another encoding, a missing or unknown
    column, and a line with too few or too many fields.
    """
    header = _header(path, required, optional)
    try:
        table = pa.csv.read_csv(
            path,
            read_options=pa.csv.ReadOptions(use_threads=False),
            parse_options=pa.csv.ParseOptions(ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise _explained(error, path) from error
    if not table.num_rows:
        raise DataError("has a header but no rows", file=path.name, line=1)
    frame: pd.DataFrame = table.to_pandas()
    frame["line"] = np.arange(2, len(frame) + 2)
    return frame


def _header(path: Path, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    except UnicodeDecodeError as error:
        raise DataError(
            "is not UTF-8 text; save it as CSV in UTF-8", file=path.name, line=1
        ) from error
    if not header:
        raise DataError("is empty", file=path.name)
    unknown = [name for name in header if name not in (*required, *optional)]
    missing = [name for name in required if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        expected = ",".join([*required, *(f"[{name}]" for name in optional)])
        raise DataError(
            f"the header is {','.join(header)!r}; expected {expected}", file=path.name, line=1
        )
    return header


def _explained(error: Exception, path: Path) -> DataError:
    """Arrow's message as ours; it counts the header as row 1."""
    text = str(error)
    row = re.search(r"[Rr]ow #(\d+)", text)
    fields = re.search(r"Expected (\d+) columns, got (\d+)", text)
    line = int(row[1]) if row else None
    if fields:
        return DataError(f"has {fields[2]} fields; expected {fields[1]}", file=path.name, line=line)
    if "UTF8" in text or "utf" in text.lower():
        return DataError("is not UTF-8 text; save it as CSV in UTF-8", file=path.name, line=line)
    return DataError(f"cannot be read: {text}", file=path.name, line=line)


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
        row = frame.iloc[places[0]]
        raise DataError(f"{column} {row[column]!r} {what}", file=file, line=int(row["line"]))


def integers(frame: pd.DataFrame, column: str, *, file: str, nullable: bool = False) -> pd.Series:
    """Int64 in the range of PostgreSQL's integer, 1 or more; empty becomes missing."""
    pattern = f"({INTEGER})?" if nullable else INTEGER
    text = _matched(frame, column, pattern, "a whole number", file)
    numbers = pd.to_numeric(text.where(text != "", None)).astype("Int64")
    out_of_range = ((numbers < 1) | (numbers > 2**31 - 1)).fillna(False)
    first_fault(frame, out_of_range, column, "is out of range", file)
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
    text = _matched(frame, column, DAY, "a day such as 2026-01-31", file)
    parsed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    first_fault(frame, parsed.isna(), column, "is not a day of the calendar", file)
    return text


def unique_rows(frame: pd.DataFrame, columns: Sequence[str], *, file: str) -> None:
    """Raise for the first row whose values in `columns` stood in an earlier line."""
    repeated = frame.duplicated(list(columns))
    values = ", ".join(columns)
    first_fault(
        frame, repeated, columns[0], f"is repeated (same {values} as an earlier line)", file
    )


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows as plain Python values; whatever is missing is None."""
    chosen = frame[list(columns)].astype(object)
    return chosen.where(chosen.notna(), None).to_dict(orient="records")  # type: ignore[return-value]
