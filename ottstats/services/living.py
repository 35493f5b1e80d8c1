"""Writes of the living data of Seoul: each load replaces all of them, or changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
from django.db.models import Max
from django.utils import timezone

from common.commands.progress import Report, silent
from common.errors import DataError
from common.loading import copy_frame, exclusive_load, file_digest, record_load
from common.models import DataLoad
from movies.models import Notice
from movies.services.notices import put_notice
from ottstats.living.files.adding_up import DONG, POPULATION
from ottstats.living.files.csv import KINDS, find_csvs, not_recognised, read_csvs
from ottstats.living.files.frames import LivingFrames, Nameable
from ottstats.living.files.portal import read_workbooks
from ottstats.models import DistrictPopulation, LivingCell, LivingDong
from ottstats.services.districts import shipped_districts, store_districts
from ottstats.services.reference import FIXTURES

OLD_AFTER = timedelta(days=60)  # from the end of the newest month
CSV_SUFFIXES = (".csv", ".csv.gz")


@dataclass(frozen=True)
class LoadedLiving:
    """What a load did. `counts` are those of the ledger; `dry_run`: nothing was stored."""

    name: str
    counts: dict[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    unchanged: bool = False
    dry_run: bool = False

    def summary(self) -> str:
        """One line for the operator."""
        if self.unchanged:
            return f"{self.name} is loaded already; nothing to do"
        done = "Would load" if self.dry_run else "Loaded"
        counts = self.counts
        return (
            f"{done} {counts['districts']} districts, {counts['cells']:,} cells of "
            f"{counts['months']} months ({counts['first']} to {counts['last']}), "
            f"{counts['dong_rows']:,} rows of {counts['dongs']:,} dongs and "
            f"{counts['populations']:,} populations from {self.name}"
        )


@dataclass(frozen=True)
class LivingFolder:
    """The files of a folder: three CSVs by their kind, or workbooks; and the names of others."""

    path: Path
    csvs: dict[str, Path]
    workbooks: Sequence[Path]
    others: Sequence[str]

    @classmethod
    def at(cls, path: Path) -> LivingFolder:
        """What is in the folder; `DataError` if there are no such files, or both kinds."""
        if not path.is_dir():
            raise DataError("is not a folder; name the folder with the files", file=str(path))
        # A spreadsheet program keeps "~$name.xlsx" beside a workbook that is open.
        files = sorted(
            one for one in path.iterdir() if one.is_file() and not one.name.startswith((".", "~$"))
        )
        workbooks = [one for one in files if one.suffix.lower() == ".xlsx"]
        texts = [one for one in files if one.name.lower().endswith(CSV_SUFFIXES)]
        csvs = dict(find_csvs(texts))
        if not csvs and not workbooks:
            kinds = "; ".join(kind.expected for kind in KINDS)
            what = f"has no living data: neither workbooks (.xlsx) nor three CSVs: {kinds}"
            raise DataError(what + not_recognised([one.name for one in texts]), file=str(path))
        if csvs and workbooks:
            both = f"{next(iter(csvs.values())).name} and {workbooks[0].name}"
            what = f"has CSVs and workbooks ({both}); keep one of them"
            raise DataError(what, file=str(path))
        ignored = [one.name for one in texts if one not in csvs.values()]
        return cls(path, csvs, workbooks, ignored)

    def digest(self, weighting: str) -> str:
        """Of what decides about the figures. Months are in the names of workbooks."""
        parts = [weighting, *sorted(map(file_digest, self.csvs.values()))]
        parts += [f"{one.name} {file_digest(one)}" for one in self.workbooks]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def read(self, known: Nameable, weighting: str) -> LivingFrames:
        if self.csvs:
            return read_csvs(self.csvs, known, self.others)
        return read_workbooks(self.workbooks, known, weighting)


def load_living_data(
    *,
    folder: Path,
    weighting: str | None = None,
    force: bool = False,
    dry_run: bool = False,
    report: Report = silent,
) -> LoadedLiving:
    """Replace the living data by those of a folder, and the districts by those that are shipped.

    `weighting`: how dongs are averaged, a name of `adding_up.WEIGHTINGS`, by default weighted by
    people; the CSVs are plain means already. `force`: load the same files again. `dry_run`: do
    everything, then undo it. Raises a `DataError` that names every kind of fault with its line.
    """
    started = perf_counter()
    found = LivingFolder.at(folder)
    if found.csvs and weighting == POPULATION:
        raise DataError("the CSVs are plain means over dongs already; --weighting is for .xlsx")
    used = weighting or (DONG if found.csvs else POPULATION)
    kind, digest, name = DataLoad.Kind.LIVING_DATA, found.digest(used), found.path.resolve().name
    newest = DataLoad.objects.latest_of(kind)
    if not force and newest is not None and newest.digest == digest:
        return LoadedLiving(name, unchanged=True)
    report("living data", 0, None)
    districts = shipped_districts(FIXTURES / "districts.csv")
    known = Nameable([row["name_ko"] for row in districts], f"{timezone.localdate():%Y-%m}")
    frames = found.read(known, used)
    with exclusive_load(dry_run=dry_run) as cursor:
        store_districts(districts)
        counts = _store(cursor, frames, {row["name_ko"]: row["code"] for row in districts})
        counts |= {"districts": len(districts)}
        record_load(kind=kind, name=name, digest=digest, counts=counts, started=started)
        remind_of_old_living_data()
    notes = [*frames.notes, *([f"Ignored: {', '.join(found.others)}"] if found.others else [])]
    return LoadedLiving(name, counts, notes, dry_run=dry_run)


def _store(cursor: Any, frames: LivingFrames, codes: dict[str, str]) -> dict[str, Any]:
    """Put these rows in the place of all others; returns what is counted in the ledger."""

    def replace(model: Any, frame: pd.DataFrame) -> int:
        model.objects.all().delete()
        rows = frame.assign(district_id=frame["district"].map(codes)).drop(columns="district")
        return copy_frame(cursor, model._meta.db_table, rows)

    months = frames.months
    return {
        "cells": replace(LivingCell, frames.cells.assign(month=frames.cells["month"] + "-01")),
        "months": len(months),
        "dong_rows": replace(LivingDong, frames.dongs),
        "dongs": len(frames.dongs[["district", "number"]].drop_duplicates()),
        "populations": replace(DistrictPopulation, frames.populations),
        "first": months[0],
        "last": months[-1],
        "weighting": frames.weighting,
    }


def remind_of_old_living_data() -> str:
    """Put up or take down the notice that the newest month is old; its detail, "" without one.

    Idempotent. Without data there is nothing to remind of.
    """
    newest = LivingCell.objects.aggregate(newest=Max("month"))["newest"]
    detail = ""
    if newest is not None:
        end = (newest.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if timezone.localdate() - end > OLD_AFTER:
            detail = f"– {newest:%Y-%m}"
    put_notice(Notice.Key.LIVING_DATA, detail)
    return detail
