"""A respondent says where they live, and sees what that changes, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from ottstats.living.residence import decade
from survey.models import Draft
from tests.browser.browsers import Visitors, begin, finish, fits, korean, korean_texts, unfold_all
from tests.ottstats.netflix_by_district import ABOVE, netflix_by_district

pytestmark = pytest.mark.browser

Screen = dict[str, int]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_seoul_and_a_district_to_the_residence_factor(
    visitors: Visitors, live_model: Any, screen: Screen, language: str
) -> None:
    netflix_by_district()
    page = visitors(screen, language=language, scheme="dark" if language == "en" else "light")
    begin(page)
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("label[for=id_gender_1]").click()
    page.locator("#id_age").fill("52")
    assert decade(52) == 50
    expect(page.locator("#id_district")).to_be_hidden()
    page.locator("#id_region").select_option("seoul")
    expect(page.locator("#id_district")).to_be_visible()
    page.locator("#id_district").select_option(ABOVE)
    box = page.locator("#id_district").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert fits(page)
    if language == "en":
        assert not re.search("[가-힣]", page.locator(".asked").inner_text())
    page.locator("button[name=next]").click()
    page.wait_for_url("**/4/")
    page.locator("label[for=id_consent]").click()
    page.locator("button[name=send]").click()

    stored = finish(page)
    assert (stored.gender, stored.region, stored.district) == ("male", "seoul", ABOVE)
    unfold_all(page)
    factor = page.locator("td.usage", has_text="1.20").first
    expect(factor).to_contain_text(ABOVE if language == "ko" else "Seocho-gu")
    expect(factor).to_contain_text("데이터" if language == "ko" else "Seoul Open Data Plaza")
    assert fits(page)
    if language == "en":
        assert korean_texts(page) == []


def test_the_question_for_the_district_works_without_script(
    visitors: Visitors, live_model: Any, screen: Screen
) -> None:
    netflix_by_district()
    page = visitors(screen, script=False)
    begin(page)
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("#id_region").select_option("seoul")
    page.locator("#id_district").select_option(ABOVE)
    page.locator("button[name=next]").click()
    page.wait_for_url("**/4/")
    page.locator("button[name=back]").click()
    page.wait_for_url("**/3/")
    expect(page.locator("#id_region")).to_have_value("seoul")
    expect(page.locator("#id_district")).to_have_value(ABOVE)
    assert Draft.objects.count() == 1
    assert korean("Where do you live?") in page.content()
