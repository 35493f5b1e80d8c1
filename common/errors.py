"""The errors that the core raises and the edges turn into messages."""

from __future__ import annotations


class DataError(Exception):
    """Bad input from outside: says what is wrong, where, and what to do about it.

    Commands show it as a `CommandError` (exit code 1), pages and the API as HTTP 400. It is raised
    before or inside the transaction that would have used the data, so nothing is half-written.
    """

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        self.message = message
        self.file = file
        self.line = line
        super().__init__(str(self))

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (self.file, f"line {self.line}" if self.line is not None else "")
            if part
        )
        return f"{where}: {self.message}" if where else self.message


class NotReadyError(Exception):
    """The operator has to run something first; the message names the command."""
