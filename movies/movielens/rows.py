"""The header and rows of a small table of a release (films, users, links) as text columns.

Ratings are too many to be held whole; `ratings` reads them in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from common import tables
from common.errors import DataError
from movies.movielens.layouts import ReleaseTable
from movies.movielens.source import Member, Source

# Films and users of the largest release are under 10 MB.
MAX_TABLE_BYTES = 200 * 2**20


def read_rows(source: Source, member: Member, table: ReleaseTable) -> pd.DataFrame:
    """The rows of a table, its header checked, with `line`; `DataError` if there are none.

    `cut` is true for the last row if the file ends in it without a line end.
    """
    if member.size > MAX_TABLE_BYTES:
        raise DataError(
            f"has {member.size:,} bytes; the largest release needs less than 10 million",
            file=member.path,
        )
    data = b"".join(source.blocks(member)).removeprefix(tables.BOM)
    text = tables.decode(data, member.path, utf8_only=table.separator == ",")
    body = text.rstrip("\r\n")
    records = tables.split_records(body, table.separator, member.path)
    columns = table.columns
    if table.has_header:
        columns = read_columns(next(records, (1, []))[1], table, member.path)
    frame = tables.record_frame(records, columns, member.path)
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
