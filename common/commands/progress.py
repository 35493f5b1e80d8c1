"""How long-running work reports its progress. Pure: no Django import."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

SECONDS_BETWEEN_REPORTS = 1.0

Report = Callable[[str, int, int | None], None]
"""Told what is being done, how many are done, and of how many (None: not known)."""


def silent(stage: str, done: int, total: int | None) -> None:
    """A `Report` that reports nothing."""


def once_a_second(write: Callable[[str], object], report: Report = silent) -> Report:
    """A `Report` that writes "stage: 3 of 9", at most once a second within a stage.

    Everything is passed on to `report`.
    """
    last: tuple[str, float] = ("", 0.0)

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        report(stage, done, total)
        if stage == last[0] and monotonic() - last[1] < SECONDS_BETWEEN_REPORTS:
            return
        last = stage, monotonic()
        write(f"{stage}: {done:,} of {total:,}" if total else stage)

    return tell
