"""Reading Parquet files of the project's formats, whichever engine wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from common.errors import DataError


def read_parquet(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """A Parquet file as `read_table` reads a CSV: text, missing as "", `line` the row's number.

    Further columns are ignored. Raises `DataError` if there is no such file, it is none, lacks a
    column, or is empty.
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
    """Whole numbers without the ".0" that they have beside missing ones."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype(object).where(column.notna(), "").astype(str).astype("str")
