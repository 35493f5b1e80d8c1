"""`python -m benchmarks.screenshots DATA_FOLDER OUT`: pictures of every page and state.

Uses an installation like that of `benchmarks.pages` (`--var FOLDER` keeps it), with drawn covers
instead of posters, so that no third-party picture gets into the project. The pages are in Korean on
phone and desktop, light and dark, and in English on the phone. Long pages are cut after three
screens. Files are named `STATE-WIDTH-THEME[-en].png`; they overwrite those of earlier calls, and
none is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, sync_playwright

from benchmarks import member_screens, staff_screens
from benchmarks.camera import Camera, next_step, refused
from benchmarks.installation import Installation, installation
from benchmarks.measuring import arguments_of
from benchmarks.pages import Clock, Visitor
from tests.browser.browsers import DESKTOP, LAUNCH, LOCALES, PHONE, chromium
from tests.sites import rows_of

PEOPLE = 150  # for the statistics
DISTRICT = "서초구"
NOT_LIVE = "UPDATE recommend_modelrun SET state = 'retired' WHERE state = 'live'"
LIVE_AGAIN = """
UPDATE recommend_modelrun SET state = 'live'
WHERE id = (SELECT id FROM recommend_modelrun ORDER BY published_at DESC NULLS LAST LIMIT 1)
"""
OLDER = """
UPDATE survey_respondent
SET created_at = created_at - interval '1 day' * (coalesce(age, 30) * 7 % 80);
UPDATE ottstats_platformrecommendation recommended
SET created_at = person.created_at
FROM survey_respondent person WHERE person.user_id = recommended.user_id
"""


def films(camera: Camera) -> None:
    """The start page, and step 1: search, an error, picks, more films."""
    page, shoot = camera.page, camera.shoot
    page.goto("/")
    shoot("start")
    page.goto("/survey/")
    shoot("survey-1")
    page.locator("#id_search").press_sequentially("스타")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    shoot("survey-1-typing", whole=False)
    page.keyboard.press("Escape")
    page.locator("#survey-form button[name=find]").click()
    page.locator("#found").wait_for()
    shoot("survey-1-found", whole=False)
    page.goto("/survey/")
    refused(page)
    shoot("survey-1-error", whole=False)
    page.goto("/survey/")
    for place in (0, 1, 4, 5, 8):
        page.locator("#offered + .tiles .tile-like input").nth(place).check()
    shoot("survey-1-picked", whole=False)
    page.locator(".meter a").click()
    shoot("survey-1-skip", "#quick", whole=False)
    page.locator("button[name=more]").click()
    page.wait_for_url("**/1/")
    shoot("survey-1-more", "#offered", whole=False)
    next_step(page, 2)


def answers(camera: Camera) -> None:
    """Steps 2 to 4, with errors on the last two."""
    page, shoot = camera.page, camera.shoot
    page.locator("input[value=netflix]").check()
    page.locator("input[name=budget_choice]").nth(2).check()
    shoot("survey-2")
    for part in ("must-have", "how", "owned"):
        page.locator(f"#wish-{part} > summary").click()
        shoot(f"survey-2-{part}", f"#wish-{part}", whole=False)
        page.locator(f"#wish-{part} > summary").click()
    next_step(page, 3)
    page.locator("input[name=gender][value=female]").check()
    page.locator("#id_age").fill("31")
    page.locator("#id_region").select_option("seoul")
    page.locator("#id_district").select_option(DISTRICT)
    shoot("survey-3")
    page.locator("#id_age").fill("121")
    refused(page)
    shoot("survey-3-error")
    page.locator("#id_age").fill("31")
    next_step(page, 4)
    page.locator(".resume summary").click()
    shoot("survey-4")
    refused(page, "send")
    shoot("survey-4-error", whole=False)
    page.locator("#id_consent").check()
    page.locator("#id_statistics_consent").check()
    page.locator("button[name=send]").click()
    page.wait_for_url("**/results/**")


def result(camera: Camera) -> None:
    """Each part of the result, and its actions."""
    page, shoot = camera.page, camera.shoot
    address = page.url
    shoot("result", whole=False)
    shoot("result-subscriptions", ".subscribe")
    shoot("result-comparison", ".compare", whole=False)
    shoot("result-twin", ".twin", whole=False)
    shoot("result-films", "#films", whole=False)
    page.locator("#weigh > summary").click()
    page.locator("#weight").focus()
    page.keyboard.press("End")
    page.wait_for_url("**weight=100")
    page.wait_for_timeout(500)
    shoot("result-weight", ".compare", whole=False)
    page.locator("details:has(#factors) > summary").click()
    shoot("result-numbers", "details:has(#factors)", whole=False)
    shoot("result-residence", "td.usage", whole=False)
    page.goto(address)
    page.locator(".react button[name=seen]").first.click()
    page.locator("#said button").wait_for()
    page.locator(".films-list summary").first.click()
    shoot("result-seen", "#films .films-list", whole=False)
    page.locator("#narrow > summary").click()
    page.locator("#filter-on").select_option("netflix")
    page.wait_for_url("**on=netflix**")
    page.wait_for_timeout(500)
    shoot("result-filtered", "#films", whole=False)
    page.goto(address)
    page.locator("#delete > summary").click()
    shoot("result-share-and-delete", ".share", whole=False)
    shared = page.locator("#share-link").input_value()
    page.locator(".films-list summary").first.click()
    page.locator(".films-list details a[href*='reports']").first.click()
    page.locator("button[name=platform]").first.wait_for()
    shoot("report")
    page.goto(shared)
    shoot("shared")
    for state in ("plan", "household"):
        page.goto(address)
        page.locator(f"a[href$='/{state}/']").click()
        shoot(state)


def others(camera: Camera) -> None:
    """Pages that need no result, and error pages."""
    page, shoot = camera.page, camera.shoot
    for state, path in (
        ("statistics", "/statistics/"),
        ("seoul", "/statistics/seoul/"),
        ("audience-stranger", "/audience/customer/"),
        ("about", "/about/"),
        ("privacy", "/privacy/"),
        ("not-found", "/nowhere/"),
        ("survey-missing", f"/survey/{uuid4()}/"),
        ("result-missing", f"/results/{uuid4()}/"),
        ("shared-missing", f"/shared/{uuid4()}/"),
    ):
        page.goto(path)
        shoot(state)
    page.goto("/statistics/?show=usage")
    shoot("statistics-usage", "#groups", whole=False)
    page.goto("/statistics/seoul/?gender=female&age=30&map=netflix")
    shoot("seoul-map", "#map-title", whole=False)
    shoot("seoul-correlations", "#heat-title", whole=False)
    page.goto("/survey/")
    for place in range(3):
        page.locator(".tile-like input").nth(place).check()
    next_step(page, 2)
    next_step(page, 3)
    page.locator("#id_age").fill("13")
    page.locator("button[name=next]").click()
    page.locator("#survey-form").wait_for(state="detached")
    shoot("too-young")


def not_ready(camera: Camera) -> None:
    """The pages while no model is live."""
    camera.page.goto("/")
    camera.shoot("start-not-ready")
    camera.page.goto("/survey/")
    camera.shoot("survey-not-ready")


def sample(camera: Camera) -> None:
    """The notice of invented data."""
    camera.page.goto("/")
    camera.shoot("start-sample", whole=False)


def visit(
    browser: Browser,
    site: str,
    folder: Path,
    *journeys: Callable[[Camera], None],
    only: Sequence[str] = (),
) -> None:
    """The journeys on phone and desktop, light and dark, in Korean; in English on the phone."""
    kinds: Any = [*product((PHONE, DESKTOP), ("light", "dark"), ("ko",)), (PHONE, "light", "en")]
    for screen, scheme, language in kinds:
        kind = f"{screen['width']}-{scheme}" + ("" if language == "ko" else "-en")
        if only and kind not in only:
            continue
        context = browser.new_context(
            viewport=screen,
            color_scheme=scheme,
            locale=LOCALES[language],
            reduced_motion="reduce",
            base_url=site,
            timezone_id="Asia/Seoul",
        )
        camera = Camera(context.new_page(), screen, folder, kind)
        for journey in journeys:
            journey(camera)
        context.close()
        print(f"{kind}: {len(camera.taken)} pictures", flush=True)


def people(own: Installation, site: str) -> None:
    """Make some results of the last weeks, so that the statistics have figures to show."""
    [[there]] = rows_of("SELECT count(*) FROM survey_respondent", own.folder / "var")
    if there >= PEOPLE:
        return  # in an installation that was kept
    rng, clock = Random(7), Clock()  # the same people each time
    for _ in range(PEOPLE):
        visitor = Visitor(site, clock, rng)
        visitor.answer_the_survey()
        visitor.leave()
    own.sql(OLDER)


@contextmanager
def as_sample(own: Installation) -> Iterator[None]:
    """The data set in use calls itself a sample."""
    id_space = "UPDATE common_dataload SET id_space = '{}' WHERE kind = 'movielens'"
    with own.changed(id_space.format("sample"), id_space.format("movielens")):
        yield


def main() -> None:
    parts = ("visitors", "members", "staff", "not-ready", "sample")
    parser = arguments_of(__doc__)
    parser.add_argument("data", type=Path, help="folder of the real data (docs/data.md)")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--var", type=Path, help="keep the installation in this folder")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, help="these pages alone")
    parser.add_argument("--kinds", nargs="+", default=(), help="such as 390-dark 390-light-en")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with (
        installation(options.data, keep_in=options.var) as own,
        own.served() as site,
        sync_playwright() as playwright,
    ):
        own.manage("load_living_data", str(options.data / "seoul"))
        people(own, site)
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
        shoot = partial(visit, browser, site, options.out, only=options.kinds)
        if "visitors" in options.only:
            shoot(films, answers, result, others)
        if "members" in options.only:
            shoot(member_screens.account, member_screens.prepared(own, options.data))
        if "staff" in options.only:
            shoot(staff_screens.prepared(own))
        if "not-ready" in options.only:
            with own.changed(NOT_LIVE, LIVE_AGAIN):
                shoot(not_ready)
        if "sample" in options.only:
            with as_sample(own):
                shoot(sample)
        browser.close()


if __name__ == "__main__":
    main()
