"""Somebody leaves on one device while another request of theirs is at work: nothing fails."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from survey.members.leaving import delete_user
from tests.survey.members.accounts import EMAIL, PASSWORD, ask, code_of, joined, log_in, with_device

pytestmark = pytest.mark.django_db
LOG_IN = "/login/"
Leaves = Callable[[str], None]


@pytest.fixture
def minji(db: None) -> User:
    return joined().user


@pytest.fixture
def leaves_before(minji: User, monkeypatch: pytest.MonkeyPatch) -> Leaves:
    """Makes the member leave at the moment when the request calls this function."""

    def before(path: str) -> None:
        where, _, name = path.rpartition(".")
        usual = getattr(import_module(where), name)

        def after_leaving(*args: Any, **kwargs: Any) -> Any:
            delete_user(user_id=minji.pk)
            return usual(*args, **kwargs)

        monkeypatch.setattr(path, after_leaving)

    return before


@pytest.mark.parametrize(
    ("path", "address", "sent"),
    [
        (
            "survey.members.passwords.change",
            "/password/",
            {"old": PASSWORD, "new": "lamp-tide-orchard"},
        ),
        ("survey.members.second_factor.begin", "/me/second-factor/", {"password": PASSWORD}),
        ("recommend.pages.me.views.change", "/me/profile/", {"keyword_1": "whale"}),
        ("recommend.pages.me.views.choose_learning", "/me/learning/", {"learning": "agree"}),
    ],
)
def test_the_page_sends_whoever_left_to_the_log_in(
    client: Client, minji: User, leaves_before: Leaves, path: str, address: str, sent: Any
) -> None:
    client.force_login(minji)
    leaves_before(path)
    answer = client.post(address, sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOG_IN)
    assert not User.objects.exists()
    assert not TOTPDevice.objects.exists()
    assert client.get("/password/").status_code == 302


def test_logging_in_opens_no_session(client: Client, leaves_before: Leaves) -> None:
    leaves_before("survey.views.members.login.open_session")
    assert log_in(client)["Location"] == LOG_IN
    assert "_auth_user_id" not in client.session


def test_a_code_is_of_nobody(client: Client, minji: User, leaves_before: Leaves) -> None:
    device = with_device(minji)
    leaves_before("survey.members.second_factor.passes")
    body = {"email": EMAIL, "password": PASSWORD, "code": code_of(device)}
    assert ask(client, "/api/token/", body).status_code == 401


def test_no_token_is_made(client: Client, leaves_before: Leaves) -> None:
    leaves_before("survey.members.tokens.new_pair")
    answer = ask(client, "/api/token/", {"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "The e-mail or the password is not right."}
    assert not OutstandingToken.objects.exists()


def test_the_api_finds_no_account_to_change(
    client: Client, minji: User, leaves_before: Leaves
) -> None:
    access = ask(client, "/api/token/", {"email": EMAIL, "password": PASSWORD}).json()["access"]
    leaves_before("survey.members.profile.change")
    headers = {"authorization": f"Bearer {access}"}
    answer = ask(client, "/api/me/", {"birth_year": 1990}, method="patch", headers=headers)
    assert answer.status_code == 404
