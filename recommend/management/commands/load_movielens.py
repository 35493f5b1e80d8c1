"""`manage.py load_movielens SOURCE`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from common.commands.base import DataCommand
from common.commands.reading import reading_lines
from recommend.services import data_sets


class Command(DataCommand):
    help = (
        "Make a MovieLens release the data set in use: a zip or folder of any release or mirror, "
        "or of your own files of ratings, films and people, or the word 'sample'. The model runs "
        "of the previous data set are deleted; train again afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="a zip, a folder, or 'sample'")
        parser.add_argument(
            "--force", action="store_true", help="load even if the same data is in use"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="delete the results and staff corrections that the new numbering cannot keep",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, then undo everything"
        )

    def run(self, **options: Any) -> str:
        loaded = data_sets.load_movielens(
            source=options["source"],
            force=options["force"],
            replace_results=options["replace"],
            dry_run=options["dry_run"],
            report=self.report,
        )
        size = (
            f"{loaded.movies:,} movies, {loaded.users:,} users, {loaded.ratings:,} observed ratings"
        )
        if loaded.unchanged:
            return f"{loaded.name} is in use already: {size}; nothing to do"
        for line in reading_lines(loaded.counts):
            self.stdout.write(line)
        verb, deleted = ("Would load", "would be") if options["dry_run"] else ("Loaded", "were")
        if loaded.removed_results:
            self.stderr.write(
                f"Results of the data set before that {deleted} deleted: {loaded.removed_results}"
            )
        return f"{verb} {loaded.name}: {size}"
