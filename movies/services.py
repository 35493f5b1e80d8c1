"""Writes about films and platforms: details, availability, staff corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pandas as pd
from django.db import connection, transaction
from django.utils import timezone

from common import tables
from common.errors import DataError
from common.loading import already_loaded, copy_frame, exclusive_load, file_digest, record_load
from common.models import DataLoad
from common.progress import Report, silent
from movies.models import Movie, Platform

STAGED_AVAILABILITY = """
CREATE TEMPORARY TABLE staged_availability (
    line bigint, movie_id integer, platform varchar, available boolean,
    source varchar, checked_on date
) ON COMMIT DROP
"""
STAGED_DETAILS = """
CREATE TEMPORARY TABLE staged_details (
    movie_id integer, imdb_id integer, tmdb_id integer, title_ko varchar, poster_path varchar
) ON COMMIT DROP
"""


@dataclass(frozen=True)
class LoadedRows:
    """What a load did: rows used, rows of films that are not loaded, rows older than known."""

    used: int
    skipped: int
    older: int = 0
    unchanged: bool = False

    def summary(self, what: str, file: str) -> str:
        """One line for the operator."""
        if self.unchanged:
            return f"{file} is loaded already; nothing to do"
        skipped = f"; {self.skipped:,} skipped, their films are not loaded" if self.skipped else ""
        older = f"; {self.older:,} skipped, newer ones are known" if self.older else ""
        return f"Loaded {self.used:,} rows of {what} from {file}{skipped}{older}"


def load_movie_details(
    *, path: Path, strict: bool = False, force: bool = False, report: Report = silent
) -> LoadedRows:
    """Ids, Korean titles and poster paths from a CSV; an empty field leaves what is there."""
    started = perf_counter()
    frame, details = _read_details(path)
    digest = file_digest(path)
    if not force and already_loaded(DataLoad.Kind.MOVIE_DETAILS, digest):
        return LoadedRows(0, 0, unchanged=True)
    report("movie details", 0, None)
    with exclusive_load() as cursor:
        skipped = _skip_unknown_films(frame, strict=strict, file=path.name)
        cursor.execute(STAGED_DETAILS)
        copy_frame(cursor, "staged_details", details)
        cursor.execute("""
            UPDATE movies_movie m SET
                imdb_id = coalesce(d.imdb_id, m.imdb_id),
                tmdb_id = coalesce(d.tmdb_id, m.tmdb_id),
                title_ko = coalesce(nullif(d.title_ko, ''), m.title_ko),
                poster_path = coalesce(nullif(d.poster_path, ''), m.poster_path)
            FROM staged_details d WHERE d.movie_id = m.movie_id
        """)
        used = cursor.rowcount
        cursor.execute("DROP TABLE staged_details")
        record_load(
            kind=DataLoad.Kind.MOVIE_DETAILS,
            name=path.name,
            digest=digest,
            counts={"used": used, "skipped": skipped},
            started=started,
        )
    return LoadedRows(used, skipped)


def _read_details(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The file as it is, and its columns as they go into the database."""
    optional = ("imdb_id", "tmdb_id", "title_ko", "poster_path")
    frame = tables.read_table(path, required=("movie_id",), optional=optional)
    frame["movie_id"] = tables.integers(frame, "movie_id", file=path.name)
    tables.unique_rows(frame, ["movie_id"], file=path.name)
    details = frame[["movie_id"]].copy()
    for column in ("imdb_id", "tmdb_id"):
        if column in frame:
            details[column] = tables.integers(frame, column, file=path.name, nullable=True)
    for column, longest in (("title_ko", 300), ("poster_path", 100)):
        if column in frame:
            tables.first_fault(
                frame,
                frame[column].str.len() > longest,
                column,
                f"is longer than {longest} characters",
                path.name,
            )
            details[column] = frame[column].str.strip()
    return frame, details


def load_availability(
    *, path: Path, strict: bool = False, force: bool = False, report: Report = silent
) -> LoadedRows:
    """Fetched availability from a CSV. Staff corrections stay above it; newer days win."""
    started = perf_counter()
    columns = ("movie_id", "platform", "available", "source", "checked_on")
    frame = tables.read_table(path, required=columns)
    frame["movie_id"] = tables.integers(frame, "movie_id", file=path.name)
    frame["available"] = tables.truth_values(frame, "available", file=path.name)
    frame["checked_on"] = tables.days(frame, "checked_on", file=path.name)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    tables.first_fault(
        frame, frame["checked_on"] > tomorrow, "checked_on", "is in the future", path.name
    )
    tables.unique_rows(frame, ["movie_id", "platform"], file=path.name)
    refuse_unknown_platforms(frame, file=path.name)
    digest = file_digest(path)
    if not force and already_loaded(DataLoad.Kind.AVAILABILITY, digest):
        return LoadedRows(0, 0, unchanged=True)
    report("availability", 0, None)
    with exclusive_load():
        skipped = _skip_unknown_films(frame, strict=strict, file=path.name)
        used, older = store_availability(frame)
        refresh_platform_rates()
        record_load(
            kind=DataLoad.Kind.AVAILABILITY,
            name=path.name,
            digest=digest,
            counts={"used": used, "skipped": skipped, "older": older},
            started=started,
        )
    return LoadedRows(used, skipped, older)


def refuse_unknown_platforms(frame: pd.DataFrame, *, file: str) -> None:
    """Raise `DataError` for the first row whose `platform` is not a slug that is loaded."""
    slugs = set(Platform.objects.values_list("slug", flat=True))
    tables.first_fault(
        frame,
        ~frame["platform"].isin(slugs),
        "platform",
        f"is not a platform here; known: {', '.join(sorted(slugs)) or 'none'} "
        "(`manage.py load_reference_data` loads those that the project ships)",
        file,
    )


def _skip_unknown_films(frame: pd.DataFrame, *, strict: bool, file: str) -> int:
    """How many rows are of films that are not loaded; with `strict` the first is an error."""
    loaded = Movie.objects.values_list("movie_id", flat=True)
    unknown = ~frame["movie_id"].astype("int64").isin(set(loaded))
    if strict:
        tables.first_fault(frame, unknown, "movie_id", "is not a film that is loaded", file)
    return int(unknown.sum())


def store_availability(frame: pd.DataFrame) -> tuple[int, int]:
    """Merge rows (movie_id, platform, available, source, checked_on) into `platforms_fetched`.

    Rows of films that are not loaded are ignored; so is a row that is older than what is known
    of that film on that platform. Returns (rows used, rows too old). Needs a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAGED_AVAILABILITY)
        copy_frame(
            cursor,
            "staged_availability",
            frame[["movie_id", "platform", "available", "source", "checked_on"]],
        )
        cursor.execute("""
            DELETE FROM staged_availability s USING movies_movie m
            WHERE m.movie_id = s.movie_id
              AND (m.platforms_provenance -> s.platform ->> 'checked_on')::date > s.checked_on
        """)
        older = cursor.rowcount
        cursor.execute("""
            WITH film AS (
                SELECT movie_id,
                    jsonb_object_agg(platform, available) AS states,
                    jsonb_object_agg(platform, jsonb_build_object(
                        'source', source, 'checked_on', checked_on)) AS provenance,
                    max(checked_on) AS checked_on,
                    count(*) AS size
                FROM staged_availability GROUP BY movie_id
            ), changed AS (
                UPDATE movies_movie m SET
                    platforms_fetched = m.platforms_fetched || f.states,
                    platforms_provenance = m.platforms_provenance || f.provenance,
                    platforms_checked_at = greatest(m.platforms_checked_at,
                        f.checked_on::timestamp AT TIME ZONE 'Asia/Seoul')
                FROM film f WHERE f.movie_id = m.movie_id
                RETURNING f.size
            )
            SELECT coalesce(sum(size), 0) FROM changed
        """)
        used = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE staged_availability")
    return used, older


@transaction.atomic
def correct_availability(*, movie: Movie, states: Mapping[str, bool | None]) -> None:
    """Staff say by platform slug: true, false, or None for "what was fetched counts"."""
    locked = Movie.objects.select_for_update().only("platforms_staff").get(pk=movie.pk)
    staff = dict(locked.platforms_staff)
    for slug, state in states.items():
        if state is None:
            staff.pop(slug, None)
        else:
            staff[slug] = state
    known = set(Platform.objects.values_list("slug", flat=True))
    if unknown := sorted(set(staff) - known):
        raise DataError(f"not a platform: {', '.join(unknown)}")
    Movie.objects.filter(pk=movie.pk).update(platforms_staff=staff)
    refresh_platform_rates()


def refresh_platform_rates() -> None:
    """Count, for every platform, the films of known availability and those it carries.

    `surveyed_*` leave out sources that only ever say yes: a list of hits tells nothing about
    the share of misses. The recommendation reads these counts and so need not scan all films.
    """
    with connection.cursor() as cursor:
        # One at a time: two that count at once would each miss what the other changed.
        cursor.execute("SELECT FROM movies_platform ORDER BY slug FOR UPDATE")
        cursor.execute(PLATFORM_RATES)


PLATFORM_RATES = """
    WITH state AS (
        SELECT s.key AS slug, s.value = 'true'::jsonb AS carried,
            CASE WHEN m.platforms_staff ? s.key THEN 'staff'
                 ELSE m.platforms_provenance -> s.key ->> 'source' END AS source
        FROM movies_movie m, jsonb_each(m.platforms) AS s
    ), counted AS (
        SELECT slug, source, count(*) AS known, count(*) FILTER (WHERE carried) AS carried
        FROM state GROUP BY slug, source
    ), rate AS (
        SELECT slug, sum(known) AS known, sum(carried) AS carried,
            sum(known) FILTER (WHERE carried < known) AS surveyed_known,
            sum(carried) FILTER (WHERE carried < known) AS surveyed_carried
        FROM counted GROUP BY slug
    ), fresh AS (
        SELECT p.slug, coalesce(r.known, 0) AS known, coalesce(r.carried, 0) AS carried,
            coalesce(r.surveyed_known, 0) AS surveyed_known,
            coalesce(r.surveyed_carried, 0) AS surveyed_carried
        FROM movies_platform p LEFT JOIN rate r USING (slug)
    )
    UPDATE movies_platform p SET films_known = f.known, films_carried = f.carried,
        surveyed_known = f.surveyed_known, surveyed_carried = f.surveyed_carried
    FROM fresh f
    WHERE f.slug = p.slug
      AND (p.films_known, p.films_carried, p.surveyed_known, p.surveyed_carried)
          IS DISTINCT FROM (f.known, f.carried, f.surveyed_known, f.surveyed_carried)
"""
