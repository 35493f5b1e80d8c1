"""Ranking films for one respondent, inside PostgreSQL: one statement a list.

    score(m) = x . f_m + a * (t . f_m) + b * share of the k neighbours who like m

x: the respondent's fold-in taste, t: the twin's taste, f_m: the film's factors; neighbours: the
k users nearest to x by cosine. Formulas and sources: docs/algorithms.md. The training package
computes the same in bulk.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from pgvector import Vector

from recommend.scoring import LIKED_FROM, Weights

Floats = npt.NDArray[np.float64]

TASTE_RANKING = """
WITH neighbour AS (
    SELECT ml_user_id FROM recommend_tastevector
    WHERE run_id = %(run)s AND %(neighbours)s > 0
    ORDER BY taste <=> %(own)s::vector, ml_user_id LIMIT %(neighbour_count)s
), share AS (
    -- ANY(ARRAY(...)) and not a join: the planner then asks the index for these few users.
    SELECT movie_id, count(*)::float / (SELECT count(*) FROM neighbour) AS liked
    FROM recommend_rating
    WHERE ml_user_id = ANY(ARRAY(SELECT ml_user_id FROM neighbour))
      AND run_id IS NULL AND rating >= %(liked_from)s
    GROUP BY movie_id
), twin AS (
    SELECT taste FROM recommend_tastevector
    WHERE run_id = %(run)s AND ml_user_id = %(twin)s AND %(twin_weight)s > 0
), top AS (
    SELECT f.movie_id,
        -(f.factors <#> %(own)s::vector)
        - %(twin_weight)s * coalesce(f.factors <#> (SELECT taste FROM twin), 0)
        + %(neighbours)s * coalesce(s.liked, 0) AS score, 0 AS rank
    FROM recommend_moviefactors f LEFT JOIN share s USING (movie_id)
    WHERE f.run_id = %(run)s AND f.movie_id <> ALL(%(left_out)s)
    ORDER BY score DESC, f.movie_id LIMIT %(size)s
)
"""
PREDICTIONS_RANKING = """
WITH top AS (
    SELECT movie_id, rating AS score, rank FROM recommend_rating
    WHERE run_id = %(run)s AND ml_user_id = %(twin)s AND movie_id <> ALL(%(left_out)s)
    ORDER BY rank LIMIT %(size)s
)
"""
WITH_STARS = """
SELECT top.movie_id, movie.title, movie.title_ko, movie.year, movie.platforms::text,
    top.score, own.rating, predicted.rating, movie.rating_avg
FROM top JOIN movies_movie movie USING (movie_id)
LEFT JOIN recommend_rating own ON own.ml_user_id = %(twin)s
    AND own.movie_id = top.movie_id AND own.run_id IS NULL
LEFT JOIN recommend_rating predicted ON predicted.ml_user_id = %(twin)s
    AND predicted.movie_id = top.movie_id AND predicted.run_id = %(run)s
ORDER BY top.rank, top.score DESC, top.movie_id
"""


@dataclass(frozen=True)
class RankedMovie:
    """A film with its score and the stars there are: the twin's own, predicted, of everyone."""

    movie_id: int
    title: str
    title_ko: str
    year: int | None
    platforms: dict[str, bool]
    score: float
    twin_rating: float | None
    predicted_rating: float | None
    average_rating: float | None


def rank_movies(
    *,
    run: int,
    weights: Weights,
    liked: Sequence[int],
    own: Floats,
    twin: int | None,
    size: int,
    left_out: Sequence[int] = (),
) -> list[RankedMovie]:
    """The `size` best films for a taste `own` (f,), best first, ties by lower id.

    Liked films are left out, and those of `left_out`. `weights.predictions_only` needs a twin.
    """
    parameters: dict[str, Any] = {
        "run": run,
        "left_out": [*liked, *left_out],
        "own": Vector(own).to_text(),
        "twin_weight": weights.twin,
        "neighbours": weights.neighbours if np.any(own) else 0.0,
        "neighbour_count": weights.neighbour_count,
        "liked_from": LIKED_FROM,
        "twin": twin,
        "size": size,
    }
    ranking = PREDICTIONS_RANKING if weights.predictions_only else TASTE_RANKING
    with connection.cursor() as cursor:
        cursor.execute(ranking + WITH_STARS, parameters)
        rows = cursor.fetchall()
    return [
        RankedMovie(movie_id, title, title_ko, year, json.loads(platforms), *stars)
        for movie_id, title, title_ko, year, platforms, *stars in rows
    ]
