"""The map of the 25 districts, as `fixtures/districts.csv` draws them. Pure: no Django import.

Equirectangular, with longitudes shortened by the cosine of the middle latitude (37.56° N): one unit
is about 37 m in both directions, x goes east and y south.
"""

from __future__ import annotations

import re
from functools import lru_cache

VIEW_BOX = (1000, 823)  # width and height


@lru_cache(maxsize=64)
def centre(outline: str) -> tuple[float, float]:
    """The centre of gravity of the area inside a path such as "M0 0L4 0L4 4Z", for a label.

    Of several rings the largest counts. Raises `ValueError` if the path encloses nothing.
    """
    rings = [_points(ring) for ring in outline.split("M") if ring]
    weighed = [_gravity(points) for points in rings]
    area, x, y = max(weighed, key=lambda found: abs(found[0]), default=(0.0, 0.0, 0.0))
    if not area:
        raise ValueError("the path encloses nothing")
    return x / (3 * area), y / (3 * area)


def _points(ring: str) -> list[tuple[int, int]]:
    numbers = [int(number) for number in re.findall("-?[0-9]+", ring)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _gravity(points: list[tuple[int, int]]) -> tuple[float, float, float]:
    """Twice the signed area, and the sums of the shoelace formula for x and y."""
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        area, x, y = area + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return area, x, y
