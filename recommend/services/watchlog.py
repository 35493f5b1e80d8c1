"""Makes a service's own log the data set in use: people, viewings, and ratings made from them.

Like `recommend.services.data_sets` it replaces people and ratings and deletes what was derived from
them. The films stay, so nothing that respondents and staff entered is lost.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from common import loading
from common.arrays import Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from common.models import DataLoad
from common.selectors import data_set_in_use
from movies.models import Movie
from movies.titles.index import refresh_titles
from recommend.scoring.weights import LIKED_FROM
from recommend.services.data_sets import analyze, catalogue_name, delete_derived, insert_people
from recommend.services.staging import demographics_counts, rating_statistics
from recommend.watchlog import signal
from recommend.watchlog.file import read_watchlog
from recommend.watchlog.signal import NO_SERIES, SignalWeights, Viewings

STAGED = """
CREATE TEMPORARY TABLE staged_viewing (
    ml_user_id integer, movie_id integer, ratio double precision, views integer,
    series_progress double precision, last_watched_at timestamptz, rating double precision
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_statistics (
    movie_id integer, rating_count integer, rating_avg double precision, fingerprint_bit smallint
) ON COMMIT DROP;
"""
TAKE_OVER_STATISTICS = """
UPDATE movies_movie m SET rating_count = s.rating_count, rating_avg = s.rating_avg,
    fingerprint_bit = s.fingerprint_bit
FROM staged_statistics s WHERE s.movie_id = m.movie_id
"""
VIEWING = "ml_user_id, movie_id, ratio, views, series_progress, last_watched_at"
STAGED_VIEWINGS = f"SELECT {VIEWING} FROM staged_viewing ORDER BY ml_user_id, movie_id"  # noqa: S608
STORED_VIEWINGS = """
COPY (
    SELECT ml_user_id, movie_id, ratio, views,
        (extract(epoch FROM last_watched_at) * 1000000)::bigint AS last
    FROM recommend_viewing ORDER BY ml_user_id, movie_id
) TO STDOUT (FORMAT csv, HEADER)
"""
PREDICTED_AND_OBSERVED = """
SELECT rating_id, ml_user_id, movie_id, rating, rank, run_id FROM recommend_rating
WHERE run_id IS NOT NULL
UNION ALL
(SELECT gen_random_uuid(), ml_user_id, movie_id, rating, NULL, NULL FROM staged_viewing
ORDER BY ml_user_id, movie_id)
"""


@dataclass(frozen=True)
class LoadedLog:
    """What a load did; `reweighted`: it only recomputed the ratings, with other weights.

    `counts`: those of the ledger, with what was read and what was ignored."""

    name: str
    rows: int
    users: int
    ratings: int
    liked: int
    counts: Mapping[str, Any]
    unchanged: bool = False
    reweighted: bool = False


def load_watchlog(
    *,
    path: Path,
    weights: SignalWeights | None = None,
    force: bool = False,
    dry_run: bool = False,
    report: Report = silent,
) -> LoadedLog:
    """Make the log at `path` (CSV or Parquet) the data set in use.

    A no-op if the same file and weights are in use, and `reapply_signal` for the same file with
    other weights, unless `force`. Raises `DataError` for a broken file, or if no films are loaded;
    the database then stays as it was.
    """
    weights = weights or SignalWeights()
    started = perf_counter()
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    source = loading.file_digest(path)
    digest = _digest(source, weights)
    if not force:
        if current := loading.already_loaded(DataLoad.Kind.MOVIELENS, digest):
            return _loaded(current, unchanged=True)
        if (current := data_set_in_use()) and current.counts.get("file") == source:
            return reapply_signal(weights=weights, dry_run=dry_run, report=report)
    with loading.exclusive_load(dry_run=dry_run) as cursor:
        catalogue = data_set_in_use()
        if catalogue is None:
            raise DataError("no films are loaded; run `manage.py load_movielens SOURCE` first")
        counts = _replace_data_set(cursor, path, weights, report)
        load = loading.record_load(
            kind=DataLoad.Kind.MOVIELENS,
            name=path.name,
            digest=digest,
            id_space=catalogue.id_space,
            counts=counts | {"catalogue": catalogue_name(catalogue), "file": source},
            started=started,
        )
    if not dry_run:
        analyze()
    return _loaded(load)


def _replace_data_set(
    cursor: Any, path: Path, weights: SignalWeights, report: Report
) -> dict[str, Any]:
    """Replace people, viewings and ratings by those of the log; returns the counts."""
    films = _films()
    report("reading the log", 0, None)
    log = read_watchlog(path, films=films["movie_id"].tolist())
    report("signal", 0, None)
    viewings = signal.viewings_of(log.person, log.films, log.watched, log.durations, log.times)
    staged, ranked = _stage(cursor, films, viewings, weights)
    report("people and ratings into the database", 0, None)
    loading.wait_for_results()
    delete_derived(cursor)
    insert_people(cursor, log.people.assign(occupation=""), staged, ranked)
    _store(cursor)
    counts = _counts(films, staged, weights)
    return counts | {
        "users": len(log.people),
        "rows": len(log.person),
        **demographics_counts(log.people),
        "used": list(log.used),
        "ignored": list(log.ignored),
    }


def reapply_signal(
    *, weights: SignalWeights, dry_run: bool = False, report: Report = silent
) -> LoadedLog:
    """Recompute all observed ratings from the stored viewings, with these weights.

    Uses the series that the films have now. People, model runs and predictions stay, so the live
    run keeps answering until a run trained on the new ratings is published. Raises `DataError` if
    the data set in use is no watch log.
    """
    started = perf_counter()
    with loading.exclusive_load(dry_run=dry_run) as cursor:
        before = data_set_in_use()
        if before is None or "weights" not in before.counts:
            raise DataError("the data set in use is no watch log; `manage.py load_watchlog FILE`")
        films = _films()
        report("recomputing the ratings", 0, None)
        staged, _ = _stage(cursor, films, _stored_viewings(cursor), weights)
        _store(cursor)
        load = loading.record_load(
            kind=DataLoad.Kind.MOVIELENS,
            name=before.name,
            digest=_digest(before.counts["file"], weights),
            id_space=before.id_space,
            counts=before.counts | _counts(films, staged, weights),
            started=started,
        )
    if not dry_run:
        analyze()
    return _loaded(load, reweighted=True)


def weights_in_use() -> SignalWeights | None:
    """The weights behind the observed ratings; None if the data set in use is no watch log."""
    current = data_set_in_use()
    stored = current.counts.get("weights") if current else None
    return SignalWeights(**stored) if stored else None


def _digest(source: str, weights: SignalWeights) -> str:
    """Identifies the ratings: the same file with other weights is another data set to train on."""
    text = json.dumps([source, asdict(weights)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _counts(films: pd.DataFrame, staged: pd.DataFrame, weights: SignalWeights) -> dict[str, Any]:
    return {
        "movies": len(films),
        "ratings": len(staged),
        "liked": int((staged["rating"] >= LIKED_FROM).sum()),
        "weights": asdict(weights),
    }


def _loaded(load: DataLoad, *, unchanged: bool = False, reweighted: bool = False) -> LoadedLog:
    rows, users, ratings, liked = (load.counts[n] for n in ("rows", "users", "ratings", "liked"))
    return LoadedLog(load.name, rows, users, ratings, liked, load.counts, unchanged, reweighted)


def _films() -> pd.DataFrame:
    """All films by id: movie_id, and the series as a number from 0 on, or `NO_SERIES`."""
    rows = list(Movie.objects.order_by("movie_id").values_list("movie_id", "series"))
    films = pd.DataFrame(rows, columns=["movie_id", "series"])
    codes, _ = pd.factorize(films["series"].where(films["series"] != "", None), sort=True)
    return films.assign(series=codes.astype(np.int64))


def _stage(
    cursor: Any, films: pd.DataFrame, viewings: Viewings, weights: SignalWeights
) -> tuple[pd.DataFrame, Ints]:
    """Copy the viewings with their stars, and the films' new statistics, into temporary tables.

    Returns the viewings, and the films by fingerprint bit.
    """
    movie_ids, series = films["movie_id"].to_numpy(), films["series"].to_numpy()
    of_films = series[np.searchsorted(movie_ids, viewings.films)]
    sizes = np.bincount(series[series != NO_SERIES], minlength=1)
    progress = signal.series_progress(viewings.people, viewings.ratios, of_films, sizes)
    staged = pd.DataFrame(
        {
            "ml_user_id": viewings.people,
            "movie_id": viewings.films,
            "ratio": viewings.ratios,
            "views": viewings.views,
            "series_progress": progress,
            "last_watched_at": pd.to_datetime(viewings.last, unit="us", utc=True),
            "rating": signal.stars_of(viewings.ratios, viewings.views, progress, weights),
        }
    )
    statistics, ranked = rating_statistics(movie_ids, staged)
    cursor.execute(STAGED)
    loading.copy_frame(cursor, "staged_viewing", staged)
    loading.copy_frame(cursor, "staged_statistics", statistics.assign(movie_id=movie_ids))
    return staged, ranked


def _store(cursor: Any) -> None:
    """Replace all viewings and observed ratings by the staged rows; predictions stay."""
    cursor.execute(TAKE_OVER_STATISTICS)
    refresh_titles()
    loading.rebuild_table(
        cursor, "recommend_viewing", columns=VIEWING, query=STAGED_VIEWINGS, parameters=None
    )
    loading.rebuild_table(
        cursor,
        "recommend_rating",
        columns="rating_id, ml_user_id, movie_id, rating, rank, run_id",
        query=PREDICTED_AND_OBSERVED,
        parameters=None,
    )
    cursor.execute("DROP TABLE staged_viewing, staged_statistics")


def _stored_viewings(cursor: Any) -> Viewings:
    """Read by COPY: as model instances a million rows take ten times as long."""
    with cursor.copy(STORED_VIEWINGS) as copy:
        data = b"".join(bytes(block) for block in copy)
    frame = pa.csv.read_csv(pa.BufferReader(data)).to_pandas()
    return Viewings(
        people=frame["ml_user_id"].to_numpy(np.int64),
        films=frame["movie_id"].to_numpy(np.int64),
        ratios=frame["ratio"].to_numpy(np.float64),
        views=frame["views"].to_numpy(np.int64),
        last=frame["last"].to_numpy(np.int64),
    )
