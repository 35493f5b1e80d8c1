"""The films that are most like a film. Reads only."""

from __future__ import annotations

from django.db import connection

from recommend.models import ModelRun

# Nearest by cosine, exactly. A film that nobody has rated has factors by its content.
NEAREST = """
    SELECT other.movie_id
    FROM recommend_modelrun run
    JOIN recommend_moviefactors film ON film.run_id = run.id AND film.movie_id = %(movie)s
    JOIN recommend_moviefactors other ON other.run_id = run.id AND other.movie_id <> film.movie_id
    WHERE run.state = %(live)s AND vector_norm(film.factors) > 0 AND vector_norm(other.factors) > 0
    ORDER BY film.factors <=> other.factors, other.movie_id LIMIT %(limit)s
"""
ALIKE_BY_GENRE = """
    WITH film AS (SELECT movie_id, genres FROM movies_movie WHERE movie_id = %(movie)s)
    SELECT other.movie_id
    FROM film JOIN movies_movie other ON other.genres && film.genres
        AND other.movie_id <> film.movie_id
    CROSS JOIN LATERAL (
        SELECT count(*)::float AS either, count(*) FILTER (WHERE times = 2) AS shared
        FROM (
            SELECT count(*) AS times FROM unnest(film.genres || other.genres) AS genre
            GROUP BY genre
        ) AS counted
    ) AS genres
    ORDER BY shared / either DESC, other.rating_count DESC, other.movie_id LIMIT %(limit)s
"""


def similar_films(movie_id: int, *, limit: int) -> list[int]:
    """The most similar films, the nearest first; ties: the lower id.

    Similar in the factors f of the live run, which also stand for the content of films that nobody
    has rated: cos(f_a, f_b). Without a live run, or for a film that it does not know: by
    |genres of both| / |genres of either|, then the best known. Empty for an unknown film.
    """
    parameters: dict[str, int | str] = {
        "movie": movie_id,
        "limit": limit,
        "live": ModelRun.State.LIVE.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, parameters)
        found = [movie for (movie,) in cursor.fetchall()]
        if not found:
            cursor.execute(ALIKE_BY_GENRE, parameters)
            found = [movie for (movie,) in cursor.fetchall()]
    return found
