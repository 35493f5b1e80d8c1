"""How often platforms were recommended: which people count where, and what stays hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from movies.models import Platform
from ottstats.daily.groups import GroupCounts, Shares
from ottstats.groups import AGE_GROUPS, age_group
from ottstats.models import PlatformTally
from ottstats.recommended_counts import recommended_counts
from tests.ottstats.statistics_people import NOW, recommend_to, weeks_ago

PLATFORMS = ["netflix", "tving", "watcha", "wavve"]


@pytest.fixture(autouse=True)
def platforms(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug in PLATFORMS:
        Platform.objects.create(slug=slug, name=slug.title())
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def counted() -> GroupCounts:
    return recommended_counts(PLATFORMS).groups


def everybody() -> Shares:
    return recommended_counts(PLATFORMS).everybody


def by_group(shares: Shares, platform: str) -> dict[str, int | None]:
    return dict(zip(shares.groups, shares.counts[platform], strict=True))


def test_everybody_counts_in_the_sums_of_the_platforms() -> None:
    recommend_to(20, "netflix")
    recommend_to(15, "tving", agreed=False)
    sums = everybody()
    assert [sums.counts[slug] for slug in PLATFORMS] == [[20], [15], [None], [None]]
    assert (sums.bases, sums.rests) == ([35], [None])
    assert sums.percents("netflix") == [pytest.approx(100 * 20 / 35)]


def test_hidden_platforms_count_in_the_shares_once_they_are_ten_people_together() -> None:
    recommend_to(20, "netflix")
    recommend_to(5, "tving")
    recommend_to(5, "watcha")
    sums = everybody()
    assert (sums.bases, sums.rests) == ([30], [10])
    assert sums.percents("netflix") == [pytest.approx(100 * 20 / 30)]


def test_only_those_who_agreed_count_by_week_gender_and_age() -> None:
    for platform in ("netflix", "tving"):
        for gender in ("female", "male"):
            recommend_to(12, platform, gender=gender)
            recommend_to(100, platform, gender=gender, agreed=False)
    counts = counted()
    assert by_group(counts.by_gender, "netflix") == {"female": 12, "male": 12}
    assert counts.by_gender.percents("netflix") == [50.0, 50.0]
    assert by_group(counts.by_age, "netflix") == dict.fromkeys(AGE_GROUPS) | {"20-29": 24}
    assert counts.by_week["netflix"] == [*[None] * 12, 24]


def test_a_platform_that_is_hidden_for_all_is_hidden_by_week_gender_and_age() -> None:
    recommend_to(30, "netflix", gender="female")
    recommend_to(30, "netflix", gender="male")
    recommend_to(30, "tving", gender="female")
    recommend_to(30, "tving", gender="male")
    for gender in ("female", "male"):
        recommend_to(10, "watcha", gender=gender)
    for platform in ("wavve",):
        recommend_to(3, platform)
    counts = counted()
    # Wavve alone would be hidden, so Watcha is as well, and then in every table.
    assert everybody().counts["watcha"] == [None]
    assert counts.by_gender.counts["watcha"] == [None, None]
    assert counts.by_gender.counts["tving"] == [30, 30]


def test_weeks_are_those_of_seoul_and_the_last_thirteen() -> None:
    monday = datetime(2026, 11, 15, 15, 0, tzinfo=UTC)  # midnight in Seoul
    for platform in ("netflix", "tving"):
        recommend_to(11, platform, at=monday)
        recommend_to(12, platform, at=monday.replace(hour=14, minute=59))
        recommend_to(13, platform, at=weeks_ago(12))
        recommend_to(14, platform, at=weeks_ago(13))
    counts = counted()
    assert (counts.weeks[0], counts.weeks[-1]) == (date(2026, 8, 24), date(2026, 11, 16))
    assert len(counts.weeks) == 13
    assert counts.by_week["netflix"] == [13, *[None] * 10, 12, 11]


def test_ages_are_grouped_as_in_the_published_figures() -> None:
    for platform in ("netflix", "tving"):
        for people, age in ((11, 14), (12, 19), (13, 20), (14, 69), (15, 70), (16, 120)):
            recommend_to(people, platform, age=age)
    assert by_group(counted().by_age, "netflix") == {
        "13-19": 23, "20-29": 13, "30-39": None, "40-49": None, "50-59": None,
        "60-69": 14, "70+": 31,
    }  # fmt: skip
    assert [age_group(age) for age in (13, 19, 59, 99)] == ["13-19", "13-19", "50-59", "70+"]
    assert AGE_GROUPS[-1] == "70+"
    with pytest.raises(ValueError, match="an age is at least 13, not 12"):
        age_group(12)


def test_those_without_an_answer_are_a_group_where_there_are_enough_of_each_platform() -> None:
    for platform in ("netflix", "tving"):
        for gender in ("female", "male", ""):
            for age in (25, 35, None):
                recommend_to(12, platform, gender=gender, age=age)
    counts = counted()
    assert by_group(counts.by_gender, "netflix") == {"female": 36, "male": 36, "": 36}
    # The table by gender shows all people of a platform, so its sum is known. If the second age
    # group were shown, it would follow that no other age has people.
    ages = {"20-29": None, "30-39": 36, "": 36}
    assert by_group(counts.by_age, "netflix") == dict.fromkeys(AGE_GROUPS) | ages
    assert counts.unanswered == (None, None)


def test_otherwise_they_are_a_sum_beside_the_table_and_hide_nothing_in_it() -> None:
    for platform in ("netflix", "tving"):
        for gender, people in (("female", 20), ("male", 18), ("", 6)):
            recommend_to(people, platform, gender=gender)
        recommend_to(7, platform, age=None)
    counts = counted()
    assert by_group(counts.by_gender, "netflix") == {"female": 27, "male": 18}
    assert counts.unanswered == (12, 14)


def test_if_one_of_the_two_sums_is_small_neither_is_shown() -> None:
    for platform in ("netflix", "tving"):
        for age in (25, None):
            recommend_to(30, platform, age=age)
            recommend_to(30, platform, age=age, gender="male")
        recommend_to(2, platform, gender="")
    counts = counted()
    assert counts.unanswered == (None, None)
    assert "" not in counts.by_gender.groups
    assert "" not in counts.by_age.groups


def test_a_deleted_respondent_no_longer_counts() -> None:
    recommend_to(10, "netflix")
    recommend_to(10, "tving")
    assert everybody().counts["netflix"] == [10]
    PlatformTally.objects.get(pk="netflix").platform.recommendations.get(
        pk=first_of("netflix")
    ).user.delete()
    assert everybody().counts["netflix"] == [None]


def test_an_answer_is_in_the_sums_at_once_but_in_a_group_only_the_next_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    midnight = datetime(2026, 11, 18, tzinfo=ZoneInfo("Asia/Seoul"))
    recommend_to(12, "netflix", gender="female")
    recommend_to(12, "netflix", gender="male")
    before = counted()
    recommend_to(1, "netflix", gender="male", at=midnight)
    assert everybody().counts["netflix"] == [25]
    assert counted() == before
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=1))
    assert by_group(counted().by_gender, "netflix")["male"] == 13


def first_of(platform: str) -> Any:
    return Platform.objects.get(pk=platform).recommendations.values_list("pk", flat=True)[0]
