"""Checks that all files of the living data share; each names the first wrong line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from common import tables
from common.errors import DataError
from ottstats.living.figures import BANDS, GENDERS, LARGEST, SERVICES, Z_SCORES

MOST_PEOPLE = 10_000_000
WORDS = {
    **dict.fromkeys(("f", "female", "여", "여성", "여자"), "female"),
    **dict.fromkeys(("m", "male", "남", "남성", "남자"), "male"),
}
NUMBER = "a number; an empty cell, an error and a formula that was never computed have none"


def districts(frame: pd.DataFrame, known: Collection[str], *, file: str) -> pd.Series:
    """The districts by Korean name."""
    names = tables.as_text(frame["district"]).str.strip()
    expected = "a district of Seoul by its Korean name, such as 강남구"
    tables.expect(frame, names.isin(list(known)), "district", expected, file)
    return names


def genders(frame: pd.DataFrame, *, file: str, codes: Mapping[str, str] | None = None) -> pd.Series:
    """female or male; `codes`: further spellings, such as 1 and 2."""
    text = tables.as_text(frame["gender"]).str.strip().str.casefold()
    found = text.map(WORDS | dict(codes or {}))
    expected = ", ".join([*(codes or {}), "F or M"])
    tables.expect(frame, found.notna(), "gender", expected, file)
    return found.astype("str")


def ages(frame: pd.DataFrame, known: Sequence[int], *, file: str) -> pd.Series:
    """The first year of each group, one of `known`."""
    text = tables.as_text(frame["age"]).str.strip()
    found = pd.to_numeric(text.where(text.str.fullmatch("[0-9]{1,3}"), None)).astype("Int64")
    expected = f"one of {', '.join(map(str, known))}"
    tables.expect(frame, found.isin(known).fillna(False), "age", expected, file)
    return found.astype("int64")


def number(frame: pd.DataFrame, column: str, *, file: str, low: float, high: float) -> pd.Series:
    """float64 within [low, high]; nothing is filled in for an empty cell."""
    if not pd.api.types.is_numeric_dtype(frame[column]):
        empty = tables.as_text(frame[column]).str.strip() == ""
        tables.expect(frame, ~empty, column, NUMBER, file)
    return tables.numbers(frame, column, file=file, low=low, high=high)


def use(frame: pd.DataFrame, *, file: str, faults: tables.Faults) -> pd.DataFrame:
    """The figures of the seven services; a use index is never negative, a z-score may be."""
    found = pd.DataFrame(index=frame.index)
    for name in SERVICES:
        low = -LARGEST if name in Z_SCORES else 0
        with faults:
            found[name] = number(frame, name, file=file, low=low, high=LARGEST)
    return found


def people(frame: pd.DataFrame, column: str, *, file: str) -> pd.Series:
    """Numbers of people, which are means and so not whole."""
    return number(frame, column, file=file, low=0, high=MOST_PEOPLE)


def refuse_more_alone_than_there_are(frame: pd.DataFrame, *, file: str) -> None:
    """Raise for a row with more people who live alone than people."""
    too_many = frame["single_households"] > frame["population"]
    what = "is more than the population"
    tables.first_fault(frame, too_many, "single_households", what, file)


def refuse_groups_without_people(frame: pd.DataFrame, *, file: str) -> None:
    """Raise for a month in which no district has people of a gender and age decade: their means
    over Seoul, which are weighted by people, would be undefined."""
    keys = [frame["month"], frame["gender"], frame["age"] // 10 * 10]
    empty = np.flatnonzero(frame["population"].groupby(keys).transform("sum").to_numpy() == 0)
    if len(empty):
        month, gender, age = (key.iloc[empty[0]] for key in keys)
        what = f"population is 0 for {gender}, {age} in every district in {month}"
        line = int(frame["line"].iloc[empty[0]])
        raise DataError(f"{what}; correct it, or leave the month out", file=file, line=line)


def refuse_missing(
    frame: pd.DataFrame, levels: Mapping[str, Sequence[Hashable]], *, file: str
) -> None:
    """Raise unless there is a row for every combination of these values; rows are unique.

    The line is that of the row before the missing one, in the order of the levels.
    """
    expected = pd.MultiIndex.from_product(list(levels.values()), names=list(levels))
    places = expected.get_indexer(pd.MultiIndex.from_frame(frame[list(levels)]))
    missing = np.setdiff1d(np.arange(len(expected)), places)
    if not len(missing):
        return
    first = missing[0]
    before = np.where(places < first, places, -1).argmax() if first else places.argmin()
    named = ", ".join(map(str, np.atleast_1d(expected[first])))
    rows = f"{len(expected):,} rows, one for each {', '.join(levels)}"
    what = f"the row of {named} is missing; expected {rows} ({len(missing):,} missing)"
    raise DataError(what, file=file, line=int(frame["line"].iloc[before]))


def refuse_half_dongs(frame: pd.DataFrame, keys: Sequence[str], *, file: str) -> None:
    """Raise unless each dong (`keys`) has a row of every gender and five-year band."""
    rows = len(GENDERS) * len(BANDS)
    sizes = frame.groupby(list(keys), sort=False)["line"].transform("size")
    short = np.flatnonzero(sizes.to_numpy() != rows)
    if len(short):
        dong = frame.iloc[short[0]]
        of_dong = frame[(frame[list(keys)] == dong[list(keys)]).all(axis=1)]
        there = set(zip(of_dong["gender"], of_dong["age"], strict=True))
        lacking = next((g, a) for g in GENDERS for a in BANDS if (g, a) not in there)
        named = " ".join(str(dong[key]) for key in keys)
        what = (
            f"the dong {named} has {len(of_dong)} of {rows} rows; "
            f"that of {lacking[0]}, {lacking[1]} is missing"
        )
        raise DataError(what, file=file, line=int(of_dong["line"].iloc[-1]))
