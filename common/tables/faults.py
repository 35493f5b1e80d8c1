"""Says what is wrong with a file, and in which line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from common.errors import DataError


def shown(value: object) -> str:
    """A value as messages quote it: text quoted and shortened, numbers plain."""
    if not isinstance(value, str):
        return str(value)
    return repr(value if len(value) <= 200 else f"{value[:200]}…")


def first_fault(
    frame: pd.DataFrame, faulty: pd.Series | np.ndarray, column: str, what: str, file: str
) -> None:
    """Raise a `DataError` for the first row where `faulty` is true."""
    places = np.flatnonzero(np.asarray(faulty, dtype=bool))
    if len(places):
        # Column by column: a whole row of numbers would turn into floats.
        value, line = frame[column].iloc[places[0]], int(frame["line"].iloc[places[0]])
        raise DataError(f"{column} {shown(value)} {what}", file=file, line=line)


def expect(
    frame: pd.DataFrame,
    valid: pd.Series | np.ndarray,
    column: str,
    expected: str,
    file: str,
    *,
    name: str = "",
) -> None:
    """Raise a `DataError` for the first row that is not `valid`; `name` replaces the column's."""
    places = np.flatnonzero(~np.asarray(valid, dtype=bool))
    if len(places):
        value, line = frame[column].iloc[places[0]], int(frame["line"].iloc[places[0]])
        what = f"{name or column} is {shown(value)}; expected {expected}"
        raise DataError(what, file=file, line=line)


class SeveralFaultsError(DataError):
    """Every fault as one line of text, in the order of the file."""

    def __init__(self, faults: Sequence[DataError]) -> None:
        self.faults = sorted(faults, key=lambda error: error.line or 0)
        first, rest = self.faults[0], self.faults[1:]
        message = "\n".join([first.message, *map(str, rest)])
        super().__init__(message, file=first.file, line=first.line)


class Faults:
    """Collects `DataError`s, so that one reading reports every kind of fault of a file.

    Use `with faults: …` for each independent check, and `raise_if_any` at the end.
    """

    def __init__(self) -> None:
        self._errors: list[DataError] = []

    def __enter__(self) -> Faults:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, DataError):
            faults = error.faults if isinstance(error, SeveralFaultsError) else [error]
            self._errors.extend(faults)
            return True
        return False

    def raise_if_any(self) -> None:
        """Raise one `DataError` with everything collected."""
        if self._errors:
            raise SeveralFaultsError(self._errors)


def every_fault(
    frame: pd.DataFrame, column: str, *kinds: tuple[pd.Series | np.ndarray, str], file: str
) -> None:
    """Raise one `DataError` with the `first_fault` of each kind: which rows, and what they are."""
    faults = Faults()
    for faulty, what in kinds:
        with faults:
            first_fault(frame, faulty, column, what, file)
    faults.raise_if_any()
