"""Which platform came first, by day: counted for staff, small numbers too."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Notice, Platform
from ottstats.models import PlatformRecommendation
from recommend.results.staff.winners import winners_by_day
from survey.models import Respondent
from tests.operators import staff_with
from tests.recommend.pages.reading import words

pytestmark = pytest.mark.django_db

PAGE = "admin:ottstats_platformrecommendation_winners"


@pytest.fixture(autouse=True)
def platforms(db: None) -> None:
    for slug, name in (("netflix", "Netflix"), ("watcha", "Watcha"), ("wavve", "Wavve")):
        Platform.objects.create(slug=slug, name=name, name_ko=f"{name} (ko)")


def answer(platform: str, moment: datetime) -> None:
    person = Respondent.objects.create(
        submission=uuid.uuid4().hex, retain_until=moment + timedelta(days=90)
    )
    stored = PlatformRecommendation.objects.create(
        user=person, platform_id=platform, score=1.0, parts={}
    )
    PlatformRecommendation.objects.filter(pk=stored.pk).update(created_at=moment)


@pytest.fixture
def answers() -> None:
    """Today: Watcha twice; yesterday each once; 29 days ago Watcha; 30 days ago Wavve."""
    noon = timezone.localtime().replace(hour=0, minute=0, second=1)
    for platform, ago in [
        ("watcha", 0), ("watcha", 0), ("watcha", 1), ("netflix", 1), ("watcha", 29), ("wavve", 30),
    ]:  # fmt: skip
        answer(platform, noon - timedelta(days=ago))


def test_answers_are_counted_by_day_in_local_time(answers: None) -> None:
    found = winners_by_day()
    today = timezone.localdate()
    assert [day for day, _won in found.days] == [today - timedelta(days=ago) for ago in range(30)]
    by_day = dict(found.days)
    assert by_day[today] == {"watcha": 2}
    assert by_day[today - timedelta(days=1)] == {"watcha": 1, "netflix": 1}
    assert by_day[today - timedelta(days=2)] == {}
    assert found.of_the_last(7) == {"watcha": 3, "netflix": 1}
    assert found.of_the_last(30) == {"watcha": 4, "netflix": 1}
    assert found.platforms == ["watcha", "netflix"], "Wavve won only 30 days ago"


def test_it_is_one_query(answers: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        winners_by_day()


def test_staff_see_numbers_shares_and_bars(staff: Client, answers: None) -> None:
    page = staff.get(reverse(PAGE))
    assert page.status_code == 200
    table = page.content.decode().partition('<table class="freshness"')[2]
    rows = [words(row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
    assert rows[0] == "Day Answers Watcha Netflix"
    assert rows[1] == "Last 7 days 4 3 75% 1 25%"
    assert rows[2] == "Last 30 days 5 4 80% 1 20%"
    assert rows[3].endswith("2 2 100% 0")
    assert rows[4].endswith("2 1 50% 1 50%")
    assert rows[5].endswith("0 0 0")
    assert len(rows) == 33
    assert '<rect class="place-1" x="75.000" y="0" width="25.000" height="8"/>' in table


def test_without_answers_the_page_says_so(staff: Client) -> None:
    assert "No answers in the last 30 days." in staff.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize(
    ("permission", "status"), [("view_movie", 403), ("view_platformrecommendation", 200)]
)
def test_only_those_who_may_see_recommendations_may_see_the_page(
    answers: None, permission: str, status: int
) -> None:
    assert staff_with(permission).get(reverse(PAGE)).status_code == status


def test_the_list_and_the_notices_lead_there(staff: Client, answers: None) -> None:
    changelist = reverse("admin:ottstats_platformrecommendation_changelist")
    assert f'href="{reverse(PAGE)}"' in staff.get(changelist).content.decode()
    Notice.objects.create(key=Notice.Key.ONE_WINNER, detail="Netflix: 20 / 20 (100 %)")
    Notice.objects.create(key=Notice.Key.WINNERS_MOVED, detail="facts.csv: Watcha 0 → 100 %")
    index = staff.get(reverse("admin:index")).content.decode()
    assert f'<a href="{changelist}">One platform comes first in almost every answer' in index
    loads = reverse("admin:common_dataload_changelist")
    assert f'<a href="{loads}">A load of facts gave most simulated people another OTT' in index
