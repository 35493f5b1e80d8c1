"""Results that a member keeps in their account, for as long as they come back.

Each visit of the member moves `retain_until` on.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from common.errors import DataError
from common.locks import retried_after_deadlock
from recommend.services.members.likes import likes_count_in, use_likes
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
    keeper = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    open_results = Respondent.objects.filter(retain_until__gt=timezone.now())
    rows = locked(open_results.filter(pk=respondent.pk))
    if not rows:
        raise Respondent.DoesNotExist
    kept = rows[0]
    if kept.member_id not in (None, keeper.pk):
        raise DataError(gettext("This result is kept in another account."))
    if kept.member_id is None and keeper.results.count() >= MOST_RESULTS:
        text = gettext("An account keeps at most %(most)s results. Please delete one first.")
        raise DataError(text % {"most": MOST_RESULTS})
    kept.member, kept.retain_until = keeper, keeper.last_visit + MEMBER_RETENTION
    kept.save(update_fields=["member", "retain_until"])


def pass_on(*, before: Respondent, after: Respondent) -> None:
    """The account that keeps a result keeps the one that takes its place, and counts in it if it
    did before. Needs a transaction. Raises what `use_likes` does."""
    if before.member is None:
        return
    Respondent.objects.filter(pk=after.pk, member=None).update(
        member=before.member_id, retain_until=before.retain_until
    )
    after.refresh_from_db(fields=["member", "retain_until"])
    if after.member_id == before.member_id and likes_count_in(before):
        use_likes(member=before.member, respondent=after)


def hold_replaced(number: UUID) -> list[Respondent]:
    """The result, locked after the member who keeps it, as whoever uses likes in it does. Needs a
    transaction. Empty if it is gone."""
    list(Member.objects.select_for_update(no_key=True).filter(results=number))
    return locked(Respondent.objects.filter(pk=number))
