"""The covers that are drawn for films without a poster: white on each colour can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from movies.genres import cover_colour

CSS = (Path(__file__).resolve().parent.parent / "static" / "ottwin.css").read_text(encoding="utf-8")
COVERS = dict(re.findall(r"\.cover-(\w+) \{ --cover: (#[0-9a-f]{6}); \}", CSS))
FALLBACK = re.findall(r"var\(--cover, (#[0-9a-f]{6})\)", CSS)
GENRES = ["Action", "Comedy", "Documentary", "Drama", "Children", "Horror", "Romance", "Sci-Fi"]
GENRES += ["Thriller", "Western", "Film-Noir", "Musical", "War", "Mystery", "Fantasy", "Crime", ""]


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    """The relative luminance of WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
            assert 1.05 / (luminance(under) + 0.05) >= 4.5, (colour, shade)


def test_the_covers_are_the_same_in_both_themes() -> None:
    assert CSS.count("--cover:") == len(COVERS) == 10
    assert len(FALLBACK) == 1


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_has_a_colour(genre: str) -> None:
    assert cover_colour([genre] if genre else []) in COVERS
