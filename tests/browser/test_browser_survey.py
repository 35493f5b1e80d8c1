"""The survey in a real browser: by tapping, by keyboard, without script, left and resumed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from common.models import DataLoad
from survey.limits import DraftThrottle
from survey.models import Draft, Respondent
from tests.browser.browsers import (
    DESKTOP,
    PHONE,
    Visitors,
    check_focus,
    fits,
    korean,
    korean_texts,
    tab_round,
    tab_to,
)

pytestmark = pytest.mark.browser

Screen = dict[str, int]


def heading(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def begin(page: Page, picks: int = 3) -> None:
    """Step 1 with the first films, sent."""
    page.goto("/survey/")
    for place in range(picks):
        page.locator(".tile input").nth(place).check()
    page.locator("button[name=next]").click()
    page.wait_for_url("**/2/")


def finish(page: Page) -> Respondent:
    """The result is reached, and exactly one respondent is stored."""
    page.wait_for_url("**/results/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    respondent = Respondent.objects.get()
    assert str(respondent.pk) in page.url
    return respondent


def test_five_taps_and_one_submit_give_a_result(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    page.goto("/survey/")
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        target = page.locator(selector)
        target.tap() if screen == PHONE else target.click()
        taps += 1

    picked = []
    for place in range(3):
        tap(f".tile >> nth={place} >> input")
        picked.append(int(page.locator(".tile input").nth(place).get_attribute("value") or 0))
    expect(page.locator("#count")).to_have_text("3편 골랐어요")
    tap("details.quick summary")
    tap("label[for=id_consent]")
    assert taps == 5
    page.locator("button[name=finish]").click()
    respondent = finish(page)
    assert sorted(respondent.preferred_movies.values_list("pk", flat=True)) == sorted(picked)
    assert not Draft.objects.exists()
    assert fits(page)


def test_all_four_steps_with_a_film_searched_in_hangul(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    page.goto("/")
    page.locator(".hero .button").click()
    page.wait_for_url("**/survey/")
    box = page.get_by_role("combobox")
    status = page.locator("#search-status")
    for number in (61, 62, 63):
        box.press_sequentially(f"Horror 영화 {number}")
        first = page.get_by_role("option").first
        expect(first).to_contain_text(f"영화 {number}")
        expect(box).to_have_attribute("aria-expanded", "true")
        expect(status).to_contain_text("찾았어요")
        page.keyboard.press("ArrowDown")
        expect(first).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", f"option-{number}")
        page.keyboard.press("Enter")
        expect(page.locator(f"input[name=liked][value='{number}']")).to_be_checked()
        expect(status).to_contain_text(f"영화 {number}: ✓")
        expect(box).to_be_focused()
        expect(box).to_have_value("")
        expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#count")).to_have_text("3편 골랐어요")
    assert fits(page)
    page.get_by_role("button", name="다음").click()

    page.wait_for_url("**/2/")
    page.get_by_text("넷플릭스", exact=True).click()
    page.get_by_text("15,000원", exact=True).click()
    assert fits(page)
    page.get_by_role("button", name="다음").click()

    page.wait_for_url("**/3/")
    page.get_by_text("매일", exact=False).first.click()
    page.get_by_text("여성", exact=True).click()
    page.get_by_label("나이").fill("31세")
    assert not Respondent.objects.exists()
    assert fits(page)
    page.get_by_role("button", name="다음").click()

    page.wait_for_url("**/4/")
    page.locator("button[name=send]").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(korean("Without your consent the answers cannot be used."))
    assert not Respondent.objects.exists()
    alert.get_by_role("link").click()
    page.keyboard.press("Space")
    expect(page.locator("#id_consent")).to_be_checked()
    assert fits(page)
    page.locator("button[name=send]").click()

    stored = finish(page)
    assert (stored.gender, stored.age, stored.ott_frequency) == ("female", 31, "daily")
    assert stored.monthly_budget == 15000
    assert sorted(stored.preferred_movies.values_list("pk", flat=True)) == [61, 62, 63]
    assert [platform.pk for platform in stored.subscribed_platforms.all()] == ["netflix"]
    assert not stored.statistics_consent


def test_the_keyboard_alone_is_enough_from_the_start_page_to_the_result(
    visitors: Visitors, screen: Screen
) -> None:
    page = visitors(screen)
    page.goto("/")
    tab_round(page)
    tab_to(page, ".hero .button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/survey/")
    tab_round(page)
    for place in range(3):
        tab_to(page, f"#offered + .tiles li:nth-child({place + 1}) input")
        page.keyboard.press("Space")
    expect(page.locator("#count")).to_have_text("3편 골랐어요")
    tab_to(page, "button[name=more]")
    page.keyboard.press("Enter")
    expect(page.locator("#offered")).to_be_focused()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("name", "liked")
    expect(focused).not_to_be_checked()
    tab_to(page, "button[name=next]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/2/")
    tab_round(page)
    tab_to(page, "input[name=subscribed][value=netflix]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=budget_choice]:checked")
    page.keyboard.press("ArrowDown")
    check_focus(page)
    tab_to(page, "button[name=next]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/3/")
    tab_round(page)
    tab_to(page, "input[name=gender]:checked")
    page.keyboard.press("ArrowUp")
    check_focus(page)
    tab_to(page, "#id_age")
    page.keyboard.type("27")
    page.keyboard.press("Enter")

    page.wait_for_url("**/4/")
    tab_round(page)
    tab_to(page, "button[name=send]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_consent")).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "button[name=send]")
    page.keyboard.press("Enter")
    stored = finish(page)
    assert stored.preferred_movies.count() == 3
    assert (stored.gender, stored.age) == ("male", 27)
    assert [platform.pk for platform in stored.subscribed_platforms.all()] == ["netflix"]
    tab_round(page)


def test_without_script_the_survey_is_as_complete(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen, script=False)
    page.goto("/survey/")
    page.locator(".tile input").first.check()
    first = page.locator(".tile input").first.get_attribute("value")
    page.locator("#id_search").fill("Drama 영화 45")
    page.keyboard.press("Enter")
    page.wait_for_url("**/1/?q=**")
    expect(page.locator("#found")).to_be_visible()
    page.locator("input[name=liked][value='45']").check()
    offered = set(
        page.locator("#offered + .tiles input").evaluate_all("all => all.map(x => x.value)")
    )
    page.locator("button[name=more]").click()
    page.wait_for_url(re.compile(r"/1/$"))
    again = set(
        page.locator("#offered + .tiles input").evaluate_all("all => all.map(x => x.value)")
    )
    assert not again & offered
    page.locator("#offered + .tiles input").first.check()
    expect(page.locator("input[name=liked]:checked")).to_have_count(3)
    assert fits(page)
    page.locator("button[name=next]").click()
    page.wait_for_url("**/2/")
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("#id_age").fill("40")
    page.locator("button[name=next]").click()
    page.wait_for_url("**/4/")
    page.locator("#id_consent").check()
    page.locator("button[name=send]").click()
    stored = finish(page)
    assert stored.age == 40
    picks = set(stored.preferred_movies.values_list("pk", flat=True))
    assert {int(first or 0), 45} < picks
    assert len(picks) == 3


def test_going_back_keeps_every_answer(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page)
    page.locator("input[value=netflix]").check()
    page.get_by_text("10,000원", exact=True).click()
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    page.locator("#id_age").fill("52")
    page.locator("button[name=next]").click()
    page.wait_for_url("**/4/")
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

    page.goto("/survey/")
    page.get_by_role("link", name=korean("Go on with it")).click()
    page.wait_for_url("**/4/")
    assert not Respondent.objects.exists()


def test_somebody_under_14_is_turned_away_and_nothing_is_kept(
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


def test_the_whole_way_in_english_shows_no_korean(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen, language="en")
    page.goto("/")
    assert korean_texts(page) == []
    page.get_by_role("link", name="Start with three films").click()
    page.wait_for_url("**/survey/")
    page.get_by_role("combobox").press_sequentially("Comedy film 21")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.locator("#search-status")).to_contain_text("found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for place in range(3):
        page.locator("#offered + .tiles input").nth(place).check()
    expect(page.locator("#count")).to_have_text("4 picked")
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
        page.locator(".tile input").nth(place).check()
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
    page.locator("#offered + .tiles input").first.check()
    _switch(page, "English", "en")
    expect(page.locator("input[name=liked]:checked")).to_have_count(1)


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


def test_only_one_budget_is_seen_and_kept(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page)
    chosen = page.locator("input[name=budget_choice]:checked")
    written = page.locator("#id_monthly_budget")
    page.get_by_text("15,000원", exact=True).click()
    written.fill("17000")
    expect(chosen).to_have_count(0)
    written.fill("")
    expect(chosen).to_have_value("")
    written.fill("17000")
    page.get_by_text("10,000원", exact=True).click()
    expect(written).to_have_value("")
    expect(chosen).to_have_value("10000")
    written.fill("8000")
    page.locator("button[name=next]").click()
    page.wait_for_url("**/3/")
    assert Draft.objects.get().monthly_budget == 8000
    page.get_by_role("button", name="이전").click()
    page.wait_for_url("**/2/")
    expect(written).to_have_value("8000")
    expect(chosen).to_have_count(0)


def test_where_no_more_surveys_are_kept_the_result_can_be_had_at_once(
    visitors: Visitors, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DraftThrottle, "THROTTLE_RATES", {"drafts": "0/hour"})
    cache.clear()
    page = visitors(screen)
    page.goto("/survey/")
    for place in range(3):
        page.locator(".tile input").nth(place).check()
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


def test_sample_data_is_announced_on_every_page(visitors: Visitors) -> None:
    page = visitors()
    page.goto("/")
    expect(page.locator(".sample-banner")).to_have_count(0)
    DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).update(id_space="sample")
    for path in ("/", "/survey/", "/statistics/", "/about/", "/nowhere/"):
        page.goto(path)
        expect(page.locator(".sample-banner")).to_contain_text(korean("Sample data"))
        assert fits(page), path


def test_the_skip_link_leads_past_the_header(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    page.goto("/about/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=korean("Skip to the content"))).to_be_focused()
    check_focus(page)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_poster_that_does_not_come_leaves_the_drawn_cover(
    visitors: Visitors, settings: Any
) -> None:
    from movies.models import Movie

    settings.TMDB_IMAGE_URL = "/nothing-here"
    Movie.objects.update(poster_path="/poster.jpg")
    page = visitors(DESKTOP)
    page.goto("/survey/")
    tile = page.locator(".tile").first
    expect(tile.locator("img")).to_have_count(0)
    expect(tile.locator(".cover-title")).to_be_visible()
