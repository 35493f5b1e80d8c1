"""Page speed on an average phone with slow 4G: loading, layout shifts, response to input.

Uses Chromium with an empty cache, throttled through its own protocol, like Lighthouse. The figures
are those of Web Vitals: the time until the largest part of the page is painted (LCP), the sum of
all layout shifts (CLS), and the longest time from a tap or a key to the next paint (the longest
`duration` of the Event Timing API). Times that include a response of the server are separate.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.measuring import Figure
from tests.browser.browsers import LAUNCH, PHONE, chromium

DOWN, UP = 1.6e6 / 8, 750e3 / 8  # bytes a second
SLOWER = 4
SETTLED_MS = 2000
OBSERVE = """
window.vitals = { lcp: 0, cls: 0, longest: 0 };
const observe = (type, each, more) => new PerformanceObserver(
  (list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more });
observe("largest-contentful-paint", (entry) => { vitals.lcp = entry.startTime; });
observe("layout-shift", (entry) => { if (!entry.hadRecentInput) vitals.cls += entry.value; });
observe("event", (entry) => {
  if (entry.interactionId) vitals.longest = Math.max(vitals.longest, entry.duration);
}, { durationThreshold: 16 });
"""


# The unit of each figure, and its limit.
LIMITS: dict[str, tuple[str, float | None]] = {
    "survey: LCP": ("ms", 2000),
    "survey: CLS": ("", 0.05),
    "survey: bytes without posters": ("KB", 150),
    "survey: tap a poster": ("ms", 200),
    "survey: type in search": ("ms", 200),
    "survey: type in search, until the options are there": ("ms", None),
    "survey: pick an option": ("ms", 200),
    "result: LCP": ("ms", 2500),
    "result: CLS": ("", 0.05),
    "result: bytes without posters": ("KB", 150),
    "result: drag the slider": ("ms", 200),
    "result: drag the slider, until all has followed": ("ms", None),
    "result: press 'seen'": ("ms", 200),
    "result: press 'seen', until the list has followed": ("ms", None),
    "result: open details": ("ms", 200),
}


class Phone:
    """A page on a slow phone; `figures` collects the measurements by name."""

    def __init__(
        self, page: Page, session: CDPSession, site: str, figures: dict[str, list[float]]
    ) -> None:
        self.page, self.figures, self._site = page, figures, site
        self._bytes = 0.0
        self._ours: set[str] = set()
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, object]) -> None:
        if str(event["response"]["url"]).startswith(self._site):  # type: ignore[index]
            self._ours.add(str(event["requestId"]))

    def _finished(self, event: dict[str, object]) -> None:
        if event["requestId"] in self._ours:
            self._bytes += float(event["encodedDataLength"])  # type: ignore[arg-type]

    def load(self, name: str, path: str) -> None:
        self.page.goto(path, wait_until="load")
        self.page.wait_for_timeout(SETTLED_MS)
        vitals = self.page.evaluate("vitals")
        self.figures[f"{name}: LCP"].append(vitals["lcp"])
        self.figures[f"{name}: CLS"].append(vitals["cls"])
        self.figures[f"{name}: bytes without posters"].append(self._bytes / 1024)

    def interact(self, name: str, action: Callable[[], None], until: str = "") -> None:
        """Measure an action; `until` is JavaScript that is true once the page has settled."""
        self.page.evaluate("() => { vitals.longest = 0; window.began = performance.now(); }")
        action()
        if until:
            what, condition = until.split(": ", 1)
            self.page.wait_for_function(condition)
            took = self.page.evaluate("performance.now() - began")
            self.figures[f"{name}, until {what}"].append(took)
        self.page.wait_for_timeout(700)
        self.figures[name].append(self.page.evaluate("vitals.longest"))


@contextmanager
def phone(
    browser: Browser, site: str, latency: int, figures: dict[str, list[float]]
) -> Iterator[Phone]:
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="ko-KR",
        base_url=site,
    )
    page = context.new_page()
    page.add_init_script(OBSERVE)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    network = {"latency": latency, "downloadThroughput": DOWN, "uploadThroughput": UP}
    session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield Phone(page, session, site, figures)
    context.close()


def survey(phone: Phone) -> None:
    page = phone.page
    phone.load("survey", "/survey/")
    phone.interact("survey: tap a poster", page.locator(".tile-like").nth(2).tap)
    box = page.locator("#id_search")
    box.tap()
    phone.interact(
        "survey: type in search",
        lambda: page.keyboard.type("matrix", delay=120),
        "the options are there: () => /Matrix/.test("
        "document.querySelector('[role=option]')?.textContent)",
    )
    phone.interact("survey: pick an option", page.get_by_role("option").first.tap)


def result(phone: Phone, path: str) -> None:
    page = phone.page
    phone.load("result", path)
    phone.interact("result: open details", page.locator(".films-list summary").first.tap)
    first = page.locator(".films-list h3").first.inner_text()
    phone.interact(
        "result: press 'seen'",
        page.locator(".react button[name=seen]").first.tap,
        "the list has followed: () => document.querySelector('.films-list h3').innerText"
        f" !== {first!r}",
    )

    page.locator("#weigh > summary").tap()
    page.wait_for_timeout(SETTLED_MS)

    def drag() -> None:
        slider = page.locator("#weight")
        slider.scroll_into_view_if_needed()
        box = slider.evaluate("one => one.getBoundingClientRect().toJSON()")
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.down()
        for part in range(6, 11):
            page.mouse.move(box["x"] + box["width"] * part / 10 - 2, middle)
        page.mouse.up()

    page.evaluate("document.querySelector('#platforms').dataset.old = 'yes'")
    phone.interact(
        "result: drag the slider",
        drag,
        "all has followed: () => !document.querySelector('#platforms').dataset.old",
    )


def phone_speed(site: str, results: list[str], *, latency: int, runs: int) -> list[Figure]:
    """The medians, in the order of `LIMITS`; each run uses another result."""
    figures: dict[str, list[float]] = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
        for path in results[-runs:]:
            with phone(browser, site, latency, figures) as one:
                survey(one)
            with phone(browser, site, latency, figures) as one:
                result(one, path)
        browser.close()
    medians = []
    for name, (unit, limit) in LIMITS.items():
        taken = figures[name]
        note = f"{min(taken):.3g} to {max(taken):.3g}"
        medians.append(Figure(name, statistics.median(taken), unit, limit, note))
    return medians
