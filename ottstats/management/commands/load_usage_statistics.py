"""`manage.py load_usage_statistics FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.base import DataCommand
from ottstats.services import reference
from recommend.services.watching import watch_load


class Command(DataCommand):
    help = (
        "Load published usage shares from a CSV: "
        "source,year,dimension,group,platform,percent,sample_size"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="load the same file again")

    def run(self, **options: Any) -> str:
        with watch_load(options["file"].name):
            rows = reference.load_usage_statistics(path=options["file"], force=options["force"])
        if rows is None:
            return f"{options['file'].name} is loaded already; nothing to do"
        return f"Loaded {rows:,} usage statistics from {options['file'].name}"
