"""The statistics page in a real browser: on a phone, with and without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.browsers import Visitors, fits
from tests.ottstats.statistics_people import recommend_to

pytestmark = pytest.mark.browser

USED, RECOMMENDED = "button[value=usage]", "button[value=recommended]"


@pytest.fixture(autouse=True)
def answered(live_model: object) -> None:
    now = timezone.now()
    for platform in ("netflix", "tving", "watcha"):
        for gender in ("female", "male", ""):
            for weeks, age in enumerate((16, 25, 35, 45, None)):
                at = now - timedelta(weeks=weeks)
                recommend_to(11, platform, gender=gender, age=age, at=at)


def opened(page: Page) -> Page:
    page.goto("/statistics/")
    for summary in page.locator("main summary").all():
        summary.click()
    return page


@pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
def test_with_all_tables_open_the_page_fits_and_has_no_fault_of_accessibility(
    visitors: Visitors, screen: dict[str, int], language: str, scheme: str
) -> None:
    page = opened(visitors(screen, language=language, scheme=scheme))
    expect(page.locator("figure table")).to_have_count(6)
    assert fits(page)
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []


def test_a_line_is_drawn_and_bars_have_their_lengths(visitors: Visitors) -> None:
    page = opened(visitors())
    boxes = [bar.bounding_box() for bar in page.locator("#compared ~ * figure rect.mark").all()]
    widths = [box["width"] for box in boxes if box is not None]
    # Two swatches; then Netflix, TVING and Watcha with a third each, used by 33, 10 and 2 percent.
    assert widths[2] == pytest.approx(widths[4], abs=0.5)
    assert widths[2] > 200 > widths[5] > widths[7] > 0


def test_the_choice_swaps_only_its_part_and_keeps_the_focus(visitors: Visitors) -> None:
    page = opened(visitors())
    page.evaluate("window.stillHere = true")
    expect(page.locator(USED)).to_have_attribute("aria-current", "true")
    page.locator(RECOMMENDED).click()
    expect(page.locator("#groups figcaption").first).not_to_contain_text("KOBACO")
    page.locator(USED).click()
    expect(page.locator(USED)).to_have_attribute("aria-current", "true")
    expect(page.locator(USED)).to_be_focused()
    expect(page.locator("#groups figcaption").first).to_contain_text("KOBACO")
    assert page.url.endswith("/statistics/?show=usage")
    assert page.evaluate("window.stillHere") is True
    page.locator(RECOMMENDED).click()
    expect(page.locator("#groups figcaption").first).not_to_contain_text("KOBACO")


def test_the_choice_works_without_javascript(visitors: Visitors) -> None:
    page = visitors(script=False)
    page.goto("/statistics/?show=recommended")
    page.locator(USED).click()
    assert page.url.endswith("/statistics/?show=usage#groups")
    expect(page.locator(USED)).to_have_attribute("aria-current", "true")
    expect(page.locator("#groups figcaption").first).to_contain_text("KOBACO")
