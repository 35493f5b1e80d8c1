"""Turns a column of a table into numbers, truth values, days or times, or names a wrong line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from common.tables.faults import every_fault, expect, first_fault

# Not \d: it matches digits of other scripts too, which NumPy and PostgreSQL refuse.
INTEGER = r"[+-]?[0-9]{1,18}"
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
INSTANT = rf"{DAY}([T ]{CLOCK})?"
FIRST_DAY, LAST_DAY = "1990-01-01", "2100-12-31"
LARGEST_INTEGER = 2**31 - 1  # of PostgreSQL
LAST_INSTANT = pd.Timestamp("2101-01-01", tz="UTC")


def as_text(values: pd.Series) -> pd.Series:
    """The column as a CSV would hold it: missing as "", whole numbers without ".0"."""
    if isinstance(values.dtype, pd.StringDtype) and not values.hasnans:
        return values
    cells = values.astype(object).where(values.notna(), "").astype(str).astype("str")
    return cells.str.removesuffix(".0") if pd.api.types.is_float_dtype(values) else cells


def _typed(values: pd.Series, kind: pa.DataType) -> pd.Series | None:
    """Numbers as `kind`; None if they are not numbers, or if the cast would change one."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return None
    try:
        array = pa.array(values, from_pandas=True).cast(kind)
    except pa.ArrowInvalid:
        return None
    typed: pd.Series = array.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return typed.set_axis(values.index)


def _with_text(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The column as text, and the lines."""
    return frame[["line"]].assign(**{column: as_text(frame[column])})


def _matched(frame: pd.DataFrame, column: str, pattern: str, expected: str, file: str) -> pd.Series:
    text = frame[column].str.strip()
    first_fault(frame, ~text.str.fullmatch(pattern), column, f"is not {expected}", file)
    return text


def integers(
    frame: pd.DataFrame, column: str, *, file: str, nullable: bool = False, low: int = 1
) -> pd.Series:
    """Int64 in the range of PostgreSQL's integer, `low` or more; empty becomes missing."""
    typed = _typed(frame[column], pa.int64())
    if typed is not None and typed.between(low, LARGEST_INTEGER).fillna(nullable).all():
        return typed
    frame = _with_text(frame, column)
    text = frame[column].str.strip()
    is_number = text.str.fullmatch(INTEGER)
    numbers = pd.to_numeric(text.where(is_number, None)).astype("Int64")
    every_fault(
        frame,
        column,
        (~(is_number | (nullable & (text == ""))), "is not a whole number"),
        ((~numbers.between(low, LARGEST_INTEGER)).fillna(False), "is out of range"),
        file=file,
    )
    return numbers


def whole_numbers(
    frame: pd.DataFrame,
    column: str,
    *,
    file: str,
    low: int = 1,
    high: int = LARGEST_INTEGER,
    nullable: bool = False,
    decimal_zero: bool = False,
) -> pd.Series:
    """Int64 from `low` to `high`, digits only; a nullable column may be empty or missing.

    A nullable column, and one with `decimal_zero`, takes "1995.0" too, which is how pandas writes
    integers beside empty fields.
    """
    if nullable and column not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    text = frame[column]
    digits = "0*[0-9]{1,12}" + (r"(\.0+)?" if nullable or decimal_zero else "")
    numbers = pd.to_numeric(text.where(text.str.fullmatch(digits), None)).astype("Int64")
    valid = numbers.between(low, high).fillna(False) | (nullable & (text == ""))
    expected = f"a whole number from {low} to {high}" + (", or empty" if nullable else "")
    expect(frame, valid, column, expected, file)
    return numbers


def short_texts(frame: pd.DataFrame, column: str, *, file: str, longest: int) -> pd.Series:
    """Text with single spaces between words; "" if the file lacks the column."""
    if column not in frame:
        return pd.Series("", index=frame.index, dtype="str")
    text = frame[column].map(lambda words: " ".join(words.split())).astype("str")
    expect(frame, text.str.len() <= longest, column, f"at most {longest} characters", file)
    return text


def numbers(frame: pd.DataFrame, column: str, *, file: str, low: float, high: float) -> pd.Series:
    """float64 within [low, high]; NaN and infinity are not numbers."""
    typed = _typed(frame[column], pa.float64())
    if typed is not None and typed.between(low, high).all():
        return typed
    frame = _with_text(frame, column)
    values = pd.to_numeric(_matched(frame, column, NUMBER, "a number", file)).astype("float64")
    outside = ~values.between(low, high)
    first_fault(frame, outside, column, f"is not between {low:g} and {high:g}", file)
    return values


def truth_values(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """`true` and `false`, in any case."""
    text = _matched(frame, column, r"(?i)true|false", "true or false", file)
    return text.str.lower() == "true"


def days(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """Calendar days such as 2026-01-31, as text."""
    text = frame[column].str.strip()
    is_day = text.str.fullmatch(DAY)
    parsed = pd.to_datetime(text.where(is_day, None), format="%Y-%m-%d", errors="coerce")
    outside = is_day & ~text.between(FIRST_DAY, LAST_DAY)
    every_fault(
        frame,
        column,
        (~is_day, "is not a day such as 2026-01-31"),
        (is_day & parsed.isna(), "is not a day of the calendar"),
        (outside, f"is not between {FIRST_DAY} and {LAST_DAY}"),
        file=file,
    )
    return text


def instants(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """ISO 8601 times as UTC; a time without an offset counts as UTC, a day as its start."""
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
    what = f"is repeated (same {', '.join(columns)} as an earlier line)"
    first_fault(frame, repeated, columns[0], what, file)


def unique_ids(frame: pd.DataFrame, column: str, ids: pd.Series, *, file: str) -> None:
    """Raise for the first row whose id repeats that of an earlier line, and name that line."""
    repeated = ids.duplicated()
    if repeated.any():
        second = ids[repeated].iloc[0]
        first = frame.loc[ids == second, "line"].iloc[0]
        what = f"is there twice, first in line {first}; expected once"
        first_fault(frame.assign(**{column: ids}), repeated, column, what, file)


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows as plain Python values; missing ones are None."""
    chosen = frame[list(columns)].astype(object)
    return chosen.where(chosen.notna(), None).to_dict(orient="records")  # type: ignore[return-value]
