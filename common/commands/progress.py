"""How long-running work reports its progress. Pure: no Django import."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str, int, int | None], None]
"""Told what is being done, how many are done, and of how many (None: not known)."""


def silent(stage: str, done: int, total: int | None) -> None:
    """A `Report` that reports nothing."""
