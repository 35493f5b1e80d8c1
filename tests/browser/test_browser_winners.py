"""Staff look at which platform wins, in a real browser: readable on a phone, in light and dark."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from movies.models import Platform
from ottstats.models import PlatformRecommendation
from recommend.services.watching import check_winners
from survey.models import Respondent
from tests.browser.browsers import Visitors, fits

pytestmark = pytest.mark.browser

Screen = dict[str, int]
PICTURES = os.environ.get("OTTWIN_PICTURES", "")  # a folder for pictures of the page


@pytest.fixture
def answers(live_model: object) -> None:
    """Ten days of answers: Netflix wins nine in ten of the last week, Watcha before."""
    slugs = list(Platform.objects.offered().values_list("slug", flat=True))
    now = timezone.now()
    for number in range(100):
        days_ago = number % 10
        slug = "watcha" if days_ago > 6 else "netflix"
        slug = slugs[number % len(slugs)] if number < 10 else slug
        person = Respondent.objects.create(
            submission=uuid.uuid4().hex, retain_until=now + timedelta(days=90)
        )
        stored = PlatformRecommendation.objects.create(
            user=person, platform_id=slug, score=1.0, parts={}
        )
        PlatformRecommendation.objects.filter(pk=stored.pk).update(
            created_at=now - timedelta(days=days_ago)
        )


def test_staff_find_the_winners_by_day_from_the_notice(
    answers: None, visitors: Visitors, screen: Screen
) -> None:
    assert check_winners().startswith("Netflix: ")
    User.objects.create_superuser("boss", password="secret-of-this-test")
    page = visitors(screen, script=False, language="en")
    page.goto("/admin/")
    page.get_by_label("Username").fill("boss")
    page.get_by_label("Password").fill("secret-of-this-test")
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("link", name="One platform comes first in almost every answer").click()
    page.get_by_role("link", name="Which platform comes first, by day").click()

    expect(page.get_by_role("row", name="Last 7 days")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Netflix")).to_be_visible()
    assert page.get_by_role("row").count() == 1 + 2 + 30
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"winners-{screen['width']}.png"), full_page=True)
    assert fits(page)
