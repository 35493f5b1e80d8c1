"""The guards of the scripts and of the server: each check runs with the guard, and without it.

Without the guard the fault must be seen to happen: a check that cannot fail proves nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from recommend.services.submission import Survey, submit_survey
from survey.models import Draft, Respondent
from tests.browser.browsers import Visitors, serve_changed, unfold
from tests.worlds import film_ids

pytestmark = pytest.mark.browser

Screen = dict[str, int]
guarded = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard taken out"])

# --- Enter while Hangul is being composed -------------------------------------------------------

COMPOSING = "if (event.isComposing || event.keyCode === 229) return;"
HALVES = {  # what a browser says while composing -> the guard without the half that knows it
    "isComposing": "if (event.keyCode === 229) return;",
    "keyCode 229": "if (event.isComposing) return;",
}


def search_box(visitors: Visitors, typed: str, guard: str) -> Page:
    """Step 1 with something typed, the list open and its first option active."""
    page = visitors()
    if guard != COMPOSING:
        serve_changed(page, "survey.js", {COMPOSING: guard})
    page.goto("/survey/")
    page.get_by_role("combobox").press_sequentially(typed)
    expect(page.get_by_role("option").first).to_be_visible()
    return page


def enter_while_composing(page: Page, said: str) -> None:
    """Enter that ends a composition, as Chromium (a real composition) or as Safari tells it."""
    if said == "isComposing":
        session = page.context.new_cdp_session(page)
        session.send(
            "Input.imeSetComposition", {"text": "영", "selectionStart": 1, "selectionEnd": 1}
        )
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    else:
        page.get_by_role("combobox").evaluate("""box => box.dispatchEvent(new KeyboardEvent(
            "keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))""")


@guarded
@pytest.mark.parametrize("said", list(HALVES))
def test_enter_while_composing_does_not_search(
    visitors: Visitors, said: str, guarded: bool
) -> None:
    page = search_box(visitors, "Drama ", COMPOSING if guarded else HALVES[said])
    with_search = page.locator("#found")
    enter_while_composing(page, said)
    if guarded:
        page.wait_for_timeout(300)
        expect(with_search).to_have_count(0)
        assert not Draft.objects.exists()
    else:
        expect(with_search).to_be_visible()


@guarded
@pytest.mark.parametrize("said", list(HALVES))
def test_enter_while_composing_does_not_pick_an_option(
    visitors: Visitors, said: str, guarded: bool
) -> None:
    page = search_box(visitors, "Drama ", COMPOSING if guarded else HALVES[said])
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.route("**/survey/films/?*", lambda route: None)  # no new list, which would have no choice
    enter_while_composing(page, said)
    page.wait_for_timeout(100)
    picked = page.locator("input[name=liked]:checked")
    expect(picked).to_have_count(0 if guarded else 1)


# --- answers out of order ------------------------------------------------------------------------

LATEST_OPTIONS = "if (mine !== this.asked) return;"
LATEST_PAGE = "if (mine !== newest) return;"
ABORT = "controller?.abort();"
ONE_AFTER_THE_OTHER = "await before;"


class Held:
    """The first request that fits is kept back until `release`; later ones pass."""

    def __init__(self, page: Page, address: str, fits: Callable[[Route], bool]) -> None:
        self.route: Route | None = None
        self._page, self._fits = page, fits
        page.route(address, self._handle)

    def _handle(self, route: Route) -> None:
        if self.route is None and self._fits(route):
            self.route = route
        else:
            route.continue_()

    def wait(self) -> None:
        for _ in range(100):
            if self.route is not None:
                return
            self._page.wait_for_timeout(50)
        raise AssertionError("the request was not sent")

    def release(self) -> None:
        """Let it go, and wait until its answer has arrived and been dealt with."""
        assert self.route is not None
        request = self.route.request
        with self._page.expect_event("requestfinished", lambda done: done == request):
            self.route.continue_()
        self._page.wait_for_timeout(200)


@guarded
def test_options_for_what_was_typed_before_are_dropped(visitors: Visitors, guarded: bool) -> None:
    page = visitors()
    if not guarded:
        serve_changed(page, "survey.js", {LATEST_OPTIONS: ""})
    page.goto("/survey/")
    early = Held(page, "**/survey/films/?*", lambda route: "Comedy" in route.request.url)
    box = page.get_by_role("combobox")
    box.fill("Comedy")
    early.wait()
    box.fill("Horror")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Horror")
    early.release()
    expect(first).to_contain_text("Horror" if guarded else "Comedy")


@guarded
def test_a_page_asked_for_earlier_does_not_replace_the_later_one(
    visitors: Visitors, guarded: bool
) -> None:
    """The request that is overtaken is also aborted; here the guard alone has to do."""
    page = visitors()
    serve_changed(page, "live.js", {ABORT: ""} if guarded else {ABORT: "", LATEST_PAGE: ""})
    survey = Survey(liked=film_ids("Action")[:4], gender="female", age=27)
    respondent = submit_survey(survey=survey, token="a-token-of-this-test")
    page.goto(f"/results/{respondent.pk}/")
    early = Held(page, "**/results/**", lambda route: "weight=10" in route.request.url)
    unfold(page, "#weigh")
    slider = page.locator("#weight")
    slider.fill("10")
    early.wait()
    slider.fill("90")
    page.wait_for_url("**weight=90**")
    early.release()
    assert ("weight=90" in page.url) is guarded
    kept = page.locator("#kept-weight input[name=weight]").first
    expect(kept).to_have_value("90" if guarded else "10")


@pytest.mark.parametrize("script", ["as it is", "posts at the same time"])
def test_two_quick_taps_are_both_answered(visitors: Visitors, script: str) -> None:
    """The second is sent when the first has been answered, so its page knows both."""
    page = visitors()
    if script != "as it is":
        serve_changed(page, "live.js", {ONE_AFTER_THE_OTHER: ""})
    survey = Survey(liked=film_ids("Action")[:4])
    respondent = submit_survey(survey=survey, token="a-token-of-this-test")
    page.goto(f"/results/{respondent.pk}/")
    early = Held(page, "**/films/", lambda route: route.request.method == "POST")
    buttons = page.locator("button[name=seen]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    buttons.nth(0).click()
    early.wait()
    buttons.nth(1).click()
    page.wait_for_timeout(500)
    assert sent.count("POST") == (1 if script == "as it is" else 2)
    early.release()
    for _ in range(100):  # ten seconds at most; the page works on meanwhile
        if respondent.reactions.count() == 2:
            break
        page.wait_for_timeout(100)
    page.wait_for_load_state("networkidle")
    assert respondent.reactions.count() == 2
    expect(page.locator("button[name=seen]")).to_have_count(50)


# --- sent twice ----------------------------------------------------------------------------------

SENT_ONCE = "if (form.dataset.sent) event.preventDefault();"


def ready_to_send(page: Page) -> None:
    """Step 4 with the consent given."""
    page.goto("/survey/")
    for place in range(3):
        page.locator(".tile-like input").nth(place).check()
    for step in (2, 3, 4):
        page.locator("button[name=next]").click()
        page.wait_for_url(f"**/{step}/")
    page.locator("#id_consent").check()


@guarded
def test_a_second_click_on_send_sends_nothing(
    visitors: Visitors, screen: Screen, guarded: bool
) -> None:
    page = visitors(screen)
    if not guarded:
        serve_changed(page, "survey.js", {SENT_ONCE: ""})
    ready_to_send(page)
    first = Held(page, "**/4/", lambda route: route.request.method == "POST")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    box = page.locator("button[name=send]").bounding_box()
    assert box is not None
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*place)
    first.wait()
    page.mouse.click(*place)
    page.wait_for_timeout(300)
    assert len(sent) == (1 if guarded else 2)
    if guarded:
        assert first.route is not None
        first.route.continue_()
    page.wait_for_url("**/results/**")
    assert Respondent.objects.count() == 1


SEND_THREE_TIMES = """(form, button) => {
  const body = () => new URLSearchParams([...new FormData(form), [button, "1"]]);
  const send = () => fetch(form.action, { method: "POST", body: body() });
  return Promise.all([send(), send(), send()]).then((all) => all.map((one) => one.url));
}"""


@guarded
@pytest.mark.parametrize("button", ["finish", "send"])
def test_the_server_stores_one_respondent_however_often_it_is_sent(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch, button: str, guarded: bool
) -> None:
    """By the draft's id; on the first step, where there is no draft yet, by the form's token."""
    if not guarded:
        monkeypatch.setattr(Survey, "digest", lambda *_: secrets.token_hex(32))
    page = visitors()
    if button == "send":
        ready_to_send(page)
    else:
        page.goto("/survey/")
        for place in range(3):
            page.locator(".tile-like input").nth(place).check()
        page.locator(".meter a").click()
        page.locator("#id_consent").check()
    addresses: Any = page.locator("#survey-form").evaluate(SEND_THREE_TIMES, button)
    assert all("/results/" in address for address in addresses), addresses
    assert len(set(addresses)) == (1 if guarded else 3)
    assert Respondent.objects.count() == (1 if guarded else 3)


# --- an answer that comes while one goes through the list ---------------------------------------

STAYS = "option.dataset.movie === wanted"


@guarded
def test_a_later_answer_leaves_the_film_that_one_has_gone_to(
    visitors: Visitors, guarded: bool
) -> None:
    page = search_box(visitors, "Drama ", COMPOSING)
    if not guarded:
        serve_changed(page, "survey.js", {STAYS: "false"})
        page.reload()
        page.get_by_role("combobox").press_sequentially("Drama ")
    expect(page.locator("#search-status")).to_contain_text("찾았어요")
    page.wait_for_timeout(300)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(1)
    with page.expect_response(lambda response: "q=" in response.url):
        page.get_by_role("combobox").dispatch_event("input")
    page.wait_for_timeout(300)
    expect(page.locator("[aria-selected=true]")).to_have_count(1 if guarded else 0)
