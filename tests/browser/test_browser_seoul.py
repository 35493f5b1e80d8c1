"""The page of Seoul's living data in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import Visitors, fits, tab_round, unfold_all
from tests.browser.faults import faults
from tests.ottstats.living_world import living_world

pytestmark = pytest.mark.browser

ADDRESS = "/statistics/seoul/"
WOMEN, THIRTIES = "button[name=gender][value=female]", "button[name=age][value='30']"


@pytest.fixture(autouse=True)
def living(live_model: object) -> None:
    living_world([f"2023-0{month}" for month in range(1, 10)])


@pytest.mark.parametrize(
    ("language", "scheme"), [("ko", "light"), ("en", "dark"), ("ko", "dark"), ("en", "light")]
)
def test_with_all_tables_open_nothing_is_wrong_with_the_page(
    visitors: Visitors, screen: dict[str, int], language: str, scheme: str
) -> None:
    page = visitors(screen, language=language, scheme=scheme)
    found = []
    for query in ("", "?gender=male&age=70&map=netflix&scale=standard", "?map=people&age=x"):
        page.goto(ADDRESS + query)
        unfold_all(page)
        found += faults(page, query)
    assert found == []


def test_the_keyboard_reaches_everything(visitors: Visitors, screen: dict[str, int]) -> None:
    page = visitors(screen)
    page.goto(ADDRESS)
    tab_round(page)


def test_a_filter_changes_all_charts_and_keeps_the_focus(visitors: Visitors) -> None:
    page = visitors(language="en")
    page.goto(ADDRESS)
    page.evaluate("window.stillHere = true")
    page.locator(WOMEN).click()
    expect(page.locator("#seoul-group")).to_contain_text("Women aged 20–79")
    expect(page.locator(WOMEN)).to_be_focused()
    page.locator("button[name=map][value=netflix]").click()
    expect(page.locator("#map-title")).to_have_text("Netflix use: Women aged 20–79")
    page.locator(THIRTIES).click()
    expect(page.locator("#heat-title")).to_contain_text("Women in their 30s")
    expect(page.locator("#map-title")).to_have_text("Netflix use: Women in their 30s")
    assert page.evaluate("window.stillHere") is True
    assert page.url.endswith("?gender=female&map=netflix&age=30")


def test_all_choices_work_without_javascript(visitors: Visitors, screen: dict[str, int]) -> None:
    page = visitors(screen, script=False, language="en")
    page.goto(ADDRESS)
    for chosen in (WOMEN, THIRTIES, "button[value=people]", "button[value=standard]"):
        page.locator(chosen).click()
        expect(page.locator(chosen)).to_have_attribute("aria-current", "true")
    page.locator("button[name=decade][value='70']").click()
    expect(page.locator("#heat-title")).to_contain_text("Women in their 70s")
    expect(page.locator("#map-title")).to_have_text("People: Women in their 30s")
    expect(page.locator("#lines-standard")).to_be_visible()
    assert fits(page)


def test_bars_begin_at_one_line_and_the_map_has_its_districts(
    visitors: Visitors, screen: dict[str, int]
) -> None:
    page = visitors(screen)
    page.goto(ADDRESS)
    expect(page.get_by_role("img").and_(page.locator(".city-map path"))).to_have_count(25)
    first = page.locator(".district-bars > div").first
    assert len({round(x) for x in lefts(first.page)}) == 1


def lefts(page: Page) -> list[float]:
    boxes = page.locator(".district-bars > div:first-child rect.female").all()
    return [box["x"] for box in (one.bounding_box() for one in boxes) if box is not None]
