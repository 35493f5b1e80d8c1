"""What is wrong with a page that anybody may open: axe-core, targets to tap, width."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.browsers import fits

# axe leaves out what WCAG 2.2 asks of the size of targets unless it is told to look at it.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}

SMALL = """() => {
  const found = [];
  const inSentence = (link) => getComputedStyle(link).display === "inline"
    && link.closest("p, li, dd, td")?.textContent.trim() !== link.textContent.trim();
  const controls = "a[href], button, input:not([type=hidden]), select, summary, [role=option]";
  for (const one of document.querySelectorAll(controls)) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.matches("a") && inSentence(one)) continue;
    const ticked = one.matches("[type=checkbox], [type=radio]");
    const target = ticked ? one.labels[0] : one;
    const box = target.getBoundingClientRect();
    if (box.bottom <= 0) continue;  /* the skip link, which is not on the screen yet */
    if (box.width < 43.5 || box.height < 43.5) {
      const size = `${Math.round(box.width)}x${Math.round(box.height)}`;
      found.push(`${size} ${one.outerHTML.slice(0, 160)}`);
    }
  }
  return found;
}"""


def violations(page: Page, where: str) -> list[str]:
    """What axe finds, a line each: the rule, what would help, the element and why."""
    page.evaluate("window.scrollTo(0, 0)")  # further down, sticky tabs lie over what passes below
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{where}: {rule['id']} ({rule['help']}): {' '.join(map(str, node['target']))}: "
        + " ".join(node["failureSummary"].split())
        for rule in found
        for node in rule["nodes"]
    ]


def faults(page: Page, where: str) -> list[str]:
    """What axe finds, what is too small to tap, and whether the page is too wide."""
    small = [f"{where}: too small to tap: {one}" for one in page.evaluate(SMALL)]
    wide = [] if fits(page) else [f"{where}: wider than the screen"]
    return [*violations(page, where), *small, *wide]
