"""Loads what people at home gave films, for training and evaluation beside MovieLens.

People of the file get exactly the ratings of the file; other people stay. The model runs stay too:
the next training learns from the new ratings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection
from django.utils import timezone

from common import loading
from common.commands.progress import Report, silent
from common.errors import DataError
from common.models import DataLoad
from movies.models import Movie
from recommend.home_file import HomeFile, read_home_ratings
from recommend.services.home.people import WITHOUT_RATING, delete_selected

STAGED = """
CREATE TEMPORARY TABLE staged_home_person (person integer, name varchar) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_home_rating (
    person integer, movie_id integer, rating double precision, day integer
) ON COMMIT DROP;
"""
ROWS_PER_COPY = 200_000
OTHERS = """
SELECT id FROM recommend_homeperson
WHERE name NOT IN (SELECT name FROM staged_home_person)
"""
FORMER_RATINGS = """
DELETE FROM recommend_homerating r USING recommend_homeperson p, staged_home_person s
WHERE p.name = s.name AND r.person_id = p.id
"""
PEOPLE = """
INSERT INTO recommend_homeperson (name, loaded_at)
SELECT name, %s FROM staged_home_person s
WHERE EXISTS (SELECT FROM staged_home_rating r WHERE r.person = s.person)
ORDER BY s.person
ON CONFLICT (name) DO UPDATE SET loaded_at = EXCLUDED.loaded_at
"""
RATINGS = """
INSERT INTO recommend_homerating (person_id, movie_id, rating, rated_at)
SELECT p.id, r.movie_id, r.rating, CASE WHEN r.day >= 0 THEN date '1970-01-01' + r.day END
FROM staged_home_rating r JOIN staged_home_person s USING (person)
JOIN recommend_homeperson p USING (name)
ORDER BY p.id, r.movie_id
"""


@dataclass(frozen=True)
class LoadedHomeRatings:
    """What a load did; `unchanged`: nothing, this file was loaded already.

    `counts`: those of the ledger, with what was read and what was ignored."""

    name: str
    counts: Mapping[str, Any]
    unchanged: bool = False


def load_home_ratings(
    *,
    path: Path,
    replace: bool = False,
    force: bool = False,
    dry_run: bool = False,
    report: Report = silent,
) -> LoadedHomeRatings:
    """Store the ratings of the file at `path` (CSV, also `.gz`, or Parquet), all or none.

    `replace`: delete the people who are not in the file. A no-op if the same file was loaded last
    into the data set in use, unless `force`. Raises `DataError` for a broken file, or if no films
    are loaded; the database then stays as it was.
    """
    started = perf_counter()
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    digest = loading.file_digest(path)
    current = loading.already_loaded(DataLoad.Kind.HOME_RATINGS, digest)
    if current and not force and (current.counts["mode"] == "replace" or not replace):
        return LoadedHomeRatings(current.name, current.counts, unchanged=True)
    with loading.exclusive_load(dry_run=dry_run) as cursor:
        load = loading.record_load(
            kind=DataLoad.Kind.HOME_RATINGS,
            name=path.name,
            digest=digest,
            counts=_store_file(cursor, path, replace=replace, report=report),
            started=started,
        )
    if not dry_run:
        _analyze()
    return LoadedHomeRatings(load.name, load.counts)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE recommend_homeperson, recommend_homerating")


def _store_file(cursor: Any, path: Path, *, replace: bool, report: Report) -> dict[str, Any]:
    """Read the file and write its ratings; returns the counts."""
    films = np.array(Movie.objects.values_list("pk", flat=True), np.int64)
    if not len(films):
        raise DataError("no films are loaded; run `manage.py load_movielens SOURCE` first")
    report("reading the ratings", 0, None)
    file = read_home_ratings(path, films=films, today=timezone.localdate())
    report("ratings into the database", 0, None)
    return {
        "people": file.ratings["person"].nunique(),
        "ratings": len(file.ratings),
        **file.skipped,
        "removed_people": _store(cursor, file, replace=replace),
        "mode": "replace" if replace else "add",
        "used": list(file.used),
        "ignored": list(file.ignored),
    }


def _store(cursor: Any, file: HomeFile, *, replace: bool) -> int:
    """Write the ratings of the file; returns how many people this deleted."""
    cursor.execute(STAGED)
    people = pd.DataFrame({"person": np.arange(len(file.people)), "name": file.people})
    for table, frame in (("staged_home_person", people), ("staged_home_rating", file.ratings)):
        for start in range(0, len(frame), ROWS_PER_COPY):
            loading.copy_frame(cursor, table, frame.iloc[start : start + ROWS_PER_COPY])
        cursor.execute(f"ANALYZE {table}")
    removed = delete_selected(cursor, OTHERS).people if replace else 0
    cursor.execute(FORMER_RATINGS)
    cursor.execute(PEOPLE, [timezone.now()])
    cursor.execute(RATINGS)
    removed += delete_selected(cursor, WITHOUT_RATING).people
    cursor.execute("DROP TABLE staged_home_person, staged_home_rating")
    return removed
