"""The geometry of the charts, worked out by hand."""

from __future__ import annotations

import pytest

from ottstats import charts


def test_the_scale_ends_at_the_largest_value_shown() -> None:
    assert charts.highest([[1.5, None], [None, 40.0], []]) == 40.0
    assert charts.highest([[None], []]) == 0.0


def test_bars_lie_below_each_other_and_the_largest_is_the_longest() -> None:
    first, second, third = charts.bars(
        [50.0, 20.0, None], top=50.0, y=24.0, heights=[16.0, 12.0, 12.0], gap=4.0, longest=80.0
    )
    assert (first.y, first.height, first.width, first.middle) == (24.0, 16.0, 80.0, 32.0)
    assert (second.y, second.height, second.width, second.middle) == (44.0, 12.0, 32.0, 50.0)
    assert (third.y, third.width, third.value) == (60.0, 0.0, None)


def test_columns_stand_on_the_floor_of_equal_slots() -> None:
    first, second, third, fourth = charts.columns(
        [10.0, 5.0, None, 0.0], top=10.0, ceiling=20.0, floor=120.0, filled=0.6
    )
    # Slots of 25 percent, of which a column fills 15 and leaves 5 on both sides.
    assert [column.x for column in (first, second, third, fourth)] == [5.0, 30.0, 55.0, 80.0]
    assert (first.width, first.centre, first.y, first.height) == (15.0, 12.5, 20.0, 100.0)
    assert (second.y, second.height) == (70.0, 50.0)
    assert (third.y, third.height, third.value) == (120.0, 0.0, None)
    assert (fourth.y, fourth.height, fourth.value) == (120.0, 0.0, 0.0)


def test_a_line_goes_from_margin_to_margin_and_the_largest_value_touches_the_ceiling() -> None:
    line = charts.line([10.0, 20.0, 0.0], top=20.0, ceiling=20.0, floor=100.0, margin=10.0)
    assert [(point.x, point.y) for point in line.points] == [(10, 60), (50, 20), (90, 100)]
    assert line.path == "M10 60 L50 20 L90 100"
    assert line.area == "M10 100 L10 60 L50 20 L90 100 L90 100 Z"


def test_a_line_is_broken_where_a_value_is_missing() -> None:
    line = charts.line([10, 20, None, 20, None, 10, 10], top=20, ceiling=0, floor=60, margin=2)
    assert line.path == "M2 30 L18 0 M82 30 L98 30"
    assert line.area == "M2 60 L2 30 L18 0 L18 60 Z M82 60 L82 30 L98 30 L98 60 Z"
    assert [point.is_alone for point in line.points] == [False] * 3 + [True] + [False] * 3


def test_nothing_to_show_draws_nothing() -> None:
    line = charts.line([None, None], top=0, ceiling=0, floor=60)
    assert (line.path, line.area, line.marked) == ("", "", [])
    assert charts.line([], top=0, ceiling=0, floor=60).points == []
    assert charts.columns([], top=0, ceiling=0, floor=60, filled=0.5) == []
    (bar,) = charts.bars([0.0], top=0.0, y=0, heights=[10], gap=0, longest=80)
    assert bar.width == 0.0


def test_a_single_value_stands_at_the_left_margin() -> None:
    (point,) = charts.line([5], top=5, ceiling=0, floor=60, margin=4).points
    assert (point.x, point.y, point.is_alone) == (4, 0, True)


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ([1, 9, 3, 4, 5], [9, 5]),
        ([1, 2, 3, 4, 9, 5], [5]),  # the label of the 9 would meet that of the 5
        ([1, 2, 3], [3]),
        ([9, None, None, None, None], [9]),
        ([5, 9, 2, 4, None], [9, 4]),
    ],
)
def test_the_last_value_has_a_label_and_the_highest_one_that_is_far_enough(
    values: list[int | None], marked: list[int]
) -> None:
    line = charts.line(values, top=9, ceiling=0, floor=60)
    assert [point.value for point in line.marked] == marked


def test_labels_at_the_edges_stay_within_the_drawing() -> None:
    points = charts.line([1, 1, 1], top=1, ceiling=0, floor=60, margin=4).points
    assert [point.anchor for point in points] == ["start", "middle", "end"]


def test_a_scale_below_0_has_its_ground_where_0_is() -> None:
    line = charts.line([-5.0, 10.0], top=10.0, bottom=-10.0, ceiling=20.0, floor=120.0)
    assert line.ground == 70.0
    assert [(point.x, point.y) for point in line.points] == [(0, 95), (100, 20)]
    assert line.area == "M0 70 L0 95 L100 20 L100 70 Z"
    assert charts.line([1.0], top=2.0, ceiling=20.0, floor=120.0).ground == 120.0
