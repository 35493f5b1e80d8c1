"""Which values the parameters of a recommender may have, declared with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TypeVar

INFINITE = float("inf")

T = TypeVar("T", int, float)


def within(default: T, low: float, high: float) -> T:
    """A field of a `Ranged` dataclass, with both ends of its range allowed."""
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True)
class Ranged:
    """Parameters that are checked: raises `ValueError` naming the field, its value and range."""

    def __post_init__(self) -> None:
        for one in fields(self):
            if "range" not in one.metadata:
                continue
            value, (low, high) = getattr(self, one.name), one.metadata["range"]
            if not low <= value <= high:
                kind = type(self).__name__
                raise ValueError(
                    f"{kind}: {one.name} is {value}, but must be from {low:g} to {high:g}"
                )
