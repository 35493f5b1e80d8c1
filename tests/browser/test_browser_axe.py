"""axe-core on every page and state, in both languages and themes; and large enough to tap.

A state is a function that brings a visitor there. Each is looked at twice, in Korean and light and
in English and dark: no colour depends on the language, and no text on the theme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from movies.models import Platform
from recommend.models import ModelRun
from recommend.services.submission import Survey, submit_survey
from survey.models import Draft, Respondent
from survey.services import reach_step, save_films, save_ott
from tests.browser.browsers import DESKTOP, PHONE, Visitors, fits
from tests.browser.faults import faults, violations
from tests.worlds import film_ids

pytestmark = pytest.mark.browser

PICKS = [*film_ids("Action")[:4], *film_ids("Horror")[:2]]


@dataclass(frozen=True)
class World:
    """What is stored when a person visits."""

    respondent: Respondent
    draft: Draft
    monkeypatch: pytest.MonkeyPatch

    @property
    def result(self) -> str:
        return f"/results/{self.respondent.pk}/"

    @property
    def shared(self) -> str:
        return f"/shared/{self.respondent.platform_recommendation.share_id}/"

    def step(self, number: int) -> str:
        return f"/survey/{self.draft.pk}/{number}/"


@pytest.fixture
def stored(live_model: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    survey = Survey(
        liked=PICKS, gender="female", age=27, subscribed=("netflix",), monthly_budget=6000
    )
    respondent = submit_survey(survey=survey, token="a-token-of-this-test")
    draft = save_films(draft=None, liked=PICKS)
    save_ott(draft=draft, subscribed=["netflix"], monthly_budget=7777)
    return World(respondent, reach_step(draft=draft, step=4), monkeypatch)


State = Callable[[Page, World], None]

# --- the states ----------------------------------------------------------------------------------


def at(path: str) -> State:
    return lambda page, world: cast(None, page.goto(path))


def step(number: int) -> State:
    def there(page: Page, world: World) -> None:
        page.goto(world.step(number))
        page.locator(".resume summary").click()

    return there


def survey_open(page: Page, world: World) -> None:
    page.goto("/survey/")
    page.locator(".meter a").click()
    for place in (0, 2):
        page.locator(".tile-like input").nth(place).check()


def survey_refused(page: Page, world: World) -> None:
    page.goto("/survey/")
    page.locator(".tile-like input").first.check()
    page.locator(".meter a").click()
    page.locator("button[name=finish]").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)


def combobox_open(page: Page, world: World) -> None:
    page.goto("/survey/")
    page.get_by_role("combobox").press_sequentially("Drama")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(1)


def ott_refused(page: Page, world: World) -> None:
    page.goto(world.step(2))
    page.locator("#id_monthly_budget").fill("cheap")
    page.locator("button[name=next]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def wishes(page: Page, world: World) -> None:
    """All parts unfolded, with tiles chosen and sought."""
    page.goto(world.step(2))
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for slug in ("kbo", "squid_game", "coupang_wow"):
        page.locator(f"input[value={slug}]").check()
    page.locator("#wish-search").fill("KBO")
    expect(page.locator("#must-have .wish-tile:visible")).to_have_count(1)
    if page.viewport_size == DESKTOP:
        page.locator("#wish-search").fill("")


def wishes_refused(page: Page, world: World) -> None:
    page.goto(world.step(2))
    page.locator("#wish-must-have > summary").click()
    page.locator("input[value=kbo]").evaluate("box => { box.value = 'cinema'; }")
    page.locator("input[value=cinema]").check()
    page.locator("button[name=next]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def about_you_refused(page: Page, world: World) -> None:
    page.goto(world.step(3))
    page.locator("#id_age").fill("121")
    page.locator("button[name=next]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def last_refused(page: Page, world: World) -> None:
    page.goto(world.step(4))
    page.locator("button[name=send]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def too_young(page: Page, world: World) -> None:
    own = reach_step(draft=save_films(draft=None, liked=PICKS), step=3)
    page.goto(f"/survey/{own.pk}/3/")
    page.locator("#id_age").fill("13")
    page.locator("button[name=next]").click()
    expect(page.locator("form#survey-form")).to_have_count(0)


def not_ready(path: str) -> State:
    def there(page: Page, world: World) -> None:
        ModelRun.objects.update(state=ModelRun.State.READY)
        page.goto(path)

    return there


def shorten(page: Page) -> None:
    """Leave five films: the other forty-five are built alike, and axe takes a second for each ten.

    On the desktop all fifty are looked at.
    """
    if page.viewport_size == PHONE:
        page.locator(".films-list > li:nth-child(n+6)").evaluate_all(
            "films => films.forEach((film) => film.remove())"
        )


def result(page: Page, world: World) -> None:
    page.goto(world.result)
    shorten(page)


def result_opened(page: Page, world: World) -> None:
    """Everything unfolded, the weight moved, a film seen."""
    page.goto(f"{world.result}?weight=100")
    page.locator(".react button[name=seen]").first.click()
    expect(page.locator("#said button")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    shorten(page)


def result_with_ticket(page: Page, world: World) -> None:
    """The budget is enough for something."""
    page.goto(f"{world.result}?budget=15000")
    expect(page.locator("#answer .ticket")).to_be_visible()
    shorten(page)


def result_filtered(page: Page, world: World) -> None:
    page.goto(f"{world.result}?on=netflix&decade=1800")


def result_without_data(page: Page, world: World) -> None:
    """A result without picks and answers, with nothing known of any platform."""
    recommendation = world.respondent.platform_recommendation
    for row in recommendation.parts["platforms"]:
        row |= {"films_on": 0, "films_unknown": 50, "evidence": False}
    recommendation.parts["usage"] = {}
    recommendation.save()
    Respondent.objects.update(gender="", age=None)
    page.goto(world.result)
    shorten(page)


def report(page: Page, world: World) -> None:
    page.goto(world.result)
    page.locator(".films-list summary").first.click()
    page.locator(".films-list details a[href*='reports']").first.click()
    expect(page.locator("button[name=platform]").first).to_be_visible()


def report_refused(page: Page, world: World) -> None:
    report(page, world)
    page.locator("button[value=tving]").evaluate("button => { button.value = 'cinema'; }")
    page.locator("button[value=cinema]").click()
    expect(page.locator("button[name=platform]")).to_have_count(0)


def shared(page: Page, world: World) -> None:
    page.goto(world.shared)


def no_platforms(page: Page, world: World) -> None:
    Platform.objects.update(is_active=False)
    page.goto("/statistics/")


def too_large(page: Page, world: World) -> None:
    page.goto("/survey/")
    page.get_by_role("combobox").evaluate("""box => {
        box.removeAttribute("maxlength");
        box.value = "x".repeat(300000);
    }""")
    page.locator("button[name=next]").click()
    expect(page.locator("#survey-form")).to_have_count(0)


def without_cookie(page: Page, world: World) -> None:
    page.goto("/survey/")
    page.context.clear_cookies()
    page.locator("button[name=next]").click()
    expect(page.locator("#survey-form")).to_have_count(0)


def broken(page: Page, world: World) -> None:
    def fail() -> None:
        raise RuntimeError("a fault of this test")

    world.monkeypatch.setattr("survey.views.entry.in_use", fail)
    page.goto("/")
    expect(page.locator("header")).to_have_count(0)


# In groups, because every new test and browser context costs as much as a visit. What changes the
# stored data is in a group of its own.
STATES: dict[str, dict[str, State]] = {
    "survey": {
        "start": at("/"),
        "survey 1": survey_open,
        "survey 1 refused": survey_refused,
        "survey 1 typing": combobox_open,
        "survey 1 found": at("/survey/?q=Horror"),
        "survey 1 nothing found": at("/survey/?q=qqqqqq"),
        "survey 2": step(2),
        "survey 2 refused": ott_refused,
        "survey 2 wishes": wishes,
        "survey 2 wishes refused": wishes_refused,
        "survey 3": step(3),
        "survey 3 refused": about_you_refused,
        "survey 4": step(4),
        "survey 4 refused": last_refused,
        "too young": too_young,
        "draft missing": at(f"/survey/{uuid4()}/"),
    },
    "result": {
        "result": result,
        "result opened": result_opened,
        "result with a ticket": result_with_ticket,
        "result filtered": result_filtered,
        "result missing": at(f"/results/{uuid4()}/"),
        "report": report,
        "report refused": report_refused,
        "shared": shared,
        "shared missing": at(f"/shared/{uuid4()}/"),
    },
    "result without data": {"result without data": result_without_data},
    "others": {
        "statistics": at("/statistics/"),
        "statistics recommended": at("/statistics/?show=recommended"),
        "privacy": at("/privacy/"),
        "about": at("/about/"),
        "404": at("/nowhere/"),
        "400": too_large,
        "403": without_cookie,
    },
    "not ready": {
        "start not ready": not_ready("/"),
        "survey not ready": not_ready("/survey/"),
        "statistics empty": no_platforms,
        "500": broken,
    },
}

# --- the checks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("group", list(STATES))
def test_axe_finds_nothing_and_everything_is_large_enough_to_tap(
    visitors: Visitors, stored: World, group: str
) -> None:
    found = []
    for language, scheme in (("ko", "light"), ("en", "dark")):
        with stored.monkeypatch.context() as monkeypatch:
            page = visitors(PHONE, language=language, scheme=scheme)
            for name, bring in STATES[group].items():
                bring(page, replace(stored, monkeypatch=monkeypatch))
                where = f"{name}, {language}, {scheme}"
                found += faults(page, where)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_a_desktop_either(visitors: Visitors, stored: World) -> None:
    page = visitors(DESKTOP)
    found = []
    for bring in (survey_open, wishes, result_opened, at("/statistics/"), shared):
        bring(page, stored)
        found += violations(page, page.url)
        found += [] if fits(page) else [f"{page.url}: wider than the screen"]
    assert not found, "\n".join(found)
