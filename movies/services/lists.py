"""Records what one source says of one platform, about many films at once.

The same effect as `record_statements`, in a few statements of SQL: thousands of films a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from common.loading import hold_the_data_set
from movies.services.availability import PROJECT, projection_of
from movies.services.platform_rates import refresh_platform_rates

# All films, in the order in which all writers lock them: a state that is read stays as it is.
LOCK_FILMS = "SELECT FROM movies_movie ORDER BY movie_id FOR NO KEY UPDATE"
SPOKEN = """
    CREATE TEMPORARY TABLE spoken (movie_id integer PRIMARY KEY, included boolean) ON COMMIT DROP
"""
# A source that no longer says anything of a film has taken its word back.
TAKE_BACK_THE_REST = """
    INSERT INTO spoken
    SELECT movie_id, NULL FROM movies_availability
    WHERE platform_id = %(slug)s AND source = %(source)s
    ON CONFLICT DO NOTHING
"""
BEFORE = """
    CREATE TEMPORARY TABLE spoken_before ON COMMIT DROP AS
    SELECT s.movie_id, s.included, a.included AS said,
        (m.platforms -> %(slug)s)::boolean AS carried
    FROM spoken s JOIN movies_movie m USING (movie_id)
    LEFT JOIN movies_availability a ON a.movie_id = s.movie_id AND a.platform_id = %(slug)s
        AND a.source = %(source)s
    WHERE a.checked_at IS NULL OR a.checked_at <= %(at)s
"""
WRITE = """
    INSERT INTO movies_availability
        (movie_id, platform_id, source, included, checked_at, is_newest, note)
    SELECT movie_id, %(slug)s, %(source)s, included, %(at)s, true, '' FROM spoken_before
    WHERE included IS NOT NULL
    ON CONFLICT (movie_id, platform_id, source)
    DO UPDATE SET included = EXCLUDED.included, checked_at = EXCLUDED.checked_at
"""
# By the index: the planner knows nothing of rows that this transaction wrote, and would scan them.
DELETE = """
    DELETE FROM movies_availability
    WHERE platform_id = %(slug)s AND source = %(source)s AND movie_id = ANY(ARRAY(
        SELECT movie_id FROM spoken_before WHERE included IS NULL AND said IS NOT NULL))
"""
SPOKEN_OF = "SELECT coalesce(array_agg(movie_id), '{}') FROM spoken_before"
CHANGES = """
    INSERT INTO movies_availabilitychange
        (movie_id, platform_id, source, before, after, carried_before, carried_after, note,
         changed_at)
    SELECT b.movie_id, %(slug)s, %(source)s, b.said, b.included, b.carried,
        (m.platforms -> %(slug)s)::boolean, '', clock_timestamp()
    FROM spoken_before b JOIN movies_movie m USING (movie_id)
    WHERE b.said IS DISTINCT FROM b.included
       OR b.carried IS DISTINCT FROM (m.platforms -> %(slug)s)::boolean
    ORDER BY b.movie_id
"""
COUNT = """
    SELECT count(*) FILTER (WHERE included AND said IS NOT TRUE),
        count(*) FILTER (WHERE said AND included IS NOT TRUE),
        count(*) FILTER (WHERE said IS NOT NULL AND included IS NULL)
    FROM spoken_before
"""


@dataclass(frozen=True)
class RecordedList:
    """Films of which the source says yes now and did not before; and the other way round."""

    arrived: int
    left: int


def lock_all_films(cursor: Any) -> None:
    """Keep the data set, and the state of every film, until this transaction ends."""
    hold_the_data_set()
    cursor.execute(LOCK_FILMS)


def take_back_lists(slugs: Sequence[str], *, source: str) -> None:
    """The source says nothing of these platforms any more. Needs a transaction."""
    with connection.cursor() as cursor:
        lock_all_films(cursor)
        for slug in slugs:
            record_list(
                cursor,
                slug=slug,
                source=source,
                at=timezone.now(),
                query="SELECT movie_id, NULL FROM movies_movie WHERE false",
                parameters=None,
            )


def record_list(
    cursor: Any, *, slug: str, source: str, at: datetime, query: str, parameters: Any,
    is_whole: bool = True,
) -> RecordedList:  # fmt: skip
    """Record that `source` looked at the platform at `at`, and what it then said.

    `query` (fixed SQL) selects (movie_id, included), each film once. If that `is_whole`, the
    source's earlier word of all other films is taken back. Words that are newer than `at` stay.
    Films must be locked (`lock_all_films`).
    """
    named = {"slug": slug, "source": source, "at": at}
    cursor.execute(SPOKEN)
    cursor.execute(f"INSERT INTO spoken {query}", parameters)  # noqa: S608
    if is_whole:
        cursor.execute(TAKE_BACK_THE_REST, named)
    cursor.execute(BEFORE, named)
    cursor.execute("ANALYZE spoken_before")
    cursor.execute(COUNT)
    arrived, left, taken_back = cursor.fetchone()
    cursor.execute(WRITE, named)
    if taken_back:
        cursor.execute(DELETE, named)
    cursor.execute(SPOKEN_OF)
    (movies,) = cursor.fetchone()
    projected = projection_of(movies, [slug] * len(movies))
    cursor.execute(PROJECT, projected)
    cursor.execute(CHANGES, named)
    cursor.execute("DROP TABLE spoken, spoken_before")
    refresh_platform_rates([slug])
    return RecordedList(arrived, left)
