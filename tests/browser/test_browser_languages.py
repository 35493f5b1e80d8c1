"""The survey in a real browser in both languages, and the switch between them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import Visitors, finish, fits, heading, korean_texts

pytestmark = pytest.mark.browser

Screen = dict[str, int]


def test_the_whole_way_in_english_shows_no_korean(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen, language="en")
    page.goto("/")
    assert korean_texts(page) == []
    page.locator(".hero").get_by_role("link", name="Pick films").click()
    page.wait_for_url("**/survey/")
    page.get_by_role("combobox").press_sequentially("Comedy film 21")
    expect(page.get_by_role("option").first).to_contain_text("Comedy film 21")
    expect(page.locator("#search-status")).to_contain_text("found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for place in range(3):
        page.locator("#offered + .tiles .tile-like input").nth(place).check()
    expect(page.locator("#count")).to_have_text("4 films picked")
    for step in (2, 3, 4):
        assert korean_texts(page) == []
        page.get_by_role("button", name="Next").click()
        page.wait_for_url(f"**/{step}/")
    page.locator("button[name=send]").click()
    expect(page.get_by_role("alert")).to_contain_text("Without your consent")
    assert korean_texts(page) == []
    page.locator("#id_consent").check()
    page.locator("button[name=send]").click()
    finish(page)
    assert korean_texts(page) == []
    for path in ("/statistics/", "/about/", "/nowhere/", "/survey/?q=zzz"):
        page.goto(path)
        assert korean_texts(page) == [], path
        assert fits(page), path


def test_the_language_can_be_switched_without_script(visitors: Visitors) -> None:
    page = visitors(script=False)
    page.goto("/statistics/")
    assert page.locator("html").get_attribute("lang") == "ko"
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/statistics/")
    assert page.locator("html").get_attribute("lang") == "en"
    heading(page).to_have_text("Statistics")
    page.get_by_role("button", name="한국어").click()
    heading(page).to_have_text("통계")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_language_can_be_switched_in_the_middle_of_a_step(
    visitors: Visitors, script: bool
) -> None:
    page = visitors(script=script)
    page.goto("/survey/")
    for place in range(3):
        page.locator(".tile-like input").nth(place).check()
    _switch(page, "English", "en")
    expect(page.locator("input[name=liked]:checked")).to_have_count(3)
    page.locator("button[name=next]").click()
    page.wait_for_url("**/2/")
    page.locator("input[value=netflix]").check()
    page.locator("#id_monthly_budget").fill("17000")
    _switch(page, "한국어", "ko")
    expect(page.locator("input[value=netflix]")).to_be_checked()
    expect(page.locator("#id_monthly_budget")).to_have_value("17000")
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("#id_age").fill("31")
    page.locator("input[name=gender][value=female]").check()
    _switch(page, "English", "en")
    expect(page.locator("#id_age")).to_have_value("31")
    expect(page.locator("input[name=gender][value=female]")).to_be_checked()
    page.locator("#id_age").press("Enter")  # goes on, and does not press a language
    page.wait_for_url("**/4/")
    assert page.locator("html").get_attribute("lang") == "en"


def _switch(page: Page, name: str, language: str) -> None:
    """With the button in the header; still at the same step."""
    step = page.locator(".progress-count").inner_text()
    page.get_by_role("button", name=name).click()
    page.wait_for_selector(f"html[lang={language}]")
    expect(page.locator(".progress-count")).to_have_text(step)


def test_the_language_can_be_switched_after_more_films_came_in_the_background(
    visitors: Visitors,
) -> None:
    page = visitors()
    page.goto("/survey/")
    page.locator("button[name=more]").click()
    page.wait_for_url("**/1/")
    page.locator("#offered + .tiles .tile-like input").first.check()
    _switch(page, "English", "en")
    expect(page.locator("input[name=liked]:checked")).to_have_count(1)
