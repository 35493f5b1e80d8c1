"""Results that a member keeps in their account, for as long as they come back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from common.errors import DataError
from common.locks import retried_after_deadlock
from survey.models import MEMBER_RETENTION, Member, Respondent
from survey.services import locked

MOST_RESULTS = 20  # of one account


@retried_after_deadlock
@transaction.atomic
def keep_result(*, member: Member, respondent: Respondent) -> None:
    """Keep the result in the account, for a year after the member's last visit. Idempotent.

    1. The member is locked, so that they neither leave nor keep too many meanwhile.
    2. The result is locked: of two accounts that keep it at once, the first one has it.
    Raises `DataError` for a result of another account, or one too many; `Member.DoesNotExist` for
    a member who left, and `Respondent.DoesNotExist` for a result that is deleted or expired.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    now = timezone.now()
    rows = locked(Respondent.objects.filter(pk=respondent.pk, retain_until__gt=now))
    if not rows:
        raise Respondent.DoesNotExist
    kept = rows[0]
    if kept.member_id not in (None, member.pk):
        raise DataError(gettext("This result is kept in another account."))
    if kept.member_id is None and member.results.count() >= MOST_RESULTS:
        text = gettext("An account keeps at most %(most)s results. Please delete one first.")
        raise DataError(text % {"most": MOST_RESULTS})
    kept.member, kept.retain_until = member, now + MEMBER_RETENTION
    kept.save(update_fields=["member", "retain_until"])


@retried_after_deadlock
@transaction.atomic
def prolong(*, member: Member) -> None:
    """The member is here: account and results stay for a year from now."""
    now = timezone.now()
    Member.objects.filter(pk=member.pk).update(last_visit=now)
    rows = locked(Respondent.objects.filter(member=member).only("pk"))
    Respondent.objects.filter(pk__in=[row.pk for row in rows]).update(
        retain_until=now + MEMBER_RETENTION
    )


def pass_on(*, before: Respondent, after: Respondent) -> None:
    """The account that keeps a result keeps the one that takes its place. Needs a transaction."""
    if before.member_id is not None:
        Respondent.objects.filter(pk=after.pk, member=None).update(
            member=before.member_id, retain_until=before.retain_until
        )
