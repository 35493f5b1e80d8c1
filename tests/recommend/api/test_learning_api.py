"""The consent to learning in the API: optional, never assumed, given and withdrawn later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from survey.models import Respondent
from tests.worlds import film_ids

BODY = {"liked": film_ids("Action")[:5], "consent": True}
OFFERED = film_ids("Horror")[:3]


def sent(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/surveys/", body, content_type="application/json")


def patched(client: Client, user_id: Any, body: Any) -> Any:
    return client.patch(f"/api/results/{user_id}/", body, content_type="application/json")


def kept() -> tuple[bool, list[int]]:
    stored = Respondent.objects.get()
    return stored.learning_consent, stored.shown


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (False, [])),
        ({"shown": OFFERED}, (False, [])),
        ({"learning_consent": False, "shown": OFFERED}, (False, [])),
        ({"learning_consent": True}, (True, [])),
        ({"learning_consent": True, "shown": OFFERED}, (True, OFFERED)),
    ],
)
def test_a_survey_is_learned_from_only_with_consent(
    client: Client, live_model: Any, given: dict[str, Any], expected: tuple[bool, list[int]]
) -> None:
    response = sent(client, BODY | given)
    assert response.status_code == 201
    assert kept() == expected
    stored = client.get(f"/api/results/{response.json()['user_id']}/").json()
    assert stored["respondent"]["learning_consent"] is expected[0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"learning_consent": "on"}, "learning_consent"),
        ({"learning_consent": 1}, "learning_consent"),
        ({"learning_consent": None}, "learning_consent"),
        ({"shown": [999_999]}, "shown"),
        ({"shown": ["x"]}, "shown"),
        ({"shown": [1, 1]}, "shown"),
        ({"shown": list(range(1, 1002))}, "shown"),
    ],
)
def test_what_is_no_consent_or_no_film_is_refused(
    client: Client, live_model: Any, given: dict[str, Any], field: str
) -> None:
    response = sent(client, BODY | {"learning_consent": True} | given)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]
    assert not Respondent.objects.exists()


def test_it_is_given_and_withdrawn_later(client: Client, live_model: Any) -> None:
    user_id = sent(client, BODY | {"learning_consent": True, "shown": OFFERED}).json()["user_id"]
    result = client.get(f"/api/results/{user_id}/").json()
    response = patched(client, user_id, {"learning_consent": False})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert kept() == (False, [])
    result["respondent"]["learning_consent"] = False
    assert response.json() == result
    assert patched(client, user_id, {"learning_consent": True}).status_code == 200
    assert kept() == (True, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "learning_consent"),
        ({"learning_consent": "yes"}, "learning_consent"),
        ({"learning_consent": True, "age": 31}, "age"),
    ],
)
def test_a_change_is_exactly_that(
    client: Client, live_model: Any, body: dict[str, Any], field: str
) -> None:
    response = patched(client, sent(client, BODY).json()["user_id"], body)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]
    assert kept() == (False, [])


def test_a_result_that_is_not_there_is_not_found(client: Client, live_model: Any) -> None:
    body = {"learning_consent": True}
    assert patched(client, uuid4(), body).status_code == 404
    user_id = sent(client, BODY).json()["user_id"]
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    assert patched(client, user_id, body).status_code == 404
    assert kept() == (False, [])


def test_the_schema_has_both(client: Client) -> None:
    schema = client.get(
        "/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}
    ).json()
    survey = schema["components"]["schemas"]["SurveyInput"]
    assert survey["properties"]["learning_consent"]["default"] is False
    assert "learning_consent" not in survey["required"]
    change = schema["paths"]["/api/results/{user_id}/"]["patch"]
    (content,) = change["requestBody"]["content"].values()
    assert content["schema"]["$ref"].endswith("/PatchedLearningInput")
    assert schema["components"]["schemas"]["PatchedLearningInput"]["minProperties"] == 1
    assert set(change["responses"]) >= {"200", "404"}
