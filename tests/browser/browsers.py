"""A real browser for the tests: fixtures, and what a person does and sees with it.

The fixtures are imported by `tests/conftest.py`; Playwright itself only where a browser starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.paths import ROOT
from tests.programs import needed_program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from survey.models import Respondent

STATIC = ROOT / "static"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LOCALES = {"ko": "ko-KR", "en": "en-US"}
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LAUNCH += ["--disable-component-update", "--disable-sync"]


def chromium() -> str:
    """The path of the browser; else a skip, in CI a failure."""
    return os.environ.get("CHROMIUM") or needed_program(
        "chromium", "chromium-browser", "google-chrome"
    )


# --- fixtures ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def _orm_beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in this thread, where Django would refuse to query."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def browser(_orm_beside_playwright: None) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any, live_model: Any) -> str:
    """The address of OTTwin with the small model."""
    return str(live_server.url)


@pytest.fixture(params=[PHONE, DESKTOP], ids=["390", "1280"])
def screen(request: pytest.FixtureRequest) -> dict[str, int]:
    """The test runs twice: on a phone and on a desktop."""
    size: dict[str, int] = request.param
    return size


class Visitors(Protocol):
    """Somebody new each time, with cookies of their own: a page that has opened nothing yet."""

    def __call__(
        self,
        screen: dict[str, int] = PHONE,
        *,
        script: bool = True,
        language: str = "ko",
        scheme: Any = "light",
    ) -> Page: ...


@pytest.fixture
def visitors(browser: Browser, site: str) -> Iterator[Visitors]:
    """Every fault of a script and every breach of the content policy fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def visitor(
        screen: dict[str, int] = PHONE,
        *,
        script: bool = True,
        language: str = "ko",
        scheme: Any = "light",
    ) -> Page:
        context = browser.new_context(
            viewport=screen,  # type: ignore[arg-type]
            has_touch=screen == PHONE,
            locale=LOCALES[language],
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=script,
            base_url=site,
        )
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(30_000)  # the first page of a process comes slowly
        contexts.append(context)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        context.on("console", lambda said: faults.extend(_breach(said.text)))
        return context.new_page()

    yield visitor
    for context in contexts:
        context.close()
    assert faults == []


def _breach(text: str) -> list[str]:
    return [text] if "Content Security Policy" in text else []


def korean(text: str, **values: Any) -> str:
    """What Korean pages say for an English text of the code or a template."""
    from django.utils import translation

    with translation.override("ko"):
        return translation.gettext(text) % values if values else translation.gettext(text)


# --- what is seen --------------------------------------------------------------------------------


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    assert page.viewport_size is not None
    page.wait_for_load_state()  # with its styles
    wide = page.evaluate("document.documentElement.scrollWidth")
    return bool(wide <= page.viewport_size["width"])


def unfold_all(page: Page) -> None:
    """Open all that is folded away."""
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")


def unfold(page: Page, selector: str) -> None:
    """Open what is folded away, unless it is open."""
    if page.locator(selector).get_attribute("open") is None:
        page.locator(f"{selector} > summary").click()


HANGUL = """() => {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
  const found = [];
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!element?.closest || element.closest("[lang=ko], script, input[name=q]")) continue;
    const texts = node.nodeType === Node.TEXT_NODE ? [node.data]
      : [...node.attributes].map((attribute) => attribute.value);
    found.push(...texts.filter((text) => /[\\u3131-\\u318e\\uac00-\\ud7a3]/.test(text)));
  }
  return found;
}"""


def korean_texts(page: Page) -> list[str]:
    """Texts and attributes with Hangul, but for those marked as Korean."""
    texts: list[str] = page.evaluate(HANGUL)
    return texts


# --- the keyboard --------------------------------------------------------------------------------

FOCUS = """(selector) => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  window.tabStops ??= [];
  const known = window.tabStops.indexOf(element);
  if (known < 0) window.tabStops.push(element);
  let ringed = false;
  for (let one = element; one && !ringed; one = one.parentElement) {
    const style = getComputedStyle(one);
    ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && style.opacity !== "0";
  }
  const box = element.getClientRects()[0];
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const bare = Boolean(hit) && (element.contains(hit) || hit.contains(element));
  const wanted = Boolean(selector) && element === document.querySelector(selector);
  return { name: element.outerHTML.slice(0, 160), again: known >= 0, ringed, bare, wanted };
}"""

TAB_STOPS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled)
  .filter((one) => one.type !== "radio" || !window.tabStops.some(
    (stop) => stop.type === "radio" && stop.name === one.name))
  .filter((one) => !window.tabStops.includes(one))
  .map((one) => one.outerHTML.slice(0, 160))"""


def check_focus(page: Page, selector: str = "") -> dict[str, Any] | None:
    """What has the focus, which must be seen: with a ring, and with nothing lying over it."""
    stop: dict[str, Any] | None = page.evaluate(FOCUS, selector)
    if stop is not None:
        assert stop["ringed"], f"no focus ring: {stop['name']}"
        assert stop["bare"], f"focused behind something else: {stop['name']}"
    return stop


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the first such element (CSS) has the focus, which is seen all the way."""
    for _ in range(300):
        page.keyboard.press(key)
        stop = check_focus(page, selector)
        if stop is not None and stop["wanted"]:
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def tab_round(page: Page) -> None:
    """Once round the page with Tab: everything is reached, seen, and left again."""
    page.evaluate("() => { window.tabStops = []; document.activeElement?.blur(); }")
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = check_focus(page)
        if stop is None or stop["again"]:
            break
    assert page.evaluate(TAB_STOPS) == []


# --- guards taken out ----------------------------------------------------------------------------


def serve_changed(page: Page, script: str, changes: dict[str, str]) -> None:
    """Serve a script of ours with pieces of it replaced; each piece must be there, once."""
    source = (STATIC / script).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert source.count(old) == 1, f"{script} has no longer, or twice: {old}"
        source = source.replace(old, new)

    def answer(route: Route) -> None:
        route.fulfill(body=source, content_type="text/javascript")

    page.route(f"**/static/{script}", answer)


def heading(page: Page) -> Any:
    from playwright.sync_api import expect

    return expect(page.get_by_role("heading", level=1))


def begin(page: Page, picks: int = 3) -> None:
    """Step 1 with the first films, sent."""
    page.goto("/survey/")
    for place in range(picks):
        page.locator(".tile-like input").nth(place).check()
    page.locator("button[name=next]").click()
    page.wait_for_url("**/2/")


def finish(page: Page) -> Respondent:
    """The result is reached, and exactly one respondent is stored."""
    from playwright.sync_api import expect

    from survey.models import Respondent

    page.wait_for_url("**/results/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    respondent = Respondent.objects.get()
    assert str(respondent.pk) in page.url
    return respondent
