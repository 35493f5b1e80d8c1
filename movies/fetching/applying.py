"""Takes over a platform's whole list in one transaction, or refuses it.

A listed film is there, one that is not listed is not. "Not there" is said only of films whose TMDB
id is sure: TMDB has answered about the number without doubt, staff have confirmed it, or the film
was found by it. Films that are not in the catalogue enter it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from common.errors import DataError, NotReadyError
from common.locks import Lock
from movies.fetching import listed_films
from movies.fetching.listings import (
    end_listing,
    listable_platforms,
    tell_staff_of_listings,
)
from movies.models import FIRST_ENTERED_ID, TMDB_LIST, Listing
from movies.services.lists import lock_all_films, record_list
from movies.titles.index import refresh_titles

State, Reason = Listing.State, Listing.Reason

LEAST_SHARE = 0.5  # of the films of the last list
MANY_FILMS = 500  # new ones, with which the planner's statistics no longer fit
FETCHED_WITHIN = timedelta(days=30)
FEWEST_TESTED = 50
MOST_CONTRADICTED = 0.3

# Where TMDB's list and its answers about single films speak of the same films.
CONTRADICTED = """
    WITH fetched AS (
        SELECT m.movie_id, EXISTS (
            SELECT FROM movies_offer o WHERE o.movie_id = m.movie_id
              AND o.provider_id = ANY(%(providers)s) AND o.kind IN ('flatrate', 'ads', 'free')
        ) AS is_offered, f.tmdb_id IS NOT NULL AS is_listed
        FROM movies_movie m
        JOIN movies_moviedetails d ON d.movie_id = m.movie_id
        LEFT JOIN movies_stagedfilm f ON f.tmdb_id = m.tmdb_id AND f.listing_id = %(listing)s
        WHERE m.answered_at > %(since)s
    )
    SELECT count(*), count(*) FILTER (WHERE is_offered <> is_listed)
    FROM fetched WHERE is_offered OR is_listed
"""
SAID = """
    SELECT movie_id, true FROM listed_film WHERE is_sure
    UNION ALL
    SELECT m.movie_id, false FROM movies_movie m LEFT JOIN movies_moviedetails d USING (movie_id)
    WHERE NOT EXISTS (SELECT FROM listed_film f WHERE f.movie_id = m.movie_id)
      AND m.tmdb_id IS NOT NULL
      AND (m.tmdb_id_source <> '' OR (d.movie_id IS NOT NULL AND m.answered_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM movies_idsuggestion s WHERE s.movie_id = m.movie_id
                           AND s.tmdb_id = m.tmdb_id AND s.state <> 'accepted')))
"""


# A film that has just entered was on no list that was taken over before, unless staff had to judge
# it then.
SAID_BEFORE = """
    SELECT movie_id, false FROM listed_film f WHERE is_new
      AND NOT EXISTS (SELECT FROM movies_idsuggestion s WHERE s.tmdb_id = f.tmdb_id)
"""


class Doubt(NamedTuple):
    """Why a list is not plausible."""

    reason: str
    detail: str


def apply_listing(listing: Listing, *, accepted: bool = False) -> Listing:
    """Take over a whole list; its state says whether that was done.

    Staff may have accepted a list that is not plausible. `NotReadyError` while a data set is being
    replaced, or another process reads lists; the list then waits.

    1. One at a time; keep the data set and all films as they are.
    2. Refuse a list that is not plausible: nothing but its state changes.
    3. Find the listed films among ours, and enter the others.
    4. Record what the list says of every film, and count the platform's films again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not Lock.CATALOGUE.attempt():
            raise NotReadyError("The platforms' lists are being read. Try again later.")
        lock_all_films(cursor)
        locked = Listing.objects.select_for_update().get(pk=listing.pk)
        if locked.state not in (State.GATHERING, State.REFUSED):
            return locked
        if listable_platforms().get(locked.platform_id) != locked.provider_ids:
            end_listing(locked, State.DROPPED, Reason.REPLACED)
            return locked
        locked.films = locked.listed.count()
        doubt = None if accepted else doubt_about(locked)
        if doubt is not None:
            end_listing(locked, State.REFUSED, *doubt)
        else:
            _take_over(cursor, locked)
        tell_staff_of_listings()
    return locked


def accept_listing(listing: Listing) -> Listing:
    """Staff say that a refused list is right: take it over.

    Raises `DataError` if its films are gone: it is not the newest, or was never whole.
    """
    unwhole = (Reason.CHANGED, Reason.INCOMPLETE)
    if listing.state != State.REFUSED or listing.reason in unwhole:
        raise DataError("only a whole list that was refused can be taken over")
    if not listing.listed.exists():
        raise DataError("a newer list has taken its place")
    return apply_listing(listing, accepted=True)


def refuse_listing(listing: Listing, reason: str, detail: str) -> None:
    """End a reading that cannot become whole, and tell staff."""
    with transaction.atomic():
        end_listing(listing, State.REFUSED, reason, detail)
        tell_staff_of_listings()


def doubt_about(listing: Listing) -> Doubt | None:
    """Why staff should look at the list first; None if there is nothing against it."""
    if not listing.films:
        return Doubt(Reason.EMPTY, "0")
    applied = Listing.objects.filter(platform=listing.platform_id, state=State.APPLIED)
    last = applied.order_by("-started_at").first()
    if last is not None and listing.films < LEAST_SHARE * last.films:
        return Doubt(Reason.SHRUNK, f"{last.films:,} → {listing.films:,}")
    tested, wrong = _contradictions(listing, timezone.now() - FETCHED_WITHIN)
    if tested >= FEWEST_TESTED and wrong > MOST_CONTRADICTED * tested:
        return Doubt(Reason.CONTRADICTED, f"{wrong:,} ≠ / {tested:,}")
    return None


def _contradictions(listing: Listing, since: datetime) -> Sequence[int]:
    """Films that were fetched one by one and are listed or offered; those that are only one."""
    parameters: Any = {"listing": listing.pk, "providers": listing.provider_ids, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(CONTRADICTED, parameters)
        counted: Sequence[int] = cursor.fetchone()
    return counted


def _take_over(cursor: Any, listing: Listing) -> None:
    listing.doubtful = listed_films.find(cursor, listing)
    listing.entered = listed_films.enter(cursor, listing)
    if listing.entered > MANY_FILMS:
        cursor.execute("ANALYZE movies_movie, movies_moviedetails")
    recorded = record_list(
        cursor,
        slug=listing.platform_id,
        source=TMDB_LIST,
        at=listing.started_at,
        query=SAID,
        parameters=None,
    )
    listing.arrived, listing.left = recorded.arrived, recorded.left
    if listing.entered > MANY_FILMS:
        cursor.execute("ANALYZE movies_availability")
    if listing.entered:
        _say_of_other_platforms(cursor, listing)
    cursor.execute(
        "SELECT coalesce(array_agg(movie_id), '{}') FROM listed_film WHERE movie_id >= %s",
        [FIRST_ENTERED_ID],
    )
    refresh_titles(cursor.fetchone()[0])
    cursor.execute("DROP TABLE listed_film")
    end_listing(listing, State.APPLIED)


def _say_of_other_platforms(cursor: Any, listing: Listing) -> None:
    """The films that have just entered are not on the platforms whose lists came before."""
    others = Listing.objects.filter(state=State.APPLIED).exclude(platform=listing.platform_id)
    providers = listable_platforms()
    for other in others.order_by("platform_id", "-started_at").distinct("platform_id"):
        if providers.get(other.platform_id) == other.provider_ids:
            record_list(
                cursor,
                slug=other.platform_id,
                source=TMDB_LIST,
                at=other.started_at,
                query=SAID_BEFORE,
                parameters=None,
                is_whole=False,
            )
