"""Published usage shares load from CSV, and replace earlier figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.models import DataLoad
from movies.models import Platform
from ottstats.models import UsageStatistic
from tests.operators import all_rows, refusal, run

pytestmark = pytest.mark.django_db

HEADER = "source,year,dimension,group,platform,percent,sample_size\n"
ROW = "Survey,2025,gender,female,netflix,30,600"


@pytest.fixture(autouse=True)
def platforms(db: None) -> None:
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug.title())


def write(folder: Path, *lines: str, name: str = "usage.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def shares() -> dict[tuple[str, int, str, str], tuple[float, int]]:
    """Percent and people asked by source, year, group and platform."""
    return {
        (row.source, row.year, row.group, row.platform_id): (row.percent, row.sample_size)
        for row in UsageStatistic.objects.all()
    }


def test_statistics_are_stored(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ROW,
        "Survey,2025,gender,male,netflix,0,400",
        'KOBACO (data.go.kr),2024,age,20-29,tving,100,"2843"',
        "KOBACO (data.go.kr),2024,age,70+,tving,2.1,2868",
    )

    out, err = run("load_usage_statistics", path)

    assert out.startswith("Loaded 4 usage statistics from usage.csv (")
    assert err == ""
    assert shares() == {
        ("Survey", 2025, "female", "netflix"): (30.0, 600),
        ("Survey", 2025, "male", "netflix"): (0.0, 400),
        ("KOBACO (data.go.kr)", 2024, "20-29", "tving"): (100.0, 2843),
        ("KOBACO (data.go.kr)", 2024, "70+", "tving"): (2.1, 2868),
    }
    load = DataLoad.objects.get()
    assert (load.kind, load.name, load.counts) == ("usage_statistics", "usage.csv", {"used": 4})


def test_a_corrected_file_replaces_its_figures_and_leaves_the_others(tmp_path: Path) -> None:
    run("load_usage_statistics", write(tmp_path, ROW, "Survey,2025,gender,male,netflix,20,400"))
    before = UsageStatistic.objects.get(group="female").pk

    run(
        "load_usage_statistics",
        write(
            tmp_path,
            "Survey,2025,gender,female,netflix,31.5,601",
            "Survey,2024,gender,female,netflix,1,1",
            "Other,2025,gender,female,netflix,2,2",
        ),
    )

    assert shares() == {
        ("Survey", 2025, "female", "netflix"): (31.5, 601),
        ("Survey", 2025, "male", "netflix"): (20.0, 400),
        ("Survey", 2024, "female", "netflix"): (1.0, 1),
        ("Other", 2025, "female", "netflix"): (2.0, 2),
    }
    assert UsageStatistic.objects.get(percent=31.5).pk == before


def test_the_same_statistics_again_are_a_no_op_unless_forced(tmp_path: Path) -> None:
    path = write(tmp_path, ROW)
    run("load_usage_statistics", path)
    UsageStatistic.objects.update(percent=99)
    before = all_rows()

    out, _ = run("load_usage_statistics", path)
    assert out.startswith("usage.csv is loaded already; nothing to do (")
    assert all_rows() == before

    out, _ = run("load_usage_statistics", path, "--force")
    assert out.startswith("Loaded 1 usage statistics from usage.csv (")
    assert shares() == {("Survey", 2025, "female", "netflix"): (30.0, 600)}


@pytest.mark.parametrize("percent", ["-1", "100.01", "inf", "-inf", "nan", "3O"])
def test_a_percent_that_is_none_is_refused(tmp_path: Path, percent: str) -> None:
    line = f"Survey,2025,gender,male,netflix,{percent},1"
    assert f"line 3: percent '{percent}' is not" in refusal(
        "load_usage_statistics", write(tmp_path, ROW, line)
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Survey,2025,gender,male,netflix,100.1,1", "percent '100.1' is not between 0 and 100"),
        ("Survey,2025,gender,male,netflix,NaN,1", "percent 'NaN' is not a number"),
        ("Survey,2025,gender,male,netflix,,1", "percent '' is not a number"),
        ("Survey,2025,gender,male,netflix,30%,1", "percent '30%' is not a number"),
        ("Survey,2025,gender,male,netflix,30,0", "sample_size '0' is out of range"),
        ("Survey,2025,gender,male,netflix,30,many", "sample_size 'many' is not a whole number"),
        ("Survey,25,gender,male,netflix,30,1", "year 25 is not between 1990 and 2100"),
        ("Survey,2101,gender,male,netflix,30,1", "year 2101 is not between 1990 and 2100"),
        ("Survey,now,gender,male,netflix,30,1", "year 'now' is not a whole number"),
        (
            "Survey,2025,gender,male,hulu,30,1",
            "platform 'hulu' is not a platform here; known: netflix, tving "
            "(`manage.py load_reference_data` loads those that the project ships)",
        ),
        ("Survey,2025,income,high,netflix,30,1", "dimension 'income' is not one of gender, age"),
        (
            "Survey,2025,gender,남성,netflix,30,1",
            "group '남성' is not a group; expected female or male, ages such as 20-29 and 70+, "
            "or regions such as seoul",
        ),
        ("Survey,2025,gender,20-29,netflix,30,1", "group '20-29' is not a group; expected"),
        ("Survey,2025,age,female,netflix,30,1", "group 'female' is not a group; expected"),
        ("Survey,2025,age,29-20,netflix,30,1", "group '29-20' is not a group; expected"),
        ("Survey,2025,region,서울,netflix,30,1", "group '서울' is not a group; expected"),
        ("Survey,2025,region,female,netflix,30,1", "group 'female' is not a group; expected"),
        ("Survey,2025,age,20s,netflix,30,1", "group '20s' is not a group; expected"),
        (",2025,gender,male,netflix,30,1", "source '' is empty; name the source"),
        ("  ,2025,gender,male,netflix,30,1", "source '  ' is empty; name the source"),
        (f"{'S' * 101},2025,gender,male,netflix,30,1", f"source '{'S' * 101}' is longer than 100"),
        (
            "Survey,2025,gender,female,netflix,31,1",
            "source 'Survey' is repeated (same source, year, dimension, group, platform as an "
            "earlier line)",
        ),
        ("Survey,2025,gender,male,netflix,30", "has 6 fields; expected 7"),
    ],
)
def test_broken_statistics_are_refused_with_their_line(
    tmp_path: Path, line: str, message: str
) -> None:
    refused = refusal("load_usage_statistics", write(tmp_path, ROW, line, line.replace("25", "24")))
    assert refused.startswith(f"usage.csv, line 3: {message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "usage.csv: is empty"),
        (HEADER, "usage.csv, line 1: has a header but no rows"),
        ("year,percent\n2025,1\n", "usage.csv, line 1: the header is 'year,percent'; expected "),
    ],
)
def test_a_file_without_statistics_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "usage.csv"
    path.write_text(content)
    assert refusal("load_usage_statistics", path).startswith(message)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nothing.csv"
    assert refusal("load_usage_statistics", path) == f"{path}: there is no such file"
