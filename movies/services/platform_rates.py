"""Counts how much is known of each platform's catalogue, for the recommendation."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction

from movies.models import Platform


@transaction.atomic
def refresh_platform_rates(slugs: Collection[str] | None = None) -> None:
    """Count, for these platforms or all, the films of known availability and those carried.

    `surveyed_*` leave out sources that only ever say yes: a list of hits says nothing about the
    share of misses. The recommendation reads these counts instead of scanning all films.
    """
    platforms = Platform.objects.order_by("slug")
    if slugs is not None:
        platforms = platforms.filter(slug__in=slugs)
    # One at a time: two concurrent counts would each miss what the other changed. (no_key: adding
    # a row that refers to a platform need not wait.)
    locked = list(platforms.select_for_update(no_key=True).values_list("slug", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(PLATFORM_RATES, {"slugs": locked})


PLATFORM_RATES = """
    WITH state AS (
        SELECT s.key AS slug, s.value = 'true'::jsonb AS carried, m.year, m.genres,
            CASE WHEN m.platforms_staff ? s.key THEN 'staff' ELSE a.source END AS source
        FROM movies_movie m CROSS JOIN jsonb_each(m.platforms) AS s
        LEFT JOIN movies_availability a ON a.movie_id = m.movie_id AND a.platform_id = s.key
            AND a.is_newest AND a.platform_id = ANY(%(slugs)s)
        WHERE s.key = ANY(%(slugs)s)
    ), counted AS (
        SELECT slug, source, count(*) AS known, count(*) FILTER (WHERE carried) AS carried
        FROM state GROUP BY slug, source
    ), rate AS (
        SELECT slug, sum(known) AS known, sum(carried) AS carried,
            sum(known) FILTER (WHERE carried < known) AS surveyed_known,
            sum(carried) FILTER (WHERE carried < known) AS surveyed_carried
        FROM counted GROUP BY slug
    ), surveyed AS (
        SELECT state.* FROM state JOIN counted c
            ON c.slug = state.slug AND c.source IS NOT DISTINCT FROM state.source
            AND c.carried < c.known
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
            coalesce(r.surveyed_known, 0) AS surveyed_known,
            coalesce(r.surveyed_carried, 0) AS surveyed_carried,
            coalesce(s.strata, '{}'::jsonb) AS strata
        FROM unnest(%(slugs)s::text[]) AS p(slug)
        LEFT JOIN rate r USING (slug) LEFT JOIN strata s USING (slug)
    )
    UPDATE movies_platform p SET films_known = f.known, films_carried = f.carried,
        surveyed_known = f.surveyed_known, surveyed_carried = f.surveyed_carried,
        surveyed_strata = f.strata
    FROM fresh f
    WHERE f.slug = p.slug
      AND (p.films_known, p.films_carried, p.surveyed_known, p.surveyed_carried, p.surveyed_strata)
          IS DISTINCT FROM (f.known, f.carried, f.surveyed_known, f.surveyed_carried, f.strata)
"""
