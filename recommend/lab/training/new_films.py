"""Vectors for films that entered the catalogue after a run was trained, by its content map.

The run is not trained again: its map says which vectors go with which content
(`recommenders.content_map`). Vectors that are stored are never changed.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from pgvector import Vector

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from common.loading import copy_frame, hold_the_data_set
from movies.models import Movie
from recommend.lab.data.database import read_content
from recommend.lab.recommenders.content_map import ContentMap, fit_content_map
from recommend.lab.training.stored_models import map_path, read_model, write_model
from recommend.lab.training.vectors import vector_frame
from recommend.models import ModelRun, MovieFactors

logger = logging.getLogger(__name__)

COLUMNS = "movie_id, factors, encoder, decoder, bias, log_ratings"
STAGED = f"""
    CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
    SELECT {COLUMNS} FROM recommend_moviefactors WITH NO DATA
"""  # noqa: S608
PLACE = f"""
    INSERT INTO recommend_moviefactors (run_id, from_content, {COLUMNS})
    SELECT %s, true, {COLUMNS} FROM placed JOIN movies_movie USING (movie_id)
    ORDER BY movie_id
    ON CONFLICT DO NOTHING
"""  # noqa: S608
LEARNED = ("factors", "encoder", "decoder", "bias", "log_ratings")


def place_new_films(*, report: Report = silent) -> int:
    """Give the live run, and runs that may be published next, vectors of all films that have none.

    Returns how many films the live run got. Idempotent. Raises `DataError` if no run is live or
    its vectors cannot teach a map: then the films are ranked from the next training on.
    """
    live = ModelRun.objects.live()
    if live is None:
        raise DataError(
            "no model run is live; the next `manage.py train_model` places the films, and "
            "`manage.py publish_model` publishes it"
        )
    placed = _place(live, report)
    for run in ModelRun.objects.filter(state=ModelRun.State.READY, pk__gt=live.pk):
        try:
            _place(run, report)
        except DataError as error:
            logger.warning("Run %s cannot place new films: %s", run.pk, error)
    return placed


def _place(run: ModelRun, report: Report) -> int:
    films = _without_vectors(run)
    if not len(films):
        return 0
    report(f"new films for run {run.pk}", 0, len(films))
    found = _map_of(run, report)
    vectors = found.vectors(read_content(films, alias=DEFAULT_DB_ALIAS))
    return _store(run, vector_frame(films, vectors))


def _without_vectors(run: ModelRun) -> Ints:
    lacking = Movie.objects.exclude(movie_factors__run=run).order_by("pk")
    return np.array(list(lacking.values_list("pk", flat=True)), np.int64)


def _store(run: ModelRun, frame: pd.DataFrame) -> int:
    """Films and runs that were deleted meanwhile are left out."""
    with transaction.atomic(), connection.cursor() as cursor:
        hold_the_data_set()
        if not ModelRun.objects.filter(pk=run.pk).exists():
            return 0
        cursor.execute(STAGED)
        copy_frame(cursor, "placed", frame)
        cursor.execute(PLACE, [run.pk])
        rows = int(cursor.rowcount)
        cursor.execute("DROP TABLE placed")
    return rows


def _map_of(run: ModelRun, report: Report) -> ContentMap:
    """The stored map. Where it is missing or another run's (a run of an earlier version, or of
    another machine), one is learned from the stored vectors of the rated films, and stored."""
    path = map_path(run.pk)
    with suppress(FileNotFoundError, DataError):
        stored: ContentMap = read_model(path, run)
        return stored
    report(f"content map of run {run.pk}", 0, None)
    movie_ids, vectors, ratings = _learned(run)
    try:
        content = read_content(movie_ids, alias=DEFAULT_DB_ALIAS)
        found: ContentMap = fit_content_map(content, vectors, ratings, seed=run.seed)
    except DataError as error:
        raise DataError(
            f"run {run.pk} has no content map and cannot learn one ({error}); run "
            "`manage.py train_model`, `predict_ratings`, `load_predictions` and `publish_model`"
        ) from error
    write_map(run, found)
    return found


def write_map(run: ModelRun, found: ContentMap) -> None:
    """Store the map beside the run's other files, in half the digits."""
    short: Any = found.slopes.astype(np.float32)
    write_model(map_path(run.pk), run, replace(found, slopes=short))


def _learned(run: ModelRun) -> tuple[Ints, Floats, Ints]:
    """Ids (n,), vectors (n, 3 * 64 + 2) and numbers of ratings (n,) of the run's rated films."""
    rated = MovieFactors.objects.filter(run=run, from_content=False).order_by("movie")
    rows = list(rated.values_list("movie", *LEARNED))
    vectors = np.array(
        [np.concatenate([*map(_numbers, row[1:4]), row[4:6]]) for row in rows], np.float64
    )
    ratings = np.expm1(vectors[:, -1]).round().astype(np.int64) if rows else np.zeros(0, np.int64)
    return np.array([row[0] for row in rows], np.int64), vectors, ratings


def _numbers(vector: Any) -> Floats:
    return np.asarray(vector.to_numpy() if isinstance(vector, Vector) else vector, np.float64)
