"""One column of a table as numbers, truth values, days or times, or the line that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from common.tables.faults import Faults, expect, first_fault

# Not \d, which also takes the digits of other scripts; NumPy and PostgreSQL do not.
INTEGER = r"[+-]?[0-9]{1,18}"
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
INSTANT = rf"{DAY}([T ]{CLOCK})?"
FIRST_DAY, LAST_DAY = "1990-01-01", "2100-12-31"
LARGEST_INTEGER = 2**31 - 1  # of PostgreSQL
LAST_INSTANT = pd.Timestamp("2101-01-01", tz="UTC")


def as_text(values: pd.Series) -> pd.Series:
    """The column as a CSV would have it: missing as "", whole numbers without ".0"."""
    if isinstance(values.dtype, pd.StringDtype) and not values.hasnans:
        return values
    cells = values.astype(object).where(values.notna(), "").astype(str).astype("str")
    return cells.str.removesuffix(".0") if pd.api.types.is_float_dtype(values) else cells


def _typed(values: pd.Series, kind: pa.DataType) -> pd.Series | None:
    """Numbers as `kind`; None for anything but numbers, and if one would change."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return None
    try:
        array = pa.array(values, from_pandas=True).cast(kind)
    except pa.ArrowInvalid:
        return None
    typed: pd.Series = array.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return typed.set_axis(values.index)


def _matched(frame: pd.DataFrame, column: str, pattern: str, expected: str, file: str) -> pd.Series:
    text = frame[column].str.strip()
    first_fault(frame, ~text.str.fullmatch(pattern), column, f"is not {expected}", file)
    return text


def integers(frame: pd.DataFrame, column: str, *, file: str, nullable: bool = False) -> pd.Series:
    """Int64 in the range of PostgreSQL's integer, 1 or more; empty becomes missing."""
    typed = _typed(frame[column], pa.int64())
    if typed is not None and typed.between(1, LARGEST_INTEGER).fillna(nullable).all():
        return typed
    frame = frame[["line"]].assign(**{column: as_text(frame[column])})
    faults = Faults()
    text = frame[column].str.strip()
    with faults:
        pattern = f"({INTEGER})?" if nullable else INTEGER
        _matched(frame, column, pattern, "a whole number", file)
    is_number = text.str.fullmatch(INTEGER)
    numbers = pd.to_numeric(text.where(is_number, None)).astype("Int64")
    with faults:
        out_of_range = ((numbers < 1) | (numbers > LARGEST_INTEGER)).fillna(False)
        first_fault(frame, out_of_range, column, "is out of range", file)
    faults.raise_if_any()
    return numbers


def whole_numbers(
    frame: pd.DataFrame,
    column: str,
    *,
    file: str,
    low: int = 1,
    high: int = LARGEST_INTEGER,
    nullable: bool = False,
) -> pd.Series:
    """Int64 from `low` to `high`, in digits only; a nullable column may be empty, or not there.

    Beside empty fields "1995.0" is a whole number too: pandas writes them so.
    """
    if nullable and column not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    text = frame[column]
    digits = r"0*[0-9]{1,12}(\.0)?" if nullable else "0*[0-9]{1,12}"
    numbers = pd.to_numeric(text.where(text.str.fullmatch(digits), None)).astype("Int64")
    valid = numbers.between(low, high).fillna(False) | (nullable & (text == ""))
    expected = f"a whole number from {low} to {high}" + (", or empty" if nullable else "")
    expect(frame, valid, column, expected, file)
    return numbers


def short_texts(frame: pd.DataFrame, column: str, *, file: str, longest: int) -> pd.Series:
    """Text with single spaces between words; "" where the file has no such column."""
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
    frame = frame[["line"]].assign(**{column: as_text(frame[column])})
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
    """Times of ISO 8601 as UTC; a time without an offset is taken for UTC, a day for its start."""
    expected = "a time of ISO 8601 such as 2026-01-31T20:15:00+09:00"
    text = _matched(frame, column, INSTANT, expected, file)
    parsed = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
    first_fault(frame, parsed.isna(), column, "is not a time of the calendar and clock", file)
    outside = (parsed < pd.Timestamp(FIRST_DAY, tz="UTC")) | (parsed > LAST_INSTANT)
    first_fault(frame, outside, column, f"is not between {FIRST_DAY} and {LAST_DAY}", file)
    return parsed


def unique_rows(frame: pd.DataFrame, columns: Sequence[str], *, file: str) -> None:
    """Raise for the first row whose values in `columns` stood in an earlier line."""
    repeated = frame.duplicated(list(columns))
    values = ", ".join(columns)
    first_fault(
        frame, repeated, columns[0], f"is repeated (same {values} as an earlier line)", file
    )


def unique_ids(frame: pd.DataFrame, column: str, ids: pd.Series, *, file: str) -> None:
    """Raise for the first row whose id stood in an earlier line, and name that line."""
    repeated = ids.duplicated()
    if repeated.any():
        second = ids[repeated].iloc[0]
        first = frame.loc[ids == second, "line"].iloc[0]
        what = f"is there twice, first in line {first}; expected once"
        first_fault(frame.assign(**{column: ids}), repeated, column, what, file)


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows as plain Python values; whatever is missing is None."""
    chosen = frame[list(columns)].astype(object)
    return chosen.where(chosen.notna(), None).to_dict(orient="records")  # type: ignore[return-value]
