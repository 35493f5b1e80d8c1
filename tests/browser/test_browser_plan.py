"""The plan, its file for a calendar, and the household in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from recommend.pages.household.invitations import invitation
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.browser.browsers import (
    PHONE,
    Visitors,
    check_focus,
    fits,
    korean,
    korean_texts,
    tab_round,
    tab_to,
    unfold_all,
)
from tests.browser.faults import SMALL, violations
from tests.worlds import film_ids

pytestmark = pytest.mark.browser

Screen = dict[str, int]


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=film_ids("Action")[:5], gender="female", age=37, monthly_budget=15000,
        ott_frequency="weekly",
    )  # fmt: skip
    return submit_survey(survey=survey, token="a-token-of-this-test")


@pytest.fixture
def other(respondent: Respondent) -> Respondent:
    survey = Survey(liked=film_ids("Comedy")[:5], gender="male", age=24)
    return submit_survey(survey=survey, token="another-token-of-this-test")


def invited(respondent: Respondent) -> str:
    """The address of their invitation."""
    return f"/together/{invitation(respondent.platform_recommendation.share_id)}/"


def opened(page: Page, respondent: Respondent, rest: str = "plan/") -> Page:
    page.goto(f"/results/{respondent.pk}/{rest}")
    return page


def test_the_plan_follows_what_one_types(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    expect(page.get_by_role("heading", level=1)).to_contain_text("구독하지 마세요")
    expect(page.locator(".month")).to_have_count(12)
    tab_to(page, "#wish-months")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    expect(page.locator(".month")).to_have_count(3)
    expect(page.locator("#wish-months")).to_be_focused()
    assert "months=3" in page.url
    tab_to(page, "#wish-rent")
    page.keyboard.press("Control+A")
    page.keyboard.type("90000")
    expect(page.get_by_role("heading", level=1)).to_contain_text("갈아타며 보면 3개월에")
    expect(page.locator("#plan-said")).to_contain_text("갈아타며 보면 3개월에")
    expect(page.locator(".ways .best h3")).to_contain_text(korean("In turns"))
    page.get_by_label(korean("More films for the same money")).check()
    page.wait_for_url("**goal=more**")
    assert fits(page)
    page.reload()
    expect(page.locator("#wish-rent")).to_have_value("90000")
    expect(page.get_by_label(korean("More films for the same money"))).to_be_checked()
    expect(page.locator(".month")).to_have_count(3)


def test_what_makes_no_sense_is_said_while_one_types(
    visitors: Visitors, respondent: Respondent
) -> None:
    page = opened(visitors(), respondent)
    page.locator("#wish-hours").fill("many")
    expect(page.locator("#said-hours .errorlist")).to_contain_text("숫자로 적어 주세요")
    expect(page.locator("#plan-said")).to_contain_text("숫자로 적어 주세요")
    expect(page.locator("#wish-hours")).to_have_value("many")
    expect(page.locator(".month")).to_have_count(12)
    page.locator("#wish-hours").fill("10")
    expect(page.locator("#said-hours")).to_contain_text("5편")
    expect(page.locator(".errorlist")).to_have_count(0)


def test_the_calendar_is_that_of_what_is_shown(
    visitors: Visitors, respondent: Respondent, tmp_path: Path
) -> None:
    page = opened(visitors(language="en"), respondent, "plan/?rent=90000")
    page.locator("#wish-months").fill("2")
    expect(page.locator(".month")).to_have_count(2)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Add it to my calendar").click()
    assert waiting.value.suggested_filename == "ottwin-plan.ics"
    waiting.value.save_as(tmp_path / "plan.ics")
    calendar = Calendar.from_ical((tmp_path / "plan.ics").read_bytes())
    said = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
    assert said[0].startswith("Subscribe to ")
    assert any(text.startswith("Cancel ") for text in said)
    first = page.locator(".month b").first.inner_text()
    assert said[0] == f"Subscribe to {first}"


def test_the_plan_works_without_script(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen, script=False), respondent)
    page.locator("#wish-months").fill("4")
    page.locator("#wish-hours").fill("-1")
    page.get_by_role("button", name=korean("Plan again")).click()
    expect(page.locator(".month")).to_have_count(4)
    expect(page.locator("#said-hours .errorlist")).to_be_visible()
    expect(page.locator("#wish-hours")).to_have_value("8")
    assert fits(page)


def test_the_household_follows_what_one_pastes(
    visitors: Visitors, site: str, respondent: Respondent, other: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent, "household/")
    expect(page.locator(".sets")).to_have_count(0)
    tab_to(page, "#with-1")
    page.keyboard.insert_text(f"{site}{invited(other)}")
    expect(page.locator(".people > li")).to_have_count(2)
    expect(page.locator("#household-said")).to_contain_text("함께 쓰면 각자 구독할 때보다")
    expect(page.locator("#with-1")).to_be_focused()
    check_focus(page, "#with-1")
    page.locator("#with-2").fill("nonsense")
    expect(page.locator("#said-with-2 .errorlist")).to_contain_text(
        korean("This is not an invitation. Such a link contains /together/.")
    )
    expect(page.locator(".people > li")).to_have_count(2)
    page.locator("#wish-budget").fill("0")
    expect(page.locator("#household-verdict")).to_contain_text("함께 구독할 만한 게 없어요")
    assert fits(page)


def test_the_household_works_without_script(
    visitors: Visitors, respondent: Respondent, other: Respondent
) -> None:
    page = opened(visitors(script=False, language="en"), respondent, "household/")
    page.locator("#with-1").fill(invited(other))
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".people > li").first).to_contain_text("You")
    page.locator("#with-2").fill(invited(other))
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#said-with-2")).to_have_text("This result is already here.")


def test_everything_is_reached_by_keyboard_and_in_one_language(
    visitors: Visitors, respondent: Respondent, other: Respondent, screen: Screen
) -> None:
    page = visitors(screen, language="en")
    for rest in ("plan/?hours=60", f"household/?with={invited(other)}"):
        opened(page, respondent, rest)
        unfold_all(page)
        tab_round(page)
        assert korean_texts(page) == []


@pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
def test_axe_finds_nothing_and_everything_is_large_enough_to_tap(
    visitors: Visitors, respondent: Respondent, other: Respondent, language: str, scheme: str
) -> None:
    page = visitors(PHONE, language=language, scheme=scheme)
    found = []
    for rest in (
        "plan/",
        "plan/?rent=90000&hours=60&months=x",
        "plan/?budget=100",
        "household/",
        f"household/?with={invited(other)}&with=x&budget=y",
    ):
        opened(page, respondent, rest)
        unfold_all(page)
        where = rest.replace(invited(other), "other")
        found += violations(page, where)
        found += [f"{where}: too small to tap: {small}" for small in page.evaluate(SMALL)]
        found += [] if fits(page) else [f"{where}: wider than the screen"]
    recommendation = respondent.platform_recommendation
    del recommendation.parts["likely"]
    recommendation.save()
    opened(page, respondent)
    found += violations(page, "too old")
    assert not found, "\n".join(found)
