"""What people like now. Reads only.

Each event is a pick of a respondent or a like of a member; the same film by the same person counts
once, by its newest event. Results that no account keeps are a person each, so five surveys that
somebody fills in without one count as five. With a its age in days

    score(m) = sum over the people who like m of 2^(-a / 14) h

h = 3 for an event within two hours of this hour of day in Seoul, else 1; h is 1 for all while there
are fewer than 500 events. Only films of at least 5 people, so counted, have a score, so that hardly
anybody can be read from it; after them come the best known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from movies.models import Movie
from recommend.models import MemberEvent
from recommend.results.shelves.page import Page
from survey.models import Member

HALF_LIFE = timedelta(days=14)
COUNTED = 10 * HALF_LIFE  # older events weigh less than a thousandth
FEWEST_PEOPLE = 5
FEWEST_EVENTS = 500  # from here on the hour of day counts
NEARBY = timedelta(hours=2)
NEARBY_WEIGHT = 3.0
KEPT = 500  # films in the order that is kept
KEPT_FOR = 60  # seconds that everybody sees the same order

POPULAR = """
WITH event AS (
    SELECT pick.movie_id, r.created_at AS at,
        coalesce('m' || r.member_id, 'r' || r.number) AS person
    FROM survey_respondent r
    JOIN survey_respondent_preferred_movies pick ON pick.respondent_id = r.user_id
    WHERE r.created_at > %(since)s AND r.retain_until > %(now)s
    UNION ALL
    SELECT movie_id, created_at, 'm' || member_id FROM recommend_memberevent
    WHERE kind = %(like)s AND created_at > %(since)s
), once AS (
    SELECT movie_id, person, max(at) AS at FROM event GROUP BY movie_id, person
), weighed AS (
    SELECT movie_id, power(0.5, extract(epoch FROM %(now)s - at) / %(half_life)s)
        * CASE WHEN count(*) OVER () >= %(fewest_events)s
            AND least(apart, 86400 - apart) <= %(nearby)s THEN %(nearby_weight)s ELSE 1 END
        AS weight
    FROM once CROSS JOIN LATERAL (
        SELECT abs(extract(epoch FROM (at AT TIME ZONE %(zone)s)::time)
            - extract(epoch FROM (%(now)s AT TIME ZONE %(zone)s)::time)) AS apart) AS clock
), liked AS (
    SELECT movie_id, sum(weight) AS score FROM weighed
    GROUP BY movie_id HAVING count(*) >= %(fewest_people)s
)
(SELECT movie_id FROM liked ORDER BY score DESC, movie_id LIMIT %(kept)s)
UNION ALL
(SELECT movie_id FROM movies_movie ORDER BY rating_count DESC, movie_id LIMIT %(kept)s)
"""


def popular_films(now: datetime) -> list[int]:
    """The most popular films, then the best known, each once; one statement."""
    parameters: dict[str, Any] = {
        "now": now,
        "since": now - COUNTED,
        "like": MemberEvent.Kind.LIKE,
        "half_life": HALF_LIFE.total_seconds(),
        "nearby": NEARBY.total_seconds(),
        "nearby_weight": NEARBY_WEIGHT,
        "fewest_events": FEWEST_EVENTS,
        "fewest_people": FEWEST_PEOPLE,
        "zone": settings.TIME_ZONE,
        "kept": KEPT,
    }
    with connection.cursor() as cursor:
        cursor.execute(POPULAR, parameters)
        rows = cursor.fetchall()
    return list(dict.fromkeys(movie for (movie,) in rows))[:KEPT]


class PopularShelf:
    """The order may be a minute old; what the reader has seen or does not want is left out now."""

    name = "popular"
    for_visitors = True

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def title(self) -> str:
        return _("Popular now")

    @property
    def why(self) -> str:
        return _("What people picked and liked most in the last weeks.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        ids: list[int] | None = cache.get("shelves:popular")
        if ids is None:
            ids = popular_films(timezone.now())
            cache.set("shelves:popular", ids, KEPT_FOR)
        return self._page.in_order(ids, member, limit)
