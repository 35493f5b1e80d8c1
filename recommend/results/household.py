"""Reads what a household needs of the stored results of its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from ottstats.models import PlatformRecommendation
from recommend.decision.outlook import Outlook


@dataclass(frozen=True)
class Housemate:
    """The part of a stored result that a household needs."""

    budget: int | None
    outlook: Outlook


def housemates(results: Iterable[UUID]) -> dict[UUID, Housemate]:
    """The results that exist and whose retention period is not over, in one query."""
    rows = PlatformRecommendation.objects.filter(
        user__in=list(results), user__retain_until__gt=timezone.now()
    ).values_list("user", "user__monthly_budget", "parts__outlook")
    return {user: Housemate(budget, Outlook.from_json(outlook)) for user, budget, outlook in rows}
