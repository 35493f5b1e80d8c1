"""Which films matter to people: what is fetched first, and what staff should look at first."""

from __future__ import annotations

from django.db import connection

REFRESH = """
    WITH wanted AS (
        SELECT movie_id, count(*) AS respondents FROM (
            SELECT movie_id FROM survey_respondent_preferred_movies
            UNION ALL SELECT movie_id FROM recommend_recommendedmovie
        ) AS either GROUP BY movie_id
    )
    UPDATE movies_movie m SET demand = coalesce(w.respondents, 0)
    FROM movies_movie same LEFT JOIN wanted w USING (movie_id)
    WHERE m.movie_id = same.movie_id AND m.demand <> coalesce(w.respondents, 0)
"""


def refresh_demand() -> int:
    """Count for every film the respondents who picked it or got it recommended.

    Nobody is both for the same film. Returns how many films changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(REFRESH)
        return int(cursor.rowcount)
