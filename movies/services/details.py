"""Writes the films' details from files: ids, Korean titles, posters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from common import tables
from common.commands.progress import Report, silent
from common.loading import already_loaded, copy_frame, exclusive_load, file_digest, record_load
from common.models import DataLoad
from movies.models import Movie
from movies.titles.index import refresh_titles

STAGED_DETAILS = """
CREATE TEMPORARY TABLE staged_details (
    movie_id integer, imdb_id integer, tmdb_id integer, title_ko varchar, poster_path varchar
) ON COMMIT DROP
"""
LOCK_FILMS = """
    SELECT FROM movies_movie WHERE movie_id IN (SELECT movie_id FROM staged_details)
    ORDER BY movie_id FOR NO KEY UPDATE
"""
TAKE_OVER_DETAILS = """
    UPDATE movies_movie m SET
        imdb_id = coalesce(d.imdb_id, m.imdb_id),
        tmdb_id = CASE WHEN m.tmdb_id_source IN ('staff', 'listed') THEN m.tmdb_id
            ELSE coalesce(d.tmdb_id, m.tmdb_id) END,
        tmdb_id_source = CASE WHEN m.tmdb_id_source IN ('staff', 'listed') OR d.tmdb_id IS NULL
            THEN m.tmdb_id_source ELSE '' END,
        answered_at = CASE WHEN m.tmdb_id_source IN ('staff', 'listed') OR d.tmdb_id IS NULL
            OR d.tmdb_id = m.tmdb_id THEN m.answered_at END,
        title_ko = coalesce(nullif(d.title_ko, ''), m.title_ko),
        poster_path = coalesce(nullif(d.poster_path, ''), m.poster_path)
    FROM staged_details d WHERE d.movie_id = m.movie_id
"""
DETAIL_COLUMNS = ("imdb_id", "tmdb_id", "title_ko", "poster_path")


@dataclass(frozen=True)
class LoadedRows:
    """What a load did: rows used, rows of films that are not loaded, rows older than known ones.

    `ignored`: columns of the file that are not used. `dry_run`: nothing was stored.
    """

    used: int
    skipped: int
    older: int = 0
    unchanged: bool = False
    ignored: Sequence[str] = ()
    dry_run: bool = False

    def summary(self, what: str, file: str) -> str:
        """One line for the operator."""
        if self.unchanged:
            return f"{file} is loaded already; nothing to do"
        skipped = f"; {self.skipped:,} skipped, their films are not loaded" if self.skipped else ""
        older = f"; {self.older:,} skipped, newer ones are known" if self.older else ""
        ignored = f"; ignored: {', '.join(self.ignored)}" if self.ignored else ""
        done = "Would load" if self.dry_run else "Loaded"
        return f"{done} {self.used:,} rows of {what} from {file}{skipped}{older}{ignored}"


@dataclass(frozen=True)
class FilmFile:
    """A file with rows about loaded films, known to the ledger by its `digest`.

    `strict`: a film that is not loaded is an error. `force`: store the file even if it is loaded.
    `dry_run`: do everything, then undo it.
    """

    name: str
    digest: str
    strict: bool = False
    force: bool = False
    dry_run: bool = False
    report: Report = silent
    started: float = field(default_factory=perf_counter)

    @classmethod
    def at(cls, path: Path, **options: Any) -> FilmFile:
        return cls(path.name, file_digest(path), **options)

    def store(
        self, kind: DataLoad.Kind, rows: pd.DataFrame, write: Callable[[Any], dict[str, int]]
    ) -> LoadedRows:
        """Store checked rows, all or none. `write` gets a cursor and returns what it counted."""
        if not self.force and already_loaded(kind, self.digest):
            return LoadedRows(0, 0, unchanged=True)
        self.report(kind.value.replace("_", " "), 0, None)
        with exclusive_load(dry_run=self.dry_run) as cursor:
            skipped = skip_unknown_films(rows, strict=self.strict, file=self.name)
            counts = write(cursor) | {"skipped": skipped}
            record_load(
                kind=kind, name=self.name, digest=self.digest, counts=counts, started=self.started
            )
        return LoadedRows(counts["used"], skipped, counts.get("older", 0), dry_run=self.dry_run)


def load_movie_details(*, path: Path, **options: Any) -> LoadedRows:
    """Load ids, Korean titles and poster paths from a CSV; `options`: those of `FilmFile`."""
    frame = tables.read_table(path, required=("movie_id",), optional=DETAIL_COLUMNS)
    return store_details(frame, FilmFile.at(path, **options))


def store_details(frame: pd.DataFrame, file: FilmFile) -> LoadedRows:
    """Store the rows of a file (text with its lines), all or none; empty fields change nothing.

    A TMDB id that staff confirmed or a list brought stays; a film that gets another id is due for
    fetching again.
    Raises a `DataError` that names every kind of fault with its line.
    """
    details = checked_details(frame, file=file.name)

    def write(cursor: Any) -> dict[str, int]:
        cursor.execute(STAGED_DETAILS)
        copy_frame(cursor, "staged_details", details.drop(columns="line"))
        cursor.execute(LOCK_FILMS)
        cursor.execute(TAKE_OVER_DETAILS)
        used = int(cursor.rowcount)
        cursor.execute("DROP TABLE staged_details")
        refresh_titles()
        return {"used": used}

    return file.store(DataLoad.Kind.MOVIE_DETAILS, details, write)


def checked_details(frame: pd.DataFrame, *, file: str) -> pd.DataFrame:
    """movie_id, line, and the file's other columns, as they go into the database."""
    details = frame[["line"]].copy()
    faults = tables.Faults()
    with faults:
        details["movie_id"] = tables.integers(frame, "movie_id", file=file)
    with faults:
        keys = details if "movie_id" in details else frame
        tables.unique_rows(keys, ["movie_id"], file=file)
    for column in ("imdb_id", "tmdb_id"):
        if column in frame:
            with faults:
                details[column] = tables.integers(frame, column, file=file, nullable=True)
    for column, longest in (("title_ko", 300), ("poster_path", 100)):
        if column in frame:
            with faults:
                long = frame[column].str.len() > longest
                what = f"is longer than {longest} characters"
                tables.first_fault(frame, long, column, what, file)
            details[column] = frame[column].str.strip()
    faults.raise_if_any()
    return details


def skip_unknown_films(frame: pd.DataFrame, *, strict: bool, file: str) -> int:
    """How many rows are of films that are not loaded; `strict` makes the first an error."""
    loaded = Movie.objects.values_list("movie_id", flat=True)
    unknown = ~frame["movie_id"].astype("int64").isin(set(loaded))
    if strict:
        tables.first_fault(frame, unknown, "movie_id", "is not a film that is loaded", file)
    return int(unknown.sum())
