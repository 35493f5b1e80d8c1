"""From the bytes of a small table (films, users, links) to rows that know where they stand.

Ratings are too many for this; `ratings` reads them in blocks and shares the checks of fields.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.errors import DataError
from movies.movielens.layouts import Table
from movies.movielens.source import BOM, Member, Source

MAX_ID = 2**31 - 1
# Films and users of the largest release are under 10 MB.
MAX_TABLE_BYTES = 200 * 2**20

_WHOLE_NUMBER = re.compile(r"[0-9]{1,50}")
# pandas writes a column of whole numbers with gaps as 1995.0.
_PLAIN_NUMBER = re.compile(r"([0-9]{1,12})(?:\.0)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `cut` means that the file ends in it without a line end."""

    file: str
    line: int
    values: Mapping[str, str]
    cut: bool = False

    def __getitem__(self, column: str) -> str:
        return self.values[column].strip()

    def get(self, column: str) -> str:
        """The value, or "" where the file has no such column."""
        return self.values.get(column, "").strip()

    def error(self, message: str) -> DataError:
        return DataError(message, file=self.file, line=self.line)

    def identifier(self, column: str) -> int:
        return identifier(self[column], column, self.file, self.line)

    def number(self, column: str, low: int, high: int) -> int | None:
        """A whole number of `low` to `high`; None where the field is empty."""
        text = self.get(column)
        if not text:
            return None
        found = _PLAIN_NUMBER.fullmatch(text)
        if found is None or not low <= int(found[1]) <= high:
            raise self.error(
                f"{column} is {shown(text)}; expected a whole number from {low} to {high}, or empty"
            )
        return int(found[1])

    def text(self, column: str, longest: int) -> str:
        text = " ".join(self.get(column).split())
        if len(text) > longest:
            raise self.error(
                f"{column} has {len(text)} characters, {shown(text)}; expected at most {longest}"
            )
        return text


def identifier(text: str, column: str, file: str, line: int) -> int:
    """The text as an id: a whole number from 1 to 2^31-1."""
    if _WHOLE_NUMBER.fullmatch(text) is None or not 1 <= int(text) <= MAX_ID:
        raise DataError(
            f"{column} is {shown(text)}; expected a whole number from 1 to {MAX_ID}",
            file=file,
            line=line,
        )
    return int(text)


def shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def read_rows(source: Source, member: Member, table: Table) -> Iterator[Row]:
    """The rows of a table, its header checked; `DataError` if there are none."""
    if member.size > MAX_TABLE_BYTES:
        raise DataError(
            f"has {member.size:,} bytes; the largest release needs less than 10 million",
            file=member.path,
        )
    data = b"".join(source.blocks(member)).removeprefix(BOM)
    text = decode(data, member.path, utf8_only=table.separator == ",")
    body = text.rstrip("\r\n")
    last_is_cut = len(body) == len(text)
    records = _records(body, table, member.path)
    columns = (
        read_columns(next(records, (1, []))[1], table, member.path) if table.has_header else ()
    )
    columns = columns or table.columns
    row: Row | None = None
    for line, fields in records:
        if row is not None:
            yield row
        check_width(fields, columns, member.path, line)
        row = Row(member.path, line, dict(zip(columns, fields, strict=True)))
    if row is None:
        raise no_rows(member.path)
    yield Row(row.file, row.line, row.values, cut=last_is_cut)


def decode(data: bytes, file: str, *, utf8_only: bool, line: int = 1) -> str:
    """UTF-8; the layouts before 20M may also be latin-1."""
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


def _records(body: str, table: Table, file: str) -> Iterator[tuple[int, list[str]]]:
    """Line (of its beginning) and fields of each record."""
    lines = body.split("\n") if body else []
    if table.separator != ",":
        for line, text in enumerate(lines, start=1):
            yield line, text.removesuffix("\r").split(table.separator) if text.strip() else []
        return
    reader = csv.reader((f"{text}\n" for text in lines), strict=True)
    line = 1
    try:
        for fields in reader:
            yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        raise bad_csv(error, file, line) from error


def bad_csv(error: csv.Error, file: str, line: int) -> DataError:
    return DataError(
        f"is not a valid CSV record ({error}); expected commas between fields and quotes, closed,"
        " around a field with a comma in it",
        file=file,
        line=line,
    )


def read_columns(header: Sequence[str], table: Table, file: str) -> tuple[str, ...]:
    """Our names of the columns that the header announces."""
    if not table.plain:
        if tuple(header) != table.header:
            raise DataError(
                f"the header is {shown(','.join(header))}; expected {','.join(table.header)!r}",
                file=file,
                line=1,
            )
        return table.columns
    columns = tuple(_plain_column(name) for name in header)
    for column in _KNOWN_COLUMNS:
        if columns.count(column) > 1:
            raise DataError(
                f"the header has two columns for {column}: {shown(','.join(header))}; expected one",
                file=file,
                line=1,
            )
    missing = [column for column in table.columns if column not in columns]
    if missing:
        raise DataError(
            f"the header is {shown(','.join(header))}; expected also"
            f" {', '.join(_PLAIN_SPELLING.get(column, column) for column in missing)}",
            file=file,
            line=1,
        )
    return columns


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


def _plain_column(name: str) -> str:
    """userId, USER_ID and ml_user_id are one column."""
    name = name.strip().lower()
    return _PLAIN_COLUMNS.get(name.replace("_", ""), name)


def check_width(fields: Sequence[str], columns: Sequence[str], file: str, line: int) -> None:
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


def no_rows(file: str) -> DataError:
    return DataError("has a header but no rows; expected at least one", file=file, line=1)


class Seen:
    """Refuses the second row with the same id, and names the first."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._lines: dict[int, int] = {}

    def add(self, row: Row) -> int:
        identity = row.identifier(self._column)
        first = self._lines.setdefault(identity, row.line)
        if first != row.line:
            raise row.error(
                f"{self._column} {identity} is there twice, first in line {first}; expected once"
            )
        return identity

    def __contains__(self, identity: int) -> bool:
        return identity in self._lines
