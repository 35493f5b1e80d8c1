"""Which values the parameters of a recommender may have."""

from __future__ import annotations

from collections.abc import Mapping

INFINITE = float("inf")

Ranges = Mapping[str, tuple[float, float]]


def check_ranges(parameters: object, ranges: Ranges) -> None:
    """Raises `ValueError` naming the field, its value and its range, both ends of it allowed."""
    for name, (low, high) in ranges.items():
        value = getattr(parameters, name)
        if not low <= value <= high:
            kind = type(parameters).__name__
            raise ValueError(f"{kind}: {name} is {value}, but must be from {low:g} to {high:g}")
