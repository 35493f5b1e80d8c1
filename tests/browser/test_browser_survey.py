"""The survey in a real browser: by tapping, by keyboard, without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from common.models import DataLoad
from survey.models import Draft, Respondent
from tests.browser.browsers import (
    DESKTOP,
    PHONE,
    Visitors,
    begin,
    check_focus,
    finish,
    fits,
    korean,
    tab_round,
    tab_to,
)

pytestmark = pytest.mark.browser

Screen = dict[str, int]


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
        tap(f".tile-like input >> nth={place}")
        picked.append(int(page.locator(".tile-like input").nth(place).get_attribute("value") or 0))
    expect(page.locator("#count")).to_have_text("3편 골랐어요")
    tap(".meter a")
    tap("label[for=id_consent]")
    assert taps == 5
    page.locator("button[name=finish]").click()
    respondent = finish(page)
    assert sorted(respondent.preferred_movies.values_list("pk", flat=True)) == sorted(picked)
    assert not Draft.objects.filter(respondent=None).exists()
    assert fits(page)


def test_all_four_steps_with_a_film_searched_in_hangul(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    page.goto("/")
    page.locator(".hero .button.pop").click()
    page.wait_for_url("**/survey/")
    _pick_by_search(page, 61, 62, 63)
    expect(page.locator("#count")).to_have_text("3편 골랐어요")
    assert fits(page)
    page.get_by_role("button", name="다음").click()

    page.wait_for_url("**/2/")
    page.locator("input[value=netflix]").check()
    page.locator("input[name=budget_choice][value='15000']").check()
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


def _pick_by_search(page: Page, *numbers: int) -> None:
    """Horror films, each chosen from the list by keyboard."""
    box = page.get_by_role("combobox")
    status = page.locator("#search-status")
    for number in numbers:
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


def test_the_keyboard_alone_is_enough_from_the_start_page_to_the_result(
    visitors: Visitors, screen: Screen
) -> None:
    page = visitors(screen)
    page.goto("/")
    tab_round(page)
    _enter(page, ".hero .button")
    page.wait_for_url("**/survey/")
    _pick_three_by_keyboard(page)

    page.wait_for_url("**/2/")
    tab_round(page)
    tab_to(page, "input[name=subscribed][value=netflix]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=budget_choice]:checked")
    page.keyboard.press("ArrowDown")
    check_focus(page)
    _enter(page, "button[name=next]")

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
    _enter(page, "button[name=send]")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_consent")).to_be_focused()
    page.keyboard.press("Space")
    _enter(page, "button[name=send]")
    stored = finish(page)
    assert stored.preferred_movies.count() == 3
    assert (stored.gender, stored.age) == ("male", 27)
    assert [platform.pk for platform in stored.subscribed_platforms.all()] == ["netflix"]
    tab_round(page)


def _enter(page: Page, selector: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")


def _pick_three_by_keyboard(page: Page) -> None:
    """Step 1, with a look at more films."""
    tab_round(page)
    for place in range(3):
        tab_to(page, f"#offered + .tiles li:nth-child({place + 1}) .tile-like input")
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


def test_without_script_the_survey_is_as_complete(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen, script=False)
    page.goto("/survey/")
    page.locator(".tile-like input").first.check()
    first = page.locator(".tile-like input").first.get_attribute("value")
    page.locator("#id_search").fill("Drama 영화 45")
    page.keyboard.press("Enter")
    page.wait_for_url("**/1/?q=**")
    expect(page.locator("#found")).to_be_visible()
    page.locator("input[name=liked][value='45']").check()
    offered = set(
        page.locator("#offered + .tiles .tile-like input").evaluate_all(
            "all => all.map(x => x.value)"
        )
    )
    page.locator("button[name=more]").click()
    page.wait_for_url(re.compile(r"/1/$"))
    again = set(
        page.locator("#offered + .tiles .tile-like input").evaluate_all(
            "all => all.map(x => x.value)"
        )
    )
    assert not again & offered
    page.locator("#offered + .tiles .tile-like input").first.check()
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


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_learning_is_a_choice_of_its_own_and_is_taken_back_on_the_result(
    visitors: Visitors, script: bool
) -> None:
    page = visitors(PHONE, script=script)
    begin(page)
    for step in (3, 4):
        page.locator("button[name=next]").click()
        page.wait_for_url(f"**/{step}/")
    learning, statistics = page.locator("#id_learning_consent"), "#id_statistics_consent"
    page.locator("label[for=id_consent]").tap()
    expect(learning).not_to_be_checked()
    page.locator("label[for=id_learning_consent]").tap()
    expect(learning).to_be_checked()
    expect(page.locator(statistics)).not_to_be_checked()
    assert fits(page)
    page.locator("button[name=send]").click()
    stored = finish(page)
    assert stored.learning_consent
    assert len(stored.shown) == 24

    tab_to(page, "#about-learning > summary", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "button[value=withdraw]")
    page.keyboard.press("Enter")
    said = page.locator(".learning").get_by_role("status")
    expect(said).to_have_text(korean("Done. OTTwin no longer learns from your answers."))
    expect(page.locator("#learning")).to_be_focused()
    stored.refresh_from_db()
    assert (stored.learning_consent, stored.shown) == (False, [])
    assert fits(page)
    page.locator("button[value=agree]").tap()
    expect(said).to_have_text(korean("Thank you. OTTwin may learn from your answers from now on."))
    stored.refresh_from_db()
    assert stored.learning_consent


def test_only_one_budget_is_seen_and_kept(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page)
    chosen = page.locator("input[name=budget_choice]:checked")
    written = page.locator("#id_monthly_budget")
    page.locator("input[name=budget_choice][value='15000']").check()
    written.fill("17000")
    expect(chosen).to_have_count(0)
    written.fill("")
    expect(chosen).to_have_value("")
    written.fill("17000")
    page.locator("input[name=budget_choice][value='10000']").check()
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
    expect(tile.locator("img")).to_have_attribute("src", re.compile(r"^/covers/ko/"))
    drawn = "image => image.complete && image.naturalWidth"
    page.wait_for_load_state("networkidle")
    assert tile.locator("img").evaluate(drawn) == 208
