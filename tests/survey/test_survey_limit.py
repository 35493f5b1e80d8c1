"""How many surveys may be begun from one network, and what is possible beyond that."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from common.models import RequestCount
from common.web.guards.counts import CountUnavailableError
from config.request_limits import request_limits
from survey.models import Draft, Respondent
from tests.survey.answering import PICKS, begin, go, page, summary

pytestmark = pytest.mark.usefixtures("live_model")


@pytest.fixture(autouse=True)
def _one_an_hour(settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"drafts": (1, 3600)}


@pytest.fixture
def late(client: Client) -> Client:
    """A visitor whose network has used up the limit."""
    begin(Client())
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("button", ["next", "more", "find", "language"])
def test_no_further_survey_is_kept_and_nothing_tapped_is_lost(late: Client, button: str) -> None:
    response = late.post("/survey/", {"liked": PICKS, "q": "Horror film 61", button: "en"})
    html = page(response)
    assert response.status_code == 429
    assert 3500 < int(response["Retry-After"]) <= 3600
    text = summary(html, "#id_consent")
    assert "Too many surveys were begun from your network" in text
    assert "try again in 60 minutes" in text
    for pick in PICKS:
        assert re.search(rf'value="{pick}" checked', html)
    assert "for “Horror film 61”" in html
    assert Draft.objects.count() == 1


def test_the_result_can_still_be_seen_at_once(late: Client) -> None:
    data = {"liked": PICKS, "consent": "on", "finish": "1", "token": "a-token-of-this-test"}
    assert late.post("/survey/", data).status_code == 302
    assert Respondent.objects.count() == 1


def test_a_survey_that_was_begun_can_be_continued(client: Client) -> None:
    token = "the-token-of-that-page"
    draft = begin(client, token=token)
    for _ in range(3):
        go(client, draft, 1, {"liked": PICKS}, 2)
        response = client.post("/survey/", {"liked": PICKS, "next": "1", "token": token})
        assert response["Location"] == f"/survey/{draft.pk}/2/"  # back to the page before the draft
    go(client, draft, 2, {}, 3)


def test_a_refused_step_and_looking_are_not_counted(client: Client) -> None:
    for _ in range(3):
        client.get("/survey/")
        client.post("/survey/", {"liked": PICKS[:1], "next": "1"})
        client.post("/survey/", {"language": "en"})
    begin(client)


def test_another_network_has_a_count_of_its_own(late: Client) -> None:
    data = {"liked": PICKS, "next": "1"}
    assert late.post("/survey/", data).status_code == 429
    assert late.post("/survey/", data, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_no_part_of_the_address_is_stored(client: Client) -> None:
    client.post("/survey/", {"liked": PICKS, "next": "1"}, REMOTE_ADDR="203.0.113.77")
    kept = str(list(RequestCount.objects.values()))
    assert "'count': 1" in kept
    assert "203.0.113.77" not in kept


def test_while_nothing_can_count_a_survey_can_be_begun(
    late: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise CountUnavailableError("away")

    monkeypatch.setattr("common.web.throttling.count", away)
    begin(late)


def test_a_school_behind_one_address_is_not_shut_out() -> None:
    """With the settings of production; those of the tests set no limit."""
    assert request_limits("")["drafts"] == (300, 3600)
