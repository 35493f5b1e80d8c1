"""What a region and a district choose: shipped figures, their ratios, and when there are none."""

from __future__ import annotations

import csv
from typing import Any

import pandas as pd
import pytest
from django.utils import translation

from movies.models import Platform
from ottstats.living.figures import SOURCE as LIVING_SOURCE
from ottstats.models import UsageStatistic
from ottstats.selectors.residence import districts_asked
from ottstats.selectors.usage import DistrictUsageRatio, UsageRatio, group_name, usage_ratios
from ottstats.services.reference import FIXTURES
from survey.models import Region
from tests.ottstats.netflix_by_district import ABOVE, BELOW, PERCENTS, netflix_by_district
from tests.real_data import real_file

SOURCE = "방송통계포털"
COLUMNS = {"netflix": "넷플릭스 (%)", "tving": "티빙 (%)", "wavve": "웨이브 (%)",
           "watcha": "왓챠 (%)", "coupang_play": "쿠팡플레이 (%)",
           "disney_plus": "디즈니플러스 (%)",
           "uplus_mobile_tv": "U+모바일TV (%)", "apple_tv_plus": "애플TV+ (%)"}  # fmt: skip
NAMES = ("서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "충북",
         "충남", "전북", "전남", "경북", "경남", "제주")  # fmt: skip


def of(slug: str, **answers: Any) -> dict[str, UsageRatio]:
    """The ratios of a platform by axis, of a man of 52 unless said otherwise."""
    person: dict[str, Any] = {"gender": "male", "age": 52} | answers
    return {row.dimension: row for row in usage_ratios(**person)[slug]}


@pytest.fixture
def published(live_model: Any) -> None:
    """The world of the tests has the figures that are shipped."""


def shipped() -> pd.DataFrame:
    frame = pd.read_csv(FIXTURES / "usage_statistics.csv")
    return frame[frame["dimension"] == "region"]


def test_all_regions_and_all_platforms_that_were_asked_are_shipped() -> None:
    frame = shipped()
    assert list(frame["group"].unique()) == Region.values
    assert set(frame["platform"]) == {*COLUMNS}
    assert len(frame) == len(Region) * len(COLUMNS)
    assert set(frame["source"]) == {SOURCE}
    assert set(frame["year"]) == {2023}


def published_rows() -> dict[str, dict[str, str]]:
    with real_file("statistics/mediastat_ott_use_2023.csv").open(encoding="utf-8") as file:
        _years, header, *rows = csv.reader(file)
    return {row[1]: dict(zip(header, row, strict=True)) for row in rows}


@pytest.mark.realdata
def test_the_shipped_figures_are_those_that_were_published() -> None:
    rows = published_rows()
    region_of = dict(zip(Region.values, NAMES, strict=True))
    for row in shipped().itertuples():
        line = rows[region_of[str(row.group)]]
        assert row.percent == float(line[COLUMNS[str(row.platform)]])
        assert row.sample_size == int(line["사례수 (가구원)"])


@pytest.mark.realdata
def test_the_levels_of_seoul_against_the_nation() -> None:
    nation, seoul = published_rows()["소계"], shipped().query("group == 'seoul'")
    levels = {
        str(row.platform): round(float(row.percent) / float(nation[COLUMNS[str(row.platform)]]), 3)
        for row in seoul.itertuples()
    }
    assert levels == {
        "netflix": 1.149, "wavve": 1.404, "tving": 0.983, "disney_plus": 1.286,
        "coupang_play": 1.071, "watcha": 0.864, "uplus_mobile_tv": 0.875, "apple_tv_plus": 1.0,
    }  # fmt: skip


def test_the_means_of_the_regions_are_the_published_figures_of_the_nation(published: None) -> None:
    nation = {"netflix": 31.6, "tving": 6.0, "wavve": 4.7, "watcha": 2.2, "coupang_play": 4.2,
              "disney_plus": 4.2, "uplus_mobile_tv": 0.8, "apple_tv_plus": 0.4}  # fmt: skip
    for slug, percent in nation.items():
        assert of(slug, region="seoul")["region"].percent_overall == pytest.approx(percent, abs=0.1)


def test_a_region_is_compared_by_what_it_chooses_not_by_how_much(published: None) -> None:
    row = of("netflix", region="seoul")["region"]
    seoul = shipped().query("group == 'seoul'").set_index("platform")["percent"]
    assert row.percent == 36.3
    assert row.share is not None
    assert row.share_overall is not None
    own, overall = 100 * 36.3 / seoul.sum(), row.share_overall
    assert min(own, overall) <= row.share <= max(own, overall), "moved towards everybody"
    assert row.ratio == pytest.approx(row.share / overall)
    assert row.ratio < 1.1, "Seoul uses 1.15 times as much of it, but also more of the others"
    assert row.source == f"{SOURCE}, 2023"


def test_gender_and_age_stay_as_they_were(published: None) -> None:
    without = usage_ratios(gender="male", age=52)
    UsageStatistic.objects.filter(dimension="region").delete()
    assert usage_ratios(gender="male", age=52) == without
    assert usage_ratios(gender="male", age=52, region="seoul", district=ABOVE) == without


def test_a_platform_without_figures_has_no_ratio(published: None) -> None:
    assert Platform.objects.filter(slug="laftel", is_active=True).exists()
    assert "laftel" not in usage_ratios(gender="", age=None, region="jeju")


def test_a_region_alone_has_one_axis(published: None) -> None:
    rows = usage_ratios(gender="", age=None, region="jeju")
    assert {row.dimension for found in rows.values() for row in found} == {"region"}
    with translation.override("en"):
        assert group_name("region", "jeju") == "Jeju"


def test_a_district_multiplies_the_ratio_of_netflix_and_of_nothing_else(published: None) -> None:
    netflix_by_district()
    seoul = usage_ratios(gender="male", age=52, region="seoul")
    rows = usage_ratios(gender="male", age=52, region="seoul", district=ABOVE)

    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert isinstance(row, DistrictUsageRatio)
    plain = of("netflix", region="seoul")["region"]
    assert (row.district, row.region_ratio) == (ABOVE, plain.ratio)
    assert row.district_ratio == pytest.approx(1.2)
    assert row.ratio == pytest.approx(1.2 * plain.ratio)
    assert row.district_source == f"{LIVING_SOURCE}, 2023; KOBACO (data.go.kr), 2023"
    assert len(rows["netflix"]) == 3, "region and district are one axis"
    assert {slug: found for slug, found in rows.items() if slug != "netflix"} == {
        slug: found for slug, found in seoul.items() if slug != "netflix"
    }
    below = of("netflix", region="seoul", district=BELOW)["region"]
    assert below.ratio == pytest.approx(0.8 * plain.ratio)


@pytest.mark.parametrize(
    "changes",
    [
        {"gender": ""},
        {"age": None},
        {"age": 19},
        {"age": 80},
        {"region": "busan"},
        {"region": ""},
        {"district": "없는구"},
        {"district": ""},
    ],
)
def test_a_district_needs_seoul_gender_and_age(published: None, changes: dict[str, Any]) -> None:
    netflix_by_district()
    person: dict[str, Any] = {"gender": "male", "age": 52, "region": "seoul", "district": ABOVE}
    rows = usage_ratios(**person | changes)["netflix"]
    assert not any(isinstance(row, DistrictUsageRatio) for row in rows)


def test_without_living_data_no_district_is_asked_or_counts(published: None) -> None:
    assert districts_asked() == []
    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert not isinstance(row, DistrictUsageRatio)
    netflix_by_district()
    assert {ABOVE, BELOW} <= {*dict(districts_asked())}


def test_a_new_load_that_no_longer_fits_switches_the_district_off(published: None) -> None:
    netflix_by_district()
    assert isinstance(of("netflix", region="seoul", district=ABOVE)["region"], DistrictUsageRatio)
    netflix_by_district(month="2023-02", bent=-2.0)
    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert not isinstance(row, DistrictUsageRatio)


def test_the_shares_are_those_of_the_year_or_else_the_newest_before(published: None) -> None:
    netflix_by_district(month="2026-03")
    of_2024 = UsageStatistic.objects.filter(year=2024, dimension="age", platform="netflix")
    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert isinstance(row, DistrictUsageRatio)
    of_2024.update(percent=50)
    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert not isinstance(row, DistrictUsageRatio), "by 2024, which is flat now"
    of_2024.filter(group="70+").delete()
    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert isinstance(row, DistrictUsageRatio), "by 2023: 2024 lacks an age"
    assert row.district_source == f"{LIVING_SOURCE}, 2026; KOBACO (data.go.kr), 2023"


def test_without_published_shares_by_age_the_district_says_nothing(published: None) -> None:
    netflix_by_district()
    UsageStatistic.objects.filter(dimension="age", year__lte=2023).delete()
    row = of("netflix", region="seoul", district=ABOVE)["region"]
    assert not isinstance(row, DistrictUsageRatio)


def test_the_world_of_the_tests_has_the_published_shares() -> None:
    frame = pd.read_csv(FIXTURES / "usage_statistics.csv").query(
        "year == 2023 and dimension == 'age' and platform == 'netflix' and group != '13-19'"
    )
    assert tuple(frame["percent"]) == PERCENTS
