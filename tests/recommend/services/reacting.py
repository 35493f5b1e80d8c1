"""Shared by the tests of reactions: what is stored, and the buttons of the page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from ottstats.models import PlatformTally
from recommend.models import Reaction, RecommendedMovie
from survey.models import Respondent
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]
SEEN, NOT_INTERESTED = Reaction.Kind.SEEN, Reaction.Kind.NOT_INTERESTED


def listed(respondent: Respondent) -> list[int]:
    films = RecommendedMovie.objects.filter(user=respondent).order_by("rank")
    return list(films.values_list("movie_id", flat=True))


def press(client: Client, respondent: Respondent, **fields: Any) -> Any:
    return client.post(f"/results/{respondent.pk}/films/", fields)


def tallies() -> dict[str, int]:
    rows = PlatformTally.objects.exclude(recommended_count=0)
    return dict(rows.values_list("platform", "recommended_count"))
