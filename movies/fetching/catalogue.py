"""Reads TMDB's whole list of each platform in Korea and takes it over: `sync_catalogue`.

One process at a time, one platform after the other. A platform is taken over in one transaction or
not at all; a run that is killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection

from common.commands.progress import Report, silent
from common.errors import DataError
from common.locks import Lock
from movies.fetching.applying import apply_listing, refuse_listing
from movies.fetching.gathering import NotWholeError, gather
from movies.fetching.listings import due_platforms, listable_platforms, open_listing
from movies.fetching.providers import sync_if_old
from movies.models import Listing
from movies.titles.series_of_films import refresh_series
from movies.tmdb.client import TmdbClient

State = Listing.State


@dataclass
class Synced:
    """The readings that ended, by how."""

    applied: list[Listing] = field(default_factory=list)
    refused: list[Listing] = field(default_factory=list)

    @property
    def entered(self) -> int:
        return sum(listing.entered for listing in self.applied)


@contextmanager
def _alone() -> Iterator[None]:
    """A lock of the session: it ends with the process, however that ends."""
    if not Lock.CATALOGUE.attempt_in_session():
        raise DataError("another process reads the platforms' lists; wait until it has ended")
    try:
        yield
    finally:
        if connection.is_usable():
            Lock.CATALOGUE.release()


def sync_catalogue(
    *,
    client: TmdbClient,
    slugs: Collection[str] = (),
    max_age: timedelta = timedelta(0),
    report: Report = silent,
) -> Synced:
    """Read and take over the lists of these platforms, or of all that TMDB covers.

    Leaves out those of which a reading ended within `max_age`. Raises `DataError` for a platform
    without a list, and if another process does the same; a `TmdbError` if TMDB fails: what was
    read stays, and the next call goes on there.
    """
    synced = Synced()
    with _alone():
        sync_if_old(client)
        numbers = listable_platforms(slugs)
        due = due_platforms(numbers, max_age)
        for slug in due:
            listing = open_listing(slug, numbers[slug])
            try:
                gather(client, listing, report)
            except NotWholeError as fault:
                refuse_listing(listing, fault.reason, fault.detail)
                synced.refused.append(listing)
                continue
            report(f"films of {slug}", 0, None)
            ended = apply_listing(listing)
            (synced.applied if ended.state == State.APPLIED else synced.refused).append(ended)
        if due:
            refresh_series()
        if synced.entered:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE movies_movie, movies_titleindex, movies_availability")
    return synced
