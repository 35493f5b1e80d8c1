"""The consent to learning on the result page: withdrawn there, or given later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from survey.models import Respondent

WITHDRAWN = "OTTwin no longer learns from your answers."


def press(client: Client, respondent: Respondent, pressed: str, query: str = "") -> Any:
    return client.post(f"/results/{respondent.pk}/learning/{query}", {"learning": pressed})


def shown(client: Client, respondent: Respondent) -> str:
    return str(client.get(f"/results/{respondent.pk}/").content.decode())


def test_it_is_given_and_withdrawn_with_one_button(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent)
    assert 'value="agree"' in html
    assert 'value="withdraw"' not in html
    response = press(english, respondent, "agree", "?weight=50&genre=Action")
    assert response.status_code == 302
    assert response["Location"] == f"/results/{respondent.pk}/?weight=50&genre=Action#learning"
    respondent.refresh_from_db()
    assert respondent.learning_consent is True

    html = shown(english, respondent)
    assert "OTTwin may learn from your answers from now on." in html
    assert 'value="agree"' not in html
    Respondent.objects.update(shown=[1, 2])
    press(english, respondent, "withdraw")
    respondent.refresh_from_db()
    assert (respondent.learning_consent, respondent.shown) == (False, [])
    html = shown(english, respondent)
    assert WITHDRAWN in html
    assert html.index('id="learning"') < html.index(WITHDRAWN) < html.index('value="agree"')


@pytest.mark.parametrize("pressed", ["", "x", "Agree"])
def test_anything_else_changes_nothing(
    english: Client, respondent: Respondent, pressed: str
) -> None:
    assert press(english, respondent, pressed).status_code == 302
    assert english.get(f"/results/{respondent.pk}/learning/?learning=agree").status_code == 302
    respondent.refresh_from_db()
    assert respondent.learning_consent is False


@pytest.mark.parametrize("pressed", ["agree", "withdraw"])
def test_a_stranger_and_a_late_comer_find_nothing(
    english: Client, respondent: Respondent, pressed: str
) -> None:
    stranger = Respondent(pk=uuid4())
    assert press(english, stranger, pressed).status_code == 404
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    assert press(english, respondent, pressed).status_code == 404
    assert not Respondent.objects.filter(learning_consent=True).exists()


def test_only_a_form_of_this_site_is_taken(respondent: Respondent) -> None:
    assert press(Client(enforce_csrf_checks=True), respondent, "agree").status_code == 403


def test_the_shared_page_says_nothing_of_it(english: Client, respondent: Respondent) -> None:
    press(english, respondent, "agree")
    share_id = respondent.platform_recommendation.share_id
    html = english.get(f"/shared/{share_id}/").content.decode()
    assert "learning" not in html
