"""`type=` functions for the arguments of commands.

A wrong value ends the command before it begins, with one line that says what is expected (exit
code 2).
"""

from __future__ import annotations

import os
import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

LARGEST_SEED = 2**31 - 1


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`, both inclusive."""

    def parse(text: str) -> int:
        if re.fullmatch(r"[+-]?[0-9]{1,18}", text) and low <= int(text) <= high:
            return int(text)
        raise ArgumentTypeError(f"{text!r} is not a whole number from {low:,} to {high:,}")

    return parse


def number(low: float, high: float, *, above_low: bool = False) -> Callable[[str], float]:
    """A number from `low` (exclusive with `above_low`) to `high`; NaN is refused."""
    expected = f"above {low:,} and up to {high:,}" if above_low else f"from {low:,} to {high:,}"

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if low <= value <= high and not (above_low and value == low):
            return value
        raise ArgumentTypeError(f"{text!r} is not a number {expected}")

    return parse


def file_to_write(text: str) -> Path:
    """The path of a file that can be written: its folder exists and is writable."""
    path = Path(text)
    if path.is_dir():
        raise ArgumentTypeError(f"{text} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {path.parent}; create it first")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise ArgumentTypeError(f"the folder {path.parent} is not writable")
    if path.exists() and not os.access(path, os.W_OK):
        raise ArgumentTypeError(f"{text} is not writable")
    return path
