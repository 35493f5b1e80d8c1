"""Staff at work in a real browser, in Korean: an errand takes at most four clicks from /admin/."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from movies.models import Product
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun
from recommend.services.personas import make_personas
from survey.models import Respondent
from tests.browser.browsers import Visitors, fits

groups = importlib.import_module("common.migrations.0005_groups_of_staff")
pytestmark = pytest.mark.browser

Screen = dict[str, int]
MOST = 4
DEARER = 99_000
FAULTY = """\
slug,name,name_ko,kind,platforms,monthly_price,has_ads,valid_from,valid_to,source,checked_on
a,A,,plan,cinema,x,false,2026-01-01,,list,2026-01-01
b,B,,plan,netflix,1,false,2026-01-01,,list,yesterday
"""


@dataclass
class Desk:
    """A member of staff at the first page; every click is counted."""

    page: Page
    clicks: list[str] = field(default_factory=list)

    def click(self, one: Locator) -> None:
        assert len(self.clicks) < MOST, f"a fifth click after {self.clicks}"
        self.clicks.append(
            one.get_attribute("value") or one.get_attribute("id") or one.inner_text()
        )
        one.click()

    def doing(self, name: str) -> Locator:
        return self.page.locator(".staff-doings").get_by_role("link", name=name, exact=True)


def fills(page: Page) -> bool:
    """Whether what one reads has the screen, and nothing beside it, on a phone."""
    assert page.viewport_size is not None
    box = page.locator("#content").bounding_box()
    least = 0.9 if page.viewport_size["width"] < 768 else 0.6
    return box is not None and box["width"] > least * page.viewport_size["width"]


@pytest.fixture
def desk(visitors: Visitors, site: str, screen: Screen) -> Desk:
    """Somebody who may do what the group of editors may, logged in, without script."""
    editor = User.objects.create_user("editor", is_staff=True)
    editor.user_permissions.set(
        permission
        for permission in Permission.objects.select_related("content_type")
        if groups.may(
            "editor", permission.content_type.app_label, *permission.codename.split("_", 1)
        )
    )
    client = Client()
    client.force_login(editor)
    page = visitors(screen, script=False)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": site}])
    page.goto("/admin/")
    return Desk(page)


def test_a_price_is_changed_previewed_and_published(desk: Desk, live_model: ModelRun) -> None:
    make_personas(run=live_model, count=5)
    page = desk.page
    desk.click(desk.doing("요금 바꾸기"))
    desk.click(page.locator("#result_list tbody th a").first)
    product = Product.objects.get(pk=int(page.url.split("/change/")[0].rsplit("/", 1)[1]))
    before = product.monthly_price
    page.locator("#id_monthly_price").fill(str(DEARER))
    desk.click(page.get_by_role("button", name="미리 보기"))
    preview = page.get_by_role("region", name="미리 보기")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text("가상 응답자 5명")
    assert fits(page)
    assert fills(page)
    product.refresh_from_db()
    assert product.monthly_price == before
    desk.click(page.get_by_role("button", name="저장", exact=True))
    expect(page.locator(".messagelist .success")).to_be_visible()
    product.refresh_from_db()
    assert product.monthly_price == DEARER


def test_yesterdays_winners_are_found(desk: Desk) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    for number, slug in enumerate(["netflix"] * 3 + ["watcha"]):
        person = Respondent.objects.create(
            submission=f"form {number}", retain_until=timezone.now() + timedelta(days=90)
        )
        stored = PlatformRecommendation.objects.create(
            user=person, platform_id=slug, score=1.0, parts={}
        )
        PlatformRecommendation.objects.filter(pk=stored.pk).update(created_at=yesterday)
    page = desk.page
    page.reload()
    expect(page.locator(".staff-card").first).to_contain_text("어제: 넷플릭스 3 (75%)")
    desk.click(desk.doing("어제의 1위"))
    day = timezone.localdate(yesterday)
    row = page.get_by_role("row", name=re.compile(rf"{day.month}월 {day.day}일"))
    expect(row).to_contain_text("3")
    assert fits(page)
    assert fills(page)


def test_a_file_with_three_faults_says_all_three(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(FAULTY, encoding="utf-8")
    page = desk.page
    desk.click(desk.doing("파일 올리기"))
    with page.expect_file_chooser() as chooser:
        desk.click(page.locator("#id_import_file"))
    chooser.value.set_files(file)
    desk.click(page.get_by_role("button", name="파일 확인하기"))
    faults = page.locator(".import-errors li")
    expect(faults).to_have_count(3)
    assert all(
        re.match(r"prices\.csv [23]번째 줄: .*[가-힣]", fault) for fault in faults.all_inner_texts()
    )
    assert fits(page)
    assert fills(page)
