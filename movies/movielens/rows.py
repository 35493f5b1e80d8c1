"""The records of a release's files as text columns, whatever their separator or encoding.

Small tables (films, users, links) are read whole; `ratings` reads its file in blocks, with the
same functions.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from common import tables
from common.errors import DataError
from movies.movielens.layouts import ReleaseTable
from movies.movielens.source import BOM, Member, Source

# Films and users of the largest release are under 10 MB.
MAX_TABLE_BYTES = 200 * 2**20

Record = tuple[int, list[str]]  # the line where it begins, and its fields

_PLAIN_SPELLING = {"ml_user_id": "user_id"}
_PLAIN_COLUMNS = {
    "userid": "ml_user_id",
    "mluserid": "ml_user_id",
    "movieid": "movie_id",
    "imdbid": "imdb_id",
    "tmdbid": "tmdb_id",
    "titleko": "title_ko",
}
_KNOWN_COLUMNS = (
    *("ml_user_id", "gender", "age", "occupation"),
    *("movie_id", "title", "year", "genres", "imdb_id", "tmdb_id", "title_ko", "rating"),
)


def read_rows(source: Source, member: Member, table: ReleaseTable) -> pd.DataFrame:
    """The rows of a table, its header checked, with `line`; `DataError` if there are none.

    `cut` is true for the last row if the file ends there without a line end.
    """
    if member.size > MAX_TABLE_BYTES:
        raise DataError(
            f"has {member.size:,} bytes; the largest release needs less than 10 million",
            file=member.path,
        )
    data = b"".join(source.blocks(member)).removeprefix(BOM)
    text = decode(data, member.path, utf8_only=table.separator == ",")
    body = text.rstrip("\r\n")
    records = split_records(body, table.separator, member.path)
    columns = table.columns
    if table.has_header:
        columns = read_columns(next(records, (1, []))[1], table, member.path)
    frame = record_frame(records, columns, member.path)
    cut = len(body) == len(text)
    return frame.assign(cut=[*[False] * (len(frame) - 1), cut])


def read_columns(header: Sequence[str], table: ReleaseTable, file: str) -> tuple[str, ...]:
    """Our names of the columns that the header announces."""
    found = tables.shown(",".join(header))
    if not table.plain:
        if tuple(header) != table.header:
            expected = repr(",".join(table.header))
            raise DataError(f"the header is {found}; expected {expected}", file=file, line=1)
        return table.columns
    columns = tuple(_plain_column(name) for name in header)
    for column in _KNOWN_COLUMNS:
        if columns.count(column) > 1:
            what = f"the header has two columns for {column}: {found}; expected one"
            raise DataError(what, file=file, line=1)
    missing = [column for column in table.columns if column not in columns]
    if missing:
        spelled = ", ".join(_PLAIN_SPELLING.get(column, column) for column in missing)
        raise DataError(f"the header is {found}; expected also {spelled}", file=file, line=1)
    return columns


def _plain_column(name: str) -> str:
    """userId, USER_ID and ml_user_id are one column."""
    name = name.strip().lower()
    return _PLAIN_COLUMNS.get(name.replace("_", ""), name)


def decode(data: bytes, file: str, *, utf8_only: bool, line: int = 1) -> str:
    """UTF-8, or else latin-1 unless `utf8_only`; `line` is that of the first byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not utf8_only:
            return data.decode("latin-1")
        raise DataError(
            f"wrong encoding: the byte 0x{data[error.start]:02x} is not UTF-8; expected UTF-8, save"
            ' the file so (in Excel: "CSV UTF-8")',
            file=file,
            line=line + data.count(b"\n", 0, error.start),
        ) from error


def split_records(
    text: str, separator: str, file: str, *, line: int = 1, one_line: bool = False
) -> Iterator[Record]:
    """The records of a text that begins at `line`. Quotes mean something only between commas.

    With `one_line`, a quoted field must end on its line.
    """
    lines = text.split("\n") if text else []
    if separator != ",":
        for number, row in enumerate(lines, start=line):
            yield number, row.removesuffix("\r").split(separator) if row.strip() else []
        return
    reader = csv.reader((f"{row}\n" for row in lines), strict=True)
    start, offset = line, line - 1
    try:
        for fields in reader:
            if one_line and reader.line_num + offset > start:
                raise csv.Error("a quoted field does not end in its line")
            yield start, fields
            start = reader.line_num + offset + 1
    except csv.Error as error:
        raise DataError(
            f"is not a valid CSV record ({error}); expected commas between fields and quotes,"
            " closed, around a field with a comma in it",
            file=file,
            line=start,
        ) from error


def record_frame(
    records: Iterable[Record], columns: Sequence[str], file: str, *, strip: bool = True
) -> pd.DataFrame:
    """The records as text columns and `line`; `DataError` for a blank one or a wrong width."""
    lines, rows = [], []
    for line, fields in records:
        if not fields or fields == [""]:
            raise DataError("is a blank line; expected a row: remove it", file=file, line=line)
        if len(fields) != len(columns):
            raise DataError(
                f"has {len(fields)} fields; expected {len(columns)}"
                f" ({', '.join(columns[:5])}{', …' if len(columns) > 5 else ''}); if it is the last"
                " line, the file was cut off: get it again",
                file=file,
                line=line,
            )
        lines.append(line)
        rows.append([field.strip() for field in fields] if strip else fields)
    if not rows:
        raise no_rows(file)
    cells: dict[str, Sequence[object]] = dict(zip(columns, zip(*rows, strict=True), strict=True))
    return pd.DataFrame(cells, dtype="str").assign(line=lines)


def no_rows(file: str) -> DataError:
    return DataError("has a header but no rows; expected at least one", file=file, line=1)


def cut_off(stop: str, file: str, line: int) -> DataError:
    """For a last line that stops at `stop`, before its end."""
    what = f"the last line has no end and stops at {tables.shown(stop)}; the file was cut off:"
    return DataError(f"{what} get it again", file=file, line=line)
