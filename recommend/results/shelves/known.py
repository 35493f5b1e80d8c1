"""What shelves know of a member: the results that they keep, and what they did with films.

Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from movies.models import Product
from recommend.models import MemberEvent, Reaction
from recommend.ranking.answers import Answers
from recommend.scoring.genre_model import MOST_EVENTS
from survey.models import Member

# In the order of `OwnResult`, but for what is paid for. What was said of an older list holds for
# the next one too.
NEWEST_RESULT = """
SELECT newest.created_at, newest.gender, newest.age, twin.ml_user_id,
    ARRAY(SELECT movie_id FROM survey_respondent_preferred_movies
        WHERE respondent_id = newest.user_id),
    ARRAY(SELECT DISTINCT pick.movie_id FROM survey_respondent result
        JOIN survey_respondent_preferred_movies pick ON pick.respondent_id = result.user_id
        WHERE result.member_id = %(member)s),
    ARRAY(SELECT DISTINCT said.movie_id FROM survey_respondent result
        JOIN recommend_reaction said ON said.user_id = result.user_id
        WHERE result.member_id = %(member)s AND said.kind = %(seen)s),
    ARRAY(SELECT said.movie_id FROM survey_respondent result
        JOIN recommend_reaction said ON said.user_id = result.user_id
        WHERE result.member_id = %(member)s AND said.kind = %(not_interested)s
        GROUP BY said.movie_id ORDER BY said.movie_id),
    ARRAY(SELECT max(said.created_at) FROM survey_respondent result
        JOIN recommend_reaction said ON said.user_id = result.user_id
        WHERE result.member_id = %(member)s AND said.kind = %(not_interested)s
        GROUP BY said.movie_id ORDER BY said.movie_id),
    ARRAY(SELECT platform_id::text FROM survey_respondent_subscribed_platforms
        WHERE respondent_id = newest.user_id),
    newest.owned
FROM survey_respondent newest
LEFT JOIN matching_similarity twin ON twin.user_id = newest.user_id
WHERE newest.member_id = %(member)s AND newest.retain_until > %(now)s
ORDER BY newest.created_at DESC, newest.number DESC LIMIT 1
"""
EVENTS = """
SELECT movie_id, kind, created_at FROM recommend_memberevent WHERE member_id = %s
ORDER BY created_at DESC, id DESC
"""


@dataclass(frozen=True)
class OwnResult:
    """The part of a member's newest result that shelves need. `pays_for`: slugs of platforms.

    `picks_of_all`, `seen` and `not_interested` (when it was said last) are of all results that the
    member keeps.
    """

    made_at: datetime
    gender: str
    age: int | None
    twin: int | None
    picks: Sequence[int]
    picks_of_all: Sequence[int]
    seen: Sequence[int]
    not_interested: Mapping[int, datetime]
    pays_for: Sequence[str]


@dataclass(frozen=True)
class Known:
    """Films by id. `likes`, newest first, are what the member liked at a film, with the moment;
    `picks` are those of the newest result. `result` is None without one. `refused` are films that
    they said at a list are not for them, and have neither liked nor picked since; a like or a pick
    of one counts nowhere.

    `likes` and `not_interested` are of the `MOST_EVENTS` newest events, from which is learned;
    `left_out` and `liked_before` are of all. `events`, the film and kind of each, newest first, are
    all there are, views too.
    """

    member: Member | None = None
    result: OwnResult | None = None
    likes: Sequence[tuple[int, datetime]] = ()
    not_interested: Sequence[int] = ()
    refused: Set[int] = frozenset()
    left_out: Set[int] = frozenset()  # seen, or not wanted: no shelf shows them
    liked_before: Set[int] = frozenset()  # liked, or a pick of any result: not recommended again
    events: Sequence[tuple[int, str]] = ()

    @property
    def liked(self) -> list[int]:
        """All likes, newest first, then the picks, less what is not wanted by now."""
        picks = self.result.picks if self.result else ()
        unwanted = set(self.not_interested)
        liked = dict.fromkeys([*(movie for movie, _when in self.likes), *picks])
        return [movie for movie in liked if movie not in unwanted]

    def answers(self) -> Answers | None:
        """What ranks films for them: the newest result, with all likes since as picks.

        Without a result the likes alone; None if there are none.
        """
        result, member = self.result, self.member
        if member is None or (result is None and not self.likes):
            return None
        since = [movie for movie, when in self.likes if result is None or when >= result.made_at]
        unwanted = set(self.not_interested)
        liked = {*since, *(result.picks if result else ())} - unwanted
        return Answers(
            gender=result.gender if result else member.gender,
            age=result.age if result else member.age,
            liked=sorted(liked),
            seen=sorted((self.left_out | self.liked_before) - liked - unwanted),
            not_interested=sorted(unwanted),
        )


def known_of(member: Member | None) -> Known:
    """Two queries, whatever there is; a third one for products that cost the member nothing."""
    if member is None:
        return Known()
    result = _newest_result(member)
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [member.pk])
        events: list[tuple[int, str, datetime]] = cursor.fetchall()
    rows = [event for event in events if event[1] != MemberEvent.Kind.VIEW]
    learned = rows[:MOST_EVENTS]
    likes = {movie: when for movie, kind, when in rows if kind == MemberEvent.Kind.LIKE}
    refused = _refused(result, likes)
    return Known(
        member=member,
        result=result,
        likes=[
            (movie, when)
            for movie, kind, when in learned
            if kind == MemberEvent.Kind.LIKE and movie not in refused
        ],
        not_interested=sorted(
            refused.union(
                movie for movie, kind, _when in learned if kind == MemberEvent.Kind.NOT_INTERESTED
            )
        ),
        refused=refused,
        left_out=refused.union(
            (movie for movie, kind, _when in rows if kind != MemberEvent.Kind.LIKE),
            result.seen if result else (),
        ),
        liked_before={*likes}.union(result.picks_of_all if result else ()),
        events=[(movie, kind) for movie, kind, _when in events],
    )


def _refused(result: OwnResult | None, likes: Mapping[int, datetime]) -> set[int]:
    """What was said of a list counts, unless the film was liked, or picked, after it."""
    if result is None:
        return set()
    picked = dict.fromkeys(result.picks, result.made_at)
    return {
        movie
        for movie, said in result.not_interested.items()
        if not any(movie in taste and taste[movie] > said for taste in (likes, picked))
    }


def _newest_result(member: Member) -> OwnResult | None:
    parameters = {
        "member": member.pk,
        "now": timezone.now(),
        "seen": Reaction.Kind.SEEN,
        "not_interested": Reaction.Kind.NOT_INTERESTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_RESULT, parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    *columns, unwanted, said_at, subscribed, owned = row
    not_interested = dict(zip(unwanted, said_at, strict=True))
    pays_for = sorted({*subscribed, *_given_by(owned)})
    return OwnResult(*[*columns, not_interested, pays_for])


def _given_by(owned: Sequence[str]) -> list[str]:
    """Platforms of products that the member has anyway."""
    if not owned:
        return []
    products = Product.objects.on_sale(timezone.localdate()).filter(slug__in=owned)
    return list(products.values_list("platforms", flat=True))
