"""Reads what a household needs of the stored results of its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from movies.models import Movie
from ottstats.models import PlatformRecommendation
from recommend.decision.outlook import Outlook
from recommend.models import RecommendedMovie
from recommend.results.forecast import catalogue_rates
from recommend.results.whereabouts import Whereabouts, whereabouts_of
from survey.models import AnsweredWishes


@dataclass(frozen=True)
class Housemate:
    """The part of a stored result that a household needs."""

    share_id: UUID
    budget: int | None
    wishes: AnsweredWishes
    outlook: Outlook
    whereabouts: Whereabouts
    films: Sequence[Movie]


def housemates(results: Iterable[UUID], day: date) -> dict[UUID, Housemate]:
    """The results that exist and whose retention period is not over, in three queries."""
    rows = list(
        PlatformRecommendation.objects.filter(
            user__in=list(results), user__retain_until__gt=timezone.now()
        )
        .select_related("user")
        .defer("parts")
        .annotate(outlook=F("parts__outlook"))
    )
    films: dict[UUID, list[Movie]] = defaultdict(list)
    stored = RecommendedMovie.objects.filter(user__in=[row.user_id for row in rows])
    for film in stored.select_related("movie").order_by("user", "rank"):
        films[film.user_id].append(film.movie)
    rates = catalogue_rates()
    return {
        row.user_id: Housemate(
            row.share_id,
            row.user.monthly_budget,
            row.user.wishes,
            Outlook.from_json(row.outlook),
            whereabouts_of(films[row.user_id], rates, day),
            films[row.user_id],
        )
        for row in rows
    }
