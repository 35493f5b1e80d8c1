"""What the cells about people say: gender and age, as they are written in Korea and elsewhere.

Pure. An age group counts as its lower end, as in MovieLens 1M. An age is computed from a day of
birth exactly, and from a year of birth as the age reached this year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

import pandas as pd

from common import tables

OLDEST: Final = 120
_WIDEST_GROUP: Final = 20  # years; the lower end says little about a wider one
_GENDERS: Final[dict[str, str]] = {
    **dict.fromkeys(("m", "male", "man", "남", "남자", "남성"), "male"),
    **dict.fromkeys(("f", "female", "woman", "여", "여자", "여성"), "female"),
}
_GENDER_EXPECTED = "M, F, male, female, 남자, 여자, or empty"
_AGE_EXPECTED = f"a whole number from 1 to {OLDEST} or an age group such as 25-34 or 20대, or empty"
_BIRTH_EXPECTED = "a year such as 1997 or a day such as 1997-05-31, or empty"

_YEARS = r"\s*(?:세|살|years?(?: old)?)?"
_ONE = re.compile(rf"(?:만\s*)?0*([0-9]{{1,3}})(?:\.0+)?{_YEARS}")
_DECADE = re.compile(r"([1-9]0)\s*(?:대|s|'s)")
_FROM_TO = re.compile(
    rf"(?:만\s*)?([0-9]{{1,3}}){_YEARS}\s*(?:[-–—~∼]|to)\s*([0-9]{{1,3}}){_YEARS}"
)
_AND_OLDER = re.compile(
    r"(?:만\s*)?([0-9]{2,3})\s*(?:세|대)?\s*(?:\+|이상|and over|or older|and older)"
)
_UNDER = re.compile(r"(?:under|<)\s*([0-9]{1,2})|(?:만\s*)?([0-9]{1,2})\s*세?\s*미만")
_YOUNGEST_GROUP_BELOW: Final = 20
_DAY = re.compile(
    r"([0-9]{4})(?:[-./]|년\s*)\s*([0-9]{1,2})(?:[-./]|월\s*)\s*([0-9]{1,2})(?:일|\.)?"
    r"(?:[T ][0-9:.]+Z?)?"
)
_PACKED_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR = re.compile(r"([0-9]{4})(?:\.0|\s*년)?")


def genders(frame: pd.DataFrame, *, file: str) -> pd.Series:
    """ "female", "male" or "" from the column `gender`; all "" without it."""
    if "gender" not in frame:
        return pd.Series("", index=frame.index, dtype="object")
    said = _of_cells(frame, "gender", _GENDERS.get, _GENDER_EXPECTED, file)
    return said.astype("object").fillna("")


def ages(frame: pd.DataFrame, *, file: str, today: date) -> pd.Series:
    """Int64 years or missing: from the column `age` or, where it is empty or lacks, `birth`."""
    found = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    if "age" in frame:
        found = _of_cells(frame, "age", age_of, _AGE_EXPECTED, file).astype("Int64")
    if "birth" in frame:
        aged = partial(age_on, today=today)
        born = _of_cells(frame, "birth", aged, _BIRTH_EXPECTED, file, name="the day of birth")
        found = found.fillna(born.astype("Int64"))
    return found


def notes_on_ages(frame: pd.DataFrame, today: date) -> list[str]:
    """What was made of ages that are not plain numbers, in words for the operator."""
    notes = []
    if any(_ONE.fullmatch(cell) is None for cell in _distinct(frame, "age")):
        notes.append("an age group counts as its lower end")
    births = _distinct(frame, "birth")
    if any(_YEAR.fullmatch(cell) for cell in births):
        notes.append(f"a year of birth counts as the age reached in {today.year}")
    if any(_YEAR.fullmatch(cell) is None for cell in births):
        notes.append(f"a day of birth counts as the age on {today.isoformat()}")
    return notes


def age_of(cell: str) -> int | None:
    """The years of "27", "만 27세", "20대", "25-34", "60+" or "18세 미만"; None for other texts.

    A group counts as its lower end; the one below 20 as 1, as in MovieLens 1M.
    """
    if one := _ONE.fullmatch(cell):
        return _valid(int(one[1]))
    if first := _DECADE.fullmatch(cell) or _AND_OLDER.fullmatch(cell):
        return _valid(int(first[1]))
    if group := _FROM_TO.fullmatch(cell):
        low, high = int(group[1]), int(group[2])
        return _valid(low) if low <= high <= low + _WIDEST_GROUP else None
    if below := _UNDER.fullmatch(cell):
        return 1 if int(below[1] or below[2]) <= _YOUNGEST_GROUP_BELOW else None
    return None


def age_on(cell: str, today: date) -> int | None:
    """The age of a person born on that day, or reached this year by one born in that year."""
    if year := _YEAR.fullmatch(cell):
        return _valid(today.year - int(year[1]))
    found = _DAY.fullmatch(cell) or _PACKED_DAY.fullmatch(cell)
    if found is None:
        return None
    try:
        born = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return _valid(today.year - born.year - (not had_birthday))


def _valid(age: int) -> int | None:
    return age if 1 <= age <= OLDEST else None


def _of_cells(
    frame: pd.DataFrame,
    column: str,
    parse: Callable[[str], object],
    expected: str,
    file: str,
    *,
    name: str = "",
) -> pd.Series:
    """What each cell says, None for an empty one; each different text is parsed once."""
    cells = tables.as_text(frame[column])
    texts = {cell: _plain(cell) for cell in cells.unique()}
    said = {cell: parse(text) if text else None for cell, text in texts.items()}
    wrong = [cell for cell, text in texts.items() if text and said[cell] is None]
    tables.expect(frame, ~cells.isin(wrong), column, expected, file, name=name)
    return pd.Series([said[cell] for cell in cells], index=frame.index, dtype="object")


def _distinct(frame: pd.DataFrame, column: str) -> set[str]:
    if column not in frame:
        return set()
    return {_plain(cell) for cell in tables.as_text(frame[column]).unique()} - {""}


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().lower()
