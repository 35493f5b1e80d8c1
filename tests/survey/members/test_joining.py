"""Joining, on the page and in the API: what is stored, and what is refused."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client

from survey.members.joining import EmailTakenError
from survey.models import MEMBERSHIP_VERSION, Member
from tests.survey.members.accounts import EMAIL, PASSWORD, ask, is_in, joined, log_in, pair

pytestmark = pytest.mark.django_db
FORM = {"email": EMAIL, "password": PASSWORD, "membership_consent": "on"}
BODY: dict[str, Any] = {"email": EMAIL, "password": PASSWORD, "membership_consent": True}


def refused(client: Client, **changes: Any) -> Any:
    """The errors of the fields, of a body that is not taken."""
    answer = ask(client, "/api/members/", BODY | changes)
    assert answer.status_code == 400, answer.content
    assert not User.objects.exists()
    return answer.json().get("fields", answer.json())


def test_whoever_joins_is_a_member_and_logged_in_with_the_version_of_the_consent(
    english: Client,
) -> None:
    answer = english.post("/join/", {**FORM, "email": "  MinJi@Site.kr ", "birth_year": "1995년"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = Member.objects.select_related("user").get()
    assert (member.user.username, member.user.email) == (EMAIL, EMAIL)
    assert (member.birth_year, member.membership_version) == (1995, MEMBERSHIP_VERSION)
    assert not member.learns
    assert not member.user.is_staff
    assert is_in(english)
    assert "Welcome! Your account is ready." in english.get("/about/").content.decode()


def test_the_api_stores_the_profile_and_answers_without_the_password(client: Client) -> None:
    said = {"gender": "female", "region": "jeju", "interests": ["Drama"], "keywords": [" 첫사랑 "]}
    answer = ask(client, "/api/members/", BODY | said | {"learning_consent": True})
    assert answer.status_code == 201
    found = answer.json()
    assert (found["email"], found["region"], found["keywords"]) == (EMAIL, "jeju", ["첫사랑"])
    assert found["learning_consent"] is True
    assert PASSWORD not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert not is_in(client)


@pytest.mark.parametrize("consent", [{}, {"membership_consent": ""}])
def test_nobody_joins_without_consent(english: Client, consent: dict[str, str]) -> None:
    form = {name: value for name, value in FORM.items() if name != "membership_consent"}
    page = english.post("/join/", form | consent).content.decode()
    assert "Without your consent we cannot keep an account." in page
    assert not User.objects.exists()


@pytest.mark.parametrize("consent", [False, "true", 1, None])
def test_no_program_joins_without_consent(client: Client, consent: Any) -> None:
    assert "membership_consent" in refused(client, membership_consent=consent)


def test_one_try_tells_all_faults_of_all_fields(english: Client) -> None:
    wrong = {"email": "minji", "password": "12345", "birth_year": "1850", "gender": "x"}
    page = english.post("/join/", wrong).content.decode()
    summary = page[page.index("error-summary") :].partition("</ul>")[0]
    targets = re.findall(r'href="#(\w+)"', summary)
    assert set(targets) == {
        "id_email", "id_password", "id_gender", "id_birth_year", "id_membership_consent",
    }  # fmt: skip
    assert "Enter a valid email address." in summary
    assert "members are 14 or older" in summary
    assert "Without your consent" in summary
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password123", "483920174", "minji@site", EMAIL])
def test_weak_passwords_are_refused_at_their_field(client: Client, password: str) -> None:
    assert refused(client, password=password)["password"]


@pytest.mark.parametrize(
    "twin", ["MINJI@SITE.KR", "ｍｉｎｊｉ@site.kr", "minji@ＳＩＴＥ.kr", " minji@site.kr "]
)
def test_other_spellings_of_an_address_are_the_same_account(client: Client, twin: str) -> None:
    joined()
    assert ask(client, "/api/members/", BODY | {"email": twin}).status_code == 409
    assert pair(client, email=twin)
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["a@straße.de", "ａ@ß.kr", "mınji@site.kr", "민지@site.kr"])
def test_an_address_that_folds_to_another_one_is_refused(client: Client, email: str) -> None:
    assert "Latin letters" in refused(client, email=email)["email"][0]


@pytest.mark.parametrize(
    "email",
    ["", "minji", "a@b", "a@b@c.kr", f"{'a' * 150}@site.kr", "a b@site.kr", "a\x00@site.kr",
     "a@site.kr\nBcc: all@site.kr"],
)  # fmt: skip
def test_what_is_no_address_is_refused(client: Client, english: Client, email: str) -> None:
    assert "email" in refused(client, email=email)
    page = english.post("/join/", {**FORM, "email": email})
    assert page.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "extra",
    [
        {"is_staff": True}, {"is_superuser": True}, {"user": 1}, {"member": 1}, {"id": 1},
        {"username": "boss"}, {"membership_version": "x"}, {"last_visit": "2020-01-01"},
        {"groups": [1]},
    ],
)  # fmt: skip
def test_no_other_column_can_be_set(client: Client, extra: dict[str, Any]) -> None:
    (name,) = extra
    assert refused(client, **extra)[name] == ["There is no such field."]


def test_the_form_sets_no_other_column_either(client: Client) -> None:
    client.post("/join/", {**FORM, "is_staff": "on", "is_superuser": "on", "username": "boss"})
    user = User.objects.get()
    assert (user.username, user.is_staff, user.is_superuser) == (EMAIL, False, False)


@pytest.mark.parametrize("value", [12345678901, True, None, ["a", "b"], {"$ne": ""}])
@pytest.mark.parametrize("name", ["email", "password"])
def test_a_value_of_another_type_is_no_text(client: Client, name: str, value: Any) -> None:
    assert name in refused(client, **{name: value})


@pytest.mark.parametrize(
    "said",
    [
        {"keywords": ["x" * 21]}, {"keywords": list("abcd")}, {"keywords": ["a\x00b"]},
        {"keywords": ["a\nb"]}, {"keywords": "abc"}, {"keywords": [["a"]]}, {"keywords": [1]},
        {"interests": ["Cooking"]}, {"interests": ["Drama"] * 7}, {"interests": {"a": 1}},
        {"gender": "x"}, {"gender": True}, {"region": "tokyo"}, {"region": 1},
        {"birth_year": "1995"}, {"birth_year": 2099}, {"birth_year": 1800}, {"birth_year": 1e400},
    ],
)  # fmt: skip
def test_what_members_cannot_say_is_refused_at_its_field(
    client: Client, said: dict[str, Any]
) -> None:
    if said.get("birth_year") == 1e400:
        answer = client.post("/api/members/", '{"birth_year": 1e400}', "application/json")
        assert answer.status_code == 400
        return
    assert refused(client, **said).keys() == said.keys()


def test_the_database_keeps_the_limits_too(client: Client) -> None:
    member = joined()
    with pytest.raises(IntegrityError):
        Member.objects.filter(pk=member.pk).update(keywords=list("abcd"))


def test_nobody_takes_the_address_of_staff(client: Client) -> None:
    User.objects.create_user("boss", email="Minji@Site.kr", password=PASSWORD, is_staff=True)
    with pytest.raises(EmailTakenError):
        joined()


def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed(client: Client) -> None:
    assert "password" in refused(client, password="x9-" * 50_000)


def test_joining_under_fourteen_is_refused() -> None:
    with pytest.raises(ValidationError, match="14 or older"):
        joined(birth_year=2015)


def test_no_more_accounts_than_the_limit_come_from_one_network(
    client: Client, settings: Any
) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"join": (2, 3600)}
    found = [
        ask(client, "/api/members/", BODY | {"email": f"m{number}@site.kr"}).status_code
        for number in range(3)
    ]
    assert found == [201, 201, 429]
    assert client.post("/join/", {**FORM}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_join_at_once_with_one_address_one_does() -> None:
    start = Barrier(10)

    def attempt(_number: int) -> int:
        try:
            start.wait()
            return int(ask(Client(), "/api/members/", BODY).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        found = sorted(threads.map(attempt, range(10)))
    assert found == [201] + [409] * 9
    assert (User.objects.count(), Member.objects.count()) == (1, 1)


def test_the_page_of_a_member_leads_on(client: Client) -> None:
    joined()
    log_in(client)
    assert client.get("/join/?next=/about/")["Location"] == "/about/"
