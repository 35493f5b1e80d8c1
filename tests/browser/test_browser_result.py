"""The result in a real browser: the slider, films seen, filters, sharing, reporting, deleting."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from movies.models import AvailabilityReport
from recommend.models import Reaction
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.browser.browsers import (
    DESKTOP,
    Visitors,
    check_focus,
    fits,
    korean,
    korean_texts,
    tab_round,
    tab_to,
    unfold,
    unfold_all,
)
from tests.worlds import film_ids

pytestmark = pytest.mark.browser

Screen = dict[str, int]
PICKS = [*film_ids("Action")[:4], *film_ids("Horror")[:2]]


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=PICKS, gender="female", age=27, subscribed=("netflix",), monthly_budget=6000
    )
    return submit_survey(survey=survey, token="a-token-of-this-test")


def opened(page: Page, respondent: Respondent) -> Page:
    page.goto(f"/results/{respondent.pk}/")
    return page


def make_it_close(respondent: Respondent) -> None:
    """Netflix is ahead by its films alone, Watcha with the habits of the respondent's group."""
    recommendation = respondent.platform_recommendation
    parts = recommendation.parts
    ahead = next(row for row in parts["platforms"] if row["platform"] == "netflix")
    behind = next(row for row in parts["platforms"] if row["platform"] == "watcha")
    for name in ("coverage", "coverage_low", "coverage_high"):
        behind[name] = 0.97 * ahead[name]
    for row in parts["usage"]["netflix"]:
        row["ratio"] = 0.9
    recommendation.save()


def order(page: Page) -> list[str]:
    """The compared platforms, without their marks."""
    found = page.locator(".bars h3").evaluate_all(
        "all => all.map((one) => one.querySelector('svg').nextSibling.data.trim())"
    )
    return [str(name) for name in found]


def titles(page: Page) -> list[str]:
    texts: list[str] = page.locator(".films-list h3").all_text_contents()
    return texts


def test_the_slider_compares_the_platforms_again_at_once(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    make_it_close(respondent)
    page = opened(visitors(screen), respondent)
    slider, output = page.get_by_role("slider"), page.locator("output[for=weight]")
    expect(output).to_have_role("status")
    tab_to(page, "#weigh > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#weight")
    page.keyboard.press("Home")
    expect(output).to_have_text("0%")
    expect(page.locator(".bars h3").first).to_contain_text("넷플릭스")
    expect(page.locator(".alternative .figure")).to_have_text("넷플릭스")
    page.keyboard.press("End")
    expect(output).to_have_text("100%")
    expect(page.locator(".bars h3").first).to_contain_text("왓챠")
    expect(page.locator(".alternative .figure")).to_have_text("왓챠")
    expect(page.locator(".bars .best")).to_contain_text("왓챠")
    expect(slider).to_be_focused()
    assert page.url.endswith("?weight=100")
    assert fits(page)
    page.reload()
    expect(page.get_by_role("slider")).to_have_value("100")
    assert order(page)[:2] == ["왓챠", "넷플릭스"]


def test_a_film_that_was_seen_makes_room_for_another(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    before = titles(page)
    assert len(before) == 50
    third = page.locator(".films-list > li").nth(2)
    name = before[2].split(" (")[0]
    third.get_by_role("button", name=korean("Seen it")).focus()
    page.keyboard.press("Enter")
    said = page.locator("#said")
    expect(said).to_contain_text(name)
    expect(page.locator(".films-list > li")).to_have_count(50)
    after = titles(page)
    assert before[2] not in after
    assert set(before) - {before[2]} < set(after)
    assert Reaction.objects.get().kind == "seen"
    focused = page.locator(":focus")
    expect(focused).to_have_text(korean("Seen it"))
    assert focused.evaluate("one => one.closest('.films-list > li') !== null"), "where one was"
    check_focus(page)
    assert fits(page)

    page.locator(".films-list > li").first.get_by_role("button", name=korean("Not for me")).click()
    expect(said).to_contain_text(after[0].split(" (")[0])
    expect(page.locator(".films-list > li")).to_have_count(50)
    assert Reaction.objects.count() == 2

    said.get_by_role("button").click()
    expect(page.locator(".films-list h3", has_text=after[0].split(" (")[0])).to_be_focused()
    assert after[0] in titles(page)
    assert Reaction.objects.count() == 1


def test_the_list_can_be_narrowed_down(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    unfold(page, "#narrow")
    page.locator("#filter-on").focus()
    page.locator("#filter-on").select_option("netflix")
    expect(page.locator("#said")).not_to_be_empty()
    on_netflix = page.locator(".films-list > li")
    expect(on_netflix).not_to_have_count(50)
    number = on_netflix.count()
    assert number > 0
    expect(page.locator(".films-list .where", has_text="넷플릭스")).to_have_count(number)
    expect(page.locator("#filter-on")).to_be_focused()
    assert "on=netflix" in page.url
    seen = titles(page)[0]
    on_netflix.first.get_by_role("button", name=korean("Seen it")).click()
    expect(page.locator("#said button")).to_be_visible()
    assert seen not in titles(page)
    expect(page.locator(".films-list .where", has_text="넷플릭스")).to_have_count(
        on_netflix.count()
    )
    page.locator("#films .row a").click()
    expect(page.locator(".films-list > li")).to_have_count(50)
    assert fits(page)


def test_without_script_the_result_is_as_complete(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    make_it_close(respondent)
    page = opened(visitors(screen, script=False), respondent)
    assert order(page)[0] == "넷플릭스"
    tab_to(page, "#weigh > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#weight")
    page.keyboard.press("End")
    page.locator("#weight-form button").click()
    page.wait_for_url("**?*weight=100*")
    assert order(page)[0] == "왓챠"
    unfold(page, "#narrow")
    page.locator("#filter-genre").select_option(index=1)
    page.locator("#filter button").click()
    page.wait_for_url("**genre=**")
    assert "weight=100" in page.url
    page.locator("#films .row a").click()
    expect(page.locator(".films-list > li")).to_have_count(50)
    before = titles(page)
    page.locator(".films-list > li").first.get_by_role("button", name=korean("Seen it")).click()
    page.wait_for_url("**#films")
    after = titles(page)
    assert before[0] not in after
    assert len(after) == 50
    expect(page.locator("#said")).to_contain_text(before[0].split(" (")[0])
    page.locator("#said").get_by_role("button").click()
    page.wait_for_url("**#films")
    assert titles(page) == before
    assert fits(page)
    expect(page.locator("#share-link")).to_be_visible()
    expect(page.locator("[data-copy]")).to_be_hidden()

    page.locator("#delete > summary").click()
    page.locator(".manage .danger").click()
    expect(page.get_by_role("status").first).to_have_text(
        korean("Your answers and your result have been deleted.")
    )
    assert not Respondent.objects.exists()


def test_a_result_is_deleted_with_the_keyboard_and_is_gone(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    tab_round(page)
    address = page.url
    with page.expect_download() as download:
        page.locator(".manage a[download]").click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert str(respondent.pk) in json.dumps(data)
    tab_to(page, "#delete > summary", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, ".manage .danger")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text(
        korean("Your answers and your result have been deleted.")
    )
    assert not Respondent.objects.exists()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(korean("No result here"))
    assert fits(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("넷플릭스")


def test_a_wrong_place_is_reported_with_the_keyboard_only(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    cache.clear()
    film = respondent.recommended_movies.order_by("rank")[0].movie
    page = opened(visitors(screen), respondent)
    tab_to(page, f".films-list > li:has(#film-{film.pk}) summary")
    page.keyboard.press("Enter")
    tab_to(page, f".films-list > li:has(#film-{film.pk}) details a[href*='reports']")
    page.keyboard.press("Enter")
    expect(page.locator("h2")).to_contain_text(film.display_title)
    assert fits(page)
    tab_to(page, "button[value=tving]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/results/**#film-{film.pk}")
    item = page.locator(f".films-list > li:has(#film-{film.pk})")
    expect(item.get_by_role("status")).to_contain_text(film.display_title)
    expect(item.get_by_role("status")).to_be_in_viewport()
    report = AvailabilityReport.objects.get()
    assert (report.movie_id, report.platform_id, report.shown) == (film.pk, "tving", None)


def test_a_shared_link_tells_others_nothing_personal(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = opened(visitors(screen), respondent)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").click()
    expect(page.locator(".share-status")).not_to_have_text("")
    link = page.locator("#share-link").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert str(respondent.pk) not in link

    other = visitors(screen)
    other.goto(link)
    expect(other.get_by_role("heading", level=1)).to_contain_text("넷플릭스")
    assert fits(other)
    html = other.content()
    assert str(respondent.pk) not in html
    films = {film.display_title for film in respondent.preferred_movies.all()}
    films |= {row.movie.display_title for row in respondent.recommended_movies.all()}
    assert not [title for title in films if re.search(rf"{title}\b", html)]
    tab_round(other)


def test_the_result_in_english_shows_no_korean(visitors: Visitors, respondent: Respondent) -> None:
    page = opened(visitors(DESKTOP, language="en"), respondent)
    page.locator(".films-list > li").first.get_by_role("button", name="Seen it").click()
    expect(page.locator("#said")).to_contain_text("Marked as seen")
    unfold_all(page)
    assert korean_texts(page) == []
    page.locator(".films-list details a[href*='reports']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is wrong?")
    assert korean_texts(page) == []


def test_wide_tables_scroll_in_their_own_box_by_keyboard(
    visitors: Visitors, respondent: Respondent
) -> None:
    page = opened(visitors({"width": 700, "height": 900}), respondent)
    tab_to(page, "details:has(#factors) > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#platforms .table-box")
    page.keyboard.press("ArrowRight")
    box = page.locator("#platforms .table-box").first
    page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())
    assert fits(page)


def test_on_a_phone_every_number_stands_under_its_name_and_the_table_is_still_one(
    visitors: Visitors, respondent: Respondent
) -> None:
    page = opened(visitors(), respondent)
    page.locator("details:has(#factors) > summary").click()
    table = page.get_by_role("table").first
    expect(table.get_by_role("columnheader")).to_have_count(9)
    expect(table.get_by_role("row")).to_have_count(
        1 + page.locator(".bars li").count() + page.locator(".unheard h3").count()
    )
    expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(8)
    cell = table.get_by_role("cell").first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert korean("Score") in label
    assert page.locator("#platforms .table-box").first.evaluate(
        "box => box.scrollWidth <= box.clientWidth"
    )
    assert fits(page)
