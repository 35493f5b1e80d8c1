"""No small count is shown, and nothing from which a hidden count follows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ottstats.disclosure import SMALLEST, ShownLine, Table, shown_line, shown_tables, together

COUNTS = st.integers(0, 40)


def shown_table(
    counts: Sequence[Sequence[int]], *, hidden_rows: Sequence[int] = ()
) -> list[ShownLine]:
    return shown_tables([Table(counts)], hidden_rows=hidden_rows)[0]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([10, 25], [10, 25]),
        ([9, 25, 12], [None, 25, None]),
        ([0, 25, 12], [None, 25, None]),
        ([0, 12, 12, 30], [None, None, 12, 30]),
        ([9, 9, 25], [None, None, 25]),
        ([9, 25], [None, None]),
        ([3, 4], [None, None]),
        ([3], [None]),
        ([30], [30]),
        ([], []),
    ],
)
def test_small_counts_of_a_line_are_hidden_but_never_just_one(
    counts: list[int], shown: ShownLine
) -> None:
    assert shown_line(counts) == shown


def test_a_count_that_is_alone_in_its_column_takes_another_of_the_column_with_it() -> None:
    counts = [[50, 3, 4], [40, 30, 20], [40, 31, 21]]
    # Row 0 has two hidden counts; columns 1 and 2 have one each, and lose their smallest.
    assert shown_table(counts) == [[50, None, None], [40, None, None], [40, 31, 21]]


def test_a_count_between_two_loops_gets_a_loop_of_its_own() -> None:
    """Each line of this table hides two counts or more, and yet (2, 2) could be computed.

    Rows 0 and 1 with columns 0 and 1 are a loop, rows 3 and 4 with columns 3 and 4 another; row 2
    hangs on the first by (2, 1), column 2 on the second by (3, 2).
    """
    counts = [
        [1, 1, 90, 90, 90],
        [1, 1, 90, 90, 90],
        [90, 1, 1, 80, 90],
        [90, 90, 1, 1, 1],
        [90, 90, 90, 1, 1],
    ]
    shown = shown_table(counts)
    hidden = {(row, col) for row in range(5) for col in range(5) if shown[row][col] is None}
    small = {(row, col) for row in range(5) for col in range(5) if counts[row][col] < SMALLEST}
    assert hidden == small | {(2, 3), (0, 2)}


def test_a_row_that_another_table_hides_is_hidden_whole() -> None:
    assert shown_table([[50, 40], [60, 70], [80, 90]], hidden_rows=[0, 1]) == [
        [None, None],
        [None, None],
        [80, 90],
    ]


def test_a_complete_row_of_another_table_does_not_reveal_a_small_rest() -> None:
    weeks = [[30, 20, 25], [90, 80, 70]]
    ages = [[70, 3, 2], [120, 60, 60]]
    shown_weeks, shown_ages = shown_tables([Table(weeks), Table(ages)])
    # 30 + 20 + 25 - 70 would say that 5 people are in the two hidden groups.
    assert shown_ages[0] == [None, None, None]
    assert shown_weeks[0] == [30, 20, 25]


def test_a_rest_of_ten_and_more_may_be_known() -> None:
    weeks = [[30, 20, 25], [90, 80, 70]]
    ages = [[65, 5, 5], [120, 60, 60]]
    shown_weeks, shown_ages = shown_tables([Table(weeks), Table(ages)])
    assert shown_ages[0] == [65, None, None]
    assert shown_weeks[0] == [30, 20, 25]


def test_a_table_without_people_who_gave_no_answer_reveals_no_sum() -> None:
    genders, ages = [[40, 35], [120, 120]], [[70, 3, 2], [120, 60, 60]]
    shown_genders, shown_ages = shown_tables([Table(genders, complete=False), Table(ages)])
    assert shown_genders[0] == [40, 35]
    assert shown_ages[0] == [70, None, None]


def test_people_who_gave_no_answer_are_a_rest_too() -> None:
    genders, weeks = [[40, 35], [60, 60]], [[40, 38], [70, 70]]
    shown_genders, shown_weeks = shown_tables([Table(genders, complete=False), Table(weeks)])
    assert shown_genders == [[40, 35], [60, 60]]
    assert shown_weeks == [[None, None], [None, None]]  # 3 told no gender; the columns follow


@pytest.mark.parametrize(
    ("counts", "shown", "rest"),
    [
        ([30, 6, 4], [30, None, None], 10),
        ([30, 6, 3], [30, None, None], None),
        ([30, 20], [30, 20], None),
        ([12], [None], None),
    ],
)
def test_the_sum_of_the_hidden_counts_is_shown_from_ten_on(
    counts: list[int], shown: ShownLine, rest: int | None
) -> None:
    assert together(counts, shown) == rest


def lines(shown: list[ShownLine]) -> list[ShownLine]:
    return [*shown, *(list(column) for column in zip(*shown, strict=True))]


TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=2, max_size=6)
)


@given(TABLES)
@settings(deadline=None)
def test_no_table_shows_a_small_count_or_hides_a_single_one(counts: list[list[int]]) -> None:
    shown = shown_table(counts)
    for row, line in enumerate(shown):
        for column, count in enumerate(line):
            assert count is None or count == counts[row][column] >= SMALLEST
    for line in lines(shown):
        assert line.count(None) != 1
    assert shown == shown_table(counts)


@given(TABLES)
@settings(deadline=None)
def test_no_hidden_count_follows_from_all_sums_of_rows_and_columns(
    counts: list[list[int]],
) -> None:
    """A count is determined exactly if the equations of the sums span its unit vector."""
    shown = shown_table(counts)
    hidden = [
        (row, column)
        for row, line in enumerate(shown)
        for column, count in enumerate(line)
        if count is None
    ]
    equations = [[float(place[0] == row) for place in hidden] for row in range(len(shown))]
    equations += [[float(place[1] == col) for place in hidden] for col in range(len(shown[0]))]
    rank = np.linalg.matrix_rank(np.array(equations)) if hidden else 0
    for unit in np.eye(len(hidden)):
        assert np.linalg.matrix_rank(np.vstack([equations, unit])) > rank


PEOPLE = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2)), max_size=400)


@given(PEOPLE)
@settings(deadline=None)
def test_two_tables_of_the_same_people_reveal_no_small_rest_of_each_other(
    people: list[tuple[int, int, int]],
) -> None:
    first = [[people_in(people, row, 1, group) for group in range(4)] for row in range(3)]
    second = [[people_in(people, row, 2, group) for group in range(3)] for row in range(3)]
    shown = shown_tables([Table(first), Table(second)])
    for counts, line, other in (
        *zip(first, shown[0], shown[1], strict=True),
        *zip(second, shown[1], shown[0], strict=True),
    ):
        if None in line and None not in other:
            rest = sum(n for n, seen in zip(counts, line, strict=True) if seen is None)
            assert rest >= SMALLEST


def people_in(people: list[tuple[int, int, int]], row: int, table: int, group: int) -> int:
    return sum(person[0] == row and person[table] == group for person in people)
