"""A result that is shared."""

from __future__ import annotations

from typing import Any

import pytest

from ottstats.models import PlatformRecommendation
from recommend.pages.shared import views as shared_views
from recommend.services.submission import Survey, submit_survey
from tests.recommend.pages.reading import PICKS


@pytest.fixture
def shared(live_model: Any) -> PlatformRecommendation:
    survey = Survey(
        liked=PICKS,
        gender="female",
        age=87,
        education="graduate",
        income="over_8m",
        ott_frequency="daily",
        subscribed=("laftel",),
        monthly_budget=98765,
    )
    submit_survey(survey=survey, token="a-token-of-this-test")
    return PlatformRecommendation.objects.select_related("user", "platform").get()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The cards that were really drawn."""
    cards: list[Any] = []
    draw = shared_views.draw

    def counting(card: Any) -> bytes:
        cards.append(card)
        return draw(card)

    monkeypatch.setattr(shared_views, "draw", counting)
    return cards
