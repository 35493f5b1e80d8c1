"""`manage.py load_film_texts FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.base import DataCommand
from movies.services.texts import load_film_texts


class Command(DataCommand):
    help = (
        "Load what films are about (CSV, also .gz, or Parquet: movie_id[,overview_ko]"
        "[,overview_en][,keywords_en], keywords separated by |). An empty field changes nothing. "
        "Tags are left out. Films that are not loaded are skipped and counted. Train again "
        "afterwards: films that nobody has rated are placed by their texts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", help="where the texts are from; else the file's name")
        parser.add_argument(
            "--strict", action="store_true", help="a film that is not loaded is an error"
        )
        parser.add_argument("--force", action="store_true", help="load the same file again")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, then undo everything"
        )

    def run(self, **options: Any) -> str:
        path: Path = options["file"]
        loaded = load_film_texts(
            path=path,
            source=options["source"],
            strict=options["strict"],
            force=options["force"],
            dry_run=options["dry_run"],
            report=self.report,
        )
        return loaded.summary("film texts", path.name)
