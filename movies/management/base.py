"""What the commands that load a CSV about films have in common."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from common.commands import DataCommand
from movies.services.details import LoadedRows


class MovieFileCommand(DataCommand):
    """Calls `load` with the file; `what` names the rows in the summary."""

    load: ClassVar[Callable[..., LoadedRows]]
    what: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--strict", action="store_true", help="a film that is not loaded is an error"
        )
        parser.add_argument("--force", action="store_true", help="load the same file again")

    def run(self, **options: Any) -> str:
        loaded = type(self).load(
            path=options["file"],
            strict=options["strict"],
            force=options["force"],
            report=self.report,
        )
        return loaded.summary(self.what, options["file"].name)
