"""Finds the columns of a table by their names, however these are spelled. Pure.

userId, USER_ID, "User ID" and 사용자ID are one column. A caller gives for each of its columns the
spellings that mean it and nothing else; other columns are not used, and are named.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from common.errors import DataError
from common.tables.faults import shown

Spellings = Mapping[str, Sequence[str]]
"""By our name of a column, folded spellings (`folded`); the first one is the usual one."""

_AS_SHOWN: Final = {"ml_user_id": "user_id", "birth": "age"}  # our names that files do not have
SEPARATORS: Final = (",", ";", "\t", "|")


def folded(name: str) -> str:
    """The letters and digits of a name, in lower case."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())


@dataclass(frozen=True)
class Header:
    """The first line of a table. `columns` has our name for each column that is used, and "" for
    the others."""

    separator: str
    names: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def used(self) -> list[tuple[str, str]]:
        """The name in the file and ours, of each column that is used."""
        pairs = zip(self.names, self.columns, strict=True)
        return [(name, column) for name, column in pairs if column]

    def in_words(self) -> str:
        """ "user_id, sex as gender": the columns that are used."""
        return ", ".join(
            name if folded(name) == folded(meant) else f"{name} as {meant}"
            for name, meant in ((name, _AS_SHOWN.get(ours, ours)) for name, ours in self.used)
        )

    @property
    def ignored(self) -> list[str]:
        """The names of the other columns, each once."""
        pairs = zip(self.names, self.columns, strict=True)
        names = [name or "a column without a name" for name, column in pairs if not column]
        return list(dict.fromkeys(names))


def read_header(line: str, spellings: Spellings) -> Header:
    """The columns of the first line, between the separators that show the most known ones.

    Of two columns that mean the same, the one whose spelling comes first is used.
    """
    found = [_split(line, separator, spellings) for separator in SEPARATORS]
    return max(found, key=lambda header: len(header.used))


def refuse_doubles(header: Header, *, file: str, line: int = 1) -> None:
    """Raise `DataError` if a column that is used is there twice in the same spelling."""
    texts = [folded(name) for name in header.names]
    for name, column in header.used:
        if texts.count(folded(name)) > 1:
            text = header.separator.join(header.names)
            what = f"the header has two columns for {column}: {shown(text)}; expected one"
            raise DataError(what, file=file, line=line)


def _split(line: str, separator: str, spellings: Spellings) -> Header:
    try:
        names = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        names = [line]
    return named([name.strip() for name in names], spellings, separator)


def named(names: Sequence[str], spellings: Spellings, separator: str = ",") -> Header:
    """The columns of a table with these names; of those that mean the same, as `read_header`."""
    texts = [folded(name) for name in names]
    columns = [""] * len(names)
    for column, known in spellings.items():
        there = next((spelling for spelling in known if spelling in texts), None)
        if there is not None:
            columns[texts.index(there)] = column
    return Header(separator, tuple(names), tuple(columns))
