"""Finds sources of availability that better ones contradict, for a notice to staff.

A list of what a shop rents looks like a list of what a subscription includes, until both are
compared film by film. A row can be tested if a two-sided source (`platform_rates`) looked at the
same film on the same platform later, or within half a year before. It contradicts what was seen
then, or, where years lie between, what ageing would have left of it: a source is named if more of
its rows are contradicted than 30 %, and more than the platform's turnover explains.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from movies.models import Notice
from movies.services.notices import put_notice

MOST_CONTRADICTED = 0.3
FEWEST_TESTED = 20  # rows; of fewer nothing is said
MARGIN = 0.1  # above what ageing explains
DAYS_BEFORE = 180  # a two-sided word that is this much older still tests a row

CONTRADICTED = """
    WITH word AS (
        SELECT movie_id, platform_id AS slug, source, included, checked_at,
            (checked_at AT TIME ZONE %(zone)s)::date AS day
        FROM movies_availability WHERE source <> 'staff'
    ), two_sided AS (
        SELECT slug, source, day FROM word GROUP BY slug, source, day HAVING NOT bool_and(included)
    ), judge AS (
        SELECT word.* FROM word JOIN two_sided USING (slug, source, day)
    ), tested AS (
        SELECT DISTINCT ON (word.movie_id, word.slug, word.source)
            word.source, word.slug, word.included, judge.included AS seen,
            abs(judge.day - word.day) / 365.25 AS years
        FROM word JOIN judge USING (movie_id, slug)
        WHERE judge.source <> word.source AND judge.day >= word.day - %(before)s
        ORDER BY word.movie_id, word.slug, word.source, abs(judge.day - word.day), judge.source
    )
    SELECT source, slug, count(*), avg((included <> seen)::int)
    FROM tested LEFT JOIN movies_platform p USING (slug)
    GROUP BY source, slug
    HAVING count(*) >= %(fewest)s
        AND avg((included <> seen)::int) > %(most)s
        AND avg((included <> seen)::int) > %(margin)s + avg(
            CASE WHEN included THEN 1 - coalesce(p.stationary_share, 0.5)
                ELSE coalesce(p.stationary_share, 0.5) END
            * (1 - exp(-coalesce(p.turnover, 0) * years)))
    ORDER BY source, slug
"""


def check_sources() -> int:
    """Refresh the notice; returns how many sources are contradicted on a platform."""
    with connection.cursor() as cursor:
        cursor.execute(
            CONTRADICTED,
            {
                "zone": settings.TIME_ZONE,
                "before": DAYS_BEFORE,
                "fewest": FEWEST_TESTED,
                "most": MOST_CONTRADICTED,
                "margin": MARGIN,
            },
        )
        rows = cursor.fetchall()
    told = [f"{source}, {slug}: {share:.0%} of {tested}" for source, slug, tested, share in rows]
    put_notice(Notice.Key.CONTRADICTED, "; ".join(told))
    return len(told)
