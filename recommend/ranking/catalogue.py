"""Ranks all films for one person; most of it inside PostgreSQL, in one statement.

    score(m) = x . f_m + a * (t . f_m) + b * share of the k neighbours who like m
        + c * (z . d_m + b_m + links of the picks to m) - n ln(1 + ratings of m)

x: the respondent's fold-in taste, t: the twin's taste, f_m: the film's factors; neighbours: the
k users nearest to x by cosine; z: the code of the answers, d_m and b_m: a film's decoder and bias;
links: learned at home.
Formulas and sources: docs/algorithms.md. `recommend.lab.recommenders.blend` computes the same in
bulk; tests hold both together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from pgvector import Vector

from common.arrays import Bools, Floats, Ints
from movies.models import Movie
from recommend.decision.availability import Stratum
from recommend.ranking.neighbours import neighbour_likes, shares_of_likes
from recommend.ranking.vectors import factors_of
from recommend.scoring.likelihood import log_shares
from recommend.scoring.links import unpacked_links
from recommend.scoring.variety import CANDIDATES, Variety, film_vectors, genre_table, varied
from recommend.scoring.weights import Weights

TASTE_SCORES = """
WITH twin AS (
    SELECT taste FROM recommend_tastevector
    WHERE run_id = %(run)s AND ml_user_id = %(twin)s AND %(twin_weight)s > 0
), scored AS (
    SELECT f.movie_id, f.log_ratings, f.bias - (f.decoder <#> %(code)s::vector) AS answered,
        -(f.factors <#> %(own)s::vector)
        - %(twin_weight)s * coalesce(f.factors <#> (SELECT taste FROM twin), 0)
        + %(answers_weight)s * (f.bias - (f.decoder <#> %(code)s::vector)) AS score
    FROM recommend_moviefactors f
    WHERE f.run_id = %(run)s
)
"""
# By rank, not by stars; films without a prediction come far behind, the best known first.
UNPREDICTED = -1e9
PREDICTIONS_SCORES = """
WITH scored AS (
    SELECT m.movie_id, ln(1 + m.rating_count) AS log_ratings,
        coalesce(f.bias - (f.decoder <#> %(code)s::vector), %(unpredicted)s) AS answered,
        coalesce(-r.rank, %(unpredicted)s + m.rating_count)::float AS score
    FROM movies_movie m
    LEFT JOIN recommend_moviefactors f ON f.movie_id = m.movie_id AND f.run_id = %(run)s
    LEFT JOIN recommend_rating r
        ON r.movie_id = m.movie_id AND r.run_id = %(run)s AND r.ml_user_id = %(twin)s
)
"""
# Packed by kind of film: reading thousands of rows would take longer than computing them.
PACKED_CATALOGUE = """
SELECT m.platforms::text, m.platforms_seen::text, m.year / 10 * 10, m.genres,
    string_agg(float8send(s.score) || float8send(s.log_ratings) || float8send(s.answered)
        || int4send(m.movie_id) || int4send(m.rating_count), '')
FROM scored s JOIN movies_movie m USING (movie_id)
WHERE m.movie_id <> ALL(%(left_out)s)
GROUP BY m.platforms, m.platforms_seen, 3, m.genres
"""
CATALOGUE_FILM = np.dtype(
    [
        ("score", ">f8"),
        ("log_ratings", ">f8"),
        ("answered", ">f8"),
        ("movie_id", ">i4"),
        ("ratings", ">i4"),
    ]
)
WITH_STARS = """
SELECT top.movie_id, movie.title, movie.title_ko, movie.year, movie.platforms::text,
    top.score, own.rating, predicted.rating, movie.rating_avg
FROM unnest(%(movies)s::int[], %(scores)s::float[]) WITH ORDINALITY AS top (movie_id, score, rank)
JOIN movies_movie movie USING (movie_id)
LEFT JOIN recommend_rating own ON own.ml_user_id = %(twin)s
    AND own.movie_id = top.movie_id AND own.run_id IS NULL
LEFT JOIN recommend_rating predicted ON predicted.ml_user_id = %(twin)s
    AND predicted.movie_id = top.movie_id AND predicted.run_id = %(run)s
ORDER BY top.rank
"""


@dataclass(frozen=True)
class RankedMovie:
    """A film with its score, and its stars: the twin's own, predicted for the twin, the average."""

    movie_id: int
    title: str
    title_ko: str
    year: int | None
    platforms: dict[str, bool]
    score: float
    twin_rating: float | None
    predicted_rating: float | None
    average_rating: float | None


@dataclass(frozen=True)
class FilmKind:
    """Films of one decade with the same genres, seen on the same platforms in the same months."""

    platforms: Mapping[str, bool]
    seen: Mapping[str, str]
    stratum: Stratum


@dataclass(frozen=True)
class Catalogue:
    """All films but those left out, ranked for one person; (n,) arrays, ties by lower id.

    They are ranked under `weights` by the model `run`, for a person whose twin is the MovieLens
    user `twin`. `ratings`: how many people have rated the film or, if there are none, the
    number that the run expects from its content. `log_shares`: what the answers say of each film
    (`recommend.scoring.likelihood`).
    `kinds`: its place in `kinds_of`. The first `listed` films may be recommended, the others only
    count in the forecast.
    """

    run: int
    weights: Weights
    twin: int | None
    movie_ids: Ints
    scores: Floats
    ratings: Ints
    log_shares: Floats
    kinds: Ints
    kinds_of: Sequence[FilmKind]
    listed: int


def rank_catalogue(
    *,
    run: int,
    weights: Weights,
    taste: Floats,
    code: Floats,
    links: Sequence[bytes] = (),
    twin: int | None = None,
    left_out: Sequence[int] = (),
) -> Catalogue:
    """All films by score, by a person's `taste` (f,), `code` (f,) and `links` of the picks.

    `weights.predictions_only` needs a twin.
    """
    rows = _scored_films(
        weights,
        run=run,
        own=Vector(taste).to_text(),
        code=Vector(code).to_text(),
        twin=twin,
        left_out=list(left_out),
    )
    films = np.frombuffer(b"".join(bytes(row[4]) for row in rows), dtype=CATALOGUE_FILM)
    sizes = [len(row[4]) // CATALOGUE_FILM.itemsize for row in rows]
    kinds = np.repeat(np.arange(len(rows)), sizes)
    scores, ids = films["score"].astype(np.float64), films["movie_id"].astype(np.int64)
    if not weights.predictions_only:
        scores += weights.answers * linked(links, ids) - weights.novelty * films["log_ratings"]
    shares = shares_of_likes(neighbour_likes(run, weights, taste), ids)
    scores = scores + weights.neighbours * shares
    order = np.lexsort((ids, -scores))
    ratings = np.where(films["ratings"] == 0, np.expm1(films["log_ratings"]), films["ratings"])
    return Catalogue(
        run=run,
        weights=weights,
        twin=twin,
        movie_ids=ids[order],
        scores=scores[order],
        ratings=ratings[order].round().astype(np.int64),
        log_shares=log_shares(films["answered"].astype(np.float64), films["ratings"] > 0)[order],
        kinds=kinds[order],
        kinds_of=_kinds(rows),
        listed=int((scores > UNPREDICTED / 2).sum()),
    )


def _scored_films(weights: Weights, **parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of `PACKED_CATALOGUE`, without the share of the neighbours."""
    statement = PREDICTIONS_SCORES if weights.predictions_only else TASTE_SCORES
    parameters |= {
        "twin_weight": weights.twin,
        "answers_weight": weights.answers,
        "unpredicted": UNPREDICTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement + PACKED_CATALOGUE, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _kinds(rows: Sequence[tuple[Any, ...]]) -> list[FilmKind]:
    """What each row of `PACKED_CATALOGUE` is about; each text of JSON is parsed once."""
    parsed = {text: json.loads(text) for row in rows for text in row[:2]}
    return [
        FilmKind(parsed[platforms], parsed[seen], Stratum(decade, tuple(genres)))
        for platforms, seen, decade, genres, _packed in rows
    ]


def linked(links: Sequence[bytes], movie_ids: Ints) -> Floats:
    """(n,) what the links add up to for each of the films (n,)."""
    added = np.zeros(len(movie_ids))
    if links:
        films, weights = unpacked_links(links)
        places, found = _places(films, movie_ids, np.argsort(movie_ids))
        np.add.at(added, places[found], weights[found])
    return added


def _places(films: Ints, movie_ids: Ints, by_id: Ints) -> tuple[Ints, Bools]:
    """(k,) the place of each film in `movie_ids` (n,), and whether it is there; `by_id` sorts
    them."""
    if not len(movie_ids):
        return np.zeros(len(films), np.int64), np.zeros(len(films), np.bool_)
    nearest = np.searchsorted(movie_ids, films, sorter=by_id)
    places = by_id[np.minimum(nearest, len(movie_ids) - 1)]
    return places, movie_ids[places] == films


def chosen_places(catalogue: Catalogue, variety: Variety, *, size: int) -> Ints:
    """Places in the catalogue of the films to list, the first one first.

    The literal rule of the twin is not varied.
    """
    if catalogue.weights.predictions_only:
        return np.arange(min(size, catalogue.listed))
    count = min(CANDIDATES * size, catalogue.listed)
    if not count:
        return np.arange(0)
    ids = catalogue.movie_ids[:count]
    genres = [catalogue.kinds_of[kind].stratum.genres for kind in catalogue.kinds[:count]]
    named = Movie.objects.filter(movie_id__in=ids.tolist()).exclude(series="")
    series = dict(named.values_list("movie_id", "series"))
    return varied(
        catalogue.scores[:count],
        film_vectors(factors_of(catalogue.run, ids).factors, genre_table(genres)),
        [series.get(one, "") for one in ids.tolist()],
        variety,
        size=size,
    )


def movies_at(catalogue: Catalogue, places: Ints) -> list[RankedMovie]:
    """The films at these places of the catalogue, with what is shown of them.

    The score of a predicted film is its stars.
    """
    parameters: dict[str, Any] = {
        "run": catalogue.run,
        "twin": catalogue.twin,
        "movies": catalogue.movie_ids[places].tolist(),
        "scores": catalogue.scores[places].tolist(),
    }
    with connection.cursor() as cursor:
        cursor.execute(WITH_STARS, parameters)
        rows = cursor.fetchall()
    return [
        RankedMovie(
            movie_id=movie_id,
            title=title,
            title_ko=title_ko,
            year=year,
            platforms=json.loads(platforms),
            score=predicted if catalogue.weights.predictions_only else score,
            twin_rating=own,
            predicted_rating=predicted,
            average_rating=average,
        )
        for movie_id, title, title_ko, year, platforms, score, own, predicted, average in rows
    ]
