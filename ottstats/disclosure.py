"""Which counts of people may be shown without revealing any person. Pure: no Django import.

1. Threshold: a count under `SMALLEST`, including 0, is hidden.
2. Lines: if exactly one count of a row or a column is hidden, the smallest shown one is hidden too;
   otherwise a known sum would reveal the first by subtraction.
3. Loops: if all sums are known, a hidden count of a table follows from the others exactly if it is
   on no loop of hidden counts (along its row to a hidden count, along that one's column to the
   next, and so back to it). For such a bridge, the smallest count that closes a loop is hidden.
4. Linked tables: if one table shows everybody of a platform, its sum is known, and the counts that
   another table of the same people leaves out must add up to at least `SMALLEST`. Otherwise that
   table hides one more; if it hides nothing, because it only leaves out people without an answer,
   the first table hides its two smallest.
5. Together: the sum of the hidden counts of a line is itself a count, so rule 1 applies to it.
6. Cross tables (`shown_cross`): another page shows the sums of its lines, so rule 5 applies to each
   line and to the whole table. A line whose sum is hidden there is hidden here.

Rules 2 and 3 are complementary suppression. D. Gusfield, "A graph theoretic approach to statistical
data security", SIAM J. Comput. 17 (1988), proves that exactly the bridges can be computed. These
rules stop subtraction, not guessing: readers can always bound a hidden count. Every step only
hides, so the algorithm ends. Its result depends only on the counts: equal counts give equal pages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

SMALLEST = 10

Counts = Sequence[Sequence[int]]  # rows (platforms) of columns (groups or weeks)
ShownLine = list[int | None]  # None: hidden
Place = tuple[int, int]  # row, column


@dataclass(frozen=True)
class Table:
    """Counts by rows (platforms) and columns (groups or weeks).

    `complete`: every counted person is in one of the columns. If people without an answer are in
    none, a full row does not reveal the platform's sum.
    """

    counts: Counts
    complete: bool = True


def shown_line(counts: Sequence[int]) -> ShownLine:
    """The counts of one line whose sum may be known."""
    return shown_tables([Table([counts])])[0][0]


def shown_tables(
    tables: Sequence[Table], *, hidden_rows: Collection[int] = ()
) -> list[list[ShownLine]]:
    """What may be shown of tables about the same people: row i is the same platform in each.

    `hidden_rows` are hidden entirely, because another table hides the platform. A line of one count
    has nothing else to hide: its sum must not be published if the count is hidden.
    """
    hidden = [_under_threshold(table.counts, hidden_rows) for table in tables]
    changed = True
    while changed:
        for table, places in zip(tables, hidden, strict=True):
            _protect(table.counts, places)
        changed = _hide_for_links(tables, hidden)
    return [
        [
            [None if (row, column) in places else count for column, count in enumerate(line)]
            for row, line in enumerate(table.counts)
        ]
        for table, places in zip(tables, hidden, strict=True)
    ]


def shown_cross(
    counts: Counts, *, hidden_rows: Collection[int] = (), hidden_columns: Collection[int] = ()
) -> list[ShownLine]:
    """What may be shown of one table whose sums by row and by column are known (rule 6).

    The lines named are hidden entirely, because another table hides their sums.
    """
    hidden = _under_threshold(counts, hidden_rows)
    hidden |= {(row, column) for row in range(len(counts)) for column in hidden_columns}
    changed = True
    while changed:
        _protect(counts, hidden)
        changed = _hide_small_rests(counts, hidden)
    return [
        [None if (row, column) in hidden else count for column, count in enumerate(line)]
        for row, line in enumerate(counts)
    ]


def together(counts: Sequence[int], shown: Sequence[int | None]) -> int | None:
    """The sum of the hidden counts of a line; None if it may not be shown."""
    rest = [count for count, seen in zip(counts, shown, strict=True) if seen is None]
    return sum(rest) if len(rest) > 1 and sum(rest) >= SMALLEST else None


def _under_threshold(counts: Counts, hidden_rows: Collection[int]) -> set[Place]:
    return {
        (row, column)
        for row, line in enumerate(counts)
        for column, count in enumerate(line)
        if count < SMALLEST or row in hidden_rows
    }


def _smallest(counts: Counts, places: Collection[Place], number: int) -> set[Place]:
    """The places of the smallest counts; of equal ones the first."""
    return set(sorted(places, key=lambda place: (counts[place[0]][place[1]], place))[:number])


def _protect(counts: Counts, hidden: set[Place]) -> None:
    """Rules 2 and 3 for one table."""
    _hide_in_lines(counts, hidden)
    while found := _closing_a_loop(counts, hidden):
        hidden |= found
        _hide_in_lines(counts, hidden)


def _lines(counts: Counts) -> Iterator[list[Place]]:
    for row, line in enumerate(counts):
        yield [(row, column) for column in range(len(line))]
    for column in range(len(counts[0]) if counts else 0):
        yield [(row, column) for row in range(len(counts))]


def _hide_in_lines(counts: Counts, hidden: set[Place]) -> None:
    """Rule 2, until it holds everywhere."""
    before = -1
    while len(hidden) > before:
        before = len(hidden)
        for line in _lines(counts):
            shown = [place for place in line if place not in hidden]
            if len(line) - len(shown) == 1:
                hidden |= _smallest(counts, shown, 1)


def _hide_small_rests(counts: Counts, hidden: set[Place]) -> bool:
    """Rule 5 for lines whose sums are known: hide one more of each; return whether it did."""
    before = len(hidden)
    lines = [*_lines(counts)] if len(counts) > 1 else []
    for line in [*lines, [place for one in _lines(counts) for place in one]]:
        rest = [counts[row][column] for row, column in {*line} & hidden]
        shown = [place for place in {*line} if place not in hidden]
        if rest and sum(rest) < SMALLEST:
            hidden |= _smallest(counts, shown, 1)
    return len(hidden) > before


def _closing_a_loop(counts: Counts, hidden: set[Place]) -> set[Place]:
    """Rule 3 for the first bridge: the place to hide, or none if there is no bridge.

    Without the bridge, its row and its column are in two separate parts. A place in a row of the
    one and a column of the other closes a loop; once rule 2 holds, such a place exists.
    """
    for bridge in sorted(hidden):
        rows, columns = _part(hidden - {bridge}, row=bridge[0])
        if bridge[1] in columns:
            continue
        other_rows, other_columns = _part(hidden - {bridge}, column=bridge[1])
        across = {(row, column) for row in rows for column in other_columns}
        across |= {(row, column) for row in other_rows for column in columns}
        if len(across) > 1:
            return _smallest(counts, across - {bridge}, 1)
    return set()


def _part(
    hidden: Collection[Place], *, row: int | None = None, column: int | None = None
) -> tuple[set[int], set[int]]:
    """Rows and columns that hidden counts connect with the given row or column."""
    rows = set() if row is None else {row}
    columns = set() if column is None else {column}
    before = 0
    while len(rows) + len(columns) > before:
        before = len(rows) + len(columns)
        for place in hidden:
            if place[0] in rows or place[1] in columns:
                rows.add(place[0])
                columns.add(place[1])
    return rows, columns


def _hide_for_links(tables: Sequence[Table], hidden: Sequence[set[Place]]) -> bool:
    """Apply rule 4; return whether it hid anything."""
    before = sum(len(places) for places in hidden)
    for row in range(len(tables[0].counts) if tables else 0):
        shown = [
            _shown(table.counts, places, row) for table, places in zip(tables, hidden, strict=True)
        ]
        whole = [
            len(places) == len(table.counts[row])
            for table, places in zip(tables, shown, strict=True)
        ]
        telling = [n for n, table in enumerate(tables) if whole[n] and table.complete]
        for n, table in enumerate(tables):
            if not telling or n in telling:
                continue
            total = sum(tables[telling[0]].counts[row])
            if total - sum(table.counts[row][column] for _row, column in shown[n]) >= SMALLEST:
                continue
            if not whole[n]:
                hidden[n].update(_smallest(table.counts, shown[n], 1))
            else:
                for other in telling:
                    hidden[other].update(_smallest(tables[other].counts, shown[other], 2))
    return sum(len(places) for places in hidden) > before


def _shown(counts: Counts, hidden: Collection[Place], row: int) -> list[Place]:
    return [(row, column) for column in range(len(counts[row])) if (row, column) not in hidden]
