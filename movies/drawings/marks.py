"""Marks of platforms: the first syllable of the name on the brand's colour. Never a logo. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

SLATE = "#4A4758"  # of a platform whose colour no source gives
WHITE = "#FFFFFF"
LEAST_CONTRAST = 3.0  # of large type on its ground
DARKEST = "#0A1A22"


@dataclass(frozen=True)
class Mark:
    """`ground` and `ink` are colours as #RRGGBB; `letters` are one syllable or two letters."""

    letters: str
    ground: str
    ink: str


@lru_cache(maxsize=256)
def mark_of(name: str, brand_colour: str) -> Mark:
    """White on the brand's colour, or a dark ink where white could not be read."""
    ground = brand_colour or SLATE
    ink = WHITE if contrast(WHITE, ground) >= LEAST_CONTRAST else DARKEST
    return Mark(_letters(name), ground, ink)


def _letters(name: str) -> str:
    """넷플릭스 -> 넷; Prime Video -> Pr; U+모바일tv -> U+."""
    word = name.strip()
    return word[:1] if word[:1] > "\u1100" else word[:2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
