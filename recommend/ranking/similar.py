"""The films that are most like a film, by content. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import QuerySet

from common.arrays import Floats, Ints
from movies.models import Movie
from recommend.ranking.served_genres import served_genres


def similar_films(
    movie_id: int,
    *,
    limit: int,
    left_out: Collection[int] = (),
    among: QuerySet[Movie] | None = None,
) -> list[int]:
    """The most similar films, the nearest first; ties: the best known, then the lower id.

    Similar: cosine of the words (TF-IDF) + cosine of the genres, |both| / sqrt(|a| |b|); 0 to 2.
    The words are those that the genre model of the live run has of each film: all 0 without one,
    and for films that it does not know (of film `movie_id` they are read). Films with a similarity
    of 0 are not similar. `among`: only these films; None: all. Empty for an unknown film.
    3 queries, 5 if the model does not know the film.
    """
    film = Movie.objects.filter(pk=movie_id).values_list("genres", flat=True).first()
    if film is None:
        return []
    movies = Movie.objects.all() if among is None else among
    ids, ratings, scores = _by_genres(film, movies.exclude(pk=movie_id))
    scores = scores + _by_words(movie_id, ids)
    wanted = (scores > 0) & ~np.isin(ids, list(left_out))
    ids, ratings, scores = ids[wanted], ratings[wanted], scores[wanted]
    # Rounded: equal films may differ in the last digit.
    order = np.lexsort((ids, -ratings, -scores.round(9)))
    found: list[int] = ids[order[:limit]].tolist()
    return found


def _by_genres(genres: Sequence[str], movies: QuerySet[Movie]) -> tuple[Ints, Ints, Floats]:
    """Ids (n,), numbers of ratings (n,) and cosines of genres (n,) of these films.

    Read by sets of genres, of which there are a few hundred: far faster than a row for each film.
    """
    own = set(genres)
    groups: QuerySet[Any, Any] = (
        movies.order_by()
        .values("genres")
        .annotate(
            films_of=ArrayAgg("movie_id", order_by="movie_id"),
            ratings_of=ArrayAgg("rating_count", order_by="movie_id"),
        )
        .values_list("genres", "films_of", "ratings_of")
    )
    ids: list[int] = []
    ratings: list[int] = []
    scores: list[float] = []
    for others, films, counted in groups:
        shared = len(own.intersection(others))
        ids += films
        ratings += counted
        scores += [shared / max(len(own) * len(set(others)), 1) ** 0.5] * len(films)
    return np.array(ids, np.int64), np.array(ratings, np.int64), np.array(scores, np.float64)


def _by_words(movie_id: int, ids: Ints) -> Floats:
    """Cosines of words (n,) of these films."""
    served = served_genres()
    tokens = served.tokens_of([movie_id]).get(movie_id) if served else None
    if served is None or tokens is None or not len(served.tokens.film_ids):
        return np.zeros(len(ids))
    known = served.tokens.film_ids
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    alike = served.tokens.alike(*tokens)[places]
    return np.where(known[places] == ids, alike, 0.0)
