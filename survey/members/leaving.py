"""A member leaves."""

from __future__ import annotations

from django.db import transaction

from common.locks import retried_after_deadlock
from survey.models import Member


@retried_after_deadlock
@transaction.atomic
def leave(*, member: Member) -> None:
    """Delete the account with everything stored about the member. Idempotent.

    The member is locked first: what is being kept or liked at this moment is deleted too.
    """
    held = Member.objects.select_for_update().select_related("user").filter(pk=member.pk).first()
    if held is not None:
        held.user.delete()
