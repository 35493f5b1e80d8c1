"""A confusion matrix as a drawing: squares whose darkness is their share. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SIDE = 26  # pixels of a square
LEFT, TOP = 118, 96  # room for the names
DARK_FROM = 0.55  # share from which letters on a square are light


@dataclass(frozen=True)
class MatrixSquare:
    """`opacity`: 0 to 1; `text`: its figure, "" for 0."""

    x: int
    y: int
    opacity: float
    text: str

    @property
    def is_dark(self) -> bool:
        return self.opacity >= DARK_FROM

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + SIDE / 2, self.y + SIDE / 2 + 3


@dataclass(frozen=True)
class MatrixName:
    """The name of a row or column; `at`: the middle of its squares."""

    name: str
    at: float


@dataclass(frozen=True)
class Matrix:
    """`rows`: each name with its figures, for the table beside the drawing."""

    names: Sequence[str]
    squares: Sequence[MatrixSquare]
    rows: Sequence[tuple[str, Sequence[str]]]

    @property
    def width(self) -> int:
        return LEFT + SIDE * len(self.names)

    @property
    def height(self) -> int:
        return TOP + SIDE * len(self.names)

    @property
    def side(self) -> int:
        return SIDE

    @property
    def down(self) -> list[MatrixName]:
        places = enumerate(self.names)
        return [MatrixName(name, TOP + SIDE * (place + 0.5) + 3) for place, name in places]

    @property
    def across(self) -> list[MatrixName]:
        places = enumerate(self.names)
        return [MatrixName(name, LEFT + SIDE * (place + 0.5) + 3) for place, name in places]


def matrix_of(names: Sequence[str], counts: Sequence[Sequence[float]], *, by_row: bool) -> Matrix:
    """The counts as they are, or each row as percent of its sum; the largest square is black."""
    figures = [
        [100 * one / sum(row) if sum(row) else 0.0 for one in row] if by_row else list(row)
        for row in counts
    ]
    most = max((one for row in figures for one in row), default=0.0) or 1.0
    squares = [
        MatrixSquare(LEFT + SIDE * column, TOP + SIDE * place, round(one / most, 3), f"{one:.0f}")
        for place, row in enumerate(figures)
        for column, one in enumerate(row)
        if one >= 0.5
    ]
    written = [[f"{one:.1f}" for one in row] for row in figures]
    return Matrix(names, squares, list(zip(names, written, strict=True)))
