"""`manage.py load_movie_details FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands import DataCommand
from movies import services


class Command(DataCommand):
    help = (
        "Load ids, Korean titles and posters from a CSV: "
        "movie_id[,imdb_id][,tmdb_id][,title_ko][,poster_path]"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--strict", action="store_true", help="a film that is not loaded is an error"
        )
        parser.add_argument("--force", action="store_true", help="load the same file again")

    def run(self, **options: Any) -> str:
        loaded = services.load_movie_details(
            path=options["file"],
            strict=options["strict"],
            force=options["force"],
            report=self.report,
        )
        return loaded.summary("movie_details", options["file"].name)
