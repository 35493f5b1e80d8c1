"""Reads what a household needs of the stored results of its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from movies.models import Movie
from ottstats.models import PlatformRecommendation
from recommend.decision.outlook import Outlook
from recommend.models import RecommendedMovie
from recommend.results.forecast import catalogue_rates
from recommend.results.shelf import Shelf, shelf_of


@dataclass(frozen=True)
class Housemate:
    """The part of a stored result that a household needs."""

    share_id: UUID
    budget: int | None
    outlook: Outlook
    shelf: Shelf
    films: Sequence[Movie]


def housemates(results: Iterable[UUID], day: date) -> dict[UUID, Housemate]:
    """The results that exist and whose retention period is not over, in three queries."""
    rows = list(
        PlatformRecommendation.objects.filter(
            user__in=list(results), user__retain_until__gt=timezone.now()
        ).values_list("user", "share_id", "user__monthly_budget", "parts__outlook")
    )
    films: dict[UUID, list[Movie]] = defaultdict(list)
    stored = RecommendedMovie.objects.filter(user__in=[user for user, *_others in rows])
    for film in stored.select_related("movie").order_by("user", "rank"):
        films[film.user_id].append(film.movie)
    rates = catalogue_rates()
    return {
        user: Housemate(
            share_id,
            budget,
            Outlook.from_json(outlook),
            shelf_of(films[user], rates, day),
            films[user],
        )
        for user, share_id, budget, outlook in rows
    }
