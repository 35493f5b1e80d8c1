"""What to subscribe to, in a real browser: the budget, the ladder, what to keep and to drop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from movies.models import Product
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.browser.browsers import Visitors, check_focus, fits, korean, tab_to, unfold
from tests.worlds import film_ids

pytestmark = pytest.mark.browser

Screen = dict[str, int]
PICKS = film_ids("Action")[:5]
NETFLIX, WATCHA = "넷플릭스 광고형 스탠다드", "왓챠 베이직"


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    """Watcha is paid for; for less money Netflix would have more."""
    survey = Survey(
        liked=PICKS, gender="female", age=27, subscribed=("watcha",), monthly_budget=7900
    )
    return submit_survey(survey=survey, token="a-token-of-this-test")


def opened(page: Page, respondent: Respondent, query: str = "") -> Page:
    page.goto(f"/results/{respondent.pk}/{query}")
    return page


def chosen(page: Page) -> list[str]:
    names: list[str] = page.locator(".bundle-products li:not(.total) b").all_text_contents()
    return names


def test_the_budget_is_moved_and_all_follows_at_once(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    budget, products = page.locator("#budget"), page.locator(".bundle-products li")
    expect(budget).to_have_value("7900")
    assert chosen(page) == [NETFLIX]
    expect(page.locator(".changes .drop")).to_contain_text(WATCHA)
    expect(page.locator(".changes .add")).to_contain_text(NETFLIX)
    expect(page.locator(".best-change")).to_contain_text(NETFLIX)
    page.locator("#subscription-numbers summary").click()

    tab_to(page, "#budget")
    budget.press("ControlOrMeta+a")
    budget.press_sequentially("15000")
    expect(products).to_have_count(3)
    assert chosen(page) == [NETFLIX, WATCHA]
    expect(budget).to_be_focused()
    expect(budget).to_have_value("15000")
    assert page.url.endswith("?budget=15000")
    expect(page.locator("#budget-said")).to_contain_text("14,900")
    expect(page.locator(".changes .keep")).to_contain_text(WATCHA)
    expect(page.locator("#subscription-numbers")).to_have_attribute("open", "")
    check_focus(page)
    assert fits(page)

    budget.press("ControlOrMeta+a")
    budget.press_sequentially("-5")
    expect(page.locator("#budget-said .errorlist")).to_contain_text(
        korean("The budget cannot be below 0.")
    )
    expect(budget).to_have_value("-5")
    assert chosen(page) == [NETFLIX], "that of the survey again"
    page.reload()
    expect(page.locator("#budget-said .errorlist")).to_be_visible()
    expect(budget).to_have_value("7900")


def test_a_step_of_the_ladder_sets_the_budget_and_one_goes_back(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    unfold(page, "#weigh")
    page.locator("#weight").focus()
    page.keyboard.press("End")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?weight=100")
    steps = page.locator(".ladder a")
    expect(steps).to_have_count(3)
    expect(page.locator(".ladder .current")).to_contain_text("7,000")
    tab_to(page, ".ladder li:last-child a", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".ladder .current")).to_contain_text("14,900")
    assert "weight=100" in page.url, "what was chosen since the page came is kept"
    assert "budget=14900" in page.url
    assert chosen(page) == [NETFLIX, WATCHA]
    expect(page.locator("#budget")).to_have_value("14900")
    expect(steps.last).to_be_focused()
    check_focus(page)

    page.locator("#weight").focus()
    page.keyboard.press("Home")
    page.wait_for_url("**weight=0**")
    assert "budget=14900" in page.url
    expect(page.locator("#budget")).to_have_value("14900")

    page.locator(".ladder a").first.click()
    expect(page.locator("#answer .lead").first).to_contain_text("0")
    expect(page.locator(".bundle")).to_have_count(0)
    page.locator("#budget-said a").click()
    expect(page.locator("#budget")).to_have_value("7900")
    expect(page.locator("#budget")).to_be_focused()
    assert "budget" not in page.url
    assert chosen(page) == [NETFLIX]
    assert fits(page)


def test_a_film_that_was_seen_and_a_filter_keep_the_budget(
    visitors: Visitors, respondent: Respondent
) -> None:
    page = opened(visitors(), respondent, "?budget=15000")
    page.locator(".react button[name=seen]").first.click()
    expect(page.locator("#said button")).to_be_visible()
    assert "budget=15000" in page.url
    expect(page.locator("#budget")).to_have_value("15000")
    assert chosen(page) == [NETFLIX, WATCHA]
    unfold(page, "#narrow")
    page.locator("#filter-on").select_option("netflix")
    page.wait_for_url("**on=netflix**")
    assert "budget=15000" in page.url
    page.locator(".ladder a").nth(1).click()
    expect(page.locator(".ladder .current")).to_contain_text("7,000")
    assert "on=netflix" in page.url
    page.locator("#films .row a").click()
    expect(page.locator(".films-list > li")).to_have_count(50)
    expect(page.locator("#your-films")).to_be_focused()
    assert page.url.endswith("?budget=7000")


def test_it_works_without_script(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen, script=False), respondent)
    assert chosen(page) == [NETFLIX]
    tab_to(page, "#budget")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("15000")
    tab_to(page, "#budget-form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**budget=15000**")
    assert chosen(page) == [NETFLIX, WATCHA]
    page.locator(".ladder a").nth(1).click()
    page.wait_for_url("**budget=7000**")
    assert chosen(page) == [NETFLIX]
    page.locator("#budget").fill("7890")
    page.locator("#budget-form button").click()
    page.wait_for_url("**budget=7890**")
    expect(page.locator("#budget")).to_have_value("7890")
    page.locator("#budget").fill("")
    page.locator("#budget-form button").click()
    expect(page.locator("#budget-said")).to_contain_text(korean("There is no amount in the field."))
    page.locator("#budget").fill("9000")
    page.locator("#budget-form button").click()
    page.locator("#budget-said a").click()
    page.wait_for_url("**#subscribe")
    expect(page.locator("#budget")).to_have_value("7900")
    expect(page.locator(".changes .drop")).to_contain_text(WATCHA)
    page.locator("#subscription-numbers summary").click()
    expect(page.locator("#considered")).to_be_visible()
    assert fits(page)


def test_where_nothing_can_be_said_the_page_is_still_whole(
    visitors: Visitors, respondent: Respondent
) -> None:
    Product.objects.update(monthly_price=None)
    page = opened(visitors(), respondent)
    expect(page.locator("#answer .lead").first).to_contain_text(
        korean("No price is known today for anything on sale.")
    )
    expect(page.locator(".ladder")).to_have_count(0)
    page.locator("#budget").fill("20000")
    page.wait_for_url("**budget=20000")
    expect(page.locator("#answer .lead").first).to_be_visible()
