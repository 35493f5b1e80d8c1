"""Too many requests of one network are refused, on pages and in the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from survey.models import Respondent
from tests.survey.answering import PICKS, begin

pytestmark = pytest.mark.usefixtures("live_model")
Limit = Callable[..., None]
Ask = Callable[[Client], HttpResponse]


@pytest.fixture
def limit(settings: Any) -> Limit:
    def limit_to(most: int, *names: str) -> None:
        settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | dict.fromkeys(names, (most, 600))

    return limit_to


def post(client: Client, path: str, body: Any, **others: Any) -> Any:
    return client.post(path, body, content_type="application/json", **others)


def recommend(client: Client, **others: Any) -> Any:
    return post(client, "/api/recommendations/", {"liked": PICKS}, **others)


def submit(client: Client, number: int = 0, **others: Any) -> Any:
    body = {"liked": PICKS, "consent": True, "submission_id": f"a-submission-of-a-test-{number}"}
    return post(client, "/api/surveys/", body, **others)


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("recommendations", recommend),
        ("recommendations", lambda client: post(client, "/api/recommendations/", {"liked": "x"})),
        ("surveys", submit),
        ("surveys", lambda client: post(client, "/api/surveys/", {})),
        ("search", lambda client: client.get("/api/movies/?search=horror")),
        ("search", lambda client: client.get("/survey/films/?q=horror")),
        ("search", lambda client: client.get("/survey/?q=horror")),
        ("resume", lambda client: client.get(f"/survey/{uuid4()}/")),
        ("resume", lambda client: client.get(f"/survey/{uuid4()}/2/")),
    ],
)
def test_beyond_the_limit_429_says_how_long_to_wait(
    limit: Limit, english: Client, name: str, ask: Ask
) -> None:
    limit(2, name)
    usual = ask(english).status_code
    assert usual != 429
    ask(english)
    refused = ask(english)
    assert refused.status_code == 429
    assert 590 < int(refused["Retry-After"]) <= 600
    text = "Too many requests came from your network. Please try again in 10 minutes."
    if refused["Content-Type"] == "application/json":
        assert refused.json() == {"detail": text}
    else:
        assert text in refused.content.decode()
        assert "no-store" in refused["Cache-Control"]


def test_the_api_says_it_in_korean_too(limit: Limit, client: Client) -> None:
    limit(1, "recommendations")
    korean = {"HTTP_ACCEPT_LANGUAGE": "ko"}
    post(client, "/api/recommendations/", {}, **korean)
    refused = post(client, "/api/recommendations/", {}, **korean)
    assert re.fullmatch(r"[가-힣 .,0-9]+", refused.json()["detail"]), refused.json()


@pytest.mark.parametrize("ask", [recommend, submit])
def test_a_forged_header_makes_no_other_network(limit: Limit, client: Client, ask: Any) -> None:
    limit(1, "recommendations", "surveys")
    found = [
        ask(client, headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
        for number in range(3)
    ]
    assert found[1:] == [429, 429]
    assert ask(client, REMOTE_ADDR="203.0.113.9").status_code != 429


def test_each_limit_has_a_count_of_its_own(limit: Limit, client: Client) -> None:
    limit(1, "recommendations", "surveys", "search", "results")
    assert recommend(client).status_code == 200
    assert submit(client).status_code == 201
    assert client.get("/api/movies/?search=horror").status_code == 200


def test_an_own_link_is_resumed_at_any_time(limit: Limit, client: Client) -> None:
    draft = begin(client)
    limit(3, "resume")
    for _ in range(3):
        assert client.get(f"/survey/{draft.pk}/").status_code == 302
    for _ in range(5):
        assert client.get(f"/survey/{draft.pk}/2/").status_code == 200


# --- what is stored of one network in a day ------------------------------------------------------


def test_pages_and_api_store_so_many_results_together(limit: Limit, english: Client) -> None:
    limit(2, "results")
    form = {"liked": PICKS, "consent": "on", "finish": "1", "token": "a-token-of-this-test"}
    assert english.post("/survey/", form).status_code == 302
    assert submit(english, 1).status_code == 201
    by_api, by_page = (
        submit(english, 2),
        english.post("/survey/", form | {"token": "a-second-one-here"}),
    )
    assert (by_api.status_code, by_page.status_code) == (429, 429)
    assert Respondent.objects.count() == 2
    for response in (by_api, by_page):
        assert "Too many results were stored from your network today" in response.content.decode()
        assert int(response["Retry-After"]) > 0
    assert submit(english, 3, REMOTE_ADDR="2001:db8::1").status_code == 201


def test_a_refused_survey_is_not_counted_as_stored(limit: Limit, client: Client) -> None:
    limit(1, "results")
    for body in ({}, {"liked": PICKS}, {"liked": ["x"], "consent": True}):
        assert post(client, "/api/surveys/", body).status_code == 400
    assert submit(client).status_code == 201
