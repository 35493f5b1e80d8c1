"""`manage.py load_home_ratings FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from common.commands.base import DataCommand
from common.commands.reading import reading_lines
from recommend.services.home.people import remove_everybody
from recommend.services.home.ratings import LoadedHomeRatings, load_home_ratings


class Command(DataCommand):
    help = (
        "Load what people at home gave films (CSV, also .gz, or Parquet: "
        "person,movie_id,rating[,rated_at]), to train and evaluate on beside MovieLens. People of "
        "the file get exactly its ratings; other people stay. Films that are not loaded are "
        "skipped and counted. Train again afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--replace", action="store_true", help="delete the people who are not in the file"
        )
        parser.add_argument(
            "--remove", action="store_true", help="without a file: delete all people of files"
        )
        parser.add_argument("--force", action="store_true", help="load the same file again")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, then undo everything"
        )

    def run(self, **options: Any) -> str:
        file, dry_run = options["file"], options["dry_run"]
        if options["remove"] == bool(file):
            raise CommandError("name a file to load, or say --remove to delete what was loaded")
        if options["remove"]:
            removed = remove_everybody(dry_run=dry_run)
            done = "Would delete" if dry_run else "Deleted"
            return f"{done} {_people(removed.people)} at home and {removed.ratings:,} ratings"
        loaded = load_home_ratings(
            path=file,
            replace=options["replace"],
            force=options["force"],
            dry_run=dry_run,
            report=self.report,
        )
        if loaded.unchanged:
            return f"{loaded.name} is loaded already: {_size(loaded)}; nothing to do"
        for line in reading_lines(loaded.counts):
            self.stdout.write(line)
        return f"{'Would load' if dry_run else 'Loaded'} {loaded.name}: {_summary(loaded)}"


def _summary(loaded: LoadedHomeRatings) -> str:
    counts, parts = loaded.counts, [_size(loaded)]
    if counts["skipped_ratings"]:
        parts.append(
            f"{counts['skipped_ratings']:,} skipped, of {counts['skipped_films']:,} films that are "
            f"not loaded; without any other film: {_people(counts['skipped_people'])}"
        )
    if counts["removed_people"]:
        parts.append(f"deleted: {_people(counts['removed_people'])}")
    return "; ".join(parts)


def _size(loaded: LoadedHomeRatings) -> str:
    return f"{loaded.counts['ratings']:,} ratings by {_people(loaded.counts['people'])}"


def _people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"
