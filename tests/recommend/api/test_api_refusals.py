"""The API takes what is documented and nothing else, and every refusal has one shape."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from common.web.readable import ReadableRequests, mark_other_charsets
from survey.models import Respondent
from tests.recommend.api.test_api import ANSWERS, post

pytestmark = pytest.mark.django_db

RECOMMENDATIONS, SURVEYS = "/api/recommendations/", "/api/surveys/"


def refused(response: Any, status: int = 400) -> dict[str, Any]:
    """The error, after a look at its shape."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert response["Content-Type"] == "application/json"
    assert isinstance(body["detail"], str)
    assert set(body) <= {"detail", "fields"}
    for messages in body.get("fields", {}).values():
        assert messages
        assert all(isinstance(message, str) for message in messages)
    return body


def behind_the_wsgi_application(client: Client) -> None:
    handler: Any = client.handler
    marked = mark_other_charsets(lambda environ, _: handler(environ))
    client.handler = lambda environ: marked(environ, None)  # type: ignore[assignment]


# --- texts that cannot be stored ---


@pytest.mark.parametrize("path", [RECOMMENDATIONS, SURVEYS, "/api/reports/"])
@pytest.mark.parametrize(
    "body",
    [
        r'{"gender": "\ud800"}',
        r'{"strategy": "blend\udfff"}',
        r'{"liked": ["\ud83d"]}',
        r'{"subscribed": [["\ud83d\ud83d"]]}',
        r'{"owned": {"deep": {"\udc00": 1}}}',
        r'{"\ud800": 1, "\ud800": 2}',
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(
    path: str, body: str, client: Client
) -> None:
    assert "서로게이트" in refused(post(client, path, body))["detail"]


def test_a_whole_pair_is_a_character(client: Client) -> None:
    body = refused(post(client, RECOMMENDATIONS, r'{"gender": "\ud83c\udfac"}'))
    assert list(body["fields"]) == ["gender"]


# --- bodies that would be read as empty, or otherwise ---


@pytest.mark.parametrize("path", [RECOMMENDATIONS, SURVEYS, "/survey/"])
def test_a_body_without_a_length_is_not_read_as_empty(path: str) -> None:
    answered = ReadableRequests(lambda request: HttpResponse("read"))
    environ = RequestFactory().post(path).environ | {"HTTP_TRANSFER_ENCODING": "chunked"}
    environ |= {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(b'{"liked": []}')}
    assert answered(WSGIRequest(environ)).status_code == 411
    environ |= {"CONTENT_LENGTH": "13"}  # a server that has read the whole body
    assert answered(WSGIRequest(environ)).status_code == 200


@pytest.mark.parametrize("charset", ["hex", "base64", "utf-16", "rot13", "idna"])
def test_a_charset_that_is_not_utf8_is_refused(charset: str, client: Client) -> None:
    behind_the_wsgi_application(client)
    kind = f'application/json; charset="{charset}"'
    refused(client.post(RECOMMENDATIONS + "?a=%41", "{}", content_type=kind), 415)
    assert client.get("/about/?a=%41", headers={"content-type": kind}).status_code == 415


@pytest.mark.parametrize("search", ["%ff", "caf%e9", "%c7%d1%b1%b9", "a%F0%9F%8E", "\xe9"])
def test_a_query_that_is_not_utf8_is_refused(search: str, client: Client) -> None:
    body = refused(client.get("/api/movies/", QUERY_STRING=f"search={search}"))
    assert "UTF-8" in body["detail"]
    assert client.get("/survey/", QUERY_STRING="q=%ff").status_code != 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf8"', "us-ascii"])
def test_utf8_has_several_names(charset: str, client: Client) -> None:
    behind_the_wsgi_application(client)
    kind = f"application/json; charset={charset}"
    assert list(
        refused(client.post(RECOMMENDATIONS, '{"age": 5}', content_type=kind))["fields"]
    ) == ["age"]


@pytest.mark.parametrize("body", [b"", b"{}", b" {} "])
def test_no_answer_at_all_is_a_mistake(body: bytes, client: Client) -> None:
    assert "liked" in refused(post(client, RECOMMENDATIONS, body))["detail"]


@pytest.mark.parametrize(
    "body",
    [
        '{"liked": [1], "liked": []}',
        '{"age": 31, "age": 31}',
        '{"consent": false, "consent": true}',
        '{"liked": [], "a": {"b": 1, "b": 2}}',
    ],
)
def test_what_is_said_twice_is_refused(body: str, client: Client) -> None:
    assert "두 번" in refused(post(client, SURVEYS, body))["detail"]


# --- names and values that are not documented ---


@pytest.mark.parametrize("path", [RECOMMENDATIONS, SURVEYS])
@pytest.mark.parametrize("name", ["likes", "budget", "Age", "", "submission-id", "x" * 400])
def test_an_unknown_field_is_named(path: str, name: str, client: Client) -> None:
    body = refused(post(client, path, {"liked": [], name: 1}))
    assert name[:50] in body["fields"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("movies/?q=love", "q"),
        ("movies/?Search=love", "Search"),
        ("movies/?search=a&search=b", "search"),
        ("movies/?limit=1&limit=2", "limit"),
        ("platforms/?active=1", "active"),
        ("products/?day=2026-01-01", "day"),
        ("attractions/?kind=series", "kind"),
        ("results/00000000-0000-4000-8000-000000000000/plan/?Budget=1", "Budget"),
        ("results/00000000-0000-4000-8000-000000000000/?weight=1", "weight"),
    ],
)
def test_an_unknown_field_of_a_query_is_named(query: str, name: str, client: Client) -> None:
    assert list(refused(client.get(f"/api/{query}"))["fields"]) == [name]


def test_a_query_of_a_post_is_not_ignored(client: Client) -> None:
    body = refused(post(client, RECOMMENDATIONS + "?strategy=twin", {"liked": []}))
    assert list(body["fields"]) == ["strategy"]


@pytest.mark.parametrize("consent", ["on", "true", "True", 1, 1.0, "1", [True], {}, "yes"])
def test_consent_is_true_and_nothing_like_it(consent: Any, client: Client) -> None:
    body = refused(post(client, SURVEYS, ANSWERS | {"consent": consent}))
    assert list(body["fields"]) == ["consent"]
    assert not Respondent.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("monthly_budget", "15.000"),
        ("monthly_budget", "15000"),
        ("monthly_budget", "1만원"),
        ("age", "31"),
        ("age", 31.5),
        ("no_ads", 1),
        ("no_ads", "false"),
        ("min_resolution", "1080"),
        ("min_streams", True),
        ("liked", [True]),
        ("liked", ["1"]),
        ("subscribed", [" netflix"]),
    ],
)
def test_a_value_of_another_type_is_no_answer(name: str, value: Any, client: Client) -> None:
    assert list(refused(post(client, RECOMMENDATIONS, {name: value}))["fields"]) == [name]


@pytest.mark.parametrize("limit", ["5.000", "１０", " 5", "+5", "5.0", "1e1"])
def test_a_number_of_a_query_is_digits(limit: str, client: Client) -> None:
    assert list(refused(client.get("/api/movies/", {"limit": limit}))["fields"]) == ["limit"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("movies/?limit=", "limit"),
        ("results/00000000-0000-4000-8000-000000000000/plan/?goal=", "goal"),
        ("results/00000000-0000-4000-8000-000000000000/plan/?budget=&months=3", "budget"),
    ],
)
def test_an_empty_value_of_a_query_is_none(query: str, name: str, client: Client) -> None:
    assert list(refused(client.get(f"/api/{query}"))["fields"]) == [name]


@pytest.mark.parametrize("path", [RECOMMENDATIONS, SURVEYS])
@pytest.mark.parametrize("liked", [[1, 1, 1], [3, 2, 1, 2], [1, 2, 3, 4, 4, 3]])
def test_a_film_is_named_once(path: str, liked: list[int], client: Client) -> None:
    consent = {"consent": True} if path == SURVEYS else {}
    body = refused(post(client, path, ANSWERS | consent | {"liked": liked}))
    assert "한 번씩만" in body["fields"]["liked"][0]


def test_the_schema_says_what_no_text_and_no_list_of_films_may_hold(client: Client) -> None:
    kind = {"accept": "application/vnd.oai.openapi+json"}
    schema = client.get("/api/schema/", headers=kind).json()
    for name in ("AnswersInput", "SurveyInput"):
        assert schema["components"]["schemas"][name]["properties"]["liked"]["uniqueItems"] is True
    assert schema["components"]["schemas"]["ConsentEnum"]["enum"] == [True]
    parameters = schema["paths"]["/api/movies/"]["get"]["parameters"]
    search = next(one["schema"] for one in parameters if one["name"] == "search")
    assert search["pattern"] == r"^[^\x00]*$"
    assert "409" in schema["paths"]["/api/surveys/"]["post"]["responses"]


# --- one shape, in the language asked for ---


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/nothing/", 404),
        ("put", "/api/", 405),
        ("get", "/api/results/no-uuid/", 404),
        ("get", "/api/results/00000000-0000-4000-8000-000000000000/", 404),
        ("put", "/api/movies/", 405),
        ("get", SURVEYS, 405),
        ("post", "/api/schema/", 405),
        ("get", "/api/movies/?search=%00", 400),
        ("get", "/api/movies/%00/", 400),
    ],
)
def test_every_refusal_is_json_in_the_language_asked_for(
    method: str, path: str, status: int, client: Client
) -> None:
    details = []
    for language in ("ko", "en"):
        response = getattr(client, method)(path, headers={"accept-language": language})
        details.append(refused(response, status)["detail"])
    korean, english = details
    assert english.isascii()
    assert not korean.isascii()


def test_another_format_is_refused_in_json(client: Client) -> None:
    response = client.get("/api/movies/", headers={"accept": "text/html"})
    assert "Accept" in refused(response, 406)["detail"]


def test_a_bug_is_an_error_of_the_same_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("movies.api.find_films", broken)
    response = Client(raise_request_exception=False).get("/api/movies/")
    assert "secret" not in refused(response, 500)["detail"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_messages_about_fields_are_in_the_language_asked_for(language: str, client: Client) -> None:
    wrong = {"age": 13, "gender": "x", "liked": "1", "strategy": None, "monthly_budget": "x"}
    wrong |= {"subscribed": ["no where"], "no_ads": "yes", "min_streams": 99, "unknown": 1}
    told = []
    for name, value in wrong.items():
        response = client.post(
            RECOMMENDATIONS,
            {name: value},
            content_type="application/json",
            headers={"accept-language": language},
        )
        told += [text for texts in refused(response)["fields"].values() for text in texts]
    assert len(told) == len(wrong)
    assert all((max(text) >= "가") == (language == "ko") for text in told), told
