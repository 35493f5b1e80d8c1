"""Guessing passwords of staff is slow, from one network and for one account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from common.models import RequestCount
from common.web.guards.counts import CountUnavailableError

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    limits = {"login": (6, 900), "login_account": (3, 900)}
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | limits


@pytest.fixture(autouse=True)
def kim() -> User:
    return User.objects.create_user("Kim", password="a right password", is_staff=True)


WRONG = "a wrong password"


def log_in(client: Client, name: str = "Kim", password: str = WRONG, peer: int = 1) -> Any:
    data = {"username": name, "password": password, "next": "/admin/"}
    return client.post(LOGIN, data, REMOTE_ADDR=f"203.0.113.{peer}")


def test_an_account_is_locked_from_everywhere_even_for_the_right_password(english: Client) -> None:
    for peer in range(3):
        assert log_in(english, peer=peer).status_code == 200
    locked = log_in(english, password="a right password", peer=9)
    assert locked.status_code == 429
    assert 890 < int(locked["Retry-After"]) <= 900
    assert "Too many tries to log in. Please try again in 15 minutes." in locked.content.decode()
    assert "_auth_user_id" not in english.session


@pytest.mark.parametrize("name", ["kim", " Kim ", "KIM", "Ｋim"])
def test_other_spellings_of_a_name_are_the_same_account(client: Client, name: str) -> None:
    for peer in range(3):
        log_in(client, name, peer=peer)
    assert log_in(client, "Kim", "a right password").status_code == 429


def test_a_network_is_locked_whatever_names_it_tries(client: Client) -> None:
    for number in range(6):
        assert log_in(client, f"nobody {number}").status_code == 200
    assert log_in(client, password="a right password").status_code == 429
    assert log_in(client, password="a right password", peer=2).status_code == 302


def test_an_unknown_name_is_locked_like_a_known_one(client: Client) -> None:
    found = [log_in(client, "nobody", peer=peer).status_code for peer in range(4)]
    assert found == [log_in(client, "Kim", peer=peer).status_code for peer in range(4)]
    assert found[-1] == 429


def test_a_forged_header_does_not_help(client: Client) -> None:
    for number in range(7):
        data = {"username": f"nobody {number}", "password": WRONG}
        found = client.post(LOGIN, data, headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert found.status_code == 429


def test_logging_in_begins_the_account_anew_and_not_the_network(client: Client) -> None:
    for password in ("wrong", "wrong", "a right password", "wrong", "wrong", "a right password"):
        last = log_in(client, password=password)
    assert last.status_code == 302
    assert log_in(client, password="a right password").status_code == 429


def test_the_lock_ends(client: Client) -> None:
    for _ in range(4):
        log_in(client)
    RequestCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert log_in(client, password="a right password").status_code == 302


def test_while_nothing_can_count_nobody_logs_in(
    english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise CountUnavailableError("away")

    monkeypatch.setattr("common.web.throttling.count", away)
    closed = log_in(english, password="a right password")
    assert (closed.status_code, closed["Retry-After"]) == (503, "10")
    assert "Nobody can log in right now" in closed.content.decode()


def test_a_session_ends_with_the_working_day_however_busy_it_is(client: Client) -> None:
    log_in(client, password="a right password")
    ends_at = client.session.get_expiry_date()
    assert timedelta(hours=9) < ends_at - timezone.now() <= timedelta(hours=10)
    client.get("/admin/")
    session = client.session
    session["changed"] = True
    session.save()
    assert client.session.get_expiry_date() == ends_at


def test_neither_names_nor_addresses_are_kept(client: Client) -> None:
    log_in(client)
    kept = str(list(RequestCount.objects.values()))
    assert "'count': 1" in kept
    assert "203.0.113" not in kept
    assert "kim" not in kept.casefold()
