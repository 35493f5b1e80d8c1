"""Motifs of science fiction, adventure, war and history, for the lower part of a cover. Pure."""

from __future__ import annotations

from math import cos, radians, sin

from movies.drawings.shapes import Colours, area, box, circle, line, moved, one_of, polygon, ring

WHITE = "#FFFFFF"


def _stars(seed: int) -> str:
    drawn = ""
    for place in range(1, 14):
        x, y = 8 + (seed // 7**place) % 192, 128 + (seed // 11**place) % 172
        drawn += circle(x, y, (1.5, 2, 2.6)[place % 3], WHITE)
    return drawn


def ringed_planet(c: Colours, seed: int) -> str:
    return (
        _stars(seed)
        + circle(104, 226, 58, c.figure)
        + area("M46 226a58 58 0 0 0 116 0z", "#000000", 0.22)
        + moved(
            "rotate(-18 104 226)",
            line("M14 226a90 22 0 0 0 180 0", c.third, 8),
            line("M14 226a90 22 0 0 1 34-17M194 226a90 22 0 0 0-34-17", c.third, 8),
        )
    )


def orbits(c: Colours, seed: int) -> str:
    drawn = _stars(seed)
    for place, r in enumerate((150, 116, 82, 48)):
        drawn += ring(150, 300, r, c.third, 3, 0.45 + 0.15 * place)
    drawn += circle(150, 300, 26, c.figure)
    for r, angle in ((150, 205), (116, 240), (82, 190), (48, 262)):
        x, y = 150 + r * cos(radians(angle)), 300 + r * sin(radians(angle))
        drawn += circle(x, y, 11 if r > 90 else 7, WHITE if r == 116 else c.figure)
    return drawn


def grid_sun(c: Colours, seed: int) -> str:
    sun = circle(104, 214, 60, c.figure)
    for row in range(5):
        sun += box(30, 208 + 11 * row, 148, 3 + 1.2 * row, c.ground)
    floor = box(0, 254, 208, 60, "#000000", opacity=0.35)
    lines = "".join(f"M{104 + 14 * place} 254L{104 + 52 * place} 314" for place in range(-5, 6))
    rows = "".join(box(0, y, 208, 2.5, c.third) for y in (254, 262, 275, 294))
    return sun + floor + line(lines, c.third, 2.5) + rows


def peaks(c: Colours, seed: int) -> str:
    return (
        circle(one_of(seed, (64, 146)), 184, 38, c.figure)
        + polygon([(-20, 312), (60, 176), (150, 312)], c.third)
        + polygon([(60, 176), (38, 214), (58, 206), (70, 220), (82, 214)], WHITE)
        + polygon([(60, 312), (148, 206), (250, 312)], c.figure, 0.85)
        + polygon([(148, 206), (128, 230), (148, 226), (160, 236), (172, 230)], WHITE)
    )


def sea(c: Colours, seed: int) -> str:
    waves = "".join(
        area(
            f"M-30 {226 + 24 * row}q22-22 44 0t44 0t44 0t44 0t44 0t44 0V330H-30z",
            c.ground if row % 2 else c.third,
        )
        for row in range(4)
    )
    return circle(104, 206, 52, c.figure) + waves


def ruins(c: Colours, seed: int) -> str:
    return (
        circle(150, 190, 30, c.figure)
        + area("M0 312V250h40v-44h58v44h28v62z", c.third)
        + area("M90 312v-50h34v-26h50v40h40v40z", c.figure, 0.55)
        + box(0, 296, 208, 20, c.third)
    )


def chevrons(c: Colours, seed: int) -> str:
    drawn = ""
    for row, colour in enumerate((c.figure, c.third, c.figure)):
        low = 322 - 44 * row
        drawn += polygon(
            [
                *((-10, low), (104, low - 80), (218, low)),
                *((218, low - 26), (104, low - 106), (-10, low - 26)),
            ],
            colour,
        )
    return drawn


def rain(c: Colours, seed: int) -> str:
    drops = "".join(
        f"M{-10 + 24 * place + (seed // 13**place) % 14} {132 + (seed // 17**place) % 64}l-18 46"
        for place in range(1, 10)
    )
    return (
        box(0, 258, 208, 54, c.third)
        + area("M44 258a60 60 0 0 1 120 0z", c.figure)
        + line(drops, c.figure, 4, round=True, opacity=0.8)
    )


def flags(c: Colours, seed: int) -> str:
    drawn = ""
    for place, (x, height) in enumerate(((26, 150), (74, 128), (122, 164), (170, 120))):
        top, colour = 312 - height, c.figure if place % 2 else c.third
        drawn += box(x, top, 5, height, c.figure)
        drawn += polygon([(x + 5, top), (x + 44, top + 10), (x + 5, top + 30)], colour)
    return drawn + box(0, 296, 208, 16, c.third)
