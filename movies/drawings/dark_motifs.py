"""Motifs of thrillers, crime and horror. Each draws the lower part of a cover (208 x 312). Pure."""

from __future__ import annotations

from movies.drawings.shapes import Colours, area, box, circle, moved, one_of, polygon, ring

BRANCHES = (
    (-16, 118, 54),
    (22, 74, 44),
    (52, 132, 50),
    (96, 88, 46),
    (128, 150, 52),
    (168, 104, 60),
)
GAPS = ((52, 16), (96, 14), (130, 20), (78, 12), (190, 24), (240, 18))


def spiral(c: Colours, seed: int) -> str:
    right, down = one_of(seed, ((6, -4), (-6, -4), (5, 4)))
    drawn = ""
    for place in range(7):
        x, y = 104 + 0.8 * right * place, 236 + 0.8 * down * place
        drawn += ring(x, y, 118 - 17 * place, c.figure, 12 if place == 6 else 7)
    return drawn


def sun_behind_blinds(c: Colours, seed: int) -> str:
    blinds = "".join(box(0, 148 + 20 * row, 208, 10, c.ground) for row in range(9))
    return circle(one_of(seed, (70, 138)), 226, 70, c.figure) + blinds


def keyhole(c: Colours, seed: int) -> str:
    rings = "".join(ring(104, 216, r, c.third, 3) for r in (82, 102, 124))
    hole = polygon([(95, 212), (113, 212), (124, 258), (84, 258)], c.ground)
    return rings + circle(104, 216, 64, c.figure) + circle(104, 204, 21, c.ground) + hole


def fingerprint(c: Colours, seed: int) -> str:
    drawn = ""
    for place in range(7):
        size = (
            f'cx="104" cy="{226 - 1.5 * place:.1f}" rx="{10 + 12.5 * place}" ry="{14 + 15 * place}"'
        )
        dashes = ""
        if place:
            dash, gap = GAPS[place - 1]
            start = one_of(seed, range(0, 90, 9), place)
            dashes = f' stroke-dasharray="{dash} {gap}" stroke-dashoffset="{start}"'
        line_of = f'fill="none" stroke="{c.figure}" stroke-width="6.6" stroke-linecap="round"'
        drawn += f"<ellipse {size} {line_of}{dashes}/>"
    return moved("rotate(12 104 226)", drawn)


def line_up(c: Colours, seed: int) -> str:
    drawn = "".join(box(0, 150 + 34 * row, 208, 2, c.third, opacity=0.28) for row in range(5))
    for x, height, colour in ((16, 112, c.figure), (78, 146, c.third), (142, 98, c.figure)):
        body = f"M{x} 320v{44 - height}a26 26 0 0 1 52 0v{height}z"
        drawn += area(body, colour) + circle(x + 26, 320 - height, 19, colour)
    return drawn


def tape(c: Colours, seed: int) -> str:
    drawn = ""
    for row in range(3):
        y = 174 + 48 * row
        drawn += box(-60, y, 340, 26, c.third if row == 1 else c.figure)
        for place in range(10):
            x = -60 + 40 * place
            corners = [(x, y), (x + 16, y), (x + 4, y + 26), (x - 12, y + 26)]
            drawn += polygon(corners, c.ground)
    return moved("rotate(-24 104 226)", drawn)


def moon_and_pines(c: Colours, seed: int) -> str:
    drawn = circle(one_of(seed, (74, 134)), 204, 66, c.figure)
    for x, height, width in BRANCHES:
        for row in range(3):
            top, foot = 312 - height + 0.2 * height * row, 312 - 0.5 * height + 0.25 * height * row
            left, right = x - 4 * row, x + width + 4 * row
            drawn += polygon([(x + width / 2, top), (left, foot), (right, foot)], c.third)
    return drawn + box(0, 296, 208, 24, c.third)


def slit_eye(c: Colours, seed: int) -> str:
    return (
        area("M4 222Q104 118 204 222Q104 326 4 222z", c.figure)
        + circle(104, 222, 47, c.ground)
        + area("M104 180Q122 222 104 264Q86 222 104 180z", c.figure)
        + circle(120, 206, 6, "#FFFFFF")
    )


def fingers(c: Colours, seed: int) -> str:
    heights, first = (150, 92, 176, 70, 128, 166, 84), one_of(seed, range(7))
    drawn = ""
    for place, x in enumerate((0, 30, 58, 88, 120, 150, 180)):
        height = heights[(place + first) % 7]
        colour = c.third if place % 2 else c.figure
        drawn += box(x, 312 - height, 28, height + 20, colour, round=14)
    return drawn
