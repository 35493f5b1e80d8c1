"""Plans of a respondent, and what their page says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.utils import translation

from recommend.pages.plan.page import PlanPage, plan_page
from recommend.results.stored import stored_result
from recommend.results.year_plan import (
    Planned,
    Wish,
    plan_of,
)
from survey.models import Respondent
from tests.recommend.pages.reading import whereabouts_for, words

DAY = date(2026, 11, 22)


def planned(respondent: Respondent, day: date = DAY, **wish: Any) -> Planned:
    stored = stored_result(respondent.pk)
    assert stored is not None
    found = plan_of(stored, Wish(**wish), day=day)
    assert found is not None
    return found


def page_of(respondent: Respondent, plan: Planned) -> PlanPage:
    stored = stored_result(respondent.pk)
    assert stored is not None
    with translation.override("en"):
        return plan_page(stored, plan, whereabouts_for(respondent), {}, DAY)


def shown(client: Client, respondent: Respondent, query: str = "") -> str:
    response = client.get(f"/results/{respondent.pk}/plan/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def told(client: Client, respondent: Respondent, query: str = "") -> str:
    return words(shown(client, respondent, query))
