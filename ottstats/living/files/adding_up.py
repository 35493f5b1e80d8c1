"""Adds rows of dongs and five-year bands up to cells, dongs and populations. Pure."""

from __future__ import annotations

from typing import Final

import pandas as pd

from common.errors import DataError
from ottstats.living.figures import SERVICES
from ottstats.living.files.frames import CELLS, DONGS, POPULATIONS

POPULATION, DONG = "population", "dong"
WEIGHTINGS: Final = (POPULATION, DONG)


def added_up(rows: pd.DataFrame, weighting: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Cells, dongs and populations of checked rows (month, district, dong, gender, age,
    population, single_households, the seven services, file, line)."""
    return cells(rows, weighting), dongs(rows), populations(rows)


def cells(rows: pd.DataFrame, weighting: str) -> pd.DataFrame:
    """By district, gender, decade and month: people, dongs, and the mean use of each service.

    `population`: sum(people x use) / sum(people) over the dongs and both bands of the decade.
    `dong`: the plain mean over the same rows, as the published CSVs have it. Raises `DataError`
    for a cell without people, whose weighted mean is undefined.
    """
    keys = ["district", "gender", "age", "month"]
    rows = rows.assign(age=rows["age"] // 10 * 10)
    services = list(SERVICES)
    by_cell = rows.groupby(keys, sort=True)
    counts = by_cell.agg(population=("population", "sum"), dongs=("dong", "nunique"))
    if weighting == DONG:
        means = by_cell[services].mean()
    else:
        _refuse_cells_without_people(rows, keys)
        weighed = rows[services].mul(rows["population"], axis=0)
        sums = rows[keys].join(weighed).groupby(keys, sort=True)[services].sum()
        means = sums.div(counts["population"], axis=0)
    return counts.join(means).reset_index()[list(CELLS)]


def _refuse_cells_without_people(rows: pd.DataFrame, keys: list[str]) -> None:
    people = rows.groupby(keys)["population"].transform("sum")
    if (people == 0).any():
        row = rows[people == 0].iloc[0]
        named = ", ".join(str(row[key]) for key in keys)
        what = f"{named} has no people; a mean weighted by people is impossible"
        raise DataError(f"{what} (--weighting dong takes it)", file=row["file"], line=row["line"])


def dongs(rows: pd.DataFrame) -> pd.DataFrame:
    """By dong, gender and band: the mean use over the months that have the dong.

    Dongs are numbered from 1 in each district, by name.
    """
    keys = ["district", "dong", "gender", "age"]
    found = rows.groupby(keys, sort=True)[list(SERVICES)].mean().reset_index()
    names = found[["district", "dong"]].drop_duplicates()
    names["number"] = names.groupby("district").cumcount() + 1
    return found.merge(names, on=["district", "dong"])[list(DONGS)]


def populations(rows: pd.DataFrame) -> pd.DataFrame:
    """By district, gender and band: people of all dongs, the mean over the months."""
    keys = ["district", "gender", "age"]
    people = ["population", "single_households"]
    sums = rows.groupby([*keys, "month"])[people].sum()
    return sums.groupby(keys, sort=True).mean().reset_index()[list(POPULATIONS)]
