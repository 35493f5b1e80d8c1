"""A member's likes as picks of a result that they keep, and how that is undone.

Likes become picks; what they have seen or do not want becomes reactions. What a person said in the
survey or on the page of the result stands: nothing of it is replaced or taken away.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from common.errors import DataError
from common.locks import retried_after_deadlock
from movies.models import Platform
from recommend.models import MemberEvent, PickFromLike, Reaction
from recommend.scoring.genre_model import MOST_EVENTS
from recommend.services.reactions import hold, recommend_anew
from survey.models import MOST_PICKS, Member, Respondent

KINDS = {
    MemberEvent.Kind.SEEN: Reaction.Kind.SEEN,
    MemberEvent.Kind.NOT_INTERESTED: Reaction.Kind.NOT_INTERESTED,
}


@retried_after_deadlock
@transaction.atomic
def use_likes(*, member: Member, respondent: Respondent) -> Platform | None:
    """Count what the member likes, has seen and does not want in this result. Idempotent.

    What came from their account before and is no longer said there goes. Returns the platform if
    it has changed.
    Raises `DataError` for a result that the member does not keep or if no film would be left in
    it, `NotReadyError` without a live run or while the data are being replaced,
    `Respondent.DoesNotExist` for a result that is deleted or expired, and `Member.DoesNotExist` for
    a member who left.
    """
    _hold(member, respondent)
    before = _from_account(respondent)
    _forget(respondent)
    _take_over(member, respondent)
    return None if _from_account(respondent) == before else recommend_anew(respondent)


@retried_after_deadlock
@transaction.atomic
def leave_likes_out(*, member: Member, respondent: Respondent) -> Platform | None:
    """The result as it would be without the account. Idempotent; returns and raises the same."""
    _hold(member, respondent)
    if not _from_account(respondent):
        return None
    _forget(respondent)
    return recommend_anew(respondent)


def likes_count_in(respondent: Respondent) -> bool:
    """Whether anything that was said in the account counts in this result."""
    return bool(_from_account(respondent))


def forget_in_results(*, member: Member, movie_id: int, kind: str) -> None:
    """The member no longer says this: undo it in the results where it counts.

    Needs a transaction that has locked the member. A pick or a reaction that did not come from the
    account stays. Raises `NotReadyError` if there are such results and they cannot be computed now.
    """
    for respondent in _where_it_counts(member, movie_id, kind):
        try:
            hold(respondent)
        except Respondent.DoesNotExist:  # deleted meanwhile
            continue
        if kind == MemberEvent.Kind.LIKE:
            PickFromLike.objects.filter(user=respondent, movie=movie_id).delete()
            respondent.preferred_movies.remove(movie_id)
        else:
            Reaction.objects.filter(user=respondent, movie=movie_id, from_account=True).delete()
        recommend_anew(respondent)


def _where_it_counts(member: Member, movie_id: int, kind: str) -> list[Respondent]:
    if kind == MemberEvent.Kind.LIKE:
        there = Q(picks_from_likes__movie=movie_id)
    elif reaction := KINDS.get(MemberEvent.Kind(kind)):
        there = Q(reactions__movie=movie_id, reactions__kind=reaction, reactions__from_account=True)
    else:
        return []
    results = Respondent.objects.filter(there, member=member, retain_until__gt=timezone.now())
    return list(results.order_by("pk"))


def _hold(member: Member, respondent: Respondent) -> None:
    """First the member, as who says or takes back something does: neither misses the other."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not Respondent.objects.filter(pk=respondent.pk, member=member).exists():
        raise DataError(gettext("This result is not kept in your account."))
    hold(respondent)


def _from_account(respondent: Respondent) -> set[tuple[int, str]]:
    """Film and kind of all that counts in the result and was said in the account."""
    picks = PickFromLike.objects.filter(user=respondent).values_list("movie_id", flat=True)
    reactions = Reaction.objects.filter(user=respondent, from_account=True)
    liked = {(movie, str(MemberEvent.Kind.LIKE)) for movie in picks}
    return liked | set(reactions.values_list("movie_id", "kind"))


def _forget(respondent: Respondent) -> None:
    picks = PickFromLike.objects.filter(user=respondent)
    respondent.preferred_movies.remove(*picks.values_list("movie_id", flat=True))
    picks.delete()
    Reaction.objects.filter(user=respondent, from_account=True).delete()


def _take_over(member: Member, respondent: Respondent) -> None:
    """Films of which the result says nothing of its own; a liked film is a pick and no more."""
    own = set(respondent.preferred_movies.values_list("pk", flat=True))
    said = set(Reaction.objects.filter(user=respondent).values_list("movie_id", flat=True))
    events = MemberEvent.objects.filter(member=member).exclude(kind=MemberEvent.Kind.VIEW)
    newest = events.order_by("-created_at", "-pk").values_list("movie_id", "kind")[:MOST_EVENTS]
    free = [(movie, kind) for movie, kind in newest if movie not in own | said]
    liked = [movie for movie, kind in free if kind == MemberEvent.Kind.LIKE]
    _add_picks(respondent, liked[: max(MOST_PICKS - len(own), 0)])
    kinds = {movie: kind for movie, kind in reversed(free) if movie not in liked}
    Reaction.objects.bulk_create(
        Reaction(
            user=respondent,
            movie_id=movie,
            kind=KINDS[MemberEvent.Kind(kind)],
            from_account=True,
        )
        for movie, kind in kinds.items()
    )


def _add_picks(respondent: Respondent, movies: Iterable[int]) -> None:
    picks = list(movies)
    respondent.preferred_movies.add(*picks)
    PickFromLike.objects.bulk_create(PickFromLike(user=respondent, movie_id=one) for one in picks)
