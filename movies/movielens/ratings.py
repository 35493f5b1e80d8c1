"""The ratings of a release as a stream of checked chunks: 32 million rows in bounded memory.

Two lanes read the same blocks of whole lines. The fast lane lets Arrow parse a block and checks
the columns as arrays; it can only accept. A block that it does not accept goes, as text columns,
to the slow lane, which either names the line and the fault or finds nothing wrong (a quoted field,
for example) and returns the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from common import tables
from common.arrays import Floats
from common.errors import DataError
from movies.movielens import rows
from movies.movielens.headers import RATINGS
from movies.movielens.layouts import FoundRelease, ReleaseTable, Scale
from movies.movielens.source import Source

MAX_LINE_BYTES = 2**20
LOWEST = 0.5
# MovieLens began in 1995. An earlier time at the very end of a file is a later one cut short.
FIRST_TIMESTAMP = 789_000_000  # 1995-01-01

# What Arrow reads as a decimal number, without its infinities.
_DECIMAL = r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_DECIMAL_COMMA = re.compile(r"([0-9]+),([0-9]+)")
_TIMESTAMP = "[0-9]{1,18}"
_TIMES = {"timestamp", "time", "date", "datetime", "일시", "시각", "날짜"}  # columns, folded
_WHOLE_TIME = rf"{tables.DAY}([T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}.*)?)?"
_ARROW_TYPES = {
    "ml_user_id": pa.int32(),
    "movie_id": pa.int32(),
    "rating": pa.float64(),
    "timestamp": pa.int64(),
}


@dataclass(frozen=True)
class Block:
    """Whole lines, each with its line end."""

    data: bytes
    line: int  # of its first line in the file
    cut: bool = False  # the file's last line has no line end


@dataclass(frozen=True)
class RatingFormat:
    """How to read a line of this file."""

    file: str
    table: ReleaseTable
    scale: Scale

    @property
    def checked(self) -> list[str]:
        """The columns that every line is checked for. Times that a header announces are not used
        and may be written in any way."""
        optional = [] if self.table.has_header else ["timestamp"]
        return ["ml_user_id", "movie_id", "rating", *optional]


def rating_chunks(source: Source, found: FoundRelease) -> Iterator[pd.DataFrame]:
    """Columns `line`, `ml_user_id`, `movie_id`, `rating`; about 500,000 rows at a time.

    Raises `DataError` at the first wrong line, after yielding the chunks before it.
    """
    table, member = found.needed(RATINGS)
    rating_format = RatingFormat(member.path, table, found.layout.scale)
    count = 0
    # Closed at once, also when a line is refused: the error would keep the archive open.
    with closing(found.text(source, member)) as pieces:
        for block in line_blocks(pieces, member.path):
            if table.has_header and block.line == 1:
                block = Block(block.data.partition(b"\n")[2], 2, block.cut)
            if block.data:
                chunk = _parse(block, rating_format)
                count += len(chunk)
                yield chunk
    if not count:
        raise rows.no_rows(member.path)


def line_blocks(pieces: Iterable[bytes], file: str) -> Iterator[Block]:
    """Regroup bytes into whole lines. Blank lines at the end of the file are dropped."""
    rest, line = b"", 1
    for piece in pieces:
        data = rest + piece
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


def _parse(block: Block, rating_format: RatingFormat) -> pd.DataFrame:
    columns = _parse_fast(block.data, rating_format)
    if columns is None:
        columns = _parse_lines(block, rating_format)
    elif block.cut:
        last = block.data.rstrip(b"\n").rpartition(b"\n")[2] + b"\n"
        _parse_lines(Block(last, block.line + len(columns[0]) - 1, cut=True), rating_format)
    users, movies, ratings = columns
    lines = np.arange(block.line, block.line + len(users), dtype=np.int64)
    return pd.DataFrame({"line": lines, "ml_user_id": users, "movie_id": movies, "rating": ratings})


_Columns = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float64]]


def _parse_fast(data: bytes, rating_format: RatingFormat) -> _Columns | None:
    """The columns of a block, or None unless every line is right."""
    if rating_format.table.has_header and b'"' in data:
        data = _without_quotes(data, rating_format.table.separator)
    if not _harmless(data, rating_format.table):
        return None
    try:
        users, movies, ratings = _parse_with_arrow(data, rating_format)
    except pa.ArrowInvalid:
        return None
    if len(users) != data.count(b"\n") or users.min() < 1 or movies.min() < 1:
        return None
    valid = _on_scale(ratings, rating_format.scale)
    return (users, movies, _as_stars(ratings, rating_format.scale)) if valid.all() else None


def _without_quotes(data: bytes, separator: str) -> bytes:
    """The lines without the quotes round whole fields; unchanged if a quote is anything else, or
    has a separator in it."""
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == ord('"'))
    opening, closing = quotes[::2], quotes[1::2]
    is_border = (text == ord(separator)) | (text == ord("\n"))
    is_before = np.r_[True, is_border]  # at each place, whether the byte before it is a border
    is_after = is_border | (text == ord("\r"))
    borders = np.cumsum(is_border, dtype=np.int32)
    is_simple = (
        len(opening) == len(closing)
        and is_before[opening].all()
        and is_after[closing + 1].all()  # the last byte is a line end
        and (borders[opening] == borders[closing]).all()
    )
    return text[text != ord('"')].tobytes() if is_simple else data


def _parse_with_arrow(data: bytes, rating_format: RatingFormat) -> _Columns:
    separator = rating_format.table.separator
    if len(separator) > 1:  # Arrow splits at one character; `_harmless` saw that there is no comma
        data, separator = data.replace(separator.encode(), b","), ","
    columns = rating_format.table.columns
    names = [str(place) for place in range(len(columns))]
    types = {str(columns.index(column)): _ARROW_TYPES[column] for column in rating_format.checked}
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


def _harmless(data: bytes, table: ReleaseTable) -> bool:
    """No byte that Arrow reads more leniently than we do: it takes 0x1F and ""5 for numbers."""
    if not table.has_header:
        return not data.translate(None, b"0123456789.\r\n" + table.separator.encode())
    if any(byte in data for byte in (b"x", b"X", b'"')):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parse_lines(block: Block, rating_format: RatingFormat) -> _Columns:
    """The slow lane: raises a `DataError` with every kind of fault and its first line."""
    file, table = rating_format.file, rating_format.table
    decoded = rows.decode(block.data, file, utf8_only=table.has_header, line=block.line)
    text = decoded.removesuffix("\n")
    records = rows.split_records(text, table, file, line=block.line, one_line=True)
    frame = rows.record_frame(records, table.columns, file, strip=table.has_header)
    faults, found = tables.Faults(), pd.DataFrame(index=frame.index)
    for column in ("ml_user_id", "movie_id"):
        with faults:
            found[column] = tables.whole_numbers(
                frame, column, file=file, decimal_zero=table.has_header
            )
    with faults:
        found["rating"] = _ratings(frame, rating_format)
    if "timestamp" in rating_format.checked:
        with faults:
            valid = frame["timestamp"].str.fullmatch(_TIMESTAMP)
            expected = "whole seconds since 1970"
            tables.expect(frame, valid, "timestamp", expected, file, name="the timestamp")
    faults.raise_if_any()
    if block.cut:
        _refuse_cut_off(frame.iloc[-1], text.rpartition("\n")[2], rating_format)
    users, movies = (found[column].to_numpy(np.int32) for column in ("ml_user_id", "movie_id"))
    return users, movies, found["rating"].to_numpy(np.float64)


def _ratings(frame: pd.DataFrame, rating_format: RatingFormat) -> pd.Series:
    table = rating_format.table
    return stars(
        frame,
        file=rating_format.file,
        scale=rating_format.scale,
        separator=table.separator if table.has_header else "",
    )


def stars(frame: pd.DataFrame, *, file: str, scale: Scale, separator: str) -> pd.Series:
    """The column `rating` (text) as stars from 0.5 to 5; `separator`: "" for a file without header.

    Takes decimal commas between other separators. Raises `DataError` for the first row that is not
    on the scale.
    """
    text = frame["rating"]
    if separator not in ("", ","):
        text = text.str.replace(_DECIMAL_COMMA, r"\1.\2", regex=True)
    ratings = text.where(text.str.fullmatch(_DECIMAL), "nan").map(float)
    valid = _on_scale(ratings.to_numpy(), scale)
    steps = f" in steps of {scale.steps:g}" if scale.steps else ""
    expected = f"a number from {scale.low} to {scale.high}{steps}"
    if (ratings > scale.high).any() and separator:
        expected += ": bring a longer scale to five stars first"
    tables.expect(frame, valid, "rating", expected, file, name="the rating")
    return pd.Series(_as_stars(ratings.to_numpy(), scale), index=frame.index)


def _on_scale(ratings: Floats, scale: Scale) -> npt.NDArray[np.bool_]:
    """Whether each rating is one of the scale; False for NaN."""
    valid = (ratings >= scale.low) & (ratings <= scale.high)
    if scale.steps is not None:
        valid &= np.where(valid, ratings, scale.low) / scale.steps % 1 == 0
    return valid


def _as_stars(ratings: Floats, scale: Scale) -> Floats:
    """Stars from 0.5 to 5; the 0 of a scale that begins there is the lowest."""
    return ratings if scale.factor == 1 else np.maximum(ratings * scale.factor, LOWEST)


def _refuse_cut_off(last: pd.Series, text: str, rating_format: RatingFormat) -> None:
    """Refuse the last row of a file without a line end, spelled `text`, if it looks cut short."""
    file, line = rating_format.file, int(last["line"])
    columns = rating_format.table.columns
    if "timestamp" in rating_format.checked and 0 < int(last["timestamp"]) < FIRST_TIMESTAMP:
        raise rows.cut_off(last["timestamp"], file, line)
    is_time = tables.folded(columns[-1]) in _TIMES and rating_format.table.has_header
    if is_time and _is_cut_time(last[columns[-1]]):
        raise rows.cut_off(last[columns[-1]], file, line)
    if last[columns[-1]].strip().endswith("."):
        raise rows.cut_off(text, file, line)


def _is_cut_time(text: str) -> bool:
    """Whether a text is the beginning of a time: of seconds since 1970, or with a date in front."""
    if re.fullmatch(_TIMESTAMP, text):
        return 0 < int(text) < FIRST_TIMESTAMP
    is_begun = re.match(r"(19|20)[0-9]{2}-[0-9]{0,2}", text) is not None
    return is_begun and re.fullmatch(_WHOLE_TIME, text) is None
