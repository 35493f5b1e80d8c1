"""`manage.py load_watchlog FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.arguments import number
from common.commands.base import DataCommand
from common.commands.reading import reading_lines
from recommend.services import watchlog
from recommend.watchlog.signal import RANGES, SignalWeights

DEFAULTS = SignalWeights()


class Command(DataCommand):
    help = (
        "Make a service's own log (CSV or Parquet: user_id,movie_id,watched_seconds,"
        "duration_seconds,watched_at[,gender][,age]) the data set in use, on the films that are "
        "loaded. The model runs of the previous data set are deleted; train again afterwards. The "
        "same file with other weights only recomputes the ratings, and keeps the model runs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        for option, name, meaning in (
            ("--repeat-weight", "repeat", "how much coming back to a film counts"),
            ("--series-weight", "series", "how much going on with its series counts"),
            ("--finished-from", "finished_from", "watched share from which a film is finished"),
        ):
            low, high = RANGES[name]
            default = getattr(DEFAULTS, name)
            parser.add_argument(
                option,
                dest=name,
                type=number(low, high),
                default=default,
                help=f"{meaning}, {low:g} to {high:g} (default: {default:g})",
            )
        parser.add_argument("--force", action="store_true", help="load the same file again")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, then undo everything"
        )

    def run(self, **options: Any) -> str:
        weights = SignalWeights(
            repeat=options["repeat"],
            series=options["series"],
            finished_from=options["finished_from"],
        )
        loaded = watchlog.load_watchlog(
            path=options["file"],
            weights=weights,
            force=options["force"],
            dry_run=options["dry_run"],
            report=self.report,
        )
        size = (
            f"{loaded.rows:,} viewings, {loaded.users:,} people, {loaded.ratings:,} ratings made "
            f"of them, {loaded.liked:,} of these are likes"
        )
        if loaded.unchanged:
            return f"{loaded.name} is in use already: {size}; nothing to do"
        for line in reading_lines(loaded.counts):
            self.stdout.write(line)
        done, planned = "Loaded", "Would load"
        if loaded.reweighted:
            done, planned = "Recomputed the ratings of", "Would recompute the ratings of"
        return f"{planned if options['dry_run'] else done} {loaded.name}: {size}"
