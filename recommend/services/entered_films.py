"""Makes one film of two, where a data set or file now has a film that a list of TMDB brought.

Such a film has an id of its own (`movies.models.FIRST_ENTERED_ID`). What people and staff said of
it moves to the film of the data set.
"""

from __future__ import annotations

from django.db import connection, transaction

from common.loading import hold_the_data_set
from movies.models import FIRST_ENTERED_ID, Availability, Movie
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates

# Not by a number that waits for staff, or that they rejected.
PAIRS = """
    CREATE TEMPORARY TABLE pair ON COMMIT DROP AS
    SELECT e.movie_id AS entered, min(m.movie_id) AS ours
    FROM movies_movie e JOIN movies_movie m
        ON m.tmdb_id = e.tmdb_id AND m.movie_id < %(first)s
    WHERE e.movie_id >= %(first)s AND NOT EXISTS (
        SELECT FROM movies_idsuggestion s
        WHERE s.movie_id = m.movie_id AND s.tmdb_id = m.tmdb_id AND s.state <> 'accepted')
    GROUP BY e.movie_id
"""
LOCK = """
    SELECT FROM movies_movie WHERE movie_id IN (SELECT unnest(ARRAY[entered, ours]) FROM pair)
    ORDER BY movie_id FOR NO KEY UPDATE
"""
# Whoever has both films keeps the one of the data set; the other row goes with its film.
MOVE = """
    UPDATE {table} t SET movie_id = p.ours FROM pair p
    WHERE t.movie_id = p.entered AND NOT EXISTS (
        SELECT FROM {table} o WHERE o.movie_id = p.ours
          AND ({owner}) IS NOT DISTINCT FROM ({others}))
"""
OWNERS = {
    "survey_respondent_preferred_movies": ("respondent_id",),
    "recommend_recommendedmovie": ("user_id",),
    "recommend_reaction": ("user_id",),
    "recommend_viewing": ("ml_user_id",),
    "recommend_rating": ("ml_user_id", "run_id"),
    "recommend_homerating": ("person_id",),
    "recommend_memberevent": ("member_id", "kind"),
    "movies_filmtext": ("language",),
    "recommend_pickfromlike": ("user_id",),
}
# Before picks move: of a film that was picked in the survey, and the other by a like, the pick
# stays the survey's own, which no undo takes away.
OWN_PICKS = """
    DELETE FROM recommend_pickfromlike l
    USING pair p, survey_respondent_preferred_movies own
    WHERE own.respondent_id = l.user_id
      AND (l.movie_id, own.movie_id) IN ((p.entered, p.ours), (p.ours, p.entered))
      AND NOT EXISTS (
        SELECT FROM recommend_pickfromlike o
        WHERE o.user_id = own.respondent_id AND o.movie_id = own.movie_id)
"""
# After events moved: nobody likes a film and does not want it at once; what was said last counts.
SAID_LAST = """
    DELETE FROM recommend_memberevent e
    USING pair p, recommend_memberevent o
    WHERE e.movie_id = p.ours AND o.movie_id = e.movie_id AND o.member_id = e.member_id
      AND (e.kind, o.kind) IN (('like', 'not_interested'), ('not_interested', 'like'))
      AND (o.created_at, o.id) > (e.created_at, e.id)
"""
LISTS = {
    "survey_draft": "liked",
    "survey_respondent": "shown",
    "recommend_recommendedmovie": "because",
    "recommend_hometaste": "liked",
}
RENAME = "UPDATE {table} SET {column} = array_replace({column}, %s, %s) WHERE %s = ANY({column})"


@transaction.atomic
def merge_entered() -> int:
    """Merge every entered film with the film of the data set that has its TMDB id.

    Returns how many there were. Idempotent. `NotReadyError` while a data set is being replaced.
    """
    hold_the_data_set()
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"first": FIRST_ENTERED_ID})
        cursor.execute(LOCK)
        cursor.execute("SELECT entered, ours FROM pair ORDER BY entered")
        pairs: dict[int, int] = dict(cursor.fetchall())
        if pairs:
            cursor.execute(OWN_PICKS)
            for table, owner in OWNERS.items():
                mine = ", ".join(f"o.{column}" for column in owner)
                others = ", ".join(f"t.{column}" for column in owner)
                cursor.execute(MOVE.format(table=table, owner=mine, others=others))
            cursor.execute(SAID_LAST)
            for table, column in LISTS.items():
                cursor.executemany(
                    RENAME.format(table=table, column=column),
                    [(entered, ours, entered) for entered, ours in pairs.items()],
                )
            _move_statements(pairs)
            Movie.objects.filter(pk__in=pairs).delete()
            refresh_platform_rates()
        cursor.execute("DROP TABLE pair")
    return len(pairs)


def _move_statements(pairs: dict[int, int]) -> None:
    """Older words than the data set's film has from the same source are left behind."""
    record_statements(
        [
            Statement(
                pairs[row.movie_id],
                row.platform_id,
                row.source,
                row.included,
                row.checked_at,
                row.note,
                row.stated_by_id,
            )
            for row in Availability.objects.filter(movie__in=pairs).order_by("pk")
        ]
    )
