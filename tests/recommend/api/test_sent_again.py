"""A survey that a program sends again is stored once; a used `submission_id` takes no others."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from recommend.models import ModelRun
from survey.models import Respondent
from tests.recommend.api.test_api import ANSWERS, post
from tests.worlds import film_ids

SURVEYS = "/api/surveys/"


# --- under an id ---


def test_a_survey_sent_again_under_its_id_is_stored_once(
    live_model: ModelRun, client: Client
) -> None:
    body = ANSWERS | {"consent": True, "submission_id": str(uuid4())}
    first, second = (post(client, SURVEYS, body).json() for _ in range(2))
    assert first == second
    assert Respondent.objects.count() == 1
    other = post(client, SURVEYS, body | {"submission_id": str(uuid4())}).json()
    assert other["user_id"] != first["user_id"]


@pytest.mark.parametrize(
    "changed",
    [
        {"liked": film_ids("Drama")[:5]},
        {"age": 41},
        {"strategy": "taste"},
        {"monthly_budget": 9_000},
        {"no_ads": True},
    ],
)
def test_other_answers_under_a_used_submission_id_are_refused_and_the_first_stay(
    live_model: ModelRun, client: Client, changed: dict[str, Any]
) -> None:
    body = ANSWERS | {"consent": True, "submission_id": str(uuid4())}
    first = post(client, SURVEYS, body).json()
    refused = post(client, SURVEYS, body | changed, {"accept-language": "en"})
    assert refused.status_code == 409
    assert refused.json() == {
        "detail": "Other answers were sent under this “submission_id”. Choose a new one for each "
        "survey."
    }
    assert post(client, SURVEYS, body).json() == first
    assert Respondent.objects.count() == 1
    client.delete(f"/api/results/{first['user_id']}/")
    assert post(client, SURVEYS, body | changed).status_code == 201


@pytest.mark.parametrize("given", ["1", 1, "", "a" * 15, "a" * 65, "a" * 20 + "\n!", "가" * 20])
def test_a_submission_id_that_others_may_choose_too_is_refused(
    live_model: ModelRun, client: Client, given: Any
) -> None:
    response = post(client, SURVEYS, ANSWERS | {"consent": True, "submission_id": given})
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["submission_id"]
    assert not Respondent.objects.exists()


def test_the_schema_says_that_a_submission_id_is_random(client: Client) -> None:
    schema = client.get(
        "/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}
    ).json()
    field = schema["components"]["schemas"]["SurveyInput"]["properties"]["submission_id"]
    assert field["pattern"] == "^[A-Za-z0-9_-]{16,64}$"
    assert "must be random" in field["description"]


# --- without one ---


def test_a_survey_sent_again_without_an_id_is_stored_once(live_model: Any, client: Client) -> None:
    body = ANSWERS | {"consent": True}
    first = post(client, SURVEYS, body).json()
    reordered = body | {"liked": body["liked"][::-1]}
    assert post(client, SURVEYS, json.dumps(reordered)).json() == first
    assert Respondent.objects.count() == 1


def test_other_answers_networks_and_days_are_other_people(
    live_model: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = ANSWERS | {"consent": True}
    post(client, SURVEYS, body)
    post(client, SURVEYS, body | {"age": 32})
    post(client, SURVEYS, body | {"strategy": "taste"})
    client.post(SURVEYS, body, content_type="application/json", REMOTE_ADDR="192.0.2.7")
    assert Respondent.objects.count() == 4
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("recommend.api.views.timezone.localdate", lambda: tomorrow)
    post(client, SURVEYS, body)
    assert Respondent.objects.count() == 5
