"""Writes about where films can be watched: statements of sources, corrections, files.

Every statement about a film on a platform, from files, TMDB or staff, goes through
`record_statements`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from common import tables
from common.errors import DataError
from common.loading import hold_the_data_set
from common.models import DataLoad
from movies.availability_file import COLUMNS, ONE_WORD, checked_rows, no_platform
from movies.models import LONGEST_SOURCE, STAFF, Availability, AvailabilityChange, Movie, Platform
from movies.services.details import FilmFile, LoadedRows
from movies.services.platform_rates import refresh_platform_rates
from movies.services.source_check import check_sources

Key = tuple[int, str, str]  # movie_id, platform, source


class EarlierWord(NamedTuple):
    """What a source said of a film on a platform before."""

    included: bool | None = None
    checked_at: datetime | None = None
    note: str = ""


CONFLICT_DAYS = 90

LOCK_FILMS = """
    SELECT movie_id, platforms::text FROM movies_movie
    WHERE movie_id = ANY(%s) ORDER BY movie_id FOR NO KEY UPDATE
"""
# Only the pairs in the statements: the newest word of all sources but staff, and staff's own.
PROJECT = """
    WITH spoken AS (
        SELECT DISTINCT * FROM unnest(%(movies)s::int[], %(slugs)s::text[]) AS s(movie_id, slug)
    ), word AS (
        SELECT a.id, a.movie_id, a.platform_id AS slug, a.included, a.checked_at,
            row_number() OVER (
            PARTITION BY a.movie_id, a.platform_id
            ORDER BY a.checked_at DESC, a.source = 'tmdb' DESC, a.id DESC) = 1 AS is_newest
        FROM spoken s JOIN movies_availability a
            ON a.movie_id = s.movie_id AND a.platform_id = s.slug
        WHERE a.source <> 'staff'
    ), marked AS (
        UPDATE movies_availability a SET is_newest = w.is_newest
        FROM word w WHERE w.id = a.id AND a.is_newest <> w.is_newest
    ), film AS (
        SELECT s.movie_id, array_agg(s.slug) AS slugs,
            coalesce(jsonb_object_agg(s.slug, w.included)
                     FILTER (WHERE w.included IS NOT NULL), '{}') AS fetched,
            coalesce(jsonb_object_agg(s.slug, own.included)
                     FILTER (WHERE own.included IS NOT NULL), '{}') AS staff,
            coalesce(jsonb_object_agg(s.slug, to_char(coalesce(own.checked_at, w.checked_at)
                         AT TIME ZONE %(zone)s, 'YYYY-MM'))
                     FILTER (WHERE coalesce(own.included, w.included) IS NOT NULL), '{}') AS seen
        FROM spoken s
        LEFT JOIN word w ON w.movie_id = s.movie_id AND w.slug = s.slug AND w.is_newest
        LEFT JOIN movies_availability own
            ON own.movie_id = s.movie_id AND own.platform_id = s.slug AND own.source = 'staff'
        GROUP BY s.movie_id
    )
    UPDATE movies_movie m SET
        platforms_fetched = (m.platforms_fetched - f.slugs) || f.fetched,
        platforms_staff = (m.platforms_staff - f.slugs) || f.staff,
        platforms_seen = (m.platforms_seen - f.slugs) || f.seen,
        platforms_checked_at = (SELECT max(a.checked_at) FROM movies_availability a
            WHERE a.movie_id = m.movie_id AND a.source <> 'staff'),
        in_conflict = EXISTS (
            SELECT FROM movies_availability a JOIN movies_availability b
                ON b.movie_id = a.movie_id AND b.platform_id = a.platform_id
            WHERE a.movie_id = m.movie_id AND a.included AND NOT b.included
              AND abs(extract(epoch FROM a.checked_at - b.checked_at)) <= 86400 * %(days)s)
    FROM film f WHERE f.movie_id = m.movie_id
    RETURNING m.movie_id, m.platforms::text
"""
TAKE_BACK = """
    DELETE FROM movies_availability a
    USING unnest(%s::int[], %s::text[], %s::text[]) AS t(movie_id, slug, source)
    WHERE a.movie_id = t.movie_id AND a.platform_id = t.slug AND a.source = t.source
"""


@dataclass(frozen=True)
class Statement:
    """What a source says of a film on a platform; `included` None retracts its word."""

    movie_id: int
    platform: str
    source: str
    included: bool | None
    checked_at: datetime
    note: str = ""
    stated_by: int | None = None

    @property
    def key(self) -> Key:
        return self.movie_id, self.platform, self.source


@dataclass(frozen=True)
class Recorded:
    """How many statements were used, and how many were older than their source's last word."""

    used: int
    older: int


@transaction.atomic
def record_statements(statements: Sequence[Statement]) -> Recorded:
    """Store statements, update the columns of `Movie`, and record what changed.

    At most one statement per film, platform and source. Ignores statements about films that are
    not loaded, and those older than their source's last word. Readers see staff's word, else the
    newest of the others; of equally new ones TMDB's, else the one stored last.

    1. Keep the data set from being replaced (`NotReadyError` if that is under way).
    2. Lock the films in the order of their ids. A second writer about the same film waits here,
       then reads what this transaction wrote, so the columns miss no statement.
    3. Compare with what the sources said before; write; update the columns.
    4. Write one row of history for each film and platform where a source's word, or the state that
       readers see, changed.
    """
    hold_the_data_set()
    before = _lock_films({statement.movie_id for statement in statements})
    known = [statement for statement in statements if statement.movie_id in before]
    previous = last_words(known)
    fresh = [
        statement
        for statement in known
        if (at := previous.get(statement.key, EarlierWord()).checked_at) is None
        or at <= statement.checked_at
    ]
    _write(fresh)
    after = before | _project(fresh)
    AvailabilityChange.objects.bulk_create(_changes(fresh, previous, before, after))
    return Recorded(len(fresh), len(known) - len(fresh))


States = Mapping[int, Mapping[str, bool]]


def _lock_films(ids: Collection[int]) -> dict[int, Mapping[str, bool]]:
    """The states of the films that exist, by film and platform."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FILMS, [list(ids)])
        return _states(cursor.fetchall())


def _states(rows: Iterable[tuple[int, str]]) -> dict[int, Mapping[str, bool]]:
    return {movie_id: json.loads(text) for movie_id, text in rows}


def last_words(statements: Sequence[Statement]) -> dict[Key, EarlierWord]:
    """What the same sources said of the same films and platforms."""
    rows = Availability.objects.filter(
        movie__in={statement.movie_id for statement in statements},
        source__in={statement.source for statement in statements},
    ).values_list("movie_id", "platform_id", "source", "included", "checked_at", "note")
    return {
        (movie, slug, source): EarlierWord(included, at, note)
        for movie, slug, source, included, at, note in rows
    }


def _write(statements: Sequence[Statement]) -> None:
    Availability.objects.bulk_create(
        (
            Availability(
                movie_id=statement.movie_id,
                platform_id=statement.platform,
                source=statement.source,
                included=statement.included,
                checked_at=statement.checked_at,
                is_newest=statement.source != STAFF,  # until `_project` has compared
                note=statement.note,
                stated_by_id=statement.stated_by,
            )
            for statement in statements
            if statement.included is not None
        ),
        update_conflicts=True,
        unique_fields=["movie", "platform", "source"],
        update_fields=["included", "checked_at", "note", "stated_by"],
    )
    if taken_back := [statement.key for statement in statements if statement.included is None]:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_BACK, [list(column) for column in zip(*taken_back, strict=True)])


def projection_of(movies: Sequence[int], slugs: Sequence[str]) -> dict[str, Any]:
    """The parameters of `PROJECT`: a film and a platform for each statement."""
    return {
        "movies": list(movies),
        "slugs": list(slugs),
        "days": CONFLICT_DAYS,
        "zone": settings.TIME_ZONE,
    }


def _project(statements: Sequence[Statement]) -> dict[int, Mapping[str, bool]]:
    """Update the films' columns; returns their new states."""
    parameters = projection_of(
        [statement.movie_id for statement in statements],
        [statement.platform for statement in statements],
    )
    with connection.cursor() as cursor:
        cursor.execute(PROJECT, parameters)
        return _states(cursor.fetchall())


def _changes(
    statements: Sequence[Statement],
    previous: Mapping[Key, EarlierWord],
    before: States,
    after: States,
) -> Iterator[AvailabilityChange]:
    """A row wherever a source's word, its note, or the state changed.

    Of several statements about a film on a platform, only one counts as the cause of the new
    state: the first that says what readers now see.
    """
    causes: dict[tuple[int, str], Statement] = {}
    for statement in statements:
        pair = statement.movie_id, statement.platform
        now = after[statement.movie_id].get(statement.platform)
        if pair not in causes or (causes[pair].included != now == statement.included):
            causes[pair] = statement
    for statement in statements:
        said = previous.get(statement.key, EarlierWord())
        now = after[statement.movie_id].get(statement.platform)
        is_cause = causes[statement.movie_id, statement.platform] is statement
        was = before[statement.movie_id].get(statement.platform) if is_cause else now
        noted = statement.included is not None and said.note != statement.note
        if said.included != statement.included or was != now or noted:
            yield AvailabilityChange(
                movie_id=statement.movie_id,
                platform_id=statement.platform,
                source=statement.source,
                before=said.included,
                after=statement.included,
                carried_before=was,
                carried_after=now,
                note=statement.note,
                changed_by_id=statement.stated_by,
            )


def load_availability(*, path: Path, **options: Any) -> LoadedRows:
    """Load availability from a CSV; `options` are those of `FilmFile`.

    Rows of the source `staff` are corrections.
    """
    frame = tables.read_table(path, required=COLUMNS)
    return store_file(frame, FilmFile.at(path, **options))


def checked_statements(
    frame: pd.DataFrame, *, file: str, unique: Sequence[str] = ONE_WORD
) -> pd.DataFrame:
    """`checked_rows` against the platforms and the day of today."""
    return checked_rows(
        frame,
        file=file,
        platforms=set(Platform.objects.values_list("slug", flat=True)),
        today=timezone.localdate(),
        longest_source=LONGEST_SOURCE,
        unique=unique,
    )


def store_file(frame: pd.DataFrame, file: FilmFile, *, stated_by: int | None = None) -> LoadedRows:
    """Store the rows of a file (text with its lines), all or none, and record it in the ledger.

    Raises a `DataError` that names every kind of fault with its line.
    """
    rows = checked_statements(frame, file=file.name)

    def write(_cursor: Any) -> dict[str, int]:
        recorded = record_statements(statements_of(rows, stated_by=stated_by))
        refresh_platform_rates()
        check_sources()
        return {"used": recorded.used, "older": recorded.older}

    return file.store(DataLoad.Kind.AVAILABILITY, rows, write)


def statements_of(rows: pd.DataFrame, *, stated_by: int | None = None) -> list[Statement]:
    """Rows (movie_id, platform, available, source, checked_on) as statements.

    A day counts as its first moment in Seoul.
    """
    zone = timezone.get_default_timezone()
    moments = {
        day: datetime.fromisoformat(str(day)).replace(tzinfo=zone)
        for day in rows["checked_on"].unique()
    }
    columns = ["movie_id", "platform", "source", "available", "checked_on"]
    return [
        Statement(int(movie), platform, source, bool(included), moments[day], stated_by=stated_by)
        for movie, platform, source, included, day in rows[columns].itertuples(index=False)
    ]


def correct_availability(
    *,
    movie: Movie,
    states: Mapping[str, bool | None],
    notes: Mapping[str, str] | None = None,
    staff: int | None = None,
) -> None:
    """Staff say, by platform slug: true, false, or None to let the fetched state count."""
    known = set(Platform.objects.filter(slug__in=states).values_list("slug", flat=True))
    if unknown := sorted(set(states) - known):
        raise DataError(f"not a platform: {', '.join(unknown)}")
    with transaction.atomic():
        own = Availability.objects.filter(movie=movie.pk, source=STAFF)
        newest = own.aggregate(at=Max("checked_at"))["at"]
        now = timezone.now()
        at = max(newest, now) if newest else now  # a file may date a statement tomorrow
        record_statements(
            [
                Statement(movie.pk, slug, STAFF, state, at, (notes or {}).get(slug, ""), staff)
                for slug, state in states.items()
            ]
        )
        refresh_platform_rates(known)


def refuse_unknown_platforms(frame: pd.DataFrame, *, file: str) -> None:
    """Raise `DataError` for the first row whose `platform` is not a slug that is loaded."""
    slugs = set(Platform.objects.values_list("slug", flat=True))
    tables.first_fault(frame, ~frame["platform"].isin(slugs), "platform", no_platform(slugs), file)
