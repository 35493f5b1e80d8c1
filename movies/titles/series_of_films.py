"""Keeps `Movie.series` in step with titles, TMDB's collections, and staff."""

from __future__ import annotations

from django.db import connection, transaction

from movies.models import Movie
from movies.titles.series import series_keys

TAKE_TITLES = """
    UPDATE movies_movie m SET series_by_title = k.key
    FROM unnest(%s::int[], %s::varchar[]) AS k (movie_id, key) WHERE k.movie_id = m.movie_id
"""
# A series has the name that staff wrote, else that of the titles. If its fetched films are all in
# one collection of TMDB, the series is that collection, so that its other films join them.
CHANGED = """
    WITH film AS (
        SELECT m.movie_id, m.series, coalesce(nullif(series_staff, ''), series_by_title) AS name,
            CASE WHEN series_staff = '' THEN 'tmdb:' || d.collection_id END AS collection
        FROM movies_movie m LEFT JOIN movies_moviedetails d USING (movie_id)
    ), meant AS (
        SELECT name, min(collection) AS collection FROM film
        WHERE name NOT IN ('', '-') GROUP BY name HAVING count(DISTINCT collection) = 1
    ), settled AS (
        SELECT film.movie_id, film.series AS before, CASE film.name WHEN '-' THEN ''
            ELSE coalesce(film.collection, meant.collection, film.name) END AS series
        FROM film LEFT JOIN meant USING (name)
    ), changed AS (SELECT movie_id, series FROM settled WHERE series <> before)
"""
LOCK = f"""
    {CHANGED}
    SELECT FROM movies_movie WHERE movie_id IN (SELECT movie_id FROM changed)
    ORDER BY movie_id FOR NO KEY UPDATE
"""  # noqa: S608
SETTLE = f"""
    {CHANGED}
    UPDATE movies_movie m SET series = changed.series FROM changed
    WHERE changed.movie_id = m.movie_id
"""  # noqa: S608


@transaction.atomic
def refresh_series() -> int:
    """Read the series from the titles of all films, then return `settle_series()`.

    Whatever loads films calls it in its transaction: a film's series depends on all titles.
    """
    films = list(
        Movie.objects.order_by("pk").values_list("movie_id", "title", "year", "series_by_title")
    )
    keys = series_keys([title for _, title, _, _ in films], [year for _, _, year, _ in films])
    news = [
        (number, key)
        for (number, _, _, before), key in zip(films, keys, strict=True)
        if key != before
    ]
    if news:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_TITLES, [list(column) for column in zip(*news, strict=True)])
    return settle_series()


@transaction.atomic
def settle_series() -> int:
    """Write `Movie.series` wherever it differs from what staff, else TMDB, else the titles say.

    Returns how many films changed their series. It locks films in the order of their ids; a
    transaction that holds films calls it on commit, to avoid a deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(SETTLE)
        return int(cursor.rowcount)


@transaction.atomic
def correct_series(*, movie: Movie, series: str) -> None:
    """Staff say: the name of a series, "-" for none, or "" to retract a correction."""
    Movie.objects.filter(pk=movie.pk).update(series_staff=" ".join(series.split()))
    transaction.on_commit(settle_series)
