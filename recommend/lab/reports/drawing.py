"""Plain SVG drawings of figures, with the geometry of `ottstats.charts`. Pure.

Unlike matplotlib's they need no font and no second; the same figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from ottstats import charts

WIDTH, LEFT, TOP = 720.0, 170.0, 34.0
BAR, GAP = 11.0, 3.0
HEIGHT = 240.0  # of the lines
COLOURS = ("#0072B2", "#D55E00")  # Okabe and Ito's, which colour-blind people can tell apart
DASHES = ("", ' stroke-dasharray="6 4"')
STYLE = 'font-family="sans-serif" font-size="11"'

Curves = Mapping[str, Sequence[float]]


def bars(title: str, heads: Sequence[str], curves: Curves) -> str:
    """Horizontal bars below each other, one group for each head; the longest fills the width."""
    top = charts.highest(curves.values())
    each = len(curves) * (BAR + GAP) + 6
    parts: list[str] = []
    for number, (colour, values) in enumerate(zip(COLOURS, curves.values(), strict=False)):
        for place, value in enumerate(values):
            (bar,) = charts.bars(
                [value], top=top, y=TOP + 16 + place * each + number * (BAR + GAP),
                heights=[BAR], gap=0, longest=100,
            )  # fmt: skip
            width = bar.width / 100 * (WIDTH - LEFT - 20)
            parts.append(
                f'<rect x="{LEFT:g}" y="{bar.y:g}" width="{width:.1f}" height="{BAR:g}" '
                f'fill="{colour}"/>'
            )
    for place, head in enumerate(heads):
        middle = TOP + 16 + place * each + each / 2
        parts.append(_text(LEFT - 8, middle, head, "end"))
    return _svg(title, _key(curves, ("", "")), parts, TOP + 24 + len(heads) * each)


def lines(title: str, heads: Sequence[str], curves: Curves) -> str:
    """A line for each curve, from 0 to the largest value; some of the heads stand below."""
    top = charts.highest(curves.values())
    floor = TOP + HEIGHT
    drawn = [
        charts.line(list(values), top=top, ceiling=TOP + 20, floor=floor)
        for values in curves.values()
    ]

    def across(x: float) -> float:
        return 40 + x / 100 * (WIDTH - 80)

    parts = [f'<line x1="40" x2="{WIDTH - 40:g}" y1="{floor:g}" y2="{floor:g}" stroke="#888"/>']
    for colour, dash, one in zip(COLOURS, DASHES, drawn, strict=False):
        points = " ".join(f"{across(point.x):.1f},{point.y:.1f}" for point in one.points)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        )
    step = max(len(heads) // 10, 1)
    for point, head in list(zip(drawn[0].points, heads, strict=True))[::step]:
        parts.append(_text(across(point.x), floor + 16, head, "middle"))
    return _svg(title, _key(curves, DASHES), parts, floor + 28)


def _svg(title: str, key: Iterable[str], parts: Sequence[str], height: float) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}" role="img" {STYLE}>'
    )
    ground = f'<rect width="{WIDTH:g}" height="{height:g}" fill="#fff"/>'
    caption = f"<title>{escape(title)}</title>"
    return "\n".join([head, caption, ground, *key, *parts, "</svg>", ""])


def _key(curves: Curves, dashes: Sequence[str]) -> Iterator[str]:
    for number, (colour, dash, name) in enumerate(zip(COLOURS, dashes, curves, strict=False)):
        x = 40 + number * 260
        yield (
            f'<line x1="{x:g}" x2="{x + 24:g}" y1="16" y2="16" stroke="{colour}" '
            f'stroke-width="3"{dash}/>'
        )
        yield _text(x + 30, 20, name, "start")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
