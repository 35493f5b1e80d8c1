"""Leaving: everything of a member is deleted in one transaction."""

from __future__ import annotations

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from common.locks import retried_after_deadlock
from survey.members import tokens
from survey.models import Member, Respondent
from survey.services import locked


def leave(*, member: Member) -> None:
    """Delete the member, their user and everything of theirs. Idempotent."""
    delete_user(user_id=member.pk)


@retried_after_deadlock
@transaction.atomic
def delete_user(*, user_id: int) -> None:
    """Delete a user and everything of theirs, member or not. Idempotent.

    1. The user is locked, which tokens lock too: no token is made any more. So is the member, whom
       likes and kept results lock: none is stored that the deletion does not see.
    2. The results are locked by id, as a reaction does, so that the two cannot deadlock.
    3. Tokens go by hand, because their foreign key would only forget whose they are; so do lines of
       admin's log about a member, which have the address. Staff's stay, and so does the line that
       a member was deleted: it has the number. Foreign keys delete the rest: member, events,
       results with all their parts, sessions, devices of the second factor.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        return
    member = Member.objects.select_for_update().filter(pk=user_id).first()
    locked(Respondent.objects.filter(member=user_id))
    tokens.revoke_all(user=user)
    if member is not None:
        about = ContentType.objects.get_for_model(User)
        lines = LogEntry.objects.filter(content_type=about, object_id=str(user_id))
        lines.exclude(action_flag=DELETION, object_repr=str(member)).delete()
    user.delete()


def purge_gone_members() -> int:
    """Let those leave who have not come for a year; return how many."""
    return sum(_purge(pk) for pk in list(Member.objects.gone().values_list("pk", flat=True)))


@transaction.atomic
def _purge(pk: int) -> bool:
    """One member, unless somebody holds the row or they have come meanwhile."""
    held = Member.objects.gone().select_for_update(skip_locked=True, of=("self",))
    member = held.filter(pk=pk).first()
    if member is not None:
        leave(member=member)
    return member is not None
