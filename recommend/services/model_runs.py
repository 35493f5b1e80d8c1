"""Publishes model runs, rolls back to earlier ones, and loads their predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Count, F, Q, Value, When
from django.utils import timezone

from common import loading, tables
from common.commands.progress import Report, silent
from common.errors import DataError, NoRowsError
from common.models import DataLoad
from movies.models import Movie, MovieLensUser
from recommend.models import ModelRun, Rating

PREDICTION_COLUMNS = ("ml_user_id", "movie_id", "rating", "rank")
STAGED_PREDICTIONS = """
CREATE TEMPORARY TABLE staged_prediction (
    ml_user_id integer, movie_id integer, rating double precision, rank integer
) ON COMMIT DROP
"""

KEPT_AND_PREDICTED = """
SELECT rating_id, ml_user_id, movie_id, rating, rank, run_id FROM recommend_rating
WHERE run_id IS DISTINCT FROM %(run)s
UNION ALL
(SELECT gen_random_uuid(), p.ml_user_id, p.movie_id, p.rating, p.rank, %(run)s
FROM staged_prediction p
WHERE NOT EXISTS (
    SELECT FROM recommend_rating r
    WHERE r.ml_user_id = p.ml_user_id AND r.movie_id = p.movie_id AND r.run_id IS NULL
)
ORDER BY p.ml_user_id, p.rank)
"""


@dataclass(frozen=True)
class LoadedPredictions:
    """Rows stored, and rows skipped because the user has rated the film; `unchanged`: none were,
    because the run was last filled from this file. `ignored`: columns of a Parquet file that are
    not read."""

    run: int
    stored: int
    already_rated: int
    unchanged: bool = False
    ignored: Sequence[str] = ()


def publish_run(*, run: ModelRun) -> ModelRun | None:
    """Make `run` the live one; returns the run that was live before.

    Raises `DataError` if the run has no predicted ratings although there are some to predict, or
    is live already.
    """
    if not run.ratings.exists() and not nothing_to_predict():
        raise DataError(
            f"run {run.pk} has no predicted ratings; run `manage.py predict_ratings` and "
            "`manage.py load_predictions FILE` first"
        )
    before = ModelRun.objects.live()
    if before == run:
        raise DataError(f"run {run.pk} is live already")
    _switch(to=run, published_at=timezone.now())
    return before


def nothing_to_predict() -> bool:
    """Whether every person has rated every film that has ratings, so that no film is left."""
    observed = Rating.objects.observed().aggregate(
        rows=Count("pk"), films=Count("movie", distinct=True)
    )
    pairs = MovieLensUser.objects.count() * observed["films"]
    return bool(0 < observed["rows"] == pairs)


def roll_back() -> ModelRun:
    """Make the run that was live before the present one live again; returns it."""
    live = ModelRun.objects.live()
    if live is None:
        raise DataError("no model run is live; `manage.py publish_model` publishes one")
    run = run_before_live()
    if run is None:
        raise DataError(f"no run was published before run {live.pk}, so there is nothing to go to")
    _switch(to=run, published_at=F("published_at"))
    return run


def run_before_live() -> ModelRun | None:
    """The run that `roll_back` would make live, if any."""
    live = ModelRun.objects.live()
    if live is None:
        return None
    retired = ModelRun.objects.filter(state=ModelRun.State.RETIRED)
    return retired.filter(published_at__lt=live.published_at).order_by("-published_at").first()


def _switch(*, to: ModelRun, published_at: object) -> None:
    """One UPDATE of two rows; the constraint of one live run is checked once both are changed."""
    switched = ModelRun.objects.filter(Q(pk=to.pk) | Q(state=ModelRun.State.LIVE))
    state = Case(
        When(pk=to.pk, then=Value(ModelRun.State.LIVE)), default=Value(ModelRun.State.RETIRED)
    )
    published = Case(When(pk=to.pk, then=published_at), default=F("published_at"))
    try:
        with transaction.atomic():
            switched.update(state=state, published_at=published)
    except IntegrityError as error:
        raise DataError(
            "another run was published at the same moment; look which, then try again"
        ) from error
    to.refresh_from_db()


def load_predictions(
    *, path: Path, run: ModelRun, force: bool = False, report: Report = silent
) -> LoadedPredictions:
    """Replace the predicted ratings of `run` by those of a CSV or Parquet file of any engine.

    A no-op for the file that the run was last filled from, unless `force`. Readers of a live run
    see the old rows until all new ones are there. Raises `DataError` for an unknown film or user,
    a repeated pair or rank, ranks other than 1..N, and ratings outside 0.5 to 5; also for a file
    without rows, unless there is nothing to predict.
    """
    started = perf_counter()
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    digest = loading.file_digest(path)
    load = loading.already_loaded(DataLoad.Kind.PREDICTIONS, digest)
    if not force and load is not None and load.counts["run"] == run.pk:
        return LoadedPredictions(**load.counts, unchanged=True)
    report("reading predictions", 0, None)
    try:
        frame = _read_predictions(path)
    except NoRowsError:
        if not nothing_to_predict():
            raise
        frame = pd.DataFrame(columns=PREDICTION_COLUMNS)
    report("predictions into the database", 0, None)
    with loading.exclusive_load() as cursor:
        _check_known(frame, path.name)
        stored = _replace_predictions(cursor, frame, run)
        counts = {"run": run.pk, "stored": stored, "already_rated": len(frame) - stored}
        loading.record_load(
            kind=DataLoad.Kind.PREDICTIONS,
            name=path.name,
            digest=digest,
            counts=counts,
            started=started,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE recommend_rating")
    ignored = tables.other_columns(path, known=PREDICTION_COLUMNS)
    return LoadedPredictions(run.pk, stored, len(frame) - stored, ignored=ignored)


def _replace_predictions(cursor: Any, frame: pd.DataFrame, run: ModelRun) -> int:
    """Replace the run's rows by those of `frame`; returns how many were stored."""
    cursor.execute(STAGED_PREDICTIONS)
    loading.copy_frame(cursor, "staged_prediction", frame[list(PREDICTION_COLUMNS)])
    loading.rebuild_table(
        cursor,
        "recommend_rating",
        columns="rating_id, ml_user_id, movie_id, rating, rank, run_id",
        query=KEPT_AND_PREDICTED,
        parameters={"run": run.pk},
    )
    cursor.execute("DROP TABLE staged_prediction")
    return run.ratings.count()


def _read_predictions(path: Path) -> pd.DataFrame:
    """The rows of the file, with all checks that need no database."""
    file = path.name
    read = tables.read_parquet if path.suffix == ".parquet" else tables.read_table
    frame = read(path, required=PREDICTION_COLUMNS)
    for column in ("ml_user_id", "movie_id", "rank"):
        frame[column] = tables.integers(frame, column, file=file).astype("int64")
    frame["rating"] = tables.numbers(frame, "rating", file=file, low=0.5, high=5.0)
    tables.first_fault(frame, frame["rank"] > 32767, "rank", "is above 32,767", file)
    tables.unique_rows(frame, ["ml_user_id", "movie_id"], file=file)
    tables.unique_rows(frame, ["ml_user_id", "rank"], file=file)
    sizes = frame.groupby("ml_user_id")["rank"].transform("size")
    tables.first_fault(
        frame, frame["rank"] > sizes, "rank", "leaves a gap: a user's ranks are 1 to N", file
    )
    return frame


def _check_known(frame: pd.DataFrame, file: str) -> None:
    for column, model, what in (("ml_user_id", MovieLensUser, "user"), ("movie_id", Movie, "film")):
        unknown = ~frame[column].isin(model.objects.values_list("pk", flat=True))
        tables.first_fault(frame, unknown, column, f"is not a {what} that is loaded", file)
