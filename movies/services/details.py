"""Writes of the films' details from files: ids, Korean titles, posters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pandas as pd

from common import tables
from common.loading import already_loaded, copy_frame, exclusive_load, file_digest, record_load
from common.models import DataLoad
from common.progress import Report, silent
from movies.models import Movie

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
    """Ids, Korean titles and poster paths from a CSV; an empty field leaves what is there.

    A TMDB id that staff confirmed stays; a film that gets another id is to be fetched anew.
    """
    started = perf_counter()
    frame, details = _read_details(path)
    digest = file_digest(path)
    if not force and already_loaded(DataLoad.Kind.MOVIE_DETAILS, digest):
        return LoadedRows(0, 0, unchanged=True)
    report("movie details", 0, None)
    with exclusive_load() as cursor:
        skipped = skip_unknown_films(frame, strict=strict, file=path.name)
        cursor.execute(STAGED_DETAILS)
        copy_frame(cursor, "staged_details", details)
        cursor.execute("""
            UPDATE movies_movie m SET
                imdb_id = coalesce(d.imdb_id, m.imdb_id),
                tmdb_id = CASE m.tmdb_id_source WHEN 'staff' THEN m.tmdb_id
                    ELSE coalesce(d.tmdb_id, m.tmdb_id) END,
                tmdb_id_source = CASE WHEN m.tmdb_id_source = 'staff' OR d.tmdb_id IS NULL
                    THEN m.tmdb_id_source ELSE '' END,
                answered_at = CASE WHEN m.tmdb_id_source = 'staff' OR d.tmdb_id IS NULL
                    OR d.tmdb_id = m.tmdb_id THEN m.answered_at END,
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


def skip_unknown_films(frame: pd.DataFrame, *, strict: bool, file: str) -> int:
    """How many rows are of films that are not loaded; with `strict` the first is an error."""
    loaded = Movie.objects.values_list("movie_id", flat=True)
    unknown = ~frame["movie_id"].astype("int64").isin(set(loaded))
    if strict:
        tables.first_fault(frame, unknown, "movie_id", "is not a film that is loaded", file)
    return int(unknown.sum())
