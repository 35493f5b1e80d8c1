"""`manage.py sync_catalogue`"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from common.commands.arguments import whole_number
from common.errors import DataError
from movies.fetching import catalogue
from movies.management.base import TmdbCommand
from movies.tmdb.client import TmdbClient
from recommend.lab.training.new_films import place_new_films
from recommend.services.entered_films import merge_entered
from recommend.services.watching import watch_load

LONGEST_HOURS = 24 * 365


class Command(TmdbCommand):
    help = (
        "Read TMDB's whole list of each platform in Korea: what is listed is there, what is not is "
        "not, and films that the data set does not have enter the catalogue. A run that was "
        "killed goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--platform",
            action="append",
            default=[],
            metavar="SLUG",
            help="only this one; may be said more than once (default: all that TMDB covers)",
        )
        parser.add_argument(
            "--max-age",
            type=whole_number(0, LONGEST_HOURS),
            default=0,
            metavar="HOURS",
            help="leave out platforms whose list was read in so many hours (default: %(default)s)",
        )

    def ask(self, client: TmdbClient, **options: Any) -> str:
        with watch_load("sync_catalogue"):
            synced = catalogue.sync_catalogue(
                client=client,
                slugs=options["platform"],
                max_age=timedelta(hours=options["max_age"]),
                report=self.report,
            )
        for listing in synced.refused:
            reason = listing.get_reason_display()
            self.stderr.write(
                f"{listing.platform_id} was not taken over: {reason} ({listing.detail})"
            )
        merge_entered()
        return f"{_summary(synced)}; {self._placed()}"

    def _placed(self) -> str:
        """Films entered by a run that was killed are placed now."""
        try:
            placed = place_new_films(report=self.report)
        except DataError as error:
            self.stderr.write(f"The new films have no vectors yet: {error}")
            return "they are not ranked yet"
        return f"{placed:,} films placed by their content"


def _summary(synced: catalogue.Synced) -> str:
    listings = ", ".join(f"{row.platform_id} {row.films:,}" for row in synced.applied)
    return (
        f"Took over {len(synced.applied)} lists"
        + (f" ({listings})" if listings else "")
        + f": {synced.entered:,} films are new"
    )
