"""Published figures as the statistics page needs them: tables, trends, shares of everybody."""

from __future__ import annotations

from typing import Any

import pytest

from movies.models import Platform
from ottstats.models import UsageStatistic
from ottstats.selectors.usage import UsageShare, UsageTrend, published_usage


@pytest.fixture(autouse=True)
def platforms(db: None) -> None:
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug.title())


def publish(
    platform: str,
    year: int,
    dimension: str,
    shares: dict[str, float],
    *,
    source: str = "Survey",
    people: int = 100,
) -> None:
    for group, percent in shares.items():
        UsageStatistic.objects.create(
            source=source,
            year=year,
            dimension=dimension,
            group=group,
            platform_id=platform,
            percent=percent,
            sample_size=people,
        )


def test_the_share_of_everybody_is_weighted_by_the_people_asked() -> None:
    publish("netflix", 2024, "gender", {"female": 30}, people=300)
    publish("netflix", 2024, "gender", {"male": 10}, people=100)
    publish("netflix", 2024, "age", {"20-29": 99}, people=399)
    assert published_usage().overall == {"netflix": UsageShare(25.0, "Survey", 2024)}


def test_the_newest_year_counts_and_of_two_sources_the_one_that_asked_more() -> None:
    publish("netflix", 2023, "gender", {"female": 90}, people=9000)
    publish("netflix", 2024, "gender", {"female": 30}, people=300)
    publish("netflix", 2024, "gender", {"female": 40}, people=500, source="Another")
    publish("tving", 2023, "gender", {"female": 7})
    assert published_usage().overall == {
        "netflix": UsageShare(40.0, "Another", 2024),
        "tving": UsageShare(7.0, "Survey", 2023),
    }


def test_a_trend_has_each_year_of_its_source_and_gaps_where_nothing_was_published() -> None:
    for year, percent in ((2022, 20), (2023, 25), (2024, 30)):
        publish("netflix", year, "gender", {"female": percent, "male": percent + 2})
    publish("tving", 2023, "gender", {"female": 5})
    publish("tving", 2024, "gender", {"female": 6}, source="Only one year")
    assert published_usage().trends == [
        UsageTrend(
            "Survey",
            [2022, 2023, 2024],
            {"netflix": [21.0, 26.0, 31.0], "tving": [None, 5.0, None]},
        )
    ]


def test_tables_have_the_newest_figures_of_each_platform_by_gender_then_age() -> None:
    publish("netflix", 2023, "gender", {"female": 1, "male": 2})
    publish("netflix", 2024, "gender", {"female": 3, "male": 4})
    publish("tving", 2024, "gender", {"female": 5})
    publish("netflix", 2024, "age", {"70+": 6, "13-19": 7, "20-29": 8})
    by_gender, by_age = published_usage().tables
    assert (by_gender.source, by_gender.year, by_gender.dimension) == ("Survey", 2024, "gender")
    assert by_gender.groups == ["female", "male"]
    assert by_gender.percents == {"netflix": [3, 4], "tving": [5, None]}
    assert by_age.groups == ["13-19", "20-29", "70+"]
    assert by_age.percents == {"netflix": [7, 8, 6]}


def test_a_platform_that_was_left_out_in_the_newest_year_keeps_its_older_table() -> None:
    publish("netflix", 2024, "gender", {"female": 3})
    publish("tving", 2022, "gender", {"female": 5})
    tables = published_usage().tables
    assert [(table.year, list(table.percents)) for table in tables] == [
        (2024, ["netflix"]),
        (2022, ["tving"]),
    ]


def test_without_figures_everything_is_empty(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        usage = published_usage()
    assert (usage.tables, usage.trends, usage.overall) == ([], [], {})
