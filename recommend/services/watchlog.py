"""A service's own log as the data set in use: people, viewings, and the ratings made of them.

The films stay as they are; people and ratings take the place of those before, with everything that
was derived from them, as in `recommend.services.data_sets`. A log can not change which film an id
means, so what respondents and staff entered is never lost.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from common.commands.progress import Report, silent
from common.errors import DataError
from common.loading import (
    already_loaded,
    copy_frame,
    exclusive_load,
    file_digest,
    rebuild_table,
    record_load,
    wait_for_results,
)
from common.models import DataLoad
from common.selectors import data_set_in_use
from movies.models import Movie
from movies.titles.index import refresh_titles
from recommend.scoring.weights import LIKED_FROM
from recommend.services.data_sets import analyze, catalogue_name, delete_derived, insert_people
from recommend.services.staging import RatingPairs, rating_statistics
from recommend.watchlog.file import WatchLog, read_watchlog
from recommend.watchlog.signal import (
    NO_SERIES,
    SignalWeights,
    Viewings,
    series_progress,
    stars_of,
    viewings_of,
)

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
VIEWING_COLUMNS = "ml_user_id, movie_id, ratio, views, series_progress, last_watched_at"
STORED = """
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
    """What a load did. `reweighted`: only the ratings were computed anew, with other weights."""

    name: str
    rows: int
    users: int
    ratings: int
    liked: int
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

    The same file and weights as those in use are a no-op unless `force`; the same file with other
    weights is `reapply_signal`. Raises `DataError` for anything wrong with the file, or if no films
    are loaded; the database is then as it was.
    """
    weights = weights or SignalWeights()
    started = perf_counter()
    if not path.is_file():
        raise DataError("there is no such file", file=str(path))
    source = file_digest(path)
    digest = _digest(source, weights)
    if not force:
        if current := already_loaded(DataLoad.Kind.MOVIELENS, digest):
            return _loaded(current, unchanged=True)
        if (current := data_set_in_use()) and current.counts.get("file") == source:
            return reapply_signal(weights=weights, dry_run=dry_run, report=report)
    with exclusive_load(dry_run=dry_run) as cursor:
        catalogue = data_set_in_use()
        if catalogue is None:
            raise DataError("no films are loaded; run `manage.py load_movielens SOURCE` first")
        counts = _replace_data_set(cursor, path, weights, report)
        load = record_load(
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
    """People, viewings and ratings of the log in place of those before; returns the counts."""
    films = _films()
    report("reading the log", 0, None)
    log = read_watchlog(path, films=films["movie_id"].tolist())
    report("signal", 0, None)
    viewings = viewings_of(log.person, log.films, log.watched, log.durations, log.times)
    staged = _stage(cursor, films, viewings, weights)
    report("people and ratings into the database", 0, None)
    wait_for_results()
    delete_derived(cursor)
    _insert_people(cursor, log, staged)
    _store(cursor, staged)
    counts = _counts(films, staged, weights)
    return counts | {"users": len(log.people), "rows": len(log.person)}


def reapply_signal(
    *, weights: SignalWeights, dry_run: bool = False, report: Report = silent
) -> LoadedLog:
    """Compute all observed ratings anew from the stored viewings, with these weights.

    The series are those that the films have now. People, model runs and predictions stay, so a live
    run goes on answering until one that was trained on the new ratings is published. Raises
    `DataError` if the data set in use is no watch log.
    """
    started = perf_counter()
    with exclusive_load(dry_run=dry_run) as cursor:
        before = data_set_in_use()
        if before is None or "weights" not in before.counts:
            raise DataError("the data set in use is no watch log; `manage.py load_watchlog FILE`")
        films = _films()
        report("ratings anew", 0, None)
        staged = _stage(cursor, films, _stored_viewings(cursor), weights)
        _store(cursor, staged)
        load = record_load(
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
    """Those of the observed ratings; None if the data set in use is no watch log."""
    current = data_set_in_use()
    if current is None or "weights" not in current.counts:
        return None
    stored = current.counts["weights"]
    return SignalWeights(**{one.name: stored[one.name] for one in fields(SignalWeights)})


def _digest(source: str, weights: SignalWeights) -> str:
    """Of the ratings: the same file with other weights is another data set to train on."""
    text = json.dumps([source, asdict(weights)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _counts(films: pd.DataFrame, staged: pd.DataFrame, weights: SignalWeights) -> dict[str, Any]:
    liked = int((staged["rating"] >= LIKED_FROM).sum())
    return {
        "movies": len(films),
        "ratings": len(staged),
        "liked": liked,
        "weights": asdict(weights),
    }


def _loaded(load: DataLoad, *, unchanged: bool = False, reweighted: bool = False) -> LoadedLog:
    counts = load.counts
    return LoadedLog(
        load.name,
        counts["rows"],
        counts["users"],
        counts["ratings"],
        counts["liked"],
        unchanged,
        reweighted,
    )


def _films() -> pd.DataFrame:
    """movie_id, and its series as a number from 0 on (`NO_SERIES`: none), by id."""
    rows = list(Movie.objects.order_by("movie_id").values_list("movie_id", "series"))
    films = pd.DataFrame(rows, columns=["movie_id", "series"])
    codes, _ = pd.factorize(films["series"].where(films["series"] != "", None), sort=True)
    return films.assign(series=codes.astype(np.int64))


def _stage(
    cursor: Any, films: pd.DataFrame, viewings: Viewings, weights: SignalWeights
) -> pd.DataFrame:
    """The viewings with their stars, and the films' new statistics, in temporary tables."""
    series = films["series"].to_numpy()
    of_films = series[np.searchsorted(films["movie_id"].to_numpy(), viewings.films)]
    sizes = np.bincount(series[series != NO_SERIES], minlength=1)
    progress = series_progress(viewings.people, viewings.ratios, of_films, sizes)
    staged = pd.DataFrame(
        {
            "ml_user_id": viewings.people,
            "movie_id": viewings.films,
            "ratio": viewings.ratios,
            "views": viewings.views,
            "series_progress": progress,
            "last_watched_at": pd.to_datetime(viewings.last, unit="us", utc=True),
            "rating": stars_of(viewings.ratios, viewings.views, progress, weights),
        }
    )
    statistics, _ = rating_statistics(films["movie_id"].to_numpy(np.int64), _pairs(staged))
    cursor.execute(STAGED)
    copy_frame(cursor, "staged_viewing", staged)
    copy_frame(cursor, "staged_statistics", statistics.assign(movie_id=films["movie_id"]))
    return staged


def _pairs(staged: pd.DataFrame) -> RatingPairs:
    return RatingPairs(
        staged["ml_user_id"].to_numpy(np.int64),
        staged["movie_id"].to_numpy(np.int64),
        staged["rating"].to_numpy(np.float64),
    )


def _insert_people(cursor: Any, log: WatchLog, staged: pd.DataFrame) -> None:
    cursor.execute(
        "SELECT movie_id FROM staged_statistics WHERE fingerprint_bit IS NOT NULL "
        "ORDER BY fingerprint_bit"
    )
    ranked: npt.NDArray[np.int64] = np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)
    insert_people(cursor, log.people.assign(occupation=""), _pairs(staged), ranked)


def _store(cursor: Any, staged: pd.DataFrame) -> None:
    """The staged rows in place of all viewings and observed ratings; predictions stay."""
    cursor.execute(TAKE_OVER_STATISTICS)
    refresh_titles()
    rebuild_table(
        cursor,
        "recommend_viewing",
        columns=VIEWING_COLUMNS,
        query=f"SELECT {VIEWING_COLUMNS} FROM staged_viewing ORDER BY ml_user_id, movie_id",  # noqa: S608
        parameters=None,
    )
    rebuild_table(
        cursor,
        "recommend_rating",
        columns="rating_id, ml_user_id, movie_id, rating, rank, run_id",
        query=PREDICTED_AND_OBSERVED,
        parameters=None,
    )
    cursor.execute("DROP TABLE staged_viewing, staged_statistics")


def _stored_viewings(cursor: Any) -> Viewings:
    """By COPY: as model instances a million rows take ten times as long."""
    with cursor.copy(STORED) as copy:
        data = b"".join(bytes(block) for block in copy)
    frame = pa.csv.read_csv(pa.BufferReader(data)).to_pandas()
    return Viewings(
        frame["ml_user_id"].to_numpy(np.int64),
        frame["movie_id"].to_numpy(np.int64),
        frame["ratio"].to_numpy(np.float64),
        frame["views"].to_numpy(np.int64),
        frame["last"].to_numpy(np.int64),
    )
