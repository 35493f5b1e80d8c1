"""A camera for the pages of one visitor, and what visitors do on many of them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

COLOURS = 96
SCREENS = 3  # of a long page


@dataclass
class Camera:
    """Takes pictures of one visitor's pages."""

    page: Page
    screen: dict[str, int]
    folder: Path
    kind: str  # such as 390-dark
    taken: set[str] = field(default_factory=set)

    def shoot(self, state: str, at: str = "", *, whole: bool = True) -> None:
        """Shoot the page from its top or from `at`: one screen or, if `whole`, up to three."""
        size: Any = self.screen
        if whole:  # elements fixed to the lower edge belong below everything
            height = self.page.evaluate("document.documentElement.scrollHeight")
            tall = max(size["height"], min(height, SCREENS * size["height"]))
            self.page.set_viewport_size({"width": size["width"], "height": tall})
        self.page.evaluate("(top) => window.scrollTo(0, top)", self._top(at))
        self.page.wait_for_timeout(200)
        image = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self.page.set_viewport_size(size)
        small = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(self.folder / f"{state}-{self.kind}.png", optimize=True)
        self.taken.add(state)

    def _top(self, at: str) -> int:
        if not at:
            return 0
        place: float = self.page.locator(at).first.evaluate(
            "one => one.getBoundingClientRect().top + window.scrollY"
            " - (parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 12)"
        )
        return max(0, int(place))


def next_step(page: Page, number: int) -> None:
    page.locator("button[name=next]").click()
    page.wait_for_url(f"**/{number}/")


def refused(page: Page, button: str = "next") -> None:
    page.locator(f"button[name={button}]").click()
    page.get_by_role("alert").wait_for()
