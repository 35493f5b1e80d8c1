"""The survey in a real browser, left and resumed: what is kept of it, and what is not."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from survey.models import Draft, Respondent
from tests.browser.browsers import (
    Visitors,
    begin,
    finish,
    fits,
    heading,
    korean,
)

pytestmark = pytest.mark.browser

Screen = dict[str, int]


def test_going_back_keeps_every_answer(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page)
    page.locator("input[value=netflix]").check()
    page.locator("input[name=budget_choice][value='10000']").check()
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("#id_age").fill("52")
    page.locator("button[name=next]").click()
    page.wait_for_url("**/4/")
    page.locator("#unused > summary").click()
    page.locator("input[name=education][value=college]").check()

    for step in (3, 2, 1):
        page.get_by_role("button", name="이전").click()
        page.wait_for_url(f"**/{step}/")
    expect(page.locator("input[name=liked]:checked")).to_have_count(3)
    for step in (2, 3, 4):
        page.locator("button[name=next]").click()
        page.wait_for_url(f"**/{step}/")
        _all_is_there(page, step)

    page.locator("#id_consent").check()
    for step in (3, 2, 1):
        page.go_back()
        page.wait_for_url(f"**/{step}/")
        _all_is_there(page, step)
    page.go_forward()
    page.go_forward()
    page.go_forward()
    page.wait_for_url("**/4/")
    page.locator("#id_consent").check()
    page.locator("button[name=send]").click()
    stored = finish(page)
    assert (stored.age, stored.education, stored.monthly_budget) == (52, "college", 10000)

    page.go_back()
    page.wait_for_url("**/4/")
    page.locator("#id_consent").check()
    page.locator("button[name=send]").click()
    assert finish(page) == stored, "the same answers again are the same result"


def _all_is_there(page: Page, step: int) -> None:
    if step == 1:
        expect(page.locator("input[name=liked]:checked")).to_have_count(3)
        expect(page.locator("#count")).to_have_text("3편 골랐어요")
    if step == 2:
        expect(page.locator("input[value=netflix]")).to_be_checked()
        expect(page.locator("input[name=budget_choice][value='10000']")).to_be_checked()
    if step == 3:
        expect(page.locator("#id_age")).to_have_value("52")
    if step == 4:
        expect(page.locator("input[name=education][value=college]")).to_be_checked()


def test_the_link_of_a_draft_goes_on_elsewhere_without_what_is_personal(
    visitors: Visitors, screen: Screen
) -> None:
    page = visitors(screen)
    begin(page, picks=4)
    page.locator("input[value=tving]").check()
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("#id_age").fill("33")
    page.locator("input[name=gender][value=female]").check()
    page.locator("button[name=next]").click()
    page.wait_for_url("**/4/")
    page.locator(".resume summary").click()
    address = page.locator("#draft-address").input_value()
    page.locator(".resume [data-copy]").click()
    expect(page.locator(".resume [role=status]")).not_to_be_empty()

    other = visitors(screen)
    other.goto(address)
    assert re.search(r"/4/$", other.url), "on at the furthest step"
    for step in (3, 2, 1):
        other.get_by_role("button", name="이전").click()
        other.wait_for_url(f"**/{step}/")
        if step == 3:
            expect(other.locator("#id_age")).to_have_value("")
            expect(other.locator("input[name=gender]:checked")).to_have_value("")
        if step == 2:
            expect(other.locator("input[value=tving]")).to_be_checked()
    expect(other.locator("input[name=liked]:checked")).to_have_count(4)

    page.goto("/")
    page.get_by_role("link", name="이어서 하기 · 4편 골랐어요").click()
    page.wait_for_url("**/4/")
    assert not Respondent.objects.exists()


def test_a_person_under_14_is_turned_away_and_nothing_is_kept(
    visitors: Visitors, screen: Screen
) -> None:
    page = visitors(screen)
    begin(page)
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    address = page.url
    page.locator("#id_age").fill("13")
    page.locator("button[name=next]").click()
    heading(page).to_have_text(korean("From 14 years on"))
    assert fits(page)
    assert not Draft.objects.exists()
    assert not Respondent.objects.exists()
    assert [cookie["name"] for cookie in page.context.cookies()] == ["csrftoken"]
    page.goto(address)
    heading(page).to_have_text(korean("There is no survey at this address"))


def test_the_address_to_go_on_is_there_as_soon_as_the_survey_is_kept(visitors: Visitors) -> None:
    page = visitors()
    page.goto("/survey/")
    expect(page.locator(".resume")).to_have_count(0)
    page.locator("button[name=more]").click()
    page.locator(".resume summary").click()
    draft = Draft.objects.get()
    assert page.locator("#draft-address").input_value().endswith(f"/survey/{draft.pk}/")
    page.locator(".resume [data-copy]").click()
    expect(page.locator(".resume [role=status]")).not_to_be_empty()


def test_where_no_more_surveys_are_kept_the_result_can_be_had_at_once(
    visitors: Visitors, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.REQUEST_LIMITS, "drafts", (0, 3600))
    page = visitors(screen)
    page.goto("/survey/")
    for place in range(3):
        page.locator(".tile-like input").nth(place).check()
    page.locator("button[name=more]").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_in_viewport()
    expect(page.locator("input[name=liked]:checked")).to_have_count(3)
    assert fits(page)
    alert.get_by_role("link").click()
    expect(page.locator("#id_consent")).to_be_focused()
    page.keyboard.press("Space")
    page.locator("button[name=finish]").click()
    finish(page)
    assert not Draft.objects.exists()
