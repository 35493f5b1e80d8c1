"""The results of a member, and those on their device. Reads only."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ottstats.models import PlatformRecommendation
from recommend.models import PickFromLike, Reaction
from survey.models import Member


def kept_results(member: Member) -> QuerySet[PlatformRecommendation]:
    """Newest first. `uses_likes`: whether something said in the account counts in the result."""
    of_result = {"user": OuterRef("user")}
    likes = Exists(PickFromLike.objects.filter(**of_result))
    reactions = Exists(Reaction.objects.filter(**of_result, from_account=True))
    return (
        _open_results()
        .filter(user__member=member)
        .annotate(uses_likes=likes | reactions)
        .order_by("-user__created_at", "-user__number")
    )


def not_kept(user_id: UUID | None) -> PlatformRecommendation | None:
    """The result that a device remembers, if no account keeps it."""
    if user_id is None:
        return None
    return _open_results().filter(user=user_id, user__member=None).first()


def _open_results() -> QuerySet[PlatformRecommendation]:
    results = PlatformRecommendation.objects.filter(user__retain_until__gt=timezone.now())
    return results.select_related("platform", "user").defer("parts")
