"""What a member does with a film, stored and taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from common.errors import DataError
from common.loading import hold_the_data_set
from common.locks import retried_after_deadlock
from movies.models import Movie
from recommend.models import MemberEvent
from recommend.services.members.likes import forget_in_results
from survey.models import Member

# A film is liked or unwanted, not both: saying one takes the other back.
OPPOSITES = {
    MemberEvent.Kind.LIKE: MemberEvent.Kind.NOT_INTERESTED,
    MemberEvent.Kind.NOT_INTERESTED: MemberEvent.Kind.LIKE,
}


@retried_after_deadlock
@transaction.atomic
def record_event(*, member: Member, movie_id: int, kind: str) -> bool:
    """Store that they did this; whether it is new. Idempotent, also for many at once.

    A view counts only with consent to learning, and a repeated one becomes the newest.
    Raises `DataError` for a film that does not exist, `Member.DoesNotExist` for one who left, and
    `NotReadyError` while the data are being replaced.
    """
    hold_the_data_set()
    held = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if kind == MemberEvent.Kind.VIEW and not held.learns:
        return False
    if not Movie.objects.filter(pk=movie_id).exists():
        raise DataError(f"no such film: {movie_id}")
    if opposite := OPPOSITES.get(MemberEvent.Kind(kind)):
        take_event_back(member=member, movie_id=movie_id, kind=opposite)
    now = timezone.now()
    event, is_new = MemberEvent.objects.get_or_create(
        member=member, movie_id=movie_id, kind=kind, defaults={"created_at": now}
    )
    if not is_new and kind == MemberEvent.Kind.VIEW:
        MemberEvent.objects.filter(pk=event.pk).update(created_at=now)
    return is_new


@retried_after_deadlock
@transaction.atomic
def take_event_back(*, member: Member, movie_id: int, kind: str) -> bool:
    """Delete it, also where a result counts it; whether there was one. Idempotent.

    Raises `NotReadyError` if such a result cannot be computed again now; then nothing changed.
    """
    Member.objects.select_for_update(no_key=True).filter(pk=member.pk).first()
    deleted, _rows = MemberEvent.objects.filter(member=member, movie=movie_id, kind=kind).delete()
    if deleted:
        forget_in_results(member=member, movie_id=movie_id, kind=kind)
    return deleted > 0
