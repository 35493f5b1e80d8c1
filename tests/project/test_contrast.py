"""Contrast where axe cannot judge it: on drawn covers, which are gradients, and in SVG charts.

What charts and pages write with are the tokens of the design system, so their pairs are checked.
"""

from __future__ import annotations

import re

import pytest

from movies.genres import COVER_COLOURS
from recommend.pages.shared.card import LIKELY, SURE, TRACK, UNKNOWN
from tests.paths import ROOT

STATIC = ROOT / "static"
CHARTS = STATIC.parent / "templates" / "ottstats"
CSS = (STATIC / "ottwin.css").read_text(encoding="utf-8")
COVERS = dict(re.findall(r"\.cover-(\w+) \{ --cover: (#[0-9a-f]{6}); \}", CSS))
FALLBACK = re.findall(r"var\(--cover, (#[0-9a-f]{6})\)", CSS)
THEMES = ["light", "dark"]
ENOUGH = 4.5
ENOUGH_FOR_SHAPES = 3.0  # borders of what one taps, and the focus ring
WRITTEN = [
    *((ink, paper) for ink in ("ink", "quiet", "accent", "bad", "good")
      for paper in ("paper", "raised")),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("on-accent", "accent"),
    ("on-warm", "warm"),
    ("on-bad", "bad"),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The colours by name; the dark theme changes most of the light one's."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks[:2])
    return light if theme == "light" else light | dark


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    """The relative luminance of WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_written_can_be_read(theme: str) -> None:
    colours = tokens(theme)
    for ink, paper in WRITTEN:
        found = contrast(channels(colours[ink]), channels(colours[paper]))
        assert found >= ENOUGH, (ink, paper, found)


@pytest.mark.parametrize("theme", THEMES)
def test_the_edges_of_tappable_elements_can_be_seen(theme: str) -> None:
    colours = tokens(theme)
    for shape in ("line", "accent"):
        for paper in ("paper", "raised"):
            found = contrast(channels(colours[shape]), channels(colours[paper]))
            assert found >= ENOUGH_FOR_SHAPES, (shape, paper, found)


@pytest.mark.parametrize("theme", THEMES)
def test_the_parts_of_a_bar_can_be_told_from_their_neighbours(theme: str) -> None:
    """An unknown part is a box in the colour of the paper, with an edge."""
    assert ".unknown { fill: var(--paper); stroke: var(--line);" in CSS
    colours = tokens(theme)
    for one, other in (("sure", "likely"), ("sure", "paper"), ("likely", "paper")):
        found = contrast(channels(colours[one]), channels(colours[other]))
        assert found >= ENOUGH_FOR_SHAPES, (one, other, found)


def test_the_parts_of_a_bar_in_the_picture_can_be_told_apart() -> None:
    """Four fillings in a row cannot all differ by 3 on a dark ground."""
    sure, likely, unknown, track = (
        [channel / 255 for channel in colour] for colour in (SURE, LIKELY, UNKNOWN, TRACK)
    )
    assert contrast(unknown, track) >= ENOUGH_FOR_SHAPES
    assert contrast(sure, likely) >= 2.3
    assert contrast(likely, unknown) >= 2.3


def test_text_of_charts_has_a_colour_of_the_design_system() -> None:
    """Each text has a class with the colour ink or quiet, which are readable everywhere."""
    css = (STATIC / "statistics.css").read_text(encoding="utf-8")
    rules = re.findall(r"([^{}]+)\{ fill: ([^;]+);", css)
    fills = {fill for selectors, fill in rules if re.search(r"\.(label|tick)\b", selectors)}
    assert fills == {"var(--ink)", "var(--quiet)"}
    charts = "".join(path.read_text(encoding="utf-8") for path in sorted(CHARTS.glob("*.html")))
    assert charts.count("<text") == len(re.findall(r'<text class="(?:label|tick)\b', charts)) > 0


def test_white_can_be_read_on_every_cover_from_end_to_end() -> None:
    gradient = re.search(
        r"\.cover \{[^}]*color: #ffffff; background: linear-gradient\((.*?)\);", CSS
    )
    assert gradient
    shades = [int(part) / 100 for part in re.findall(r"rgb\(0 0 0 / (\d+)%\)", gradient[1])]
    assert len(shades) == 2
    for colour in [*COVERS.values(), *FALLBACK]:
        for shade in shades:  # black of this opacity lies over the colour
            under = [channel * (1 - shade) for channel in channels(colour)]
            assert contrast([1, 1, 1], under) >= ENOUGH, (colour, shade)


def test_every_cover_has_a_colour_and_the_same_in_both_themes() -> None:
    assert set(COVERS) == {*COVER_COLOURS.values(), "other"}
    assert CSS.count("--cover:") == len(COVERS)
    assert len(FALLBACK) == 1
