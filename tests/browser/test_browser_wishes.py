"""Wishes in a real browser: what has to be there, how one watches, and what one has already."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from movies.models import Product
from ottstats.services.reference import load_reference_data
from survey.models import AnsweredWishes, Respondent
from tests.browser.browsers import (
    Visitors,
    begin,
    check_focus,
    fits,
    korean,
    tab_round,
    tab_to,
    unfold,
)

pytestmark = pytest.mark.browser

Screen = dict[str, int]
NAVER, NAVER_STANDARD = (
    "네이버플러스 멤버십 (넷플릭스 광고형)",
    "네이버플러스 멤버십 (넷플릭스 스탠다드)",
)
TVING_WITH_ADS, TVING, WATCHA = "티빙 광고형 스탠다드", "티빙 베이직", "왓챠 베이직"


@pytest.fixture
def site(live_server: Any, live_model: Any) -> str:
    """With all products, Naver Plus too. Of TVING's films nothing is known."""
    load_reference_data()
    assert Product.objects.filter(slug="naver_plus_netflix_ad").exists()
    return str(live_server.url)


def part(page: Page, name: str) -> Locator:
    """One of the three parts of the wishes."""
    return page.locator(f"#wish-{name}")


def tick(page: Page, slug: str) -> None:
    """Tap a tile, which may be folded away."""
    box = page.locator(f"input[value={slug}]")
    if not box.is_visible():
        page.locator(f"#must-have details:has(input[value={slug}]) > summary").click()
    box.check()


def answer(page: Page, budget: int) -> list[str]:
    """From step 2 to the result; return the products that it names."""
    page.locator(f"input[name=budget_choice][value='{budget}']").check()
    for step in (3, 4):
        page.locator("button[name=next]").click()
        page.wait_for_url(f"**/{step}/")
    page.locator("#id_consent").check()
    page.locator("button[name=send]").click()
    page.wait_for_url("**/results/**")
    names: list[str] = page.locator(".bundle-products li:not(.total) b").all_text_contents()
    return names


def change(page: Page) -> None:
    """Back from the result to step 2."""
    page.get_by_role("link", name=korean("Change my answers")).click()
    for step in (3, 2):
        page.locator("button[name=back]").click()
        page.wait_for_url(f"**/{step}/")


def test_the_answer_follows_every_wish(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page, 5)
    for one in ("must-have", "how", "owned"):
        expect(part(page, one)).not_to_have_attribute("open", "")
    assert answer(page, 15_000) == [NAVER, WATCHA]

    change(page)
    unfold(page, "#wish-must-have")
    tick(page, "kbo")
    expect(part(page, "must-have").locator(".chosen")).to_have_text("KBO 리그")
    assert answer(page, 20_000) == [NAVER, TVING_WITH_ADS, WATCHA]

    change(page)
    expect(page.locator("input[value=kbo]")).to_be_checked()
    unfold(page, "#wish-how")
    page.locator("#id_no_ads").check()
    assert answer(page, 20_000) == [WATCHA, TVING]

    change(page)
    expect(page.locator("#id_no_ads")).to_be_checked()
    page.locator("#id_no_ads").uncheck()
    unfold(page, "#wish-owned")
    tick(page, "naver_plus_netflix_ad")
    assert answer(page, 15_000) == [TVING_WITH_ADS, WATCHA]
    stored = Respondent.objects.get()
    assert stored.wishes == AnsweredWishes(("kbo",), owned=("naver_plus_netflix_ad",))

    change(page)
    assert answer(page, 10_000) == [TVING_WITH_ADS]


def test_what_is_sought_is_found_while_typing(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page)
    unfold(page, "#wish-must-have")
    box, shown = page.locator("#wish-search"), page.locator("#must-have .wish-tile:visible")
    before = shown.count()
    for typed, slug in (
        ("야구", "kbo"),
        ("ㅇㅈㅇㄱㅇ", "squid_game"),
        ("무비", "moving"),
        ("kbo", "kbo"),
    ):
        box.fill("")
        box.press_sequentially(typed[:-1] + "빙" if slug == "moving" else typed)
        expect(page.locator(f"input[value={slug}]")).to_be_visible()
        assert shown.count() < 6
        expect(page.locator(".wish-search [role=status]")).to_contain_text("찾았어요")
    box.press("Enter")
    assert page.url.endswith("/2/"), "not sent"
    box.fill("없는 작품")
    expect(page.locator(".wish-search [role=status]")).to_have_text(
        korean("We do not have that yet.")
    )
    assert shown.count() == 0
    box.fill("")
    expect(shown).to_have_count(before)
    assert fits(page)


def test_the_keyboard_reaches_every_wish(visitors: Visitors, screen: Screen) -> None:
    page = visitors(screen)
    begin(page)
    tab_round(page)
    for one in ("must-have", "how", "owned"):
        tab_to(page, f"#wish-{one} > summary")
        page.keyboard.press("Enter")
        expect(part(page, one)).to_have_attribute("open", "")
    tab_to(page, "#wish-search", "Shift+Tab")
    page.keyboard.type("KBO")
    tab_to(page, "input[value=kbo]")
    page.keyboard.press("Space")
    tab_to(page, "#id_no_ads")
    page.keyboard.press("Space")
    tab_to(page, "input[name=min_streams]:checked")
    page.keyboard.press("ArrowDown")
    check_focus(page)
    tab_to(page, "input[value=coupang_wow]")
    page.keyboard.press("Space")
    answer(page, 30_000)
    assert Respondent.objects.get().wishes == AnsweredWishes(
        ("kbo",), no_ads=True, min_streams=2, owned=("coupang_wow",)
    )
    change(page)
    tab_round(page)  # with all parts unfolded, as they hold answers


def test_without_script_all_is_there_and_a_mistake_is_told(
    visitors: Visitors, screen: Screen
) -> None:
    page = visitors(screen, script=False)
    begin(page, 5)
    expect(page.locator("#wish-search")).to_be_hidden()
    unfold(page, "#wish-must-have")
    tick(page, "kbo")
    unfold(page, "#wish-owned")
    tick(page, "naver_plus_netflix_ad")
    assert answer(page, 15_000) == [TVING_WITH_ADS, WATCHA]
    change(page)
    Product.objects.filter(slug="naver_plus_netflix_ad").delete()
    page.locator("button[name=next]").click()
    expect(page.get_by_role("alert")).to_contain_text(
        korean(
            "One of the memberships, phone plans or cards is not known here. Please choose again."
        )
    )
    expect(page.locator("input[value=kbo]")).to_be_checked()
    assert fits(page)
