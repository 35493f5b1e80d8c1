"""Passwords: changed by the old one, or by a mailed link that works once."""

from __future__ import annotations

import logging
import re
import threading
from queue import Queue
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from kombu.exceptions import OperationalError

from tests.survey.members.accounts import (
    EMAIL,
    PASSWORD,
    WRONG,
    hashes,
    is_in,
    joined,
    log_in,
    with_device,
)

pytestmark = pytest.mark.django_db
NEW = "orchard-lamp-tide"


@pytest.fixture(autouse=True)
def minji(db: None) -> User:
    return joined().user


@pytest.fixture
def mailing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL = {"EMAIL_HOST": "mail.site.kr"}
    monkeypatch.setattr("common.backends.beside.in_thread", lambda work: work())


def link() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_changed_password_ends_other_sessions_and_keeps_this_one(english: Client) -> None:
    other = Client()
    log_in(other)
    log_in(english)
    english.post("/password/", {"old": PASSWORD, "new": NEW})
    assert english.get("/password/").status_code == 200
    assert other.get("/password/").status_code == 302
    assert log_in(Client(), password=NEW).status_code == 302
    assert log_in(Client()).status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"old": WRONG, "new": NEW}, "This is not your password."),
        ({"old": PASSWORD, "new": "12345678"}, "This password is too common."),
        ({"old": PASSWORD, "new": EMAIL}, "too similar to the"),
        ({"old": "", "new": NEW}, "Please enter your password."),
    ],
)
def test_why_a_password_is_not_changed_stands_at_its_field(
    english: Client, form: dict[str, str], words: str
) -> None:
    log_in(english)
    page = english.post("/password/", form).content.decode()
    assert words in page
    assert PASSWORD not in page
    assert log_in(Client()).status_code == 302


def test_the_old_password_cannot_be_guessed_with_a_stolen_session(
    client: Client, settings: Any
) -> None:
    log_in(client)
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (2, 900)}
    for _ in range(2):
        client.post("/password/", {"old": WRONG, "new": NEW})
    assert client.post("/password/", {"old": PASSWORD, "new": NEW}).status_code == 429


@pytest.mark.usefixtures("mailing")
def test_a_mailed_link_sets_a_new_password_once_and_logs_nobody_in(english: Client) -> None:
    english.post("/password/reset/", {"email": "MINJI@site.kr"})
    assert mail.outbox[0].to == [EMAIL]
    path = link()
    assert english.get(path).status_code == 200
    assert english.post(path, {"new": NEW})["Location"] == "/login/"
    assert not is_in(english)
    assert english.post(path, {"new": WRONG}).status_code == 404
    assert log_in(Client(), password=NEW).status_code == 302


@pytest.mark.usefixtures("mailing")
def test_the_answer_is_the_same_whoever_asks_and_costs_no_hash(
    english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, gone = joined("closed@site.kr").user, joined("gone@site.kr").user
    closed.set_unusable_password()
    closed.save()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    answers = set()
    with hashes(monkeypatch) as found:
        for email in (EMAIL, "nobody@site.kr", "closed@site.kr", "gone@site.kr", "x"):
            page = english.post("/password/reset/", {"email": email}).content.decode()
            answers.add(page.split("<main")[1].split("</main")[0])
    assert (len(answers), found) == (1, [])
    assert [one.to for one in mail.outbox] == [[EMAIL]]


@pytest.mark.usefixtures("mailing")
def test_a_twin_of_an_address_never_gets_the_mail(client: Client) -> None:
    for twin in ("mınji@site.kr", "minji@ſite.kr", "ｍinji@site.kr", f"{EMAIL}\nBcc: x@evil.kr"):
        client.post("/password/reset/", {"email": twin})
    assert {one.to[0] for one in mail.outbox} == {EMAIL}


@pytest.mark.usefixtures("mailing")
def test_the_link_leads_to_this_site_whatever_the_host_says(client: Client) -> None:
    answer = client.post("/password/reset/", {"email": EMAIL}, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert not mail.outbox


@pytest.mark.usefixtures("mailing")
def test_the_second_factor_is_asked_for_after_a_reset(client: Client, minji: User) -> None:
    with_device(minji)
    client.post("/password/reset/", {"email": EMAIL})
    client.post(link(), {"new": NEW})
    assert 'name="ticket"' in log_in(client, password=NEW).content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    "path",
    ["MQ/x", "MQ/abc-0123456789abcdef", "!!!/a-b", "AAAA/a-b", "LTE/a-b",
     "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ/a-b",
     "4pyT/a-b", "MQ/" + "a" * 900],
)  # fmt: skip
def test_a_link_that_nobody_was_sent_opens_nothing(client: Client, path: str) -> None:
    assert client.get(f"/password/reset/{path}/").status_code == 404
    assert client.post(f"/password/reset/{path}/", {"new": NEW}).status_code == 404
    assert log_in(client).status_code == 302


@pytest.mark.usefixtures("mailing")
def test_links_are_limited_by_network_and_by_address(client: Client, settings: Any) -> None:
    limits = {"password_reset": (5, 3600), "password_reset_account": (2, 3600)}
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | limits
    found = [client.post("/password/reset/", {"email": EMAIL}).status_code for _ in range(3)]
    assert found == [200, 200, 429]
    for number in range(3):
        client.post("/password/reset/", {"email": f"a{number}@site.kr"})
    assert client.post("/password/reset/", {"email": "b@site.kr"}).status_code == 429


@pytest.mark.usefixtures("mailing")
def test_no_spelling_of_an_address_of_staff_gets_more_links(client: Client, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"password_reset_account": (1, 3600)}
    User.objects.create_user("kim", email="kimi@site.kr", password=PASSWORD, is_staff=True)
    for email in ("KIMI@site.kr", "kımı@site.kr", "kimi@site.kr", "kimi@ſite.kr", "kim"):
        client.post("/password/reset/", {"email": email})
    assert [one.to for one in mail.outbox] == [["kimi@site.kr"]]


def refused_by_the_server(*args: object) -> None:
    raise SMTPRecipientsRefused({EMAIL: (550, b"unknown")})


def no_mail_server(*args: object) -> None:
    raise ConnectionRefusedError(f"no way to {EMAIL}")


def no_address(*args: object) -> None:
    raise ValueError(f"Invalid address {EMAIL}")


def redis_is_away(*args: object, **kwargs: object) -> None:
    raise OperationalError(f"no answer to {EMAIL}")


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("django.core.mail.EmailMessage.send", refused_by_the_server),
        ("django.core.mail.EmailMessage.send", no_mail_server),
        ("django.core.mail.EmailMessage.send", no_address),
        ("survey.tasks.send_reset.delay", redis_is_away),
    ],
)
def test_a_mail_that_cannot_go_out_tells_nobody_who_has_an_account(
    english: Client,
    minji: User,
    place: str,
    fault: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(place, fault)
    settings.REDIS_URL = "redis://127.0.0.1:1" if fault is redis_is_away else ""
    pages = [
        english.post("/password/reset/", {"email": email}) for email in (EMAIL, "nobody@site.kr")
    ]
    assert [page.status_code for page in pages] == [200, 200]
    assert len({page.content.decode().split("<main")[1].split("</main")[0] for page in pages}) == 1
    lines = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert f"user #{minji.pk}" in lines
    assert EMAIL not in lines


def test_without_workers_nobody_waits_for_a_slow_mail_server(
    english: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL = {"EMAIL_HOST": "mail.site.kr"}
    answered, sent = threading.Event(), Queue[list[str]]()

    def slow(message: EmailMessage) -> int:
        assert answered.wait(60)
        sent.put(message.to)
        return 1

    monkeypatch.setattr("django.core.mail.EmailMessage.send", slow)
    assert english.post("/password/reset/", {"email": EMAIL}).status_code == 200
    answered.set()
    assert sent.get(timeout=60) == [EMAIL]


def test_without_a_mail_server_the_page_says_who_helps(english: Client, settings: Any) -> None:
    settings.CONTACT = "help@site.kr"
    page = english.post("/password/reset/", {"email": EMAIL}).content.decode()
    assert "Its staff can set a new password for you." in page
    assert "help@site.kr" in page
    assert not mail.outbox
