"""Reads one of the project's tables however a program or a person wrote it.

The columns may have any of the spellings that the caller knows, be in any order and stand beside
others, between commas, semicolons, tabs or bars, in UTF-8, UTF-16 with its mark, or cp949. Rows are
as strict as in `parse_table`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from common.errors import DataError
from common.tables.encodings import NAMES, UTF_8, encoding_of
from common.tables.headers import Header, Spellings, named, read_header, refuse_doubles
from common.tables.parquet import read_parquet
from common.tables.reading import check_header, file_content, parse_table

MARKS: Final = {"\t": "tabs"}


@dataclass(frozen=True)
class Variant:
    """The rows under our names of the columns, with `line`; and in words how the file was read."""

    frame: pd.DataFrame
    header: Header
    how: str


def read_variant(
    path: Path, *, spellings: Spellings, required: Sequence[str], optional: Sequence[str] = ()
) -> Variant:
    """A CSV, also `.gz`, or Parquet file by its suffix; `DataError` as by `read_table` and
    `read_parquet`.

    `required` and `optional` are names in `spellings`; messages write them so.
    """
    if path.suffix == ".parquet":
        return _read_parquet(path, spellings, required, optional)
    content = file_content(path)
    encoding = encoding_of(content) or UTF_8
    text = content.decode(encoding, "surrogateescape").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    header = read_header(first, spellings)
    _check(header, first, required, optional, path.name)
    if header.separator != ",":
        rest = _with_commas(rest, header.separator, path.name)
    columns = _columns(header)
    data = ",".join(f'"{name}"' for name in columns) + "\n" + rest if first else text
    data_bytes = data.encode(errors="surrogateescape")
    frame = parse_table(data_bytes, file=path.name, required=columns if first else required)
    return Variant(frame, header, reading(encoding, header.separator))


def reading(encoding: str, separator: str) -> str:
    """ " (read as cp949, separated by ;)"; "" for UTF-8 and commas."""
    how = [] if encoding == UTF_8 else [f"read as {NAMES[encoding]}"]
    how += [] if separator == "," else [f"separated by {MARKS.get(separator, separator)}"]
    return f" ({', '.join(how)})" if how else ""


def _read_parquet(
    path: Path, spellings: Spellings, required: Sequence[str], optional: Sequence[str]
) -> Variant:
    try:
        names = pa.parquet.read_schema(path).names
    except (pa.ArrowInvalid, OSError):
        names = []
    header = named(names, spellings)
    refuse_doubles(header, file=path.name)
    ours = {name: column for name, column in header.used if column in (*required, *optional)}
    if set(required) - set(ours.values()):
        ours = {name: name for name in required}  # which is refused
    return Variant(read_parquet(path, required=list(ours)).rename(columns=ours), header, "")


def _check(
    header: Header, line: str, required: Sequence[str], optional: Sequence[str], file: str
) -> None:
    refuse_doubles(header, file=file)
    if line and not set(required) <= set(header.columns):
        check_header(header.names, line, required, optional, file)


def _columns(header: Header) -> list[str]:
    """Our names, and for columns that are not used names that are unlike each other."""
    return [
        column or f"column {place} is not used"
        for place, column in enumerate(header.columns, start=1)
    ]


def _with_commas(text: str, separator: str, file: str) -> str:
    """The same lines with commas between the fields."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    lines = text.split("\n")
    for number, line in enumerate(lines, start=2):
        try:
            fields = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error as error:
            raise DataError(f"cannot be read: {error}", file=file, line=number) from error
        if fields or number < len(lines) + 1:
            writer.writerow(fields)
    return written.getvalue()
