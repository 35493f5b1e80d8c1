"""A member's consent that their views are counted and learned from: given and withdrawn."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from common.locks import retried_after_deadlock
from recommend.models import MemberEvent
from survey.models import MEMBERSHIP_VERSION, Member


@retried_after_deadlock
@transaction.atomic
def agree_to_learning(*, member: Member) -> None:
    """From now on their views count. Idempotent: the first consent keeps its time."""
    Member.objects.filter(pk=member.pk, learning_consented_at=None).update(
        learning_version=MEMBERSHIP_VERSION, learning_consented_at=timezone.now()
    )


@retried_after_deadlock
@transaction.atomic
def withdraw_from_learning(*, member: Member) -> None:
    """Views are deleted, and none is counted any more. Idempotent.

    A view that is being counted at this moment holds the member's row; it is deleted too.
    """
    Member.objects.select_for_update(no_key=True).filter(pk=member.pk).first()
    Member.objects.filter(pk=member.pk).update(learning_version="", learning_consented_at=None)
    MemberEvent.objects.filter(member=member, kind=MemberEvent.Kind.VIEW).delete()
