"""Members in a real browser: from joining to leaving, and what is counted and asked in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from movies.genres import genre_name
from movies.models import Movie
from recommend.models import MemberEvent
from recommend.services.submission import Survey, submit_survey
from survey.models import Member, Respondent
from tests.browser.browsers import (
    DESKTOP,
    Visitors,
    check_focus,
    fits,
    korean,
    korean_texts,
    tab_to,
    unfold,
)
from tests.codes import code_of_key
from tests.recommend.seasons import ship_seasons
from tests.survey.members.accounts import EMAIL, PASSWORD, joined
from tests.worlds import film_ids

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("empty_cache", "everywhere")]

Screen = dict[str, int]
HORROR = film_ids("Horror")[:3]
IS_IN = "header a[href='/me/']"
TABS, SHOWN_TAB = ".shelf-tabs a", ".shelf-tabs [aria-current]"


@pytest.fixture
def everywhere(site: str) -> None:
    """Netflix carries all films, so that the AI picks are free to choose."""
    ship_seasons()
    Movie.objects.update(platforms_fetched={"netflix": True})


# --- what a member does --------------------------------------------------------------------------


def click(page: Page, selector: str) -> None:
    page.locator(selector).first.click()


def press_enter(page: Page, selector: str) -> None:
    """With the keyboard: Tab until it has the focus, and Enter, or Space on a box."""
    tab_to(page, selector)
    ticked = page.locator(selector).first.get_attribute("type") == "checkbox"
    page.keyboard.press("Space" if ticked else "Enter")


def fill(page: Page, selector: str, text: str) -> None:
    page.locator(selector).fill(text)


def type_in(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


@dataclass(frozen=True)
class Hand:
    """How somebody presses what is on a page, and writes into its fields."""

    page: Page
    press: Callable[[Page, str], None] = click
    write: Callable[[Page, str, str], None] = fill

    def join(self) -> None:
        self.write(self.page, "#id_email", EMAIL)
        self.write(self.page, "#id_password", PASSWORD)
        self.press(self.page, "#id_membership_consent")
        self.press(self.page, "#account-form > button")

    def join_from(self, respondent: Respondent) -> None:
        """From the page of a result, which is kept then."""
        self.page.goto(f"/results/{respondent.pk}/")
        self.press(self.page, ".manage a[href^='/join/']")
        self.page.wait_for_url("**/join/**")
        self.join()
        expect(self.page.locator(IS_IN)).to_be_visible()
        self.press(self.page, f"form[action='/me/results/{respondent.pk}/keep/'] button")
        expect(self.page.locator(".manage a[href='/me/']")).to_be_visible()

    def like(self, movie: int) -> None:
        self.page.goto(f"/movies/{movie}/")
        self.press(self.page, "[data-place=like]")
        expect(self.page.locator("[data-place=like]")).to_have_attribute("aria-pressed", "true")

    def shelves(self) -> dict[str, list[str]]:
        """The rows of the start page, top to bottom: the addresses of their films by name."""
        self.page.goto("/")
        rows = self.page.locator(".shelf").evaluate_all(
            "all => all.map((one) => [one.querySelector('h2').id, "
            "[...one.querySelectorAll('a.shelf-card')].map((card) => card.href)])"
        )
        return {name.removeprefix("shelf-"): films for name, films in rows}

    def ai_tab(self) -> str:
        """What the tab says of its films."""
        self.page.goto("/")
        self.press(self.page, f"{TABS}[href*='tab=ai']")
        expect(self.page.locator(f"{SHOWN_TAB}[href*='tab=ai']")).to_be_visible()
        return self.page.locator("#shelf-ai + p").inner_text()

    def undo_a_like(self) -> None:
        self.page.goto("/me/")
        self.press(self.page, "section[aria-labelledby=like] .said-film button")
        expect(self.page.locator("section[aria-labelledby=like] .said-film")).to_have_count(2)

    def download(self) -> str:
        self.page.goto("/me/")
        with self.page.expect_download() as download:
            self.press(self.page, "a[href='/me/data.json']")
        return Path(download.value.path()).read_text(encoding="utf-8")

    def leave(self) -> None:
        self.page.goto("/me/")
        self.press(self.page, "a[href='/me/leave/']")
        self.page.wait_for_url("**/me/leave/")
        self.press(self.page, "#sure")
        self.press(self.page, "main .button.danger")


@pytest.fixture
def respondent(live_model: object) -> Respondent:
    survey = Survey(liked=film_ids("Action")[:5], subscribed=("netflix",), monthly_budget=6000)
    return submit_survey(survey=survey, token="a-token-of-this-test")


def from_joining_to_leaving(hand: Hand, respondent: Respondent) -> str:
    """All that a member can do, one after the other; what the start page says at the end."""
    hand.join_from(respondent)
    assert Member.objects.get().user.email == EMAIL
    assert Respondent.objects.get().member == Member.objects.get()
    before = hand.shelves()
    unlearned = hand.ai_tab()
    for movie in HORROR:
        hand.like(movie)
    # In a world of 80 films "for you" has all that are like the liked ones: none for "because".
    after = hand.shelves()
    assert {"for-you", "genre"} <= set(after)
    assert after["for-you"] != before["for-you"]
    learned = hand.ai_tab()
    assert "3" in learned
    assert learned != unlearned
    hand.undo_a_like()
    assert "2" in hand.ai_tab()
    data = json.loads(hand.download())
    assert data["account"]["email"] == EMAIL
    assert (len(data["films"]), len(data["results"])) == (2, 1)
    hand.leave()
    said = hand.page.locator("main [role=status]").first
    expect(said).to_be_visible()
    for rows in (Member, User, Respondent, MemberEvent):
        assert not rows.objects.exists()
    expect(hand.page.locator("header a[href='/login/']")).to_be_visible()
    expect(hand.page.locator(".mine")).to_have_count(0)
    return said.inner_text()


# --- the walks -----------------------------------------------------------------------------------

GONE = "Your account and everything in it have been deleted."


def test_from_joining_to_leaving(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    page = visitors(screen)
    assert from_joining_to_leaving(Hand(page), respondent) == korean(GONE)
    assert fits(page)


def test_from_joining_to_leaving_in_english(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    assert from_joining_to_leaving(Hand(visitors(screen, language="en")), respondent) == GONE


def test_from_joining_to_leaving_with_the_keyboard_alone(
    visitors: Visitors, respondent: Respondent
) -> None:
    hand = Hand(visitors(DESKTOP), press=press_enter, write=type_in)
    assert from_joining_to_leaving(hand, respondent) == korean(GONE)


def test_from_joining_to_leaving_without_script(visitors: Visitors, respondent: Respondent) -> None:
    page = visitors(script=False)
    assert from_joining_to_leaving(Hand(page), respondent) == korean(GONE)


def test_pages_of_a_member_fit_the_screen_and_speak_one_language(
    visitors: Visitors, respondent: Respondent, screen: Screen
) -> None:
    hand = Hand(visitors(screen, language="en"))
    hand.join_from(respondent)
    hand.like(HORROR[0])
    pages = ("/", "/?tab=new", "/?tab=ai", "/shelves/popular/", f"/movies/{HORROR[0]}/")
    for path in (*pages, "/me/", "/me/films/like/", "/me/leave/", "/me/second-factor/"):
        hand.page.goto(path)
        assert fits(hand.page), path
        assert korean_texts(hand.page) == [], path


# --- what one sees -------------------------------------------------------------------------------


def test_the_ai_tab_shows_the_genre_that_was_liked_and_a_card_leads_to_its_film(
    visitors: Visitors,
) -> None:
    hand = Hand(visitors())
    hand.page.goto("/join/")
    hand.join()
    expect(hand.page.locator(IS_IN)).to_be_visible()
    for movie in HORROR:
        hand.like(movie)
    assert hand.ai_tab().startswith(str(genre_name("Horror")))
    card = hand.page.locator(".shelf .shelf-card").first
    address = card.get_attribute("href")
    card.click()
    hand.page.wait_for_url(f"**{address}")
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("Horror")


def test_a_like_is_sent_in_the_background_and_the_focus_stays(visitors: Visitors) -> None:
    hand = Hand(visitors(DESKTOP), press=press_enter, write=type_in)
    hand.page.goto("/join/")
    hand.join()
    expect(hand.page.locator(IS_IN)).to_be_visible()
    hand.like(1)
    hand.page.evaluate("window.isTheSamePage = true")
    hand.page.keyboard.press("Enter")
    expect(hand.page.locator("[data-place=like]")).to_have_attribute("aria-pressed", "false")
    expect(hand.page.locator("[data-place=like]")).to_be_focused()
    check_focus(hand.page)
    expect(hand.page.locator("#mine [role=status]")).to_be_visible()
    assert hand.page.evaluate("window.isTheSamePage")
    assert not MemberEvent.objects.exists()


def test_who_wants_to_like_a_film_joins_and_is_back_on_its_page(visitors: Visitors) -> None:
    hand = Hand(visitors())
    hand.page.goto("/movies/1/")
    click(hand.page, "#mine a")
    click(hand.page, "main a[href^='/join/']")
    unfold(hand.page, "#account-form details")
    fill(hand.page, "#id_birth_year", "95")
    hand.join()
    expect(hand.page.get_by_role("alert")).to_be_focused()
    expect(hand.page.locator("#id_email")).to_have_value(EMAIL)
    click(hand.page, "[role=alert] a")
    expect(hand.page.locator("#id_birth_year")).to_be_focused()
    fill(hand.page, "#id_birth_year", "1995")
    fill(hand.page, "#id_password", PASSWORD)
    click(hand.page, "#account-form > button")
    hand.page.wait_for_url("**/movies/1/")
    expect(hand.page.locator("[data-place=like]")).to_be_visible()
    assert Member.objects.get().birth_year == 1995


# --- views ---------------------------------------------------------------------------------------


def logged_in(page: Page) -> Page:
    page.goto("/login/")
    fill(page, "#id_email", EMAIL)
    fill(page, "#id_password", PASSWORD)
    click(page, "#account-form > button")
    return page


def look_at_a_film(page: Page) -> list[str]:
    """Time stands still from before the page comes; the addresses of views that are sent."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/view/" in request.url else 0)
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.goto("/movies/1/")
    page.wait_for_load_state()
    page.clock.run_for(2_990)
    return sent


def test_a_view_counts_after_three_seconds_with_consent(visitors: Visitors) -> None:
    joined(learns=True)
    page = logged_in(visitors())
    sent = look_at_a_film(page)
    assert sent == []
    with page.expect_response("**/movies/1/view/") as answer:
        page.clock.run_for(20)
    assert answer.value.status == 204
    event = MemberEvent.objects.get()
    assert (event.movie_id, event.kind) == (1, MemberEvent.Kind.VIEW)
    page.clock.run_for(60_000)
    assert len(sent) == 1
    page.goto("/me/")
    expect(page.locator("section[aria-labelledby=view] .said-film")).to_have_count(1)


def test_without_consent_no_view_is_sent(visitors: Visitors) -> None:
    joined()
    page = logged_in(visitors())
    sent = look_at_a_film(page)
    page.clock.run_for(60_000)
    page.goto("/")
    assert sent == []
    assert not MemberEvent.objects.exists()


# --- the second step -----------------------------------------------------------------------------


def test_a_second_step_is_set_up_by_its_key_and_asked_for_at_log_in(visitors: Visitors) -> None:
    joined()
    page = logged_in(visitors())
    page.goto("/me/second-factor/")
    fill(page, "#id_password", PASSWORD)
    click(page, "#account-form button")
    assert page.locator("img.qr").evaluate("picture => picture.decode().then(() => true)")
    secret = page.locator("main code").inner_text()
    fill(page, "#id_code", code_of_key(secret))
    click(page, "#account-form button")
    expect(page.locator(".codes li")).to_have_count(10)

    page = logged_in(visitors())
    expect(page.locator("#id_code")).to_be_visible()
    fill(page, "#id_code", "000000")
    click(page, "#account-form button")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("header a[href='/login/']")).to_be_visible()
    fill(page, "#id_code", code_of_key(secret, ahead=1))
    click(page, "#account-form button")
    expect(page.locator(IS_IN)).to_be_visible()


def test_a_recovery_code_logs_in_once(visitors: Visitors) -> None:
    joined()
    page = logged_in(visitors())
    page.goto("/me/second-factor/")
    fill(page, "#id_password", PASSWORD)
    click(page, "#account-form button")
    fill(page, "#id_code", code_of_key(page.locator("main code").inner_text()))
    click(page, "#account-form button")
    recovery = page.locator(".codes code").first.inner_text()
    for succeeds in (True, False):
        page = logged_in(visitors())
        fill(page, "#id_code", recovery)
        click(page, "#account-form button")
        wanted = IS_IN if succeeds else "[role=alert]"
        expect(page.locator(wanted)).to_be_visible()
