"""Shared by the benchmarks: arguments, timing, percentiles, and tables of figures with limits."""

from __future__ import annotations

import statistics
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

import numpy as np

Result = TypeVar("Result")


def arguments_of(docstring: str | None) -> ArgumentParser:
    """A parser described by the first line of a module's docstring."""
    return ArgumentParser(description=(docstring or "").partition("\n")[0])


def timed(
    action: Callable[[], Result], *, clock: Callable[[], float] = perf_counter
) -> tuple[float, Result]:
    """Milliseconds that the action takes, and its result."""
    started = clock()
    result = action()
    return 1000 * (clock() - started), result


def median(action: Callable[[], Any], times: int) -> float:
    """Median milliseconds, after a warm-up run."""
    action()
    return statistics.median(timed(action)[0] for _ in range(times))


class Spread(NamedTuple):
    p50: float
    p95: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    return Spread(*np.percentile(values, [50, 95, 100]).tolist())


@dataclass(frozen=True)
class Figure:
    """A line of a table; without a limit it is only printed."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        return self.limit is not None and self.value > self.limit


def print_table(title: str, figures: Iterable[Figure]) -> None:
    print(f"\n{title}")
    for figure in figures:
        limit = f"limit {figure.limit:g}" if figure.limit is not None else ""
        verdict = "MISSED" if figure.missed else "ok" if limit else ""
        value = f"{figure.value:10.3f}" if figure.unit == "" else f"{figure.value:10.1f}"
        print(f"  {figure.name:<44}{value} {figure.unit:<3} {limit:<12} {verdict:<7} {figure.note}")
