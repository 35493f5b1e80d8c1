"""Elements of an SVG as text, and the colours of a drawing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Point = tuple[float, float]
T = TypeVar("T")


@dataclass(frozen=True)
class Colours:
    """Of one cover: its ground, the figure on it, a third colour, and the title's."""

    ground: str
    figure: str
    third: str
    text: str


def one_of(seed: int, choices: Sequence[T], step: int = 1) -> T:
    """The same for the same seed; each `step` asks the seed another question."""
    place: int = (seed // 31**step) % len(choices)
    return choices[place]


def polygon(points: Iterable[Point], fill: str, opacity: float = 1) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{corners}" fill="{fill}"{_opacity(opacity)}/>'


def circle(x: float, y: float, r: float, fill: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}"/>'


def ring(x: float, y: float, r: float, stroke: str, width: float, opacity: float = 1) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"'
    line = f'stroke="{stroke}" stroke-width="{width}"{_opacity(opacity)}'
    return f'<circle {place} fill="none" {line}/>'


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    *,
    round: float = 0,
    opacity: float = 1,
) -> str:
    corner = f' rx="{round:g}"' if round else ""
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {size}{corner} fill="{fill}"{_opacity(opacity)}/>'


def area(d: str, fill: str, opacity: float = 1) -> str:
    return f'<path d="{d}" fill="{fill}"{_opacity(opacity)}/>'


def line(d: str, stroke: str, width: float, *, round: bool = False, opacity: float = 1) -> str:
    cap = ' stroke-linecap="round"' if round else ""
    shade = _opacity(opacity)
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{cap}{shade}/>'


def moved(transform: str, *parts: str) -> str:
    return f'<g transform="{transform}">{"".join(parts)}</g>'


def _opacity(value: float) -> str:
    return "" if value == 1 else f' opacity="{value:.2g}"'
