"""Whole journeys in a real browser: on a phone, with the keyboard only, without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from common.models import DataLoad
from movies.models import AvailabilityReport, Platform
from survey.models import Respondent
from tests.programs import needed_program

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LAUNCH += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module", autouse=True)
def _orm_beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in this thread, where Django would refuse to query."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def browser(_orm_beside_playwright: None) -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or needed_program(
        "chromium", "chromium-browser", "google-chrome"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=LAUNCH)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any, live_model: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE, locale="ko-KR", java_script_enabled=False, base_url=site
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-US", base_url=site
    )
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(150):
        if page.locator(selector).first.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def fits(page: Page) -> bool:
    """Whether the page needs no horizontal scrolling."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def fill_with_keyboard(page: Page) -> None:
    """From the start page to a complete survey that has not been sent."""
    page.goto("/")
    tab_to(page, ".button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("설문")
    tab_to(page, "#id_search")
    page.keyboard.type("Horror 영화 6")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("검색 결과")
    for number in (61, 62, 63, 64):
        tab_to(page, f"input[name=liked][value='{number}']")
        page.keyboard.press("Space")
    tab_to(page, "input[name=gender]:checked")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#id_age")
    page.keyboard.type("27세")
    tab_to(page, "#id_ott_frequency")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=subscribed][value=netflix]")
    page.keyboard.press("Space")


def test_a_korean_finishes_the_survey_on_a_phone_with_the_keyboard_only(phone: Page) -> None:
    fill_with_keyboard(phone)
    assert fits(phone)
    tab_to(phone, "button[name=send]")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("alert")).to_contain_text("동의하지 않으시면")
    assert not Respondent.objects.exists()

    tab_to(phone, ".error-summary a")
    phone.keyboard.press("Enter")
    expect(phone.locator("#id_consent")).to_be_focused()
    phone.keyboard.press("Space")
    tab_to(phone, "button[name=send]")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("추천 플랫폼")
    expect(phone.locator(".films-list > li")).to_have_count(50)
    assert fits(phone)
    stored = Respondent.objects.get()
    assert (stored.gender, stored.age, stored.ott_frequency) == ("female", 27, "daily")
    assert sorted(stored.preferred_movies.values_list("pk", flat=True)) == [61, 62, 63, 64]
    assert [platform.pk for platform in stored.subscribed_platforms.all()] == ["netflix"]

    address = phone.url
    tab_to(phone, ".manage summary")
    phone.keyboard.press("Enter")
    tab_to(phone, ".manage .danger")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("status")).to_contain_text("삭제했습니다")
    assert not Respondent.objects.exists()
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("결과가 없습니다")


def test_going_back_and_sending_again_is_the_same_result(phone: Page) -> None:
    fill_with_keyboard(phone)
    phone.locator("#id_consent").check()
    phone.locator("button[name=send]").click()
    phone.wait_for_url("**/results/**")
    first = phone.url
    phone.go_back()
    phone.locator("button[name=send]").click()
    phone.wait_for_url("**/results/**")
    assert phone.url == first
    phone.go_back()
    phone.locator("#id_age").fill("40")
    phone.locator("button[name=send]").click()
    phone.wait_for_url("**/results/**")
    assert phone.url != first
    assert Respondent.objects.count() == 2


def test_a_double_click_stores_one_respondent(desktop: Page) -> None:
    desktop.goto("/survey/")
    for position in range(4):
        desktop.locator("input[name=liked]").nth(position).check()
    desktop.locator("#id_consent").check()
    desktop.locator("button[name=send]").dblclick()
    desktop.wait_for_url("**/results/**")
    expect(desktop.get_by_role("heading", level=1)).to_contain_text("Your platform")
    assert Respondent.objects.count() == 1


def test_a_wrong_place_is_reported_with_the_keyboard_only(phone: Page) -> None:
    cache.clear()
    fill_with_keyboard(phone)
    phone.locator("#id_consent").check()
    phone.locator("button[name=send]").click()
    phone.wait_for_url("**/results/**")
    film = Respondent.objects.get().recommended_movies.order_by("rank")[0].movie
    item = phone.locator(f".films-list > li:has(#film-{film.pk})")
    summary = item.locator("summary")
    summary.focus()
    phone.keyboard.press("Enter")
    buttons = item.locator(".wrong button")
    expect(buttons).to_have_count(Platform.objects.offered().count())
    assert fits(phone)
    assert min(box["height"] for box in map(Locator.bounding_box, [summary, *buttons.all()])) >= 44
    tab_to(phone, f"li:has(#film-{film.pk}) button[value=tving]")
    expect(phone.locator(":focus")).to_have_text("티빙: 모름")
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**/results/**#film-{film.pk}")
    expect(item.get_by_role("status")).to_contain_text("알려 주셔서 고맙습니다")
    expect(item.get_by_role("status")).to_be_in_viewport()
    report = AvailabilityReport.objects.get()
    assert (report.movie_id, report.platform_id, report.shown) == (film.pk, "tving", None)


def test_the_language_can_be_switched_without_javascript(phone: Page) -> None:
    phone.goto("/statistics/")
    assert phone.locator("html").get_attribute("lang") == "ko"
    phone.get_by_role("button", name="English").click()
    phone.wait_for_url("**/statistics/")
    assert phone.locator("html").get_attribute("lang") == "en"
    expect(phone.get_by_role("heading", level=1)).to_have_text("Statistics")
    phone.get_by_role("button", name="한국어").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("통계")


def test_sample_data_is_announced_on_every_page(phone: Page) -> None:
    phone.goto("/")
    expect(phone.locator(".sample-banner")).to_have_count(0)
    DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).update(id_space="sample")
    for path in ("/", "/survey/", "/statistics/", "/about/", "/nowhere/"):
        phone.goto(path)
        expect(phone.locator(".sample-banner")).to_contain_text("예시 데이터")
        assert fits(phone), path


def test_the_skip_link_leads_past_the_header(phone: Page) -> None:
    phone.goto("/about/")
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_be_focused()


def test_wide_tables_scroll_in_their_own_box_by_keyboard(phone: Page) -> None:
    phone.goto("/statistics/")
    assert fits(phone)
    tab_to(phone, ".table-box.wide")
    phone.keyboard.press("ArrowRight")
    phone.wait_for_timeout(300)
    assert phone.locator(".table-box.wide").evaluate("box => box.scrollLeft") > 0


@pytest.mark.parametrize("path", ["/", "/survey/", "/statistics/", "/about/", "/nowhere/"])
def test_everything_to_tap_is_large_enough(phone: Page, path: str) -> None:
    phone.goto(path)
    small = phone.evaluate("""() => [...document.querySelectorAll(
            "header a, .languages button, .button, .more a, footer a, summary, select, "
            + "input[type=text], input[type=search], label:has(input)")]
        .map(element => [element.outerHTML, element.getBoundingClientRect()])
        .filter(([html, box]) => box.height > 0 && box.height < 44 && box.bottom > 0
            && !html.includes("skip-link"))
        .map(([html]) => html)""")
    assert small == []
