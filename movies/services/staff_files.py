"""What the files of staff on products and attractions share: checks, and what was stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

import pandas as pd
from django.core.exceptions import ValidationError
from django.db.models import Model

from common import tables
from common.errors import DataError


class StoredRows(NamedTuple):
    """How many rows of a file were new, changed something, or were already so."""

    added: int
    changed: int
    same: int

    def summary(self, what: str, file: str) -> str:
        return (
            f"Loaded {sum(self):,} {what} from {file}: {self.added:,} new, "
            f"{self.changed:,} changed, {self.same:,} unchanged"
        )


def texts(frame: pd.DataFrame, columns: Iterable[str]) -> dict[str, pd.Series]:
    """Those of the columns that the file has, without space around the text."""
    return {name: frame[name].str.strip() for name in columns if name in frame}


def days_or_none(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """Days; an empty field is None."""
    given = frame[frame[column].str.strip() != ""]
    days = tables.days(given, column, file=file).map(date.fromisoformat).astype(object)
    return days.reindex(frame.index, fill_value=None)


def check_days(frame: pd.DataFrame, *, file: str, today: date | None) -> pd.Series:
    """The days on which the rows were checked: each is needed, and none is after `today`."""
    days = tables.days(frame, "checked_on", file=file)
    late = days > (today.isoformat() if today else tables.LAST_DAY)
    tables.first_fault(frame, late, "checked_on", "is in the future", file)
    return days.map(date.fromisoformat).astype(object)


def slug_lists(frame: pd.DataFrame, column: str) -> pd.Series:
    """Sorted lists of what stands between `|`, each once."""
    return frame[column].map(
        lambda text: sorted({slug.strip() for slug in text.split("|") if slug.strip()})
    )


def refuse_other(
    frame: pd.DataFrame, column: str, known: Collection[str], what: str, *, file: str
) -> None:
    """Raise for the first row whose field is neither empty nor known."""
    is_other = ~frame[column].str.strip().isin([*known, ""])
    tables.first_fault(frame, is_other, column, what, file)


def refuse_what_a_form_refuses(entered: Iterable[tuple[int, Model]], *, file: str) -> None:
    """The rules of single rows, with their lines: choices, lengths and database constraints."""
    faults = tables.Faults()
    for line, row in entered:
        try:
            row.full_clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                for message in messages:
                    with faults:
                        text = message if name == "__all__" else f"{name}: {message}"
                        raise DataError(text, file=file, line=line) from error
    faults.raise_if_any()
