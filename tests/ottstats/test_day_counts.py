"""Who looks before and after somebody's deletion or change learns nothing: counts last a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from common.locks import Lock
from movies.models import Platform
from ottstats.models import DayCounts, PlatformRecommendation
from ottstats.services.day_counts import CountsOfDay, counts_of_today
from ottstats.services.reference import load_reference_data
from survey.models import Respondent
from tests.ottstats.audience_users import (
    CUSTOMER,
    SERVICE,
    advertiser,
    client_of,
    told_of_advertisers,
)
from tests.ottstats.living_world import living_world
from tests.ottstats.statistics_people import NOW, recommend_to

CELL = {"district": "마포구", "gender": "female", "age": "20"}
PAGES: list[tuple[str, dict[str, str]]] = [
    ("/statistics/", {"show": "recommended"}),
    (CUSTOMER, CELL),
    (CUSTOMER, CELL | {"file": "demand"}),
    (SERVICE, {"service": "netflix", "limit": "300"}),
    (SERVICE, {"service": "netflix", "limit": "300", "file": "demand"}),
]


@pytest.fixture
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment, which tests may change."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    return now


@pytest.fixture
def people(now: list[datetime]) -> None:
    load_reference_data()
    living_world()
    for platform in ("netflix", "tving"):
        for gender in ("female", "male"):
            for age in (16, 25, 35, 45, 55, 65, 75):
                recommend_to(12, platform, gender=gender, age=age)
    told_of_advertisers()


def seen(user: User) -> list[str]:
    """Everything with groups of people that an advertiser sees; not the sums of the platforms."""
    client, found = client_of(user), []
    for page, query in PAGES:
        response = client.get(page, query)
        assert response.status_code == 200
        text = re.sub('name="csrf[^>]*', "", response.content.decode())
        begin, end = text.find('id="compared"'), text.find('id="weeks"')
        found.append(text[:begin] + text[end:] if page == "/statistics/" else text)
    return found


def of_cell(day: CountsOfDay) -> int | None:
    return day.demand.recommended.get(("netflix", "female", "20-29"))


def test_a_deletion_shows_nowhere_before_the_next_day(people: None, now: list[datetime]) -> None:
    user = advertiser()
    before = seen(user)
    assert ">12<" in before[1]
    assert "20,Netflix,12," in before[2]
    victim = Respondent.objects.filter(
        gender="female", age=25, platform_recommendation__platform="netflix"
    )[0]
    victim.delete()
    now[0] += timedelta(hours=11)  # 23 o'clock in Seoul
    assert seen(user) == before
    now[0] += timedelta(hours=1)
    after = seen(user)
    assert "20,Netflix,11," in after[2]
    assert all(one != other for one, other in zip(after[:3], before[:3], strict=True))


def test_an_answer_that_was_changed_or_replaced_counts_as_it_was_until_the_next_day(
    people: None, now: list[datetime]
) -> None:
    before = counts_of_today()
    victim = PlatformRecommendation.objects.filter(
        user__gender="female", user__age=25, platform="netflix"
    )[0]
    PlatformRecommendation.objects.filter(pk=victim.pk).update(
        platform="tving", created_at=timezone.now()
    )
    Respondent.objects.filter(pk=victim.pk).update(age=35, statistics_consent=False)
    assert counts_of_today() == before
    now[0] += timedelta(days=1)
    assert of_cell(counts_of_today()) == 11


def test_what_is_stored_has_no_number_under_ten_and_of_no_day_before_yesterday(
    people: None, now: list[datetime]
) -> None:
    for number in range(1, 10):
        recommend_to(number, "watcha", age=15 + number)
    told_of_advertisers()

    def numbers(stored: Any) -> list[int]:
        if isinstance(stored, dict | list):
            parts = stored.values() if isinstance(stored, dict) else stored
            return [number for part in parts for number in numbers(part)]
        return [stored] if isinstance(stored, int) else []

    for _day in range(4):
        counts_of_today()
        found = numbers(DayCounts.objects.latest("day").shown)
        assert 12 in found
        assert [number for number in found if 0 < number < 10] == []
        now[0] += timedelta(days=1)
    assert DayCounts.objects.count() == 2


def test_the_first_who_asks_counts_and_all_others_read_one_row(
    people: None, django_assert_num_queries: Any
) -> None:
    first = counts_of_today()
    with django_assert_num_queries(1):
        assert counts_of_today() == first


def test_a_platform_that_was_added_today_is_hidden_by_group(people: None) -> None:
    counts_of_today()
    Platform.objects.create(slug="new", name="New OTT")
    recommend_to_today("new")
    html = Client().get("/statistics/", {"show": "recommended"}).content.decode()
    assert "New OTT" in html


def recommend_to_today(platform: str) -> None:
    respondents = Respondent.objects.all()[:20]
    PlatformRecommendation.objects.filter(user__in=respondents).update(platform=platform)


@pytest.mark.django_db(transaction=True)
def test_two_who_come_first_at_once_see_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first, and then reads what the first has counted."""
    Platform.objects.create(slug="netflix", name="Netflix")
    Platform.objects.create(slug="tving", name="TVING")
    for platform in ("netflix", "tving"):
        for gender in ("female", "male"):
            recommend_to(12, platform, gender=gender)
    found: list[CountsOfDay] = []

    def ask() -> None:
        try:
            found.append(counts_of_today())
        finally:
            connection.close()

    second = Thread(target=ask)
    with transaction.atomic():
        Lock.DAY_COUNTS.wait()
        second.start()
        found.append(counts_of_today())
        Respondent.objects.filter(gender="female")[0].delete()
    second.join()
    assert found[0] == found[1]
    assert found[1].groups.by_gender.counts["netflix"] == [12, 12]
    assert DayCounts.objects.count() == 1
