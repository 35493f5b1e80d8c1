"""The shipped districts draw a map whose labels lie inside."""

from __future__ import annotations

import csv
import re

import pytest

from ottstats.living.map import VIEW_BOX, centre
from tests.paths import ROOT

OUTLINE = re.compile(r"M[0-9]+ [0-9]+(L[0-9]+ [0-9]+){2,}Z")


def shipped() -> list[dict[str, str]]:
    with (ROOT / "fixtures" / "districts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def corners(outline: str) -> list[tuple[int, int]]:
    numbers = list(map(int, re.findall("[0-9]+", outline)))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_twenty_five_districts_fill_the_view_box() -> None:
    districts = shipped()
    assert len({row["code"] for row in districts}) == 25
    assert len({row["name_ko"] for row in districts}) == 25
    assert all(OUTLINE.fullmatch(row["outline"]) for row in districts)
    xs, ys = zip(*(corner for row in districts for corner in corners(row["outline"])), strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == (0, VIEW_BOX[0], 0, VIEW_BOX[1])


def test_neighbours_share_their_border_and_the_north_is_up() -> None:
    outlines = {row["name_ko"]: row["outline"] for row in shipped()}
    shared = set(corners(outlines["강남구"])) & set(corners(outlines["서초구"]))
    assert len(shared) >= 5
    assert centre(outlines["도봉구"])[1] < centre(outlines["서초구"])[1]
    assert centre(outlines["강서구"])[0] < centre(outlines["강동구"])[0]


def test_a_label_lies_inside_its_district() -> None:
    for row in shipped():
        x, y = centre(row["outline"])
        points, inside = corners(row["outline"]), False
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
            if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                inside = not inside
        assert inside, row["name_ko"]


def test_the_centre_is_that_of_the_area_of_the_largest_ring() -> None:
    assert centre("M0 0L4 0L4 2L0 2Z") == (2, 1)
    assert centre("M0 0L1 0L1 1ZM10 10L20 10L20 20L10 20Z") == (15, 15)
    with pytest.raises(ValueError, match="encloses nothing"):
        centre("M0 0L1 1Z")
