"""When members were last here, and with it how long their results are kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from survey.models import MEMBER_RETENTION, Member, Respondent

NOTED_EVERY = timedelta(days=1)


def note_visit(*, member: Member) -> bool:
    """Store the visit and keep the results for a year from now, at most once a day; whether it was.

    Of many at once one stores it: the others find the row changed.
    """
    now = timezone.now()
    if now - member.last_visit < NOTED_EVERY:
        return False
    with transaction.atomic():
        due = Member.objects.filter(pk=member.pk, last_visit__lte=now - NOTED_EVERY)
        if not due.update(last_visit=now):
            return False
        Respondent.objects.filter(member=member).update(retain_until=now + MEMBER_RETENTION)
    member.last_visit = now
    return True
