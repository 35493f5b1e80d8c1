"""The API takes reports as the page does; both share one limit and keep nothing of the sender."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from common.models import RequestCount
from common.web.guards.counts import CountUnavailableError
from movies.models import AvailabilityReport, Movie
from tests.config.test_settings import run
from tests.movies.availability.wrong_reports import API, FILM, call, tell
from tests.paths import ROOT

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def kim() -> User:
    return User.objects.create_user("kim", is_staff=True)


# --- the API -------------------------------------------------------------------------------------


def test_the_api_takes_the_same_report_and_says_what_is_known(client: Client) -> None:
    first, second = call(client), call(client)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json() == {
        "reported": True, "movie_id": FILM, "platform": "netflix", "shown": True, "times": 1,
    }  # fmt: skip
    assert AvailabilityReport.objects.get().times == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"movie_id": FILM},
        {"movie_id": "x", "platform": "netflix"},
        {"movie_id": 2**40, "platform": "netflix"},
        {"movie_id": 77777, "platform": "netflix"},
        {"movie_id": FILM, "platform": "nowhere"},
        {"movie_id": FILM, "platform": "\x00"},
    ],
)
def test_the_api_refuses_what_it_does_not_know(client: Client, body: dict[str, Any]) -> None:
    response = client.post(API, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()
    assert not AvailabilityReport.objects.exists()


def test_the_schema_describes_reports(client: Client) -> None:
    schema = client.get(
        "/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}
    ).json()
    operation = schema["paths"][API]["post"]
    assert {"200", "201", "400", "429"} <= set(operation["responses"])
    assert "Retry-After" in operation["description"]


# --- the limit -----------------------------------------------------------------------------------


def test_page_and_api_share_one_limit(english: Client) -> None:
    films = list(Movie.objects.values_list("pk", flat=True)[:20])
    for number, film in enumerate(films):
        assert (tell, call)[number % 2](english, film).status_code in (201, 302)
    page, api = tell(english, 30), call(english, 30)
    assert (page.status_code, api.status_code) == (429, 429)
    assert "Please try again in 60 minutes." in page.content.decode()
    assert 'href="/about/"' in page.content.decode()
    for response in (page, api):
        assert 3500 < int(response["Retry-After"]) <= 3600
    assert AvailabilityReport.objects.count() == 20
    assert tell(english, 30, REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.fixture
def _one_an_hour(settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"reports": (1, 3600)}


@pytest.mark.usefixtures("_one_an_hour")
@pytest.mark.parametrize("send", [tell, call])
def test_without_a_proxy_nobody_gets_round_the_limit_by_a_header(client: Client, send: Any) -> None:
    send(client, headers={"x-forwarded-for": "198.51.100.1"})
    assert send(client, headers={"x-forwarded-for": "198.51.100.2"}).status_code == 429


@pytest.mark.usefixtures("_one_an_hour")
@pytest.mark.parametrize("send", [tell, call])
def test_behind_the_proxy_only_its_own_word_counts(
    client: Client, settings: Any, send: Any
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    send(client, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.7"})
    again = send(client, headers={"x-forwarded-for": "198.51.100.2, 203.0.113.7"})
    assert again.status_code == 429
    other = send(client, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.8"})
    assert other.status_code != 429


@pytest.mark.parametrize(
    ("hosts", "proxies"), [("localhost", "[]"), ("ottwin.example", "['127.0.0.0/8', '::1']")]
)
def test_a_proxy_is_believed_only_where_there_must_be_one(hosts: str, proxies: str) -> None:
    code = "import config.settings as s; print(s.TRUSTED_PROXIES)"
    result = run(code, ROOT, SECRET_KEY="x" * 60, DEBUG="false", ALLOWED_HOSTS=hosts)
    assert result.stdout.strip() == proxies


@pytest.mark.usefixtures("_one_an_hour")
@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("2001:db8::1", "2001:db8::2:1", 429),
        ("2001:db8::1", "2001:db8:0:1::1", 302),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", 302),
        ("::ffff:203.0.113.1", "203.0.113.1", 429),
    ],
)
def test_an_ipv6_household_is_one_sender(
    client: Client, first: str, second: str, status: int
) -> None:
    tell(client, REMOTE_ADDR=first)
    assert tell(client, REMOTE_ADDR=second).status_code == status


@pytest.mark.usefixtures("_one_an_hour")
def test_staff_have_the_same_limit(client: Client, kim: User) -> None:
    client.force_login(kim)
    assert [tell(client).status_code for _ in range(2)] == [302, 429]


def test_nothing_of_the_sender_is_kept(
    client: Client, kim: User, caplog: pytest.LogCaptureFixture
) -> None:
    address, agent = "203.0.113.77", "a browser of its own"
    client.force_login(kim)
    for send in (tell, call, call):
        send(client, REMOTE_ADDR=address, headers={"user-agent": agent})
    tell(client, "x", REMOTE_ADDR=address)
    (row,) = AvailabilityReport.objects.values()
    assert set(row) == {
        "id", "movie_id", "platform_id", "shown", "times", "state", "first_at", "last_at",
        "decided_at", "decided_by_id",
    }  # fmt: skip
    assert row["decided_by_id"] is None
    counted = list(RequestCount.objects.values())
    assert counted
    kept = str(counted) + caplog.text
    assert address not in kept
    assert agent not in kept


def test_while_nothing_can_count_a_report_is_taken_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise CountUnavailableError("away")

    for module in ("common.web.throttling", "movies.api"):
        monkeypatch.setattr(f"{module}.count", away)
    tell(client)
    assert AvailabilityReport.objects.get().times == 1
