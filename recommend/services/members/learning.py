"""A member's consent that their views are counted and learned from: given and withdrawn."""

from __future__ import annotations

from django.db import transaction

from common.locks import retried_after_deadlock
from recommend.models import MemberEvent
from survey.members.profile import Profile, change
from survey.models import Member


@retried_after_deadlock
@transaction.atomic
def choose_learning(*, member: Member, learns: bool) -> None:
    """Store whether views count from now on; if not, those that were counted are deleted.

    Idempotent: a consent that stands keeps its time. A view that is being counted at this moment
    holds the member's row, so it is deleted too. Raises `Member.DoesNotExist` for one who left.
    """
    change(member=member, said=(), profile=Profile(), learns=learns)
    if not learns:
        MemberEvent.objects.filter(member=member, kind=MemberEvent.Kind.VIEW).delete()
