"""The published figures of 2023: what the formulas say of them, against values known beforehand."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from scipy import stats

from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES, Cell, LivingDongs, LivingYear
from ottstats.living.formulas import (
    adverts_of,
    correlations_by_age,
    dongs_of,
    services_of,
    targets_of,
)

pytestmark = pytest.mark.realdata
SEX = {"F": 0, "M": 1}
WOMEN_20S = Cell("강남구", "female", 20)
MEN_70S = Cell("중랑구", "male", 70)


def rows(real_data: Path, name: str) -> list[dict[str, str]]:
    file = real_data / "seoul" / name
    if not file.is_file():
        pytest.skip(f"{file} is missing; set OTTWIN_DATA to a folder that has it")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def used(row: dict[str, str]) -> list[float]:
    return [float(row[service]) for service in SERVICES]


@pytest.fixture
def year(real_data: Path) -> LivingYear:
    found = rows(real_data, "seoul_living_cells_by_month_2023.csv")
    months = sorted({row["month"] for row in found})
    districts = sorted({row["district"] for row in found})
    shape = (len(districts), len(GENDERS), len(AGES), len(months))
    use, people = np.full((*shape, len(SERVICES)), np.nan), np.full(shape, np.nan)
    for row in found:
        place = (
            districts.index(row["district"]),
            SEX[row["gender"]],
            AGES.index(int(row["age"])),
            months.index(row["month"]),
        )
        use[place], people[place] = used(row), float(row["population"])
    assert shape == (25, 2, 6, 9)
    assert not np.isnan(use).any()
    return LivingYear(months, districts, use, people)


@pytest.fixture
def dongs(real_data: Path, year: LivingYear) -> LivingDongs:
    found = rows(real_data, "seoul_living_dong_age5_mean_2023.csv")
    keys = sorted({(row["district"], int(row["dong_no"])) for row in found})
    use = np.full((len(keys), len(GENDERS), len(BANDS), len(SERVICES)), np.nan)
    for row in found:
        key = keys.index((row["district"], int(row["dong_no"])))
        use[key, SEX[row["gender"]], BANDS.index(int(row["age5"]))] = used(row)
    assert len(found) == 10_176
    assert not np.isnan(use).any()
    return LivingDongs(np.array([list(year.districts).index(name) for name, _ in keys]), use)


def names(year: LivingYear, cell: Cell, month: str) -> str:
    return " ".join(one.service for one in services_of(year, cell, month, "weighted"))


def test_the_services_of_women_in_their_20s_by_the_published_rule(year: LivingYear) -> None:
    january = services_of(year, WOMEN_20S, "2023-01", "weighted")
    assert " ".join(one.service for one in january) == (
        "youtube netflix delivery shopping finance video game"
    )
    assert january[0].score == pytest.approx(0.979, abs=0.0005)
    assert january[0].z == pytest.approx(0.963, abs=0.0005)
    assert names(year, WOMEN_20S, "2023-09") == (
        "netflix youtube delivery shopping video finance game"
    )


def test_the_services_of_men_in_their_70s_by_the_published_rule(year: LivingYear) -> None:
    assert names(year, MEN_70S, "2023-09") == (
        "delivery game netflix video youtube finance shopping"
    )


def test_the_services_of_women_in_their_20s_by_standard_scores(year: LivingYear) -> None:
    found = services_of(year, WOMEN_20S, "2023-01", "standard")
    assert [(one.service, round(one.z, 3)) for one in found[:3]] == [
        ("netflix", 1.593),
        ("youtube", 0.974),
        ("delivery", 0.488),
    ]


@pytest.mark.parametrize(
    ("service", "method", "cell", "z"),
    [
        ("netflix", "weighted", Cell("광진구", "female", 20), 1.520),
        ("netflix", "standard", Cell("광진구", "female", 20), 1.510),
        ("video", "weighted", Cell("노원구", "male", 30), None),
        ("delivery", "weighted", Cell("강북구", "male", 30), None),
    ],
)
def test_the_first_target_of_a_service(
    year: LivingYear, service: str, method: str, cell: Cell, z: float | None
) -> None:
    first = targets_of(year, service, method, 1)[0]
    assert first.cell == cell
    assert z is None or first.z == pytest.approx(z, abs=0.0005)


def test_games_and_youtube_of_ten_dongs_are_not_established(
    year: LivingYear, dongs: LivingDongs
) -> None:
    use = dongs_of(year, dongs, Cell("금천구", "male", 20))
    assert len(use) == 10
    found = {one.service: one for one in adverts_of(use, "game")}["youtube"]
    assert found.r == pytest.approx(0.607, abs=0.0005)
    assert found.low == pytest.approx(-0.037, abs=0.0005)
    assert found.high == pytest.approx(0.895, abs=0.0005)
    assert not found.established


def test_every_correlation_and_interval_is_that_of_scipy(
    year: LivingYear, dongs: LivingDongs
) -> None:
    for place in range(300):
        use = dongs_of(year, dongs, year.cell(place))
        for one in adverts_of(use, "netflix"):
            columns = use[:, SERVICES.index("netflix")], use[:, SERVICES.index(one.service)]
            known = stats.pearsonr(*columns)
            interval = known.confidence_interval(0.95)
            assert (one.r, one.low, one.high) == pytest.approx(
                (known.statistic, interval.low, interval.high), abs=1e-12
            )


def test_each_cell_has_an_order_of_adverts_of_its_own(year: LivingYear, dongs: LivingDongs) -> None:
    orders = {
        tuple(one.service for one in adverts_of(dongs_of(year, dongs, target.cell), "netflix"))
        for target in targets_of(year, "netflix", "standard", 10)
    }
    assert len(orders) > 5


def test_all_age_decades_have_correlations_and_those_of_a_service_with_itself_are_1(
    dongs: LivingDongs,
) -> None:
    found = correlations_by_age(dongs)
    assert not np.isnan(found).any()
    assert np.diagonal(found, axis1=1, axis2=2) == pytest.approx(1.0)


def test_people_of_20_and_older_and_where_those_in_their_20s_live(year: LivingYear) -> None:
    people = year.population.mean(axis=3)
    assert round(people.sum()) == 8_212_031
    twenties = people[:, :, 0].sum(axis=1)
    order = np.argsort(-twenties)[:3]
    assert [year.districts[place] for place in order] == ["관악구", "송파구", "강서구"]
    assert twenties[order].tolist() == pytest.approx([101_290.7, 89_420.3, 79_549.2], abs=0.05)


def test_the_population_of_districts_is_that_of_the_cells(
    real_data: Path, year: LivingYear
) -> None:
    found = np.zeros((25, 2, 6))
    for row in rows(real_data, "seoul_population_district_sex_age5_2023.csv"):
        decade = AGES.index(int(row["age5"]) // 10 * 10)
        district = list(year.districts).index(row["district"])
        found[district, SEX[row["gender"]], decade] += float(row["population"])
    assert found == pytest.approx(year.population.mean(axis=3), rel=0.001)


def test_five_services_exceed_the_days_of_a_month_and_two_are_z_scores(year: LivingYear) -> None:
    assert (year.use[..., :5].max(axis=(0, 1, 2, 3))[[0, 1, 3]] > 31).all()
    assert (year.use[..., :5] >= 0).all()
    assert (year.use[..., 5:].min(axis=(0, 1, 2, 3)) < 0).all()


def test_the_api_says_the_same_of_what_the_command_loads(
    real_data: Path, staff: Client, empty_cache: None
) -> None:
    rows(real_data, "seoul_living_cells_by_month_2023.csv")
    call_command("load_living_data", str(real_data / "seoul"), stdout=StringIO())

    def asked(name: str, **query: str) -> Any:
        return staff.get(f"/api/audience/{name}/", query).json()

    cell = {"district": "강남구", "gender": "female", "age": "20", "month": "2023-01"}
    (first, *_rest) = asked("services", **cell, method="weighted")["services"]
    assert first["service"] == "youtube"
    assert (first["score"], first["z"]) == pytest.approx((0.979, 0.963), abs=0.0005)
    (target,) = asked("targets", service="netflix", method="weighted", limit="1")["targets"]
    assert target.pop("z") == pytest.approx(1.520, abs=0.0005)
    assert target == {"district": "광진구", "gender": "female", "age": 20}
    body = asked("adverts", service="game", district="금천구", gender="male", age="20")
    advert = next(one for one in body["adverts"] if one["service"] == "youtube")
    assert (body["n"], advert["established"]) == (10, False)
    assert (advert["r"], advert["low"], advert["high"]) == pytest.approx(
        (0.607, -0.037, 0.895), abs=0.0005
    )
