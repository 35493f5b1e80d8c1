"""The use of Netflix in a district as a ratio to all of Seoul: by hand, and on the real data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ottstats.groups import age_range
from ottstats.living.figures import AGES, GENDERS, SERVICES, Cell, LivingYear
from ottstats.living.residence import FULL, LEAST_FIT, NONE, Line, cell_of, district_ratio, line_of
from ottstats.services.reference import FIXTURES
from tests.real_data import real_file

PERCENTS = (60.0, 50.0, 40.0, 30.0, 20.0, 10.0)


def invented(z: Sequence[float], *, people: Sequence[float] = (1_000, 1_000)) -> LivingYear:
    """Two districts, the first a tenth above and the second as much below the `z` (6,) of an age,
    of so many `people` each; two months, of which only the mean is that."""
    use = np.zeros((2, len(GENDERS), len(AGES), 2, len(SERVICES)))
    at = SERVICES.index("netflix")
    for district, offset in enumerate((0.1, -0.1)):
        for month, shift in enumerate((0.02, -0.02)):
            use[district, :, :, month, at] = np.asarray(z) + offset + shift
    population = np.broadcast_to(np.reshape(people, (2, 1, 1, 1)), use.shape[:4]).astype(float)
    return LivingYear(["2023-01", "2023-02"], ["가", "나"], use, population)


STRAIGHT = [-0.6 + 0.01 * percent for percent in PERCENTS]


def test_the_line_crosses_the_z_score_of_nobody() -> None:
    line = line_of(invented(STRAIGHT), PERCENTS)
    assert (line.zero, line.slope, line.fit) == pytest.approx((-0.6, 0.01, 1.0))
    assert line.holds


def test_a_district_is_compared_with_its_gender_and_age_in_all_of_seoul() -> None:
    year = invented(STRAIGHT)
    line = line_of(year, PERCENTS)
    # The group of 40 is 0.4 above nobody, the district 0.5.
    assert district_ratio(year, line, Cell("가", "male", 40)) == pytest.approx(0.5 / 0.4)
    assert district_ratio(year, line, Cell("나", "male", 40)) == pytest.approx(0.3 / 0.4)


def test_a_large_district_counts_for_more_of_seoul() -> None:
    year = invented(STRAIGHT, people=(3_000, 1_000))
    line = line_of(year, PERCENTS)
    assert line.zero == pytest.approx(-0.55), "0.05 nearer to the larger one"
    assert district_ratio(year, line, Cell("가", "male", 40)) == pytest.approx(0.45 / 0.4)


@pytest.mark.parametrize(
    ("height", "expected"),
    [(FULL, 1.5), ((NONE + FULL) / 2, 1 + 0.5 * 0.1 / 0.15), (NONE, 1.0), (0.01, 1.0), (-0.3, 1.0)],
)
def test_where_hardly_anybody_uses_it_a_district_says_nothing(
    height: float, expected: float
) -> None:
    year = invented([height] * 6)
    assert district_ratio(year, Line(0.0, 0.01, 1.0), Cell("가", "female", 70)) == pytest.approx(
        expected
    )


def test_below_nobody_is_nobody() -> None:
    year = invented([0.2] * 6)
    low = replace(year, use=np.where(np.arange(2)[:, None, None, None, None] == 1, -9, year.use))
    low.use[0] = 10
    assert district_ratio(low, Line(0.0, 0.01, 1.0), Cell("나", "female", 20)) == 0.0


@pytest.mark.parametrize(
    "z",
    [STRAIGHT[::-1], [0.1] * 6, [0.0, 0.3, 0.1, 0.3, 0.0, 0.2]],
    ids=["falling", "flat", "crooked"],
)
def test_without_a_straight_line_the_district_is_switched_off(z: list[float]) -> None:
    year = invented(z)
    line = line_of(year, PERCENTS)
    assert not line.holds
    assert district_ratio(year, line, Cell("가", "male", 40)) is None


def test_without_people_there_is_no_line_and_no_ratio() -> None:
    year = invented(STRAIGHT)
    year.population[:, GENDERS.index("male"), 2] = 0
    cell, line = Cell("가", "male", 40), line_of(year, PERCENTS)
    assert line.holds, "women of 40 are left"
    assert district_ratio(year, line, cell) is None
    assert district_ratio(year, line, Cell("가", "female", 40)) is not None

    year.population[:, :, 2] = 0
    nobodys = line_of(year, PERCENTS)
    assert not nobodys.holds
    assert district_ratio(year, nobodys, cell) is None


def test_the_line_has_to_explain_nearly_all() -> None:
    assert Line(0.0, 0.01, LEAST_FIT).holds
    assert not Line(0.0, 0.01, LEAST_FIT - 0.001).holds
    assert not line_of(invented(STRAIGHT), [7.0] * 6).holds


@pytest.mark.parametrize(
    ("district", "gender", "age", "cell"),
    [
        ("가", "male", 59, Cell("가", "male", 50)),
        ("가", "female", 20, Cell("가", "female", 20)),
        ("가", "female", 79, Cell("가", "female", 70)),
        ("가", "female", 19, None),
        ("가", "female", 80, None),
        ("가", "female", None, None),
        ("가", "", 30, None),
        ("", "male", 30, None),
    ],
)
def test_a_person_has_a_cell_if_all_three_are_known(
    district: str, gender: str, age: int | None, cell: Cell | None
) -> None:
    assert cell_of(district=district, gender=gender, age=age) == cell


def real_year() -> LivingYear:
    frame = pd.read_csv(real_file("seoul/seoul_living_cells_by_month_2023.csv"))
    frame["gender"] = frame["gender"].map({"F": "female", "M": "male"})
    frame = frame.sort_values(["district", "gender", "age", "month"])
    districts, months = sorted(frame["district"].unique()), sorted(frame["month"].unique())
    shape = len(districts), len(GENDERS), len(AGES), len(months)
    use = frame[list(SERVICES)].to_numpy().reshape(*shape, len(SERVICES))
    return LivingYear(months, districts, use, frame["population"].to_numpy().reshape(shape))


def published_percents() -> list[float]:
    frame = pd.read_csv(FIXTURES / "usage_statistics.csv").query(
        "year == 2023 and dimension == 'age' and platform == 'netflix'"
    )
    first = frame["group"].map(lambda group: (age_range(group) or (0, 0))[0])
    return [float(frame["percent"][first == age].item()) for age in AGES]


@pytest.mark.realdata
def test_the_real_z_scores_follow_the_published_shares() -> None:
    line = line_of(real_year(), published_percents())
    assert (round(line.zero, 3), round(line.fit, 3)) == (-0.670, 0.997)


@pytest.mark.realdata
def test_the_real_ratios_of_districts() -> None:
    year = real_year()
    line = line_of(year, published_percents())
    found = {
        place: district_ratio(year, line, Cell(*place))
        for place in (("서초구", "male", 50), ("금천구", "male", 50), ("강남구", "female", 20))
    }
    assert found == {
        ("서초구", "male", 50): pytest.approx(1.333, abs=0.0005),
        ("금천구", "male", 50): pytest.approx(0.755, abs=0.0005),
        ("강남구", "female", 20): pytest.approx(1.005, abs=0.0005),
    }
    for age in (60, 70):
        for district in year.districts:
            for gender in GENDERS:
                assert district_ratio(year, line, Cell(district, gender, age)) == 1.0
