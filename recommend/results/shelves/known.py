"""What shelves know of a member: their newest result, and what they did with films. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from movies.models import Product
from recommend.models import MemberEvent, Reaction
from recommend.ranking.answers import Answers
from survey.models import Member, Respondent


@dataclass(frozen=True)
class OwnResult:
    """The part of a member's newest result that shelves need. `pays_for`: slugs of platforms."""

    made_at: datetime
    gender: str
    age: int | None
    twin: int | None
    picks: Sequence[int]
    seen: Sequence[int]
    not_interested: Sequence[int]
    pays_for: Sequence[str]


@dataclass(frozen=True)
class Known:
    """Films by id. `likes`, newest first, are what the member liked at a film, with the moment;
    `picks` are those of the newest result. `result` is None without one."""

    member: Member | None = None
    result: OwnResult | None = None
    likes: Sequence[tuple[int, datetime]] = ()
    seen: Sequence[int] = ()
    not_interested: Sequence[int] = ()

    @property
    def liked(self) -> list[int]:
        """All likes, newest first, then the picks."""
        picks = self.result.picks if self.result else ()
        return list(dict.fromkeys([*(movie for movie, _when in self.likes), *picks]))

    @property
    def left_out(self) -> set[int]:
        """What no shelf shows: films that they have seen or do not want."""
        return {*self.seen, *self.not_interested}

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
            seen=sorted(set(self.seen) - liked),
            not_interested=sorted(unwanted),
        )


def known_of(member: Member | None) -> Known:
    """Two queries, whatever there is; a third one for products that cost the member nothing."""
    if member is None:
        return Known()
    result = _newest_result(member)
    by_kind: dict[str, list[tuple[int, datetime]]] = {kind: [] for kind in MemberEvent.Kind.values}
    events = MemberEvent.objects.filter(member=member).exclude(kind=MemberEvent.Kind.VIEW)
    rows = events.order_by("-created_at", "-pk").values_list("movie_id", "kind", "created_at")
    for movie, kind, when in rows:
        by_kind[kind].append((movie, when))
    seen = [movie for movie, _when in by_kind[MemberEvent.Kind.SEEN]]
    unwanted = {movie for movie, _when in by_kind[MemberEvent.Kind.NOT_INTERESTED]}
    if result:  # a later like counts more than what was said of the list
        likes = {movie for movie, _when in by_kind[MemberEvent.Kind.LIKE]}
        unwanted |= {*result.not_interested} - likes
    return Known(
        member=member,
        result=result,
        likes=by_kind[MemberEvent.Kind.LIKE],
        seen=[*seen, *(result.seen if result else ())],
        not_interested=sorted(unwanted),
    )


def _newest_result(member: Member) -> OwnResult | None:
    kept = Respondent.objects.filter(member=member, retain_until__gt=timezone.now())
    row = (
        kept.order_by("-created_at", "-number")
        .values("created_at", "gender", "age", "owned", "similarity__ml_user")
        .annotate(
            picks=ArraySubquery(_of(Respondent.preferred_movies, "movie_id")),
            pays_for=ArraySubquery(_of(Respondent.subscribed_platforms, "platform_id")),
            seen=ArraySubquery(_reactions(Reaction.Kind.SEEN)),
            unwanted=ArraySubquery(_reactions(Reaction.Kind.NOT_INTERESTED)),
        )
        .first()
    )
    if row is None:
        return None
    return OwnResult(
        made_at=row["created_at"],
        gender=row["gender"],
        age=row["age"],
        twin=row["similarity__ml_user"],
        picks=row["picks"],
        seen=row["seen"],
        not_interested=row["unwanted"],
        pays_for=sorted({*row["pays_for"], *_given_by(row["owned"])}),
    )


def _of(relation: Any, column: str) -> QuerySet[Any, Any]:
    """The other side of a many-to-many relation of the respondent."""
    rows = relation.through.objects.filter(respondent=OuterRef("pk"))
    found: QuerySet[Any, Any] = rows.values(column)
    return found


def _reactions(kind: str) -> QuerySet[Any, Any]:
    return Reaction.objects.filter(user=OuterRef("pk"), kind=kind).values("movie_id")


def _given_by(owned: Sequence[str]) -> list[str]:
    """Platforms of products that the member has anyway."""
    if not owned:
        return []
    products = Product.objects.on_sale(timezone.localdate()).filter(slug__in=owned)
    return list(products.values_list("platforms", flat=True))
