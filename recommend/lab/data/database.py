"""Reads the ratings of the data set in use, and where its films are, from the database.

With `ANALYTICS_DATABASE_URL` it reads from there, usually a replica, to spare the database that
serves respondents. It writes nothing.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from common.errors import DataError
from common.models import DataLoad
from common.selectors import data_set_in_use
from movies.models import Movie
from ottstats.selectors.usage import published_usage
from recommend.decision.availability import Stratum
from recommend.decision.outlook import UNKNOWN
from recommend.lab.data.content import FilmContent
from recommend.lab.data.market import (
    JUDGED_FROM,
    EvaluatedMarket,
    FilmAvailability,
    judged,
)
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.ranking.catalogue import FilmKind
from recommend.ranking.words.film_texts import told_films
from recommend.results.advice import offers_of, products_on
from recommend.results.forecast import catalogue_rates, presence_of

ANALYTICS = "analytics"  # the alias in settings


def database() -> str:
    """The alias of the database to read."""
    return ANALYTICS if ANALYTICS in connections.settings else DEFAULT_DB_ALIAS


def read_observed_ratings() -> RatingData:
    """From the database; raises `DataError` if no data set is loaded, or if the replica does not
    have it yet."""
    data_set = data_set_in_use()
    if data_set is None:
        raise DataError("no data set is loaded; run `manage.py load_movielens SOURCE` first")
    _refuse_other_data(data_set)
    ratings = copied(
        "SELECT ml_user_id, movie_id, rating FROM recommend_rating WHERE run_id IS NULL "
        "ORDER BY ml_user_id, movie_id",
        {"ml_user_id": np.int32, "movie_id": np.int32, "rating": np.float64},
    )
    people = copied("SELECT ml_user_id, gender, age_band FROM movies_movielensuser", {})
    data = rating_data(ratings, people, name=data_set.name, digest=data_set.digest)
    return replace(data, content=read_content(data.movie_ids))


def read_content(movie_ids: npt.NDArray[np.int64], *, alias: str | None = None) -> FilmContent:
    """The content of these films, in their order; `alias`: read there, not from a replica.

    Titles are all known ones, in both languages and the original; languages are TMDB's, for the
    films that were fetched. A text is that of `told_films` in both languages, "" where it would
    have titles alone. Raises `DataError` if one of the films is missing.
    """
    told = {
        film.movie_id: film.text
        for film in told_films(Movie.objects.using(alias or database()), both_languages=True)
        if film.is_told
    }
    details = ("original_language", "original_title", "title_ko")
    rows = Movie.objects.using(alias or database()).values_list(
        "movie_id", "year", "genres", "title", "title_ko", *(f"details__{name}" for name in details)
    )
    known = {row[0]: row[1:] for row in rows.iterator()}
    missing = [movie_id for movie_id in movie_ids.tolist() if movie_id not in known]
    if missing:
        raise DataError(f"film {missing[0]} has ratings but is not among the films; load it again")
    films = [known[movie_id] for movie_id in movie_ids.tolist()]
    return FilmContent(
        # dict.fromkeys: each title once, in this order; None if there are no details
        titles=[
            " ".join(filter(None, dict.fromkeys([title, title_ko, original, fetched])))
            for _, _, title, title_ko, _, original, fetched in films
        ],
        years=np.array([year or 0 for year, *_ in films], dtype=np.int64),
        genres=[genres for _, genres, *_ in films],
        languages=[language or "" for _, _, _, _, language, *_ in films],
        texts=[told.get(movie_id, "") for movie_id in movie_ids.tolist()],
    )


def read_unrated(rated: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], FilmContent]:
    """Ids and content of the films that are not among those `rated`, by ascending id."""
    ids = np.array(sorted(Movie.objects.using(database()).values_list("pk", flat=True)), np.int64)
    unrated = np.setdiff1d(ids, rated)
    return unrated, read_content(unrated)


def read_availability(movie_ids: npt.NDArray[np.int64]) -> FilmAvailability:
    """Where these films are known to be, for the offered platforms that can be compared."""
    alias = database()
    rates = {slug: rate for slug, rate in catalogue_rates(alias).items() if rate.evidence}
    platforms = list(rates)
    stated = Movie.objects.using(alias).exclude(platforms={})
    rows = stated.values_list("movie_id", "platforms", "platforms_seen")
    known = {movie: (states, seen) for movie, states, seen in rows}
    kinds = [FilmKind(*known.get(movie, ({}, {})), Stratum()) for movie in movie_ids.tolist()]
    states, carried = presence_of(kinds, rates, timezone.localdate())
    actual = [
        [
            judged(state, kind.seen.get(slug, JUDGED_FROM), slug)
            for slug, state in zip(platforms, row, strict=True)
        ]
        for kind, row in zip(kinds, states.tolist(), strict=True)
    ]
    return FilmAvailability(
        platforms,
        states,
        np.where(states == UNKNOWN, 0.0, carried),
        np.array(actual, np.float64).reshape(states.shape),
    )


def read_market(data: RatingData) -> EvaluatedMarket:
    """Where the films are known to be, today's products, and the use of each platform."""
    today = timezone.localdate()
    return EvaluatedMarket(
        read_availability(data.movie_ids),
        offers_of(products_on(today), today),
        {slug: share.percent for slug, share in published_usage().overall.items()},
    )


def _refuse_other_data(data_set: DataLoad) -> None:
    """A replica replays a load's ledger row together with its ratings: it has both or neither."""
    alias = database()
    if alias == DEFAULT_DB_ALIAS:
        return
    there = DataLoad.objects.using(alias).latest_of(DataLoad.Kind.MOVIELENS)
    if there is None or (there.pk, there.digest) != (data_set.pk, data_set.digest):
        found = f"has {_named(there)}" if there else "is empty"
        raise DataError(
            f"the database of ANALYTICS_DATABASE_URL {found}, but in use is {_named(data_set)}: "
            "it lags behind. Wait until it has caught up, or unset the variable to read from the "
            "database in use"
        )


def _named(load: DataLoad) -> str:
    return f"{load.name}, loaded {load.loaded_at:%Y-%m-%d %H:%M}"


def copied(query: str, types: dict[str, Any], *, alias: str | None = None) -> pd.DataFrame:
    """The rows of a query (fixed SQL, never input); `alias`: read there, not from a replica."""
    buffer = io.BytesIO()
    with (
        connections[alias or database()].cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    return pd.read_csv(buffer, dtype=types)
