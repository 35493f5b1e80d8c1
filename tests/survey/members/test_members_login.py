"""Logging in by e-mail: sessions, where one goes next, and what an attacker learns (nothing)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from common.models import RequestCount
from common.web.guards.counts import CountUnavailableError
from survey.models import LoginSession
from tests.survey.members.accounts import (
    EMAIL,
    PASSWORD,
    WRONG,
    ask,
    bearer,
    hashes,
    is_in,
    joined,
    log_in,
    pair,
)

pytestmark = pytest.mark.django_db
Try = Callable[[], Any]


@pytest.fixture(autouse=True)
def minji(db: None) -> User:
    return joined().user


def boss(email: str = "boss@site.kr", name: str = "boss") -> User:
    return User.objects.create_user(name, email=email, password=PASSWORD, is_staff=True)


# --- who gets in ---


@pytest.mark.parametrize("email", [EMAIL, "MINJI@site.kr", " minji@SITE.kr", "ｍinji@site.kr"])
def test_a_member_logs_in_for_thirty_days(client: Client, email: str) -> None:
    assert log_in(client, email).status_code == 302
    ends_at = client.session.get_expiry_date()
    assert timedelta(days=29) < ends_at - timezone.now() <= timedelta(days=30)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_staff_log_in_by_their_address_for_a_day_and_by_their_name_on_the_page_of_admin(
    client: Client,
) -> None:
    boss()
    assert log_in(client, "Boss@site.kr").status_code == 302
    assert client.session.get_expiry_date() - timezone.now() <= timedelta(hours=10)
    for name in ("boss", "boss@site.kr"):
        other = Client()
        other.post("/admin/login/", {"username": name, "password": PASSWORD})
        assert is_in(other)


def test_an_address_that_two_of_staff_have_logs_in_neither(client: Client) -> None:
    boss(name="one")
    boss(name="two")
    assert log_in(client, "boss@site.kr").status_code == 200
    assert not is_in(client)


def test_a_name_of_staff_is_no_address(client: Client) -> None:
    boss()
    assert log_in(client, "boss").status_code == 200
    assert not is_in(client)


def test_members_do_not_get_into_admin(client: Client) -> None:
    client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD})
    assert not is_in(client)
    log_in(client)
    assert client.get("/admin/").status_code == 302


def test_logging_out_takes_a_post_and_ends_the_session_on_the_server(client: Client) -> None:
    log_in(client)
    assert client.get("/logout/").status_code == 405
    assert is_in(client)
    client.post("/logout/")
    assert not is_in(client)
    assert not LoginSession.objects.exists()


def test_a_session_ends_once_the_user_is_inactive(client: Client, minji: User) -> None:
    log_in(client)
    User.objects.filter(pk=minji.pk).update(is_active=False)
    assert client.get("/password/").status_code == 302
    assert ask(client, "/api/me/", None, "get").status_code == 401


# --- sessions and next ---


def test_a_session_key_from_before_the_log_in_is_not_kept(client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    log_in(client)
    assert client.cookies["sessionid"].value != planted
    assert not LoginSession.objects.filter(pk=planted).exists()


def test_a_session_key_that_an_attacker_chose_is_not_taken(client: Client) -> None:
    client.cookies["sessionid"] = "a" * 32
    log_in(client)
    assert client.cookies["sessionid"].value != "a" * 32


def test_another_log_in_keeps_nothing_of_the_first(client: Client) -> None:
    log_in(client)
    session = client.session
    session["mine"] = "secret"
    session.save()
    joined("jun@site.kr")
    log_in(client, "jun@site.kr")
    assert "mine" not in client.session


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "https:evil.example", "http:///evil.example", "javascript:alert(1)", "///evil.example",
        "/\t/evil.example", "\x08//evil.example", "%2F%2Fevil.example", "evil.example",
        " //evil.example", "/" + "a" * 3000, "data:text/html,x", "//evil.example\\@site.kr",
        "/about/\x00", "/about/\u202e",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(client: Client, place: str) -> None:
    assert log_in(client, next=place)["Location"] == "/"
    assert client.get("/login/", {"next": place})["Location"] == "/"
    assert client.get("/join/", {"next": place})["Location"] == "/"


def test_next_leads_to_a_page_of_this_site(client: Client) -> None:
    assert log_in(client, next="/statistics/?a=1")["Location"] == "/statistics/?a=1"


def test_next_is_escaped_in_the_form(client: Client) -> None:
    page = client.get("/login/", {"next": '/"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


# --- nothing to learn ---


def of_each_kind() -> list[str]:
    """Addresses of nobody, somebody, somebody inactive, and somebody without a password."""
    inactive, closed = joined("gone@site.kr").user, joined("closed@site.kr").user
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    closed.set_unusable_password()
    closed.save()
    boss()
    return ["nobody@site.kr", EMAIL, "gone@site.kr", "closed@site.kr", "boss@site.kr", "x"]


def test_each_try_costs_one_hash_and_has_the_same_answer_whoever_it_is(
    english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies, tokens = set(), set()
    for email in of_each_kind():
        for password in (WRONG, PASSWORD) if email in ("gone@site.kr", "x") else (WRONG,):
            with hashes(monkeypatch) as found:
                page = log_in(english, email, password)
            assert (page.status_code, len(found)) == (200, 1), email
            bodies.add(page.content.decode().split("<main")[1].split("<form")[0])
            with hashes(monkeypatch) as found:
                answer = ask(english, "/api/token/", {"email": email, "password": password})
            assert (answer.status_code, len(found)) == (401, 1), email
            tokens.add(answer.content)
    assert len(bodies) == 1
    assert "The e-mail or the password is not right." in bodies.pop()
    assert tokens == {b'{"detail":"The e-mail or the password is not right."}'}


def test_a_right_password_costs_one_hash_too(
    english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hashes(monkeypatch) as found:
        assert log_in(english).status_code == 302
    assert len(found) == 1


def test_admin_computes_one_hash_for_each_try(
    english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in of_each_kind():
        with hashes(monkeypatch) as found:
            english.post("/admin/login/", {"username": name, "password": WRONG})
        assert len(found) == 1, name


# --- guessing ---


def test_guessing_is_slow_for_one_account_whichever_way(client: Client, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (3, 900)}
    boss()
    for number, email in enumerate(("boss@site.kr", "BOSS@site.kr", "ｂoss@site.kr")):
        client.post(
            "/login/", {"email": email, "password": WRONG}, REMOTE_ADDR=f"203.0.113.{number}"
        )
    assert log_in(client, "boss@site.kr").status_code == 429
    answer = ask(client, "/api/token/", {"email": "boss@site.kr", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many tries to log in" in answer.json()["detail"]
    admin = {"username": "boss@site.kr", "password": PASSWORD}
    assert client.post("/admin/login/", admin).status_code == 429


def answers_of_two_tries(first: Try, second: Try) -> tuple[int, int]:
    return first().status_code, second().status_code


def tries_at(name: str) -> dict[str, Try]:
    """A wrong password under this name, in each place where one logs in."""
    return {
        "page": lambda: log_in(Client(), name, WRONG),
        "api": lambda: ask(Client(), "/api/token/", {"email": name, "password": WRONG}),
        "admin": lambda: Client().post("/admin/login/", {"username": name, "password": WRONG}),
    }


@pytest.mark.parametrize("place", ["page", "api", "admin"])
def test_staff_have_one_count_by_user_name_and_by_address(settings: Any, place: str) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (1, 900)}
    boss()
    tries_at("boss")["admin"]()
    assert tries_at("Boss@site.kr")[place]().status_code == 429


def test_a_name_and_an_address_of_nobody_are_counted_in_all_places_alike(settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (1, 900)}
    boss()
    for known, unknown in (("boss", "nobody"), ("boss@site.kr", "nobody@site.kr")):
        for first in ("page", "api", "admin"):
            for second in ("page", "api", "admin"):
                RequestCount.objects.all().delete()
                found = [
                    answers_of_two_tries(tries_at(name)[first], tries_at(name.upper())[second])
                    for name in (known, unknown)
                ]
                assert found[0] == found[1]
                assert found[0][1] == 429


@pytest.mark.parametrize("twin", ["mınhee@site.kr", "minhee@ſite.kr", "MINHEE@SITE.KR"])
def test_no_spelling_of_an_address_of_staff_has_a_count_of_its_own(
    client: Client, settings: Any, twin: str
) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (1, 900)}
    boss("minhee@site.kr")
    log_in(client, "minhee@site.kr", WRONG)
    log_in(client, twin)
    client.post("/admin/login/", {"username": twin, "password": PASSWORD})
    assert ask(client, "/api/token/", {"email": twin, "password": PASSWORD}).status_code != 200
    assert not is_in(client)


def test_a_number_as_a_name_does_not_lock_the_account_of_this_number(
    client: Client, settings: Any, minji: User
) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (1, 900)}
    for name in (f"{minji.pk}", f"user {minji.pk}"):
        log_in(client, name, WRONG)
    assert log_in(client).status_code == 302


def test_guessing_is_slow_for_one_network(client: Client, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"member_login": (3, 900)}
    for number in range(3):
        log_in(client, f"nobody{number}@site.kr", WRONG)
    assert log_in(client).status_code == 429
    assert not is_in(client)


def test_while_nothing_can_count_nobody_logs_in_or_joins(
    english: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"member_login": (9, 900), "join": (9, 900)}
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | limits

    def away(*args: object) -> None:
        raise CountUnavailableError("away")

    monkeypatch.setattr("common.web.throttling.count", away)
    closed = log_in(english)
    assert (closed.status_code, closed["Retry-After"]) == (503, "10")
    answer = ask(english, "/api/token/", {"email": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Nobody can log in right now" in answer.json()["detail"]
    body = {"email": "a@site.kr", "password": PASSWORD, "membership_consent": True}
    assert ask(english, "/api/members/", body).status_code == 503


# --- other sites ---


@pytest.mark.parametrize(
    "path",
    ["/join/", "/login/", "/logout/", "/password/", "/password/reset/", "/me/second-factor/",
     "/password/reset/MQ/a-b/"],
)  # fmt: skip
def test_every_form_is_refused_without_its_csrf_token(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    assert client.post(path, {"email": EMAIL, "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_the_session_of_a_browser_changes_nothing_in_the_api_without_csrf(method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    answer = ask(client, "/api/me/", {"region": "jeju"}, method)
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]
    assert User.objects.exists()
    assert ask(client, "/api/me/", None, "get").status_code == 200


def test_a_token_needs_no_csrf(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    token = pair(client)["access"]
    answer = ask(strict, "/api/me/", {"region": "jeju"}, "patch", headers=bearer(token))
    assert answer.json()["region"] == "jeju"


def test_visitors_without_a_cookie_cost_no_query_for_the_header(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1) as asked:  # for the banner of the sample
        page = client.get("/login/")
    assert "dataload" in asked[0]["sql"]
    assert 'href="/login/"' in page.content.decode()
    assert "Cookie" in page["Vary"]
    assert "no-store" in page["Cache-Control"]
