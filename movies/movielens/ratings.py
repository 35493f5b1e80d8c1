"""The ratings of a release as a stream of checked chunks: 32 million rows in bounded memory.

Two lanes over the same blocks of whole lines. The fast lane lets Arrow parse a block and checks
the columns as arrays; it only ever accepts. A block that it does not accept goes, line by line,
through the slow lane, which either names the line and the fault or finds that all is well (a
quoted field, say) and returns the rows.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from common.errors import DataError
from movies.movielens.layouts import Found, Table
from movies.movielens.rows import (
    bad_csv,
    check_width,
    decode,
    identifier,
    no_rows,
    read_columns,
    shown,
)
from movies.movielens.source import BOM, Source

MAX_LINE_BYTES = 2**20
LOWEST, HIGHEST = 0.5, 5.0
# MovieLens has run since 1995. An earlier time at the very end of a file is a later one cut short.
FIRST_TIMESTAMP = 789_000_000  # 1995-01-01

# What Arrow takes for a decimal number, without its infinities.
_DECIMAL = re.compile(r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TIMESTAMP = re.compile(r"[0-9]{1,18}")
_ARROW_TYPES = {
    "ml_user_id": pa.int32(),
    "movie_id": pa.int32(),
    "rating": pa.float64(),
    "timestamp": pa.int64(),
}

_Rating = tuple[int, int, float]


@dataclass(frozen=True)
class Block:
    """Whole lines, each with its line end."""

    data: bytes
    line: int  # of its first line in the file
    cut: bool = False  # the file's last line came without a line end


@dataclass(frozen=True)
class RatingFormat:
    """How a line of this file is to be read."""

    file: str
    table: Table
    columns: tuple[str, ...]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns that are checked. A plain file's timestamp is nobody's business."""
        return self.table.columns


def rating_chunks(source: Source, found: Found) -> Iterator[pd.DataFrame]:
    """Columns `line`, `ml_user_id`, `movie_id`, `rating`; about 500,000 rows at a time.

    Raises `DataError` at the first line that is wrong, when the chunks before it are out already.
    """
    table = found.layout.ratings
    member = found.files[table.name]
    rating_format = RatingFormat(member.path, table, table.columns)
    rows = 0
    # Closed at once also when a line is refused: the error would keep the archive open.
    with closing(source.blocks(member)) as pieces:
        for block in line_blocks(pieces, member.path):
            if table.has_header and block.line == 1:
                rating_format, block = _take_header(block, rating_format)
            chunk = _parse(block, rating_format) if block.data else None
            if chunk is not None:
                rows += len(chunk)
                yield chunk
    if not rows:
        raise no_rows(member.path)


def line_blocks(pieces: Iterable[bytes], file: str) -> Iterator[Block]:
    """Regroup bytes into whole lines. Blank lines at the end of the file are dropped."""
    rest, line = b"", 1
    for piece in pieces:
        data = (rest + piece).removeprefix(BOM) if line == 1 else rest + piece
        # Blank lines wait: they are only wrong if something follows.
        text = data[: data.rfind(b"\n") + 1].rstrip(b"\r\n")
        end = data.find(b"\n", len(text)) + 1 if text else 0
        rest = data[end:]
        if len(rest) > MAX_LINE_BYTES:
            raise DataError(
                f"more than {MAX_LINE_BYTES:,} bytes without a row in them; expected short lines",
                file=file,
                line=line + data.count(b"\n", 0, end),
            )
        if end:
            yield Block(data[:end], line)
            line += data.count(b"\n", 0, end)
    last = rest.rstrip(b"\r\n")
    if last:
        yield Block(last + b"\n", line, cut=b"\n" not in rest[len(last) :])


def _take_header(block: Block, rating_format: RatingFormat) -> tuple[RatingFormat, Block]:
    first, _, body = block.data.partition(b"\n")
    file, table = rating_format.file, rating_format.table
    header = _fields(decode(first, file, utf8_only=True), ",", file, 1)
    columns = read_columns(header, table, file)
    return RatingFormat(file, table, columns), Block(body, 2, block.cut)


def _parse(block: Block, rating_format: RatingFormat) -> pd.DataFrame:
    columns = _parse_fast(block.data, rating_format)
    if columns is None:
        columns = _parse_lines(block, rating_format)
    elif block.cut:
        last = block.data.rstrip(b"\n").rpartition(b"\n")[2]
        _parse_line(last, block.line + len(columns[0]) - 1, rating_format, cut=True)
    users, movies, ratings = columns
    lines = np.arange(block.line, block.line + len(users), dtype=np.int64)
    return pd.DataFrame({"line": lines, "ml_user_id": users, "movie_id": movies, "rating": ratings})


_Columns = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float64]]


def _parse_fast(data: bytes, rating_format: RatingFormat) -> _Columns | None:
    """The columns of a block that is right in every line, else None."""
    if not _harmless(data, rating_format.table):
        return None
    try:
        users, movies, ratings = _parse_with_arrow(data, rating_format)
    except pa.ArrowInvalid:
        return None
    if len(users) != data.count(b"\n") or users.min() < 1 or movies.min() < 1:
        return None
    whole_halves = not rating_format.table.plain
    return (users, movies, ratings) if _all_valid(ratings, whole_halves=whole_halves) else None


def _parse_with_arrow(data: bytes, rating_format: RatingFormat) -> _Columns:
    separator = rating_format.table.separator
    if len(separator) > 1:  # Arrow splits at one character; `_harmless` saw that there is no comma
        data, separator = data.replace(separator.encode(), b","), ","
    names = [str(place) for place in range(len(rating_format.columns))]
    types = {
        str(rating_format.columns.index(column)): _ARROW_TYPES[column]
        for column in rating_format.wanted
    }
    table = arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=separator, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(types), column_types=types, null_values=[]
        ),
    )
    users, movies, ratings = (table.column(place).to_numpy() for place in range(3))
    return users, movies, ratings


def _harmless(data: bytes, table: Table) -> bool:
    """No byte that Arrow reads more kindly than we do: 0x1F is a number to it, and so is ""5."""
    if not table.plain:
        return not data.translate(None, b"0123456789.\r\n" + table.separator.encode())
    if any(byte in data for byte in (b"x", b"X", b'"')):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _all_valid(ratings: npt.NDArray[np.float64], *, whole_halves: bool) -> bool:
    inside = bool(((ratings >= LOWEST) & (ratings <= HIGHEST)).all())  # False for NaN
    return inside and (not whole_halves or bool((ratings * 2 % 1 == 0).all()))


def _parse_lines(block: Block, rating_format: RatingFormat) -> _Columns:
    """The slow lane: raises `DataError` for the first line that is wrong."""
    texts = block.data.removesuffix(b"\n").split(b"\n")
    last = len(texts) - 1
    rows = [
        _parse_line(text, block.line + i, rating_format, cut=block.cut and i == last)
        for i, text in enumerate(texts)
    ]
    users, movies, ratings = zip(*rows, strict=True)
    return np.array(users, np.int32), np.array(movies, np.int32), np.array(ratings, np.float64)


def _parse_line(line: bytes, number: int, rating_format: RatingFormat, *, cut: bool) -> _Rating:
    file, table = rating_format.file, rating_format.table
    text = decode(line, file, utf8_only=table.separator == ",", line=number).removesuffix("\r")
    fields = _fields(text, table.separator, file, number)
    check_width(fields, rating_format.columns, file, number)
    values = dict(zip(rating_format.columns, fields, strict=True))
    if table.plain:
        values = {column: value.strip() for column, value in values.items()}
    user = identifier(values["ml_user_id"], "ml_user_id", file, number)
    movie = identifier(values["movie_id"], "movie_id", file, number)
    rating = _rating(values["rating"], whole_halves=not table.plain, file=file, line=number)
    if "timestamp" in rating_format.wanted:
        _check_timestamp(values["timestamp"], cut, file, number)
    if cut and fields[-1].strip().endswith("."):
        raise _cut_off(text, file, number)
    return user, movie, rating


def _fields(text: str, separator: str, file: str, line: int) -> Sequence[str]:
    if separator != ",":
        return text.split(separator) if text.strip() else []
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise bad_csv(error, file, line) from error


def _rating(text: str, *, whole_halves: bool, file: str, line: int) -> float:
    rating = float(text) if _DECIMAL.fullmatch(text) else math.nan
    in_steps = not whole_halves or rating * 2 % 1 == 0
    if not (LOWEST <= rating <= HIGHEST and in_steps):
        steps = " in steps of 0.5" if whole_halves else ""
        raise DataError(
            f"the rating is {shown(text)}; expected a number from {LOWEST} to {HIGHEST}{steps}",
            file=file,
            line=line,
        )
    return rating


def _check_timestamp(text: str, cut: bool, file: str, line: int) -> None:
    if _TIMESTAMP.fullmatch(text) is None:
        raise DataError(
            f"the timestamp is {shown(text)}; expected whole seconds since 1970",
            file=file,
            line=line,
        )
    if cut and 0 < int(text) < FIRST_TIMESTAMP:
        raise _cut_off(text, file, line)


def _cut_off(text: str, file: str, line: int) -> DataError:
    return DataError(
        f"the last line has no end and stops at {shown(text)}; the file was cut off: get it again",
        file=file,
        line=line,
    )
