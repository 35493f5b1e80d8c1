"""`manage.py load_attractions FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.base import DataCommand
from movies.services import attractions
from recommend.services.watching import watch_load


class Command(DataCommand):
    help = (
        "Load series, variety shows and sport from a CSV, all rows or none: "
        f"{','.join(attractions.REQUIRED)} and, as far as known, {','.join(attractions.OPTIONAL)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def run(self, **options: Any) -> str:
        path: Path = options["file"]
        with watch_load(path.name):
            return attractions.load_attractions(path=path).summary("attractions", path.name)
