"""Loads a MovieLens data set: films, people, observed ratings and the fingerprints.

One data set is in use at a time. Loading another replaces it and deletes what was derived from it
(model runs, predictions). Films that a respondent picked or was recommended and films with a staff
correction stay if the new data set numbers its films alike (`Release.id_space`); otherwise the load
is refused unless the operator says `--replace`. Films that TMDB's lists brought have ids of their
own and stay in any case, unless the new data set has them. A film that goes takes its ratings at
home along. `recommend.services.watchlog` replaces only people and ratings.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection
from scipy import sparse

from common import loading
from common.arrays import Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from common.models import SAMPLE, DataLoad
from common.selectors import data_set_in_use
from movies.fingerprints import FINGERPRINT_BITS, SIMHASH_BITS, bit_text, movie_signs
from movies.models import FIRST_ENTERED_ID, Movie, Platform
from movies.movielens import Release, open_release
from movies.movielens.sample import write_sample
from movies.services.availability import record_statements, statements_of
from movies.services.catalogue import delete_movies
from movies.services.platform_rates import refresh_platform_rates
from movies.titles.index import refresh_titles
from movies.titles.series_of_films import refresh_series
from ottstats.services.reference import load_reference_data
from recommend.models import MemberEvent
from recommend.services.entered_films import merge_entered
from recommend.services.home.people import forget_films
from recommend.services.staging import Staged, stage
from survey.models import Draft, Respondent

FILMS_OF_DATA_SET = f"SELECT movie_id FROM movies_movie WHERE movie_id < {FIRST_ENTERED_ID}"  # noqa: S608
USERS_PER_BLOCK = 20_000  # 20,000 x 4,096 booleans: 80 MB


@dataclass(frozen=True)
class LoadedDataSet:
    """What a load did; `unchanged`: nothing, this data set was in use already.

    `counts`: those of the ledger, with what was read and what was ignored."""

    name: str
    movies: int
    users: int
    ratings: int
    counts: Mapping[str, Any]
    removed_results: int = 0
    unchanged: bool = False


def load_movielens(
    *,
    source: str,
    force: bool = False,
    replace_results: bool = False,
    dry_run: bool = False,
    report: Report = silent,
) -> LoadedDataSet:
    """Make the release at `source` (zip, folder, or "sample") the data set in use.

    A no-op if the same bytes are in use, unless `force`. Raises `DataError` for a broken release,
    and if results or corrections would be lost without `replace_results`; the database then stays
    as it was.
    """
    started = perf_counter()
    with _opened(source) as (release, folder):
        current = loading.already_loaded(DataLoad.Kind.MOVIELENS, release.digest)
        if current and not force:
            return _loaded(current, unchanged=True)
        with loading.exclusive_load(dry_run=dry_run) as cursor:
            _refuse_loss(release, replace_results=replace_results)
            staged = stage(cursor, release, report)
            report("ratings into the database", 0, None)
            loading.wait_for_results()
            removed = _make_room(release, replace_results=replace_results)
            _replace_rows(cursor, staged, folder)
            load = loading.record_load(
                kind=DataLoad.Kind.MOVIELENS,
                name=release.name,
                digest=release.digest,
                id_space=release.id_space,
                counts=staged.counts,
                started=started,
            )
    if not dry_run:
        analyze()
    return _loaded(load, removed_results=removed)


def _record_sample_availability(folder: Path) -> None:
    """Record it for the loaded platforms; load the shipped ones first if there are none."""
    if not Platform.objects.exists():
        load_reference_data()
    rows = pd.read_csv(folder / "availability.csv")
    known = rows["platform"].isin(list(Platform.objects.values_list("slug", flat=True)))
    record_statements(statements_of(rows[known]))


def _loaded(load: DataLoad, *, removed_results: int = 0, unchanged: bool = False) -> LoadedDataSet:
    counts = load.counts
    return LoadedDataSet(
        load.name,
        counts["movies"],
        counts["users"],
        counts["ratings"],
        counts,
        removed_results,
        unchanged,
    )


@contextmanager
def _opened(source: str) -> Iterator[tuple[Release, Path | None]]:
    """The release and, if it is the sample, the folder of the generated files."""
    if source != SAMPLE:
        with open_release(Path(source)) as release:
            yield release, None
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder)
        with open_release(folder) as release:
            yield replace(release, name=SAMPLE, id_space=SAMPLE), folder


def _refuse_loss(release: Release, *, replace_results: bool) -> None:
    """Raise if a change of film numbers would delete results, corrections or members' likes."""
    current = _renumbered(release)
    if current is None:
        return
    results = Respondent.objects.count()
    corrections = Movie.objects.of_data_set().exclude(platforms_staff={}).count()
    events = MemberEvent.objects.filter(movie__in=Movie.objects.of_data_set()).count()
    if (results or corrections or events) and not (replace_results or current.is_sample):
        raise DataError(
            f"{release.name} numbers its films differently from {current.name}, which is in use: "
            f"{results} results, {corrections} staff corrections and {events} likes and views of "
            "members would be deleted. "
            "Say --replace to delete them."
        )


def _make_room(release: Release, *, replace_results: bool) -> int:
    """Delete the films if the new ones are numbered differently; returns the deleted results."""
    _refuse_loss(release, replace_results=replace_results)  # again: a result may be new
    if _renumbered(release) is None:
        return 0
    results = Respondent.objects.count()
    Respondent.objects.all().delete()
    Draft.objects.all().delete()  # their picks would be other films
    MemberEvent.objects.filter(movie__in=Movie.objects.of_data_set()).delete()  # and their likes
    with connection.cursor() as cursor:
        delete_derived(cursor)
        _delete_films(cursor, FILMS_OF_DATA_SET)
    return results


def _renumbered(release: Release) -> DataLoad | None:
    """The data set in use if the release numbers films differently; plain files tell by name."""
    current = data_set_in_use()
    if current is None or current.id_space != release.id_space:
        return current
    is_alike = release.id_space != "plain" or catalogue_name(current) == release.name
    return None if is_alike else current


def catalogue_name(load: DataLoad) -> str:
    """The name of the data set whose films are in use; for a watch log, the one before it."""
    return str(load.counts.get("catalogue", load.name))


def delete_derived(cursor: Any) -> None:
    """Delete people and ratings of the data set in use, and everything derived from them."""
    for statement in (
        "DELETE FROM recommend_viewing",
        "DELETE FROM recommend_rating",
        "DELETE FROM recommend_tastevector",
        "DELETE FROM recommend_hometaste",
        "DELETE FROM recommend_homemember",
        "DELETE FROM recommend_moviefactors",
        "DELETE FROM recommend_surveyfilm",
        "DELETE FROM recommend_persona",
        "DELETE FROM recommend_genremodel",
        "UPDATE recommend_labjob SET run_id = NULL, against_id = NULL",
        "DELETE FROM recommend_modelrun",
        "UPDATE matching_similarity SET ml_user_id = NULL",
        "DELETE FROM movies_movielensuser",
    ):
        cursor.execute(statement)


def _replace_rows(cursor: Any, staged: Staged, sample: Path | None) -> None:
    """Replace films, people and ratings by the staged ones; `sample`: the folder of its files."""
    delete_derived(cursor)
    _replace_films(cursor)
    merge_entered()
    refresh_titles()
    refresh_series()
    insert_people(cursor, staged.users, staged.ratings, staged.ranked)
    if sample is not None:
        _record_sample_availability(sample)
    refresh_platform_rates()
    # In the order of the people, so that the ratings of a person lie together on disk.
    loading.rebuild_table(
        cursor,
        "recommend_rating",
        columns="ml_user_id, movie_id, rating",
        query="SELECT ml_user_id, movie_id, rating FROM staged_rating ORDER BY 1, 2",
        parameters=None,
    )
    # Not on commit, so that a second load fits into the same outer transaction.
    cursor.execute("DROP TABLE staged_movie, staged_movie_id, staged_user, staged_rating")


def _delete_films(cursor: Any, query: str) -> None:
    """Delete the films whose ids `query` selects, with what people at home gave them."""
    forget_films(cursor, query)
    delete_movies(cursor, query)


def _replace_films(cursor: Any) -> None:
    """Replace the films by the staged ones; picked, recommended and corrected films stay, those
    that members like or have seen, and those of TMDB's lists."""
    cursor.execute("""
        UPDATE movies_movie SET fingerprint_bit = NULL, rating_count = 0, rating_avg = NULL
    """)
    _delete_films(
        cursor,
        f"""
        SELECT movie_id FROM movies_movie m
        WHERE m.movie_id < {FIRST_ENTERED_ID} AND platforms_staff = '{{}}'
          AND NOT EXISTS (SELECT FROM staged_movie s WHERE s.movie_id = m.movie_id)
          AND NOT EXISTS (SELECT FROM survey_respondent_preferred_movies p
                          WHERE p.movie_id = m.movie_id)
          AND NOT EXISTS (SELECT FROM recommend_recommendedmovie r
                          WHERE r.movie_id = m.movie_id)
          AND NOT EXISTS (SELECT FROM recommend_reaction x WHERE x.movie_id = m.movie_id)
          AND NOT EXISTS (SELECT FROM recommend_memberevent e WHERE e.movie_id = m.movie_id)
        """,  # noqa: S608
    )
    cursor.execute("""
        INSERT INTO movies_movie (movie_id, title, title_ko, year, genres, imdb_id, tmdb_id,
            poster_path, rating_avg, rating_count, fingerprint_bit,
            platforms_fetched, platforms_staff)
        SELECT movie_id, title, title_ko, year, genres, imdb_id, tmdb_id,
            '', rating_avg, rating_count, fingerprint_bit, '{}', '{}'
        FROM staged_movie
        ON CONFLICT (movie_id) DO UPDATE SET
            title = EXCLUDED.title,
            title_ko = coalesce(nullif(EXCLUDED.title_ko, ''), movies_movie.title_ko),
            year = EXCLUDED.year,
            genres = EXCLUDED.genres,
            imdb_id = coalesce(EXCLUDED.imdb_id, movies_movie.imdb_id),
            tmdb_id = CASE movies_movie.tmdb_id_source WHEN 'staff' THEN movies_movie.tmdb_id
                ELSE coalesce(EXCLUDED.tmdb_id, movies_movie.tmdb_id) END,
            tmdb_id_source = CASE WHEN movies_movie.tmdb_id_source = 'staff'
                OR EXCLUDED.tmdb_id IS NULL THEN movies_movie.tmdb_id_source ELSE '' END,
            answered_at = CASE WHEN movies_movie.tmdb_id_source = 'staff'
                OR EXCLUDED.tmdb_id IS NULL OR EXCLUDED.tmdb_id = movies_movie.tmdb_id
                THEN movies_movie.answered_at END,
            rating_avg = EXCLUDED.rating_avg,
            rating_count = EXCLUDED.rating_count,
            fingerprint_bit = EXCLUDED.fingerprint_bit
    """)


def insert_people(cursor: Any, users: pd.DataFrame, ratings: pd.DataFrame, ranked: Ints) -> None:
    """COPY the people with their fingerprints, a block at a time; `ranked`: see `bit_rank`."""
    rows = pd.Index(users["ml_user_id"]).get_indexer(pd.Index(ratings["ml_user_id"]))
    movie_ids, columns = np.unique(ratings["movie_id"], return_inverse=True)
    watched = sparse.csr_matrix(
        (np.ones(len(ratings), dtype=np.float32), (rows, columns)),
        shape=(len(users), len(movie_ids)),
    )
    signs = movie_signs(movie_ids).astype(np.float32)
    columns_of_bits = np.searchsorted(movie_ids, ranked)
    for start in range(0, len(users), USERS_PER_BLOCK):
        block = watched[start : start + USERS_PER_BLOCK]
        frame = users.iloc[start : start + USERS_PER_BLOCK].copy()
        bits = np.zeros((block.shape[0], FINGERPRINT_BITS), dtype=np.bool_)
        bits[:, : len(ranked)] = block[:, columns_of_bits].toarray() > 0
        hashes = np.asarray(block @ signs).reshape(-1, SIMHASH_BITS) > 0
        frame["watched"] = [bit_text(row) for row in bits]
        frame["simhash"] = [bit_text(row) for row in hashes]
        frame["watched_count"] = np.diff(block.indptr)
        loading.copy_frame(cursor, "movies_movielensuser", frame)


def analyze() -> None:
    """Refresh the planner's statistics; autovacuum removes the dead rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE movies_movie, movies_titleindex, movies_movielensuser, recommend_rating, "
            "recommend_viewing"
        )
