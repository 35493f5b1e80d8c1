"""The title of a cover: its size, and the lines into which it breaks. Pure.

A browser that shows an SVG picture cannot break lines, so widths are estimated: a Hangul syllable
is 0.895 of the size, Latin letters about 0.6. Lengths are in the units of the drawing.
"""

from __future__ import annotations

WIDTH_OF_LINE = 182.0
# Sizes from large to small, with the lines that each may take.
SIZES = ((50, 2), (44, 2), (38, 3), (33, 3), (31, 3), (29, 4), (25, 4))
SMALLEST, MOST_LINES = SIZES[-1]
NARROW = frozenset(",.:·'’!;|il")


def fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines; too long a title is cut."""
    for size, most in SIZES:
        lines = _broken(title, size)
        lone = len(lines) > 1 and len(lines[-1]) < 2
        if len(lines) <= most and not lone and all(_fits(line, size) for line in lines):
            return size, lines
    lines = [_cut(line, SMALLEST) for line in _broken(title, SMALLEST)]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], _cut(f"{lines[MOST_LINES - 1]}…", SMALLEST)]
    return SMALLEST, lines


def _broken(title: str, size: int) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _fits(longer, size):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(line: str, size: int) -> str:
    if _fits(line, size):
        return line
    kept = line.rstrip("…")
    while kept and not _fits(f"{kept}…", size):
        kept = kept[:-1]
    return f"{kept}…"


def _fits(line: str, size: int) -> bool:
    return sum(map(_width, line)) * size <= WIDTH_OF_LINE


def _width(character: str) -> float:
    if character == " ":
        return 0.27
    if ord(character) > 0x1100:
        return 0.895
    if character in NARROW:
        return 0.3
    if character.isdigit():
        return 0.6
    return 0.7 if character.isupper() else 0.58
