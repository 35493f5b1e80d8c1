"""Reads the living data from three CSVs, known by their columns and not by their names. Pure.

| file | one row for each |
|---|---|
| cells | district, gender, decade and month |
| dongs | district, dong, gender and five-year band |
| populations | district, gender and five-year band |

A file is of the kind whose columns it shares most with, so that one that lacks a column is refused
and not left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from common import tables
from common.errors import DataError
from common.tables.reading import file_content
from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES
from ottstats.living.files import checks
from ottstats.living.files.frames import CELLS, DONGS, POPULATIONS, LivingFrames, Nameable
from ottstats.living.files.months import gaps, months

DISTRICT = ("district", "자치구")
GENDER = ("gender", "sex", "성별")
POPULATION = ("population", "총인구수", "총인구")
FIGURES: tables.Spellings = {name: (name,) for name in SERVICES}
LEAST_SHARE = 0.5  # of the columns of a kind and of a file: below, the file is another one
HEADER_WITHIN = 10  # lines; where a header is looked for, to say that it stands too low
MOST_APART = 0.05  # of the population of a cell: what two files of one edition may differ in


@dataclass(frozen=True)
class Kind:
    """One of the three files: what it is called, and its columns."""

    name: str
    spellings: tables.Spellings

    @property
    def expected(self) -> str:
        """What an operator has to look for."""
        return f"{self.name} ({','.join(known[0] for known in self.spellings.values())})"

    def lacking(self, header: tables.Header) -> list[str]:
        return [
            known[0] for column, known in self.spellings.items() if column not in header.columns
        ]

    def share(self, header: tables.Header) -> float:
        """Columns in both, of those in one of them: 1 for exactly the columns of this kind."""
        return len(header.used) / (len(self.spellings) + len(header.ignored))


CELL_FILE = Kind(
    "cells by month",
    {
        "month": ("month", "기준연월", "기준년월"),
        "district": DISTRICT,
        "gender": GENDER,
        "age": ("age", "연령대"),
        "dongs": ("dongs",),
        "population": POPULATION,
        **FIGURES,
    },
)
DONG_FILE = Kind(
    "dongs by five-year band",
    {
        "district": DISTRICT,
        "number": ("dongno", "dongnumber"),
        "gender": GENDER,
        "age": ("age5", "age", "연령대"),
        **FIGURES,
    },
)
POPULATION_FILE = Kind(
    "population by five-year band",
    {
        "district": DISTRICT,
        "gender": GENDER,
        "age": ("age5", "age", "연령대"),
        "population": POPULATION,
        "single_households": ("singlehouseholds", "1인가구수"),
    },
)
KINDS = (CELL_FILE, DONG_FILE, POPULATION_FILE)


def find_csvs(paths: Sequence[Path]) -> Mapping[str, Path]:
    """The files of the living data among these, by the name of their kind.

    Raises `DataError` for an empty file, for a header that lacks columns or is not in the first
    line, and for two files of one kind.
    """
    found: dict[str, Path] = {}
    faults = tables.Faults()
    for path in paths:
        with faults:
            kind = _kind_of(path)
            if kind is not None and kind.name in found:
                what = f"has the same columns as {found[kind.name].name}; expected one of them"
                raise DataError(what, file=path.name, line=1)
            if kind is not None:
                found[kind.name] = path
    faults.raise_if_any()
    return found


def _kind_of(path: Path) -> Kind | None:
    """The kind of a file with all columns of it in the first line; None for another file."""
    likely = [
        (kind.share(header), line, kind, header)
        for line, text in enumerate(_first_lines(path), start=1)
        for kind in KINDS
        for header in [tables.read_header(text, kind.spellings)]
        if kind.share(header) >= LEAST_SHARE or not kind.lacking(header)
    ]
    if not likely:
        return None
    _share, line, kind, header = max(likely, key=lambda one: one[0])
    if line > 1:
        what = f"the header, of {kind.name}, is in line {line}; remove what is above it"
        raise DataError(what, file=path.name, line=1)
    tables.refuse_doubles(header, file=path.name)
    if lacking := kind.lacking(header):
        what = f"the header lacks {', '.join(lacking)}; expected {kind.expected}"
        raise DataError(what, file=path.name, line=1)
    return kind


def _first_lines(path: Path) -> list[str]:
    content = file_content(path)
    if not content.strip():
        raise DataError("is empty", file=path.name)
    text = content.decode(tables.encoding_of(content) or tables.UTF_8, "replace")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]


def read_csvs(
    files: Mapping[str, Path], known: Nameable, others: Sequence[str] = ()
) -> LivingFrames:
    """The rows of the three files of `find_csvs`; `others`: the names of CSVs of no kind.

    Raises a `DataError` if one is missing, and one with every kind of fault of the files.
    """
    lacking = [kind.expected for kind in KINDS if kind.name not in files]
    if lacking:
        there = ", ".join(path.name for path in files.values())
        what = f"of three CSVs there is only {there}; missing: {'; '.join(lacking)}"
        raise DataError(what + not_recognised(others))
    faults = tables.Faults()
    frames: list[pd.DataFrame] = []
    for kind, read in zip(KINDS, (_read_cells, _read_dongs, _read_populations), strict=True):
        with faults:
            frames.append(read(files[kind.name], known))
    faults.raise_if_any()
    cells, dongs, people = frames
    _refuse_other_dongs(cells, dongs, files[CELL_FILE.name].name)
    _refuse_other_people(cells, people, files[POPULATION_FILE.name].name)
    between = gaps(sorted(cells["month"].unique()))
    notes = [f"Between the months there is no {', '.join(between)}"] if between else []
    return LivingFrames(
        cells[list(CELLS)], dongs[list(DONGS)], people[list(POPULATIONS)], "dong", notes
    )


def not_recognised(others: Sequence[str]) -> str:
    """The end of a message, with the names of CSVs of no kind."""
    return f"; not recognised by its columns: {', '.join(others)}" if others else ""


def _rows(kind: Kind, path: Path) -> pd.DataFrame:
    names = list(kind.spellings)
    return tables.read_variant(path, spellings=kind.spellings, required=names).frame


def _keys(
    frame: pd.DataFrame, known: Nameable, ages: Sequence[int], file: str, faults: tables.Faults
) -> pd.DataFrame:
    """line, district, gender and age."""
    keys = frame[["line"]].copy()
    with faults:
        keys["district"] = checks.districts(frame, known.districts, file=file)
    with faults:
        keys["gender"] = checks.genders(frame, file=file)
    with faults:
        keys["age"] = checks.ages(frame, ages, file=file)
    return keys


def _read_cells(path: Path, known: Nameable) -> pd.DataFrame:
    frame, file, faults = _rows(CELL_FILE, path), path.name, tables.Faults()
    cells = _keys(frame, known, AGES, file, faults)
    with faults:
        cells["month"] = months(frame, "month", file=file, latest=known.latest)
    with faults:
        cells["dongs"] = tables.whole_numbers(frame, "dongs", file=file, high=1000)
    with faults:
        cells["population"] = checks.people(frame, "population", file=file)
    cells = cells.join(checks.use(frame, file=file, faults=faults))
    faults.raise_if_any()
    tables.unique_rows(cells, ("district", "gender", "age", "month"), file=file)
    levels = {
        "district": sorted(known.districts),
        "gender": GENDERS,
        "age": AGES,
        "month": sorted(cells["month"].unique()),
    }
    checks.refuse_missing(cells, levels, file=file)
    checks.refuse_groups_without_people(cells, file=file)
    return cells


def _read_dongs(path: Path, known: Nameable) -> pd.DataFrame:
    frame, file, faults = _rows(DONG_FILE, path), path.name, tables.Faults()
    dongs = _keys(frame, known, BANDS, file, faults)
    with faults:
        dongs["number"] = tables.whole_numbers(frame, "number", file=file, high=10_000)
    dongs = dongs.join(checks.use(frame, file=file, faults=faults))
    faults.raise_if_any()
    tables.unique_rows(dongs, ("district", "number", "gender", "age"), file=file)
    last_rows = dongs.drop_duplicates("district", keep="last")
    checks.refuse_missing(last_rows, {"district": sorted(known.districts)}, file=file)
    checks.refuse_half_dongs(dongs, ("district", "number"), file=file)
    return dongs


def _read_populations(path: Path, known: Nameable) -> pd.DataFrame:
    frame, file, faults = _rows(POPULATION_FILE, path), path.name, tables.Faults()
    people = _keys(frame, known, BANDS, file, faults)
    for column in ("population", "single_households"):
        with faults:
            people[column] = checks.people(frame, column, file=file)
    faults.raise_if_any()
    checks.refuse_more_alone_than_there_are(people, file=file)
    tables.unique_rows(people, ("district", "gender", "age"), file=file)
    levels = {"district": sorted(known.districts), "gender": GENDERS, "age": BANDS}
    checks.refuse_missing(people, levels, file=file)
    return people


def _refuse_other_dongs(cells: pd.DataFrame, dongs: pd.DataFrame, file: str) -> None:
    """Raise for a cell that was made of more dongs than its district has in the other file."""
    there = dongs.groupby("district")["number"].nunique()
    more = cells["dongs"].to_numpy() > cells["district"].map(there).to_numpy()
    what = "is more than the dongs of this district in the file of dongs"
    tables.first_fault(cells, more, "dongs", what, file)


def _refuse_other_people(cells: pd.DataFrame, people: pd.DataFrame, file: str) -> None:
    """Raise if a decade's people are not about those of its two bands: two editions."""
    keys = ["district", "gender", "age"]
    means = cells.groupby(keys)["population"].mean()
    decades = people.assign(age=people["age"] // 10 * 10)
    sums = decades.groupby(keys)["population"].transform("sum").to_numpy()
    of_cells = means.loc[pd.MultiIndex.from_frame(decades[keys])].to_numpy()
    apart = abs(sums - of_cells) > 1 + MOST_APART * of_cells
    what = "does not fit the file of cells: the two bands of a decade and its mean over the months"
    tables.first_fault(people, apart, "population", f"{what} differ by more than 5 %", file)
