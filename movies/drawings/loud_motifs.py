"""Motifs of action, comedy and animation, for the lower part of a cover (208 x 312). Pure."""

from __future__ import annotations

from math import cos, pi, sin

from movies.drawings.shapes import Colours, Point, area, box, circle, line, moved, one_of, polygon

CREAM = "#FFF4D6"
WHITE = "#FFFFFF"


def _star(x: float, y: float, tips: int, outer: float, inner: float, turn: float) -> list[Point]:
    corners = []
    for place in range(2 * tips):
        angle, r = turn + pi * place / tips, inner if place % 2 else outer
        corners.append((x + r * cos(angle), y + r * sin(angle)))
    return corners


def burst(c: Colours, seed: int) -> str:
    x, y = one_of(seed, (60, 120, 150)), one_of(seed, (222, 230, 238, 246), 2)
    turn = one_of(seed, (0.1, 0.35, 0.6, 0.85), 3)
    return (
        polygon(_star(x, y, 11, 150, 74, turn), c.figure)
        + polygon(_star(x, y, 11, 84, 44, turn + 0.2), c.ground)
        + polygon(_star(x, y, 9, 40, 20, turn), CREAM)
    )


def speed_lines(c: Colours, seed: int) -> str:
    drawn = ""
    for place in range(6):
        low, high = 330 - 34 * place, 170 - 21 * place
        corners = [(-20, low), (-20, low - 10 - 1.5 * place), (240, high), (240, high + 26)]
        drawn += polygon(corners, c.third if place % 2 else c.figure)
    return drawn + circle(150, 214, 30, CREAM)


def bolt(c: Colours, seed: int) -> str:
    drawn = ""
    for place in range(14):
        one, other = 2 * pi * place / 14, 2 * pi * (place + 0.5) / 14
        tips = [(104 + 300 * cos(angle), 226 + 300 * sin(angle)) for angle in (one, other)]
        drawn += polygon([(104, 226), *tips], c.third)
    corners = [(96, 128), (150, 128), (118, 204), (166, 204), (72, 330), (96, 236), (52, 236)]
    return drawn + polygon(corners, c.figure)


def grin(c: Colours, seed: int) -> str:
    eyes = "".join(circle(x, 216, 15, c.third) + circle(x + 4, 219, 7, c.text) for x in (66, 142))
    return (
        circle(104, 250, 112, c.figure)
        + eyes
        + area("M44 250a60 60 0 0 0 120 0z", c.text)
        + area("M52 250h104v6a10 10 0 0 1-10 10h-84a10 10 0 0 1-10-10z", c.third)
    )


def half_discs(c: Colours, seed: int) -> str:
    drawn = ""
    for place in range(9):
        row, column = divmod(place, 3)
        turn = one_of(seed, (0, 90, 180, 270), place + 1)
        colour = (c.figure, c.third, c.text)[(row + column) % 3]
        where = f"translate({36 + 68 * column} {164 + 64 * row}) rotate({turn})"
        drawn += moved(where, area("M-28 0a28 28 0 0 1 56 0z", colour))
    return drawn


def waves_of_colour(c: Colours, seed: int) -> str:
    return "".join(
        line(f"M-20 {176 + 46 * row}q32-44 64 0t64 0t64 0t64 0", colour, 22)
        for row, colour in enumerate((c.figure, c.text, c.third))
    )


def blocks(c: Colours, seed: int) -> str:
    return (
        box(22, 226, 76, 86, c.figure)
        + circle(146, 268, 44, c.third)
        + polygon([(22, 226), (60, 158), (98, 226)], c.text)
        + area("M104 224a42 42 0 0 1 84 0z", WHITE)
    )


def scales(c: Colours, seed: int) -> str:
    colours = (c.figure, c.third, WHITE, c.text)
    drawn = ""
    for row in range(5):
        for place in range(-1, 5):
            x, y = 26 + 52 * place + (26 if row % 2 else 0), 196 + 30 * row
            drawn += circle(x, y, 26, colours[(row + place + 5) % 4])
    return drawn


def balloons(c: Colours, seed: int) -> str:
    strings = "M70 236Q92 276 100 320M140 268Q122 292 106 320M102 276L103 320"
    return (
        circle(70, 196, 40, c.figure)
        + circle(140, 222, 46, c.third)
        + circle(102, 246, 30, WHITE)
        + line(strings, c.text, 3)
    )
