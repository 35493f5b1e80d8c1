"""The second step: set up, asked for everywhere, used once, switched off."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from survey.members import second_factor
from tests.operators import run
from tests.survey.members.accounts import (
    EMAIL,
    PASSWORD,
    WRONG,
    ask,
    code_of,
    is_in,
    joined,
    log_in,
    pair,
    with_device,
)

pytestmark = pytest.mark.django_db
PAGE = "/me/second-factor/"
NOT_RIGHT = "This code is not right, or has been used already."


@pytest.fixture
def minji(db: None) -> User:
    return joined().user


def ticket_of(page: Any) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())
    assert found, "no question for a code"
    return found[1]


def send_code(client: Client, ticket: str, code: str, **more: str) -> Any:
    return client.post("/login/", {"ticket": ticket, "code": code, **more})


def test_it_is_set_up_with_password_and_code_and_shows_ten_codes_once(
    english: Client, minji: User
) -> None:
    english.force_login(minji)
    assert "It is off." in english.get(PAGE).content.decode()
    assert english.get(f"{PAGE}qr.svg").status_code == 404
    assert "This is not your password." in english.post(PAGE, {"password": WRONG}).content.decode()
    assert not TOTPDevice.objects.exists()
    english.post(PAGE, {"password": PASSWORD})
    device = TOTPDevice.objects.get()
    page = english.get(PAGE).content.decode()
    picture = english.get(f"{PAGE}qr.svg")
    assert f'src="{PAGE}qr.svg"' in page
    assert picture.content.startswith(b"<svg ")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert NOT_RIGHT in english.post(PAGE, {"code": "000000"}).content.decode()
    shown = english.post(PAGE, {"code": code_of(device)}).content.decode()
    codes = re.findall(r"<li><code>([a-z2-7]{8})</code>", shown)
    assert len(set(codes)) == 10
    assert codes[0] not in english.get(PAGE).content.decode()
    assert english.get(f"{PAGE}qr.svg").status_code == 404


def test_switching_it_on_ends_other_sessions_and_tokens(client: Client, minji: User) -> None:
    thief, other = Client(), joined("jun@site.kr").user
    log_in(thief)
    refresh = pair(thief)["refresh"]
    others = Client()
    log_in(others, other.email)
    kept = pair(others, other.email)["refresh"]
    log_in(client)
    client.post(PAGE, {"password": PASSWORD})
    client.post(PAGE, {"code": "000000"})
    assert thief.get("/password/").status_code == 200
    client.post(PAGE, {"code": code_of(TOTPDevice.objects.get())})
    assert client.get("/password/").status_code == 200
    assert thief.get("/password/").status_code == 302
    assert others.get("/password/").status_code == 200
    answers = [ask(thief, "/api/token/refresh/", {"refresh": one}) for one in (refresh, kept)]
    assert [answer.status_code for answer in answers] == [401, 200]


def test_setting_it_up_can_be_cancelled(client: Client, minji: User) -> None:
    client.force_login(minji)
    client.post(PAGE, {"password": PASSWORD})
    client.post(PAGE, {"cancel": "1"})
    assert not TOTPDevice.objects.exists()


def test_cancelling_leaves_what_was_confirmed_meanwhile(minji: User) -> None:
    """On another page: a thief's session would switch it off without password and code."""
    device = second_factor.begin(user=minji)
    assert second_factor.confirm(user=minji, code=code_of(device))
    second_factor.cancel(user=minji)
    assert second_factor.is_on(minji)
    assert StaticToken.objects.count() == 10


def left_for(minutes: int) -> TOTPDevice:
    """The device that waits, so much later."""
    since = timezone.now() - timedelta(minutes=minutes)
    TOTPDevice.objects.update(created_at=since)
    return TOTPDevice.objects.get()


def test_a_secret_waits_for_a_quarter_of_an_hour(english: Client, minji: User) -> None:
    english.force_login(minji)
    english.post(PAGE, {"password": PASSWORD})
    before = left_for(14)
    assert second_factor.secret_of(before) in english.get(PAGE).content.decode()
    left_for(16)
    page = english.get(PAGE).content.decode()
    assert second_factor.secret_of(before) not in page
    assert "It is off." in page
    assert english.get(f"{PAGE}qr.svg").status_code == 404
    late = english.post(PAGE, {"code": code_of(before)}, follow=True).content.decode()
    assert "That took too long. Please begin again with your password." in late
    assert not second_factor.is_on(minji)
    english.post(PAGE, {"password": PASSWORD})
    after = TOTPDevice.objects.get()
    assert after.key != before.key
    english.post(PAGE, {"code": code_of(after)})
    assert second_factor.is_on(minji)


@pytest.mark.parametrize("way", ["page", "link", "admin"])
def test_a_secret_that_waits_ends_with_the_password(minji: User, way: str) -> None:
    client, new = Client(), "orchard-lamp-tide"
    second_factor.begin(user=minji)
    if way == "page":
        client.force_login(minji)
        client.post("/password/", {"old": PASSWORD, "new": new})
    elif way == "link":
        uid = urlsafe_base64_encode(force_bytes(minji.pk))
        token = default_token_generator.make_token(minji)
        client.post(f"/password/reset/{uid}/{token}/", {"new": new})
    else:
        client.force_login(User.objects.create_superuser("boss", password=PASSWORD))
        form = {"password1": new, "password2": new, "usable_password": "true"}
        client.post(f"/admin/auth/user/{minji.pk}/password/", form)
    minji.refresh_from_db()
    assert minji.check_password(new)
    assert not TOTPDevice.objects.exists()


def test_a_new_password_leaves_a_second_factor_that_is_on(client: Client, minji: User) -> None:
    with_device(minji)
    client.force_login(minji)
    client.post("/password/", {"old": PASSWORD, "new": "orchard-lamp-tide"})
    assert second_factor.is_on(minji)


def test_the_password_alone_opens_no_session(english: Client, minji: User) -> None:
    device = with_device(minji)
    page = log_in(english, next="/about/")
    assert "Your password is right." in page.content.decode()
    assert "sessionid" not in english.cookies
    wrong = send_code(english, ticket_of(page), "000000", next="/about/")
    assert NOT_RIGHT in wrong.content.decode()
    assert not is_in(english)
    done = send_code(english, ticket_of(wrong), code_of(device), next="/about/")
    assert done["Location"] == "/about/"
    assert is_in(english)


def test_a_code_counts_once(client: Client, minji: User) -> None:
    code = code_of(with_device(minji))
    send_code(client, ticket_of(log_in(client)), code)
    other = Client()
    send_code(other, ticket_of(log_in(other)), code)
    assert not is_in(other)


def test_a_recovery_code_logs_in_once(client: Client, minji: User) -> None:
    with_device(minji)
    spare = minji.staticdevice_set.create(name="recovery")
    StaticToken.objects.create(device=spare, token="abcdefg2")
    for expected in (True, False):
        other = Client()
        send_code(other, ticket_of(log_in(other)), " ABCD-EFG2 ")
        assert is_in(other) is expected


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "１２３４５６", "٠١٢٣٤٥", "-00001",
                                  "1e5", "abcdefgh", "a\x00b", "x" * 500, "000 000"])  # fmt: skip
def test_what_is_no_code_is_refused(client: Client, minji: User, code: str) -> None:
    with_device(minji)
    assert send_code(client, ticket_of(log_in(client)), code).status_code == 200
    assert not is_in(client)


def test_a_ticket_cannot_be_forged_or_kept(client: Client, minji: User) -> None:
    code = code_of(with_device(minji))
    ticket = ticket_of(log_in(client))
    forged = [
        "", "x", ticket[:-1] + ("a" if ticket[-1] != "a" else "b"),
        signing.dumps({"user": minji.pk, "proof": ""}, salt="another"),
    ]  # fmt: skip
    for one in forged:
        assert send_code(client, one, code)["Location"] == "/login/"
    minji.set_password(WRONG)
    minji.save()
    assert send_code(client, ticket, code)["Location"] == "/login/"
    assert not is_in(client)


def test_a_ticket_ends_after_five_minutes(
    client: Client, minji: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = with_device(minji)
    ticket = ticket_of(log_in(client))
    monkeypatch.setattr("survey.views.members.login.TICKET_SECONDS", -1)
    assert send_code(client, ticket, code_of(device))["Location"] == "/login/"


def test_codes_cannot_be_guessed(client: Client, minji: User, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"second_factor": (3, 900)}
    device = with_device(minji)
    ticket = ticket_of(log_in(client))
    for number in range(3):
        send_code(client, ticket, f"00000{number}")
    assert send_code(client, ticket, code_of(device)).status_code == 429
    assert not is_in(client)


def test_staff_with_a_device_are_asked_on_the_page_of_admin(english: Client) -> None:
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    device = with_device(boss)
    form = {"username": "boss", "password": PASSWORD, "next": "/admin/auth/user/"}
    page = english.post("/admin/login/", form)
    assert not is_in(english)
    done = send_code(english, ticket_of(page), code_of(device), next="/admin/auth/user/")
    assert done["Location"] == "/admin/auth/user/"
    assert english.get("/admin/auth/user/").status_code == 200
    assert "TOTP" not in english.get("/admin/").content.decode()


def test_switching_it_off_takes_password_and_code(english: Client, minji: User) -> None:
    device = with_device(minji)
    english.force_login(minji)
    for form in (
        {"password": WRONG, "code": code_of(device)},
        {"password": PASSWORD, "code": "000000"},
        {"password": PASSWORD},
    ):
        assert english.post(PAGE, form).status_code == 200
        assert TOTPDevice.objects.exists()
    english.post(PAGE, {"password": PASSWORD, "code": code_of(device)})
    assert not TOTPDevice.objects.exists()
    assert log_in(Client()).status_code == 302


def test_an_operator_switches_it_off_for_whoever_lost_the_app(minji: User) -> None:
    with_device(minji)
    out = run("switch_off_second_factor", EMAIL)
    assert EMAIL not in str(out)
    assert not TOTPDevice.objects.exists()
