"""One table of a report, written for Markdown and for the terminal. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDEST = 120  # characters of a line on the terminal
INTERVAL = re.compile(r" \([^()]+ to [^()]+\)")


@dataclass(frozen=True)
class Section:
    """A table of names (first column) and figures, below a title and a note if it has them.

    On the terminal `caption` stands in place of the title, and `seconds`, which are different each
    time, in a column of their own; Markdown has neither.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    caption: str = ""
    seconds: Sequence[float] = ()

    def markdown(self) -> Iterator[str]:
        """Lines, the last one empty."""
        for above in (self.title and f"### {self.title}", self.note):
            if above:
                yield from (above, "")
        yield _row(self.header)
        yield "|" + "---|" * len(self.header)
        yield from map(_row, self.rows)
        yield ""

    def lines(self) -> Iterator[str]:
        """An empty line, then the table; one that is too wide is written without intervals."""
        yield ""
        yield from filter(None, (self.caption or self.title, self.note))
        cells = [[cell.replace("`", "") for cell in row] for row in (self.header, *self.rows)]
        if self.seconds:
            last = ["seconds", *(f"{one:.1f}" for one in self.seconds)]
            cells = [[*row, cell] for row, cell in zip(cells, last, strict=True)]
        aligned = _aligned(cells)
        if len(aligned[0]) > WIDEST:
            aligned = _aligned([[INTERVAL.sub("", cell) for cell in row] for row in cells])
        yield from (line.rstrip() for line in aligned)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    """Names to the left, figures to the right, columns as wide as they need."""
    first, *widths = (max(map(len, column)) for column in zip(*cells, strict=True))
    lines = []
    for name, *figures in cells:
        right = [cell.rjust(width) for cell, width in zip(figures, widths, strict=True)]
        lines.append("  ".join([name.ljust(first), *right]))
    return lines
