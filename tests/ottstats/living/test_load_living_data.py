"""`load_living_data` replaces all living data or none, and knows the files that it has loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.models import DataLoad
from ottstats.models import District, DistrictPopulation, LivingCell, LivingDong
from ottstats.selectors.living import data_of, living_load, living_year
from tests.operators import all_rows, refusal, run
from tests.ottstats.living.living_files import csv_folder, put, workbook

pytestmark = pytest.mark.django_db
LOADED = (
    "25 districts, 600 cells of 2 months (2023-01 to 2023-02), 1,200 rows of 50 dongs and "
    "600 populations from "
)


def rows() -> dict[str, list[str]]:
    """Everything but the ledger, without the numbers of rows, which every load gives anew."""
    found = {table: texts for table, texts in all_rows().items() if table != "common_dataload"}
    for table in ("ottstats_livingcell", "ottstats_livingdong", "ottstats_districtpopulation"):
        found[table] = sorted(text.partition(",")[2] for text in found[table])
    return found


def test_three_csvs_fill_all_tables(tmp_path: Path) -> None:
    csv_folder(tmp_path)
    out, err = run("load_living_data", tmp_path)

    assert (f"Loaded {LOADED}{tmp_path.name}" in out, err) == (True, "")
    assert District.objects.count() == 25
    gangnam = District.objects.get(name_ko="강남구")
    assert (gangnam.code, gangnam.name) == ("11230", "Gangnam-gu")
    cell = LivingCell.objects.get(district=gangnam, gender="male", age=30, month=date(2023, 2, 1))
    assert (cell.game, cell.youtube, cell.population, cell.dongs) == (3, 9, 800, 2)
    dong = LivingDong.objects.get(district=gangnam, number=2, gender="female", age=75)
    assert dong.game == 8.5
    people = DistrictPopulation.objects.get(district=gangnam, gender="female", age=75)
    assert (people.population, people.single_households) == (400, 10)
    counts = DataLoad.objects.get(kind=DataLoad.Kind.LIVING_DATA).counts
    assert (counts["cells"], counts["last"], counts["weighting"]) == (600, "2023-02", "dong")


def test_the_same_files_again_are_a_no_op_under_other_names_too(tmp_path: Path) -> None:
    paths = csv_folder(tmp_path)
    run("load_living_data", tmp_path)
    paths[0].rename(tmp_path / "x.csv")
    before = all_rows()

    out, _ = run("load_living_data", tmp_path)
    assert f"{tmp_path.name} is loaded already; nothing to do" in out
    assert all_rows() == before

    parts = rows()
    out, _ = run("load_living_data", tmp_path, "--force")
    assert "Loaded 25 districts" in out
    assert rows() == parts
    assert DataLoad.objects.count() == 2


def test_a_movielens_load_in_between_changes_nothing_about_that(tmp_path: Path) -> None:
    csv_folder(tmp_path)
    run("load_living_data", tmp_path)
    DataLoad.objects.create(kind="movielens", name="x", digest="0" * 64, seconds=1)
    assert "nothing to do" in run("load_living_data", tmp_path)[0]


def test_a_dry_run_says_the_counts_and_writes_nothing(tmp_path: Path) -> None:
    csv_folder(tmp_path)
    before = all_rows()
    out, _ = run("load_living_data", tmp_path, "--dry-run")
    assert f"Would load {LOADED}" in out
    assert all_rows() == before


def test_newer_files_replace_everything_and_readers_see_them(tmp_path: Path) -> None:
    csv_folder(tmp_path)
    run("load_living_data", tmp_path)
    first = living_year()
    csv_folder(tmp_path, months=("2023-03",), cells=put(2, "game", 77))
    run("load_living_data", tmp_path)

    load = living_load()
    assert first is not None
    assert load is not None
    year, dongs = data_of(load)
    assert (first.months, year.months) == (["2023-01", "2023-02"], ["2023-03"])
    assert year.use[0, 0, 0, 0, 0] == 77
    assert dongs.use.shape == (50, 2, 12, 7)
    assert LivingCell.objects.count() == 300


def test_a_refused_file_leaves_what_was_there(tmp_path: Path) -> None:
    csv_folder(tmp_path)
    run("load_living_data", tmp_path)
    csv_folder(tmp_path, cells=put(5, "age", 33))
    said = refusal("load_living_data", tmp_path, "--force")
    assert said == "cells.csv, line 5: age is '33'; expected one of 20, 30, 40, 50, 60, 70"


def test_workbooks_are_added_up_and_by_another_weighting_they_are_other_data(
    tmp_path: Path,
) -> None:
    workbook(tmp_path, dongs=2)
    (tmp_path / "~$open.xlsx").write_bytes(b"lock")
    out, _ = run("load_living_data", tmp_path)
    assert "never tried on an original file" in out
    assert "Loaded 25 districts, 300 cells of 1 months (2023-01 to 2023-01)" in out
    cell = {"district__name_ko": "강남구", "gender": "female", "age": 20}
    assert LivingCell.objects.get(**cell).game == pytest.approx((4.5 * 100 + 6.5 * 300) / 800)
    assert "nothing to do" in run("load_living_data", tmp_path)[0]

    run("load_living_data", tmp_path, "--weighting", "dong")
    assert LivingCell.objects.get(**cell).game == pytest.approx(2.75)


def test_a_folder_has_to_hold_files_of_one_kind(tmp_path: Path) -> None:
    assert refusal("load_living_data", tmp_path / "x").endswith(
        "is not a folder; name the folder with the files"
    )
    said = refusal("load_living_data", tmp_path)
    assert "has no living data: neither workbooks (.xlsx) nor three CSVs: cells by month" in said

    (tmp_path / "notes.csv").write_text("name,text\na,b\n")
    said = refusal("load_living_data", tmp_path)
    assert said.endswith("singlehouseholds); not recognised by its columns: notes.csv")

    csv_folder(tmp_path)
    said = "the CSVs are plain means over dongs already; --weighting is for .xlsx"
    assert refusal("load_living_data", tmp_path, "--weighting", "population") == said
    workbook(tmp_path)
    assert "has CSVs and workbooks (" in refusal("load_living_data", tmp_path)


def test_other_csvs_are_named_as_ignored(tmp_path: Path) -> None:
    csv_folder(tmp_path)
    (tmp_path / "notes.csv").write_text("name,text\na,b\n")
    assert "Ignored: notes.csv" in run("load_living_data", tmp_path)[0]

    (tmp_path / "dongs.csv").unlink()
    said = refusal("load_living_data", tmp_path)
    assert "of three CSVs there is only cells.csv, populations.csv; missing: dongs by five" in said
    assert said.endswith("; not recognised by its columns: notes.csv")


@pytest.mark.realdata
def test_the_published_year_of_2023_loads_completely(real_data: Path) -> None:
    out, _ = run("load_living_data", real_data / "seoul")
    assert (
        "Loaded 25 districts, 2,700 cells of 9 months (2023-01 to 2023-09), 10,176 rows of 424 "
        "dongs and 600 populations from seoul" in out
    )
    people = DistrictPopulation.objects.values_list("population", flat=True)
    assert round(sum(people)) == 8_212_031
    assert "nothing to do" in run("load_living_data", real_data / "seoul")[0]
