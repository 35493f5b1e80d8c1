"""Counts how much is known of each platform's catalogue, for the recommendation."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import connection, transaction

from movies.models import Platform

FEWEST_SURVEYED = 50  # films; what is known of fewer says nothing about a platform


@transaction.atomic
def refresh_platform_rates(slugs: Collection[str] | None = None) -> None:
    """Count, for these platforms or all, the films of known availability and those carried.

    `surveyed_*` count a film by the newest statement of a two-sided source: what a source says of a
    platform on a day without a single "no" is a list of hits, which says nothing about the share of
    misses. An older two-sided statement counts even if a list of hits has overruled it; else only
    the misses would be left. The recommendation reads these counts instead of scanning all films.
    """
    platforms = Platform.objects.order_by("slug")
    if slugs is not None:
        platforms = platforms.filter(slug__in=slugs)
    # One at a time: two concurrent counts would each miss what the other changed. (no_key: adding
    # a row that refers to a platform need not wait.)
    locked = list(platforms.select_for_update(no_key=True).values_list("slug", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            PLATFORM_RATES,
            {"slugs": locked, "zone": settings.TIME_ZONE, "fewest": FEWEST_SURVEYED},
        )


PLATFORM_RATES = """
    WITH rate AS (
        SELECT s.key AS slug, count(*) AS known,
            count(*) FILTER (WHERE s.value = 'true'::jsonb) AS carried
        FROM movies_movie m CROSS JOIN jsonb_each(m.platforms) AS s
        WHERE s.key = ANY(%(slugs)s) GROUP BY s.key
    ), word AS (
        SELECT a.movie_id, a.platform_id AS slug, a.included AS carried, a.source, a.checked_at,
            (a.checked_at AT TIME ZONE %(zone)s)::date AS day
        FROM movies_availability a WHERE a.platform_id = ANY(%(slugs)s)
    ), two_sided AS (
        SELECT slug, source, day FROM word GROUP BY slug, source, day HAVING NOT bool_and(carried)
    ), surveyed AS (
        SELECT DISTINCT ON (word.slug, word.movie_id) word.slug, word.day, word.carried, m.year,
            m.genres
        FROM word JOIN two_sided USING (slug, source, day) JOIN movies_movie m USING (movie_id)
        ORDER BY word.slug, word.movie_id, word.checked_at DESC, word.source
    ), surveyed_rate AS (
        SELECT slug, count(*) AS known, count(*) FILTER (WHERE carried) AS carried,
            (array_agg(day ORDER BY day DESC))[%(fewest)s] AS on_day
        FROM surveyed GROUP BY slug
    ), stratum AS (
        SELECT slug, 'decade' AS kind, (year / 10 * 10)::text AS name,
            count(*) AS known, count(*) FILTER (WHERE carried) AS carried
        FROM surveyed WHERE year IS NOT NULL GROUP BY slug, name
        UNION ALL
        SELECT slug, 'genre', genre, count(*), count(*) FILTER (WHERE carried)
        FROM surveyed CROSS JOIN unnest(genres) AS genre GROUP BY slug, genre
    ), kinds AS (
        SELECT slug, kind,
            jsonb_object_agg(name, jsonb_build_array(known, carried)) AS strata
        FROM stratum GROUP BY slug, kind
    ), strata AS (
        SELECT slug, jsonb_object_agg(kind, strata) AS strata FROM kinds GROUP BY slug
    ), fresh AS (
        SELECT p.slug, coalesce(r.known, 0) AS known, coalesce(r.carried, 0) AS carried,
            coalesce(v.known, 0) AS surveyed_known, coalesce(v.carried, 0) AS surveyed_carried,
            v.on_day AS surveyed_on,
            coalesce(s.strata, '{}'::jsonb) AS strata
        FROM unnest(%(slugs)s::text[]) AS p(slug)
        LEFT JOIN rate r USING (slug) LEFT JOIN surveyed_rate v USING (slug)
        LEFT JOIN strata s USING (slug)
    )
    UPDATE movies_platform p SET films_known = f.known, films_carried = f.carried,
        surveyed_known = f.surveyed_known, surveyed_carried = f.surveyed_carried,
        surveyed_strata = f.strata, surveyed_on = f.surveyed_on
    FROM fresh f
    WHERE f.slug = p.slug
      AND (p.films_known, p.films_carried, p.surveyed_known, p.surveyed_carried, p.surveyed_strata,
           p.surveyed_on)
          IS DISTINCT FROM (f.known, f.carried, f.surveyed_known, f.surveyed_carried, f.strata,
                            f.surveyed_on)
"""
