"""Contrast where axe cannot judge it: in SVG, such as drawn covers, marks and charts.

What charts and pages write with are the tokens of the design system, so their pairs are checked.
"""

from __future__ import annotations

import csv
import re

import pytest

from movies.drawings.covers import CREAM, STYLES
from movies.drawings.marks import mark_of
from recommend.pages.shared.card import LIKELY, SURE, TRACK, UNKNOWN
from tests.paths import ROOT

STATIC = ROOT / "static"
CHARTS = STATIC.parent / "templates" / "ottstats"
CSS = (STATIC / "ottwin.css").read_text(encoding="utf-8")
COVERS = re.findall(
    r"\.cover-(\w+) \{ --cover: (#[0-9a-f]{6}); --on-cover: (#[0-9a-f]{6}); \}", CSS
)
THEMES = ["light", "dark"]
ENOUGH = 4.5
ENOUGH_FOR_SHAPES = 3.0  # borders of what one taps, and the focus ring
WRITTEN = [
    *((ink, paper) for ink in ("ink", "quiet", "accent", "bad", "good")
      for paper in ("paper", "card", "sunk")),
    ("accent", "soft"),
    ("ink", "soft"),
    ("paper", "ink"),
    ("on-accent", "accent"),
    ("good", "good-soft"),
    ("bad", "bad-soft"),
    ("on-pop", "pop"),
    *((ink, ground) for ink in ("haze", "pop") for ground in ("ground", "floor", "hero")),
    ("on-warm", "warm"),
    ("on-bad", "bad"),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The colours by name; the dark theme changes most of the light one's."""
    light, dark = colours_of(":root"), colours_of(':root[data-theme="dark"]')
    return light if theme == "light" else light | dark


def colours_of(selector: str) -> dict[str, str]:
    block = re.search(rf"{re.escape(selector)} \{{(.*?)\}}", CSS, re.DOTALL)
    assert block, selector
    return dict(re.findall(r"--([\w-]+): (.+?);", block[1]))


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    """The relative luminance of WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_dark_theme_is_the_same_by_setting_and_by_choice() -> None:
    by_setting = colours_of(':root:not([data-theme="light"])')
    assert by_setting == colours_of(':root[data-theme="dark"]')
    assert by_setting.keys() < colours_of(":root").keys()


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_written_can_be_read(theme: str) -> None:
    colours = tokens(theme)
    for ink, paper in WRITTEN:
        found = contrast(channels(colours[ink]), channels(colours[paper]))
        assert found >= ENOUGH, (ink, paper, found)


@pytest.mark.parametrize("theme", THEMES)
def test_the_edges_of_tappable_elements_can_be_seen(theme: str) -> None:
    colours = tokens(theme)
    for shape in ("edge", "accent"):
        for paper in ("paper", "card", "sunk"):
            found = contrast(channels(colours[shape]), channels(colours[paper]))
            assert found >= ENOUGH_FOR_SHAPES, (shape, paper, found)


@pytest.mark.parametrize("theme", THEMES)
def test_the_parts_of_a_bar_can_be_told_from_their_neighbours(theme: str) -> None:
    """An unknown part is hatched. Sure and likely have a gap between."""
    assert '.hatched { fill: url("#hatch"); }' in CSS
    assert ".hatch-line { stroke: var(--edge);" in CSS
    colours = tokens(theme)
    for part in ("sure", "likely", "edge"):
        for ground in ("card", "sunk"):
            found = contrast(channels(colours[part]), channels(colours[ground]))
            assert found >= ENOUGH_FOR_SHAPES, (part, ground, found)
    assert contrast(channels(colours["sure"]), channels(colours["likely"])) >= 2.3


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


def test_titles_can_be_read_on_every_cover() -> None:
    for name, style in STYLES.items():
        for colours in style.duotones:
            for text in {colours.text, CREAM if colours.text == "#FFFFFF" else colours.text}:
                found = contrast(channels(text), channels(colours.ground))
                assert found >= ENOUGH, (name, colours, found)


def test_a_cover_that_did_not_come_leaves_its_ground_and_words_that_can_be_read() -> None:
    grounds = {name: (ground, text) for name, ground, text in COVERS}
    drawn = {name: style.duotones[0] for name, style in STYLES.items()}
    assert grounds == {name: (one.ground.lower(), one.text.lower()) for name, one in drawn.items()}


def test_the_letters_of_every_mark_can_be_read() -> None:
    with (ROOT / "fixtures" / "platforms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(bool(row["brand_colour"]) for row in rows) >= 8
    for row in rows:
        assert bool(row["brand_colour"]) == bool(row["brand_source"]), row["slug"]
        mark = mark_of(row["name_ko"], row["brand_colour"])
        found = contrast(channels(mark.ink), channels(mark.ground))
        assert found >= ENOUGH_FOR_SHAPES, (row["slug"], found)
