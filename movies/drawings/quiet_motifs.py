"""Motifs of drama, romance, music and documentaries, for the lower part of a cover. Pure."""

from __future__ import annotations

from math import cos, radians, sin

from movies.drawings.shapes import Colours, area, box, circle, line, moved, one_of, polygon, ring

BLACK = "#150621"
WHITE = "#FFFFFF"


def window_light(c: Colours, seed: int) -> str:
    panes = "".join(
        box(-8 + 44 * column, 40 * row, 38, 34, c.figure, opacity=1 - 0.18 * row - 0.1 * column)
        for column in range(2)
        for row in range(3)
    )
    return (
        box(0, 236, 208, 76, c.third)
        + moved("translate(104 128) skewX(-14)", panes)
        + polygon([(10, 312), (118, 312), (150, 262), (70, 262)], c.figure, 0.38)
    )


def low_sun(c: Colours, seed: int) -> str:
    water = "".join(
        box(104 - width / 2, 244 + 17 * row, width, 8, c.figure)
        for row, width in enumerate((132, 104, 74, 44))
    )
    return circle(104, 232, 74, c.figure) + box(0, 232, 208, 80, c.third) + water


def door_ajar(c: Colours, seed: int) -> str:
    return (
        box(0, 262, 208, 50, c.third)
        + box(66, 128, 84, 134, c.third)
        + polygon([(74, 136), (112, 150), (112, 272), (74, 262)], c.ground)
        + box(112, 136, 30, 126, c.figure)
        + polygon([(112, 262), (142, 262), (196, 312), (96, 312)], c.figure, 0.55)
        + circle(105, 212, 3.4, c.figure)
    )


def two_shadows(c: Colours, seed: int) -> str:
    drawn = box(0, 208, 208, 104, c.third) + circle(150, 190, 34, c.figure)
    for x, height in ((62, 64), (88, 50)):
        drawn += box(x, 212 - height, 17, height, c.third, round=8)
        drawn += circle(x + 8.5, 203 - height, 9, c.third)
        drawn += polygon([(x, 212), (x + 17, 212), (x - 38, 312), (x - 72, 312)], c.ground)
    return drawn


def two_discs(c: Colours, seed: int) -> str:
    common = "M106 164a66 66 0 0 1 0 116a66 66 0 0 1 0-116z"
    return circle(74, 222, 66, c.figure) + circle(138, 222, 66, "#FF8FA3") + area(common, c.third)


def _heart(x: float, y: float, size: float, colour: str) -> str:
    parts = (
        box(-52, -52, 104, 104, colour) + circle(-52, 0, 52, colour) + circle(0, -52, 52, colour)
    )
    return moved(f"translate({x:g} {y:g}) rotate(45) scale({size:g})", parts)


def letter(c: Colours, seed: int) -> str:
    return moved(
        "rotate(-8 104 226)",
        box(16, 164, 176, 118, c.figure, round=6),
        area("M16 170L104 246L192 170V164H16z", WHITE, 0.55),
        line("M16 282L82 228M192 282L126 228", c.third, 3, opacity=0.5),
        _heart(104, 238, 0.3, c.third),
    )


def hearts(c: Colours, seed: int) -> str:
    return _heart(104, 226, 1, c.figure) + _heart(146, 262, 0.42, c.third)


def record(c: Colours, seed: int) -> str:
    grooves = "".join(ring(104, 250, 98 - 14 * place, c.figure, 1.6, 0.55) for place in range(4))
    return (
        circle(104, 250, 110, BLACK)
        + grooves
        + circle(104, 250, 40, c.figure)
        + circle(104, 250, 8, c.ground)
        + area("M104 250L198 196A110 110 0 0 1 210 226z", c.third, 0.5)
    )


def equaliser(c: Colours, seed: int) -> str:
    heights, first = (60, 110, 150, 90, 170, 124, 72), one_of(seed, range(7))
    drawn = ""
    for place in range(7):
        height = heights[(place + first) % 7]
        colour = c.figure if place % 3 else c.third
        drawn += box(10 + 28 * place, 306 - height, 20, height, colour, round=10)
    return drawn


def keys(c: Colours, seed: int) -> str:
    white = "".join(box(-30 + 40 * place, 168, 37, 220, WHITE) for place in range(7))
    black = "".join(box(-3 + 40 * place, 150, 22, 120, BLACK) for place in (0, 1, 3, 4, 5))
    return moved("rotate(-14 104 230)", white, black, box(-60, 150, 340, 20, c.figure))


def aperture(c: Colours, seed: int) -> str:
    drawn = circle(104, 210, 52, c.figure)
    for blade in range(6):
        (x1, y1), (x2, y2) = (
            (104 + 52 * cos(radians(angle)), 210 + 52 * sin(radians(angle)))
            for angle in (60 * blade + 10, 60 * blade + 128)
        )
        drawn += line(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", c.ground, 4)
    return drawn + line("M24 166v-24h24M184 166v-24h-24M184 254v24h-24", c.text, 5)


def lines_of_text(c: Colours, seed: int) -> str:
    widths = (176, 150, 176, 120, 166, 92)
    return "".join(
        box(16, 150 + 24 * row, width, 9, c.figure if row == 2 else c.text)
        for row, width in enumerate(widths)
    )


def contact_sheet(c: Colours, seed: int) -> str:
    drawn = ""
    for column, (upper, lower) in enumerate(((c.figure, c.third), (c.third, c.figure)) * 2):
        if column < 3:
            drawn += box(18 + 60 * column, 150, 52, 62, upper)
            drawn += box(18 + 60 * column, 222, 52, 62, lower)
    peak = polygon([(82, 206), (104, 168), (126, 206)], c.ground)
    return drawn + circle(44, 181, 14, c.ground) + peak + circle(164, 253, 14, c.ground)
