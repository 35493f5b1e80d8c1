"""Reads TMDB's whole list of a platform into `StagedFilm`. Threads ask, the main thread stores.

1. The first page says how many films there are. A list that has more pages than TMDB shows is split
   by release date until every part is short enough.
2. Each page is stored in a transaction of its own, with the note that it is done. After a kill, the
   next call asks for the others.
3. The list is whole if the pages hold as many films as TMDB counts, all told the same number, and
   the parts add up to it.
4. If a film came and another one went between two pages, the numbers are right and a film is
   missed. So all pages are asked for once more: they must hold the same films.
5. A list that has changed meanwhile is begun again.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from common.commands.progress import Report, silent
from movies.fetching.listings import begin_again
from movies.fetching.store import korean_title
from movies.models import Listing, ListingPart, StagedFilm
from movies.tmdb.answers import LONGEST_PAGE, MOST_PAGES, ListAnswer, ListedMovie
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import PassingError

logger = logging.getLogger(__name__)

Reason = Listing.Reason
Page = tuple[ListingPart, int]
Use = Callable[[ListingPart, int, ListAnswer], None]

THREADS = 8  # requests at a time
MOST_RESTARTS = 2
MOST_ROUNDS = 3  # of a page, each with all tries of the client
FIRST_FILM = date(1900, 1, 1)  # where to begin halving
YEARS_AHEAD = timedelta(days=730)

MARK_DONE = "UPDATE movies_listingpart SET done = done || %s::smallint WHERE id = %s"


class NotWholeError(Exception):
    """The pages do not make a whole list; `reason` is a `Listing.Reason`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def gather(client: TmdbClient, listing: Listing, report: Report = silent) -> None:
    """Read all that is missing of the list.

    Raises `NotWholeError` if it stays incomplete, or changes again and again; a `TmdbError` if TMDB
    fails, and what was read stays for the next call.
    """
    while True:
        try:
            _measure(client, listing)
            _read_missing(client, listing, report)
            _check_numbers(listing)
            _check_films(client, listing, report)
        except NotWholeError as fault:
            if fault.reason != Reason.CHANGED or listing.restarts >= MOST_RESTARTS:
                raise
            begin_again(listing)
        else:
            return


def _measure(client: TmdbClient, listing: Listing) -> None:
    """Read the first page of every part; split those that are too long."""
    while part := listing.parts.filter(total=None).order_by("pk").first():
        answer = client.listed(
            listing.provider_ids, 1, first_day=part.first_day, last_day=part.last_day
        )
        total = answer.total_results
        with transaction.atomic():
            if listing.expected is None:
                listing.expected = total
                listing.save(update_fields=["expected"])
            pages = max(-(-total // LONGEST_PAGE), 1)
            if pages > MOST_PAGES:
                _split(part, total)
                continue
            part.total, part.pages = total, pages
            part.save(update_fields=["total", "pages"])
            _store(part, 1, answer)


def _split(part: ListingPart, total: int) -> None:
    """Two halves in place of the part. Films without a date are in neither."""
    first = part.first_day or min(FIRST_FILM, part.last_day or FIRST_FILM)
    last = part.last_day or max(timezone.localdate() + YEARS_AHEAD, first)
    if first >= last:
        raise NotWholeError(Reason.INCOMPLETE, f"{first.isoformat()}: {total:,}")
    middle = first + (last - first) // 2
    ListingPart.objects.bulk_create(
        [
            ListingPart(listing_id=part.listing_id, first_day=part.first_day, last_day=middle),
            ListingPart(
                listing_id=part.listing_id,
                first_day=middle + timedelta(days=1),
                last_day=part.last_day,
            ),
        ]
    )
    part.delete()


def _read_missing(client: TmdbClient, listing: Listing, report: Report) -> None:
    parts = list(listing.parts.order_by("pk"))
    missing = [page for page in _pages(parts) if page[1] not in page[0].done]
    report(f"pages of {listing.platform_id}", 0, len(missing))
    _use_pages(client, listing, missing, _store, report)


def _check_films(client: TmdbClient, listing: Listing, report: Report) -> None:
    """Raises `NotWholeError` if a page holds another film now than when it was read."""
    parts = [part for part in listing.parts.order_by("pk") if (part.pages or 0) > 1]
    known = set(listing.listed.values_list("tmdb_id", flat=True))

    def compare(part: ListingPart, page: int, answer: ListAnswer) -> None:
        _refuse_another_number(part, answer)
        if missed := [film.id for film in answer.results if film.id not in known]:
            raise NotWholeError(Reason.CHANGED, f"+ TMDB {missed[0]}")

    _use_pages(client, listing, _pages(parts), compare, report)


def _pages(parts: Sequence[ListingPart]) -> list[Page]:
    return [(part, page) for part in parts for page in range(1, (part.pages or 0) + 1)]


def _use_pages(
    client: TmdbClient, listing: Listing, pages: Sequence[Page], use: Use, report: Report
) -> None:
    """Ask for these pages and use each answer; a page that fails is asked for again later."""
    todo = deque(pages)
    rounds: Counter[tuple[int, int]] = Counter()
    running: dict[Future[ListAnswer], Page] = {}
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="tmdb")
    try:
        while todo or running:
            while todo and len(running) < THREADS:
                asked = todo.popleft()
                running[_ask(pool, client, listing, asked)] = asked
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                part, page = running.pop(future)
                try:
                    use(part, page, future.result())
                except PassingError:
                    rounds[part.pk, page] += 1
                    if rounds[part.pk, page] == MOST_ROUNDS:
                        raise
                    todo.append((part, page))
            left = len(todo) + len(running)
            report(f"pages of {listing.platform_id}", len(pages) - left, len(pages))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ask(
    pool: ThreadPoolExecutor, client: TmdbClient, listing: Listing, asked: Page
) -> Future[ListAnswer]:
    part, page = asked
    return pool.submit(
        client.listed,
        listing.provider_ids,
        page,
        first_day=part.first_day,
        last_day=part.last_day,
    )


@transaction.atomic
def _store(part: ListingPart, page: int, answer: ListAnswer) -> None:
    _refuse_another_number(part, answer)
    if odd := answer.odd_fields:
        logger.warning("%d fields unreadable and left unknown: %s", len(odd), ", ".join(set(odd)))
    StagedFilm.objects.bulk_create(
        (_listed(part, film) for film in answer.results), ignore_conflicts=True
    )
    with connection.cursor() as cursor:
        cursor.execute(MARK_DONE, [page, part.pk])


def _refuse_another_number(part: ListingPart, answer: ListAnswer) -> None:
    if answer.total_results != part.total:
        raise NotWholeError(Reason.CHANGED, f"{part.total:,} → {answer.total_results:,}")


def _listed(part: ListingPart, film: ListedMovie) -> StagedFilm:
    """The film as a row. Our title is the original one, beside the Korean one."""
    title = film.original_title or film.title or f"TMDB {film.id}"
    return StagedFilm(
        listing_id=part.listing_id,
        tmdb_id=film.id,
        title=title[:300],
        title_ko=korean_title(film.title),
        original_title=film.original_title[:300],
        original_language=film.original_language,
        release_date=film.release_date,
        genres=film.genres,
        overview=film.overview or "",
        poster_path=film.poster_path or "",
    )


def _check_numbers(listing: Listing) -> None:
    """Raises `NotWholeError` unless every film that TMDB counts was read."""
    expected = listing.expected or 0
    in_parts = listing.parts.aggregate(films=Sum("total"))["films"] or 0
    if in_parts < expected:
        raise NotWholeError(Reason.INCOMPLETE, f"{in_parts:,} / {expected:,}")
    films = listing.listed.count()
    if (films, in_parts) != (expected, expected):
        raise NotWholeError(Reason.CHANGED, f"{films:,} ≠ {expected:,}")
