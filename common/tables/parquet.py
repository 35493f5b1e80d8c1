"""Reads Parquet files of the project's formats, whichever engine wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from common.errors import DataError, NoRowsError

# Whole numbers stay whole where some are missing.
_INTEGERS = {
    pa.type_for_alias(name.lower()): pd.api.types.pandas_dtype(name)
    for name in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
}


def other_columns(path: Path, *, known: Sequence[str]) -> list[str]:
    """The columns of a Parquet file that are not known; none of another file."""
    if path.suffix != ".parquet":
        return []
    return [name for name in pa.parquet.read_schema(path).names if name not in known]


def read_parquet(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """The columns of a Parquet file, typed by its schema; `line` is the row's number.

    Other columns are not read. Raises `DataError` if the file does not exist, is not Parquet,
    lacks a required column, or is empty.
    """
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    try:
        with pa.parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            columns = [name for name in (*required, *optional) if name in names]
            table = file.read(columns=columns)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"is not a Parquet file: {error}", file=path.name) from error
    if missing := [name for name in required if name not in names]:
        expected = ",".join([*required, *(f"[{name}]" for name in optional)])
        raise DataError(f"lacks {', '.join(missing)}; expected {expected}", file=path.name)
    if not table.num_rows:
        raise NoRowsError("has no rows", file=path.name)
    frame: pd.DataFrame = table.to_pandas(types_mapper=_INTEGERS.get, ignore_metadata=True)
    frame["line"] = np.arange(1, len(frame) + 1)
    return frame
