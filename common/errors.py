"""The errors that core raises and edges turn into messages."""

from __future__ import annotations


class DataError(Exception):
    """Bad input from outside: says what is wrong, where, and what to do about it.

    Commands show it as a `CommandError` (exit code 1), pages and the API as HTTP 400. Raised before
    or inside the transaction that uses the data, so nothing is half-written.
    """

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        place = "" if line is None else f"line {line}"
        where = ", ".join(filter(None, (file, place)))
        super().__init__(f"{where}: {message}" if where else message)


class NoRowsError(DataError):
    """A file that is whole and has no rows, where rows are expected."""


class NotReadyError(Exception):
    """The operator has to run a command first, which the message names.

    Commands, admin and the log show it; people and programs read only that they should come back.
    """


class BeingReplacedError(NotReadyError):
    """The data set is being replaced right now; nobody has to do anything."""

    def __init__(self) -> None:
        super().__init__("The data are being replaced. Try again in a few minutes.")
