"""Counts how many respondents each film matters to, which orders fetching and staff's lists."""

from __future__ import annotations

from django.db import connection

REFRESH = """
    WITH wanted AS (
        SELECT movie_id, count(*) AS respondents FROM (
            SELECT movie_id FROM survey_respondent_preferred_movies
            UNION ALL SELECT movie_id FROM recommend_recommendedmovie
        ) AS either GROUP BY movie_id
    ), changed AS (
        -- In order of their ids, in which all code locks films.
        SELECT m.movie_id, coalesce(w.respondents, 0) AS demand
        FROM movies_movie m LEFT JOIN wanted w USING (movie_id)
        WHERE m.demand <> coalesce(w.respondents, 0)
        ORDER BY m.movie_id FOR NO KEY UPDATE OF m
    )
    UPDATE movies_movie m SET demand = c.demand FROM changed c WHERE c.movie_id = m.movie_id
"""


def refresh_demand() -> int:
    """Count for every film the respondents who picked it or were recommended it.

    A respondent's picks are never recommended to them. Returns how many films changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(REFRESH)
        return int(cursor.rowcount)
