"""Accounts of staff: their password, and what becoming staff means for a member."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from survey.models import LoginSession
from tests.survey.members.accounts import (
    EMAIL,
    PASSWORD,
    WRONG,
    ask,
    is_in,
    joined,
    log_in,
    pair,
)

pytestmark = pytest.mark.django_db
NEW = "orchard-lamp-tide"
OWN_PAGE = "/admin/password_change/"


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("boss", email="boss@site.kr", password=PASSWORD)


def test_staff_change_their_password_on_the_limited_page_and_come_back(
    english: Client, boss: User
) -> None:
    english.force_login(boss)
    assert OWN_PAGE in english.get("/admin/").content.decode()
    page = english.get(OWN_PAGE, follow=True)
    assert page.redirect_chain == [("/password/?next=%2Fadmin%2F", 302)]
    assert 'name="next" value="/admin/"' in page.content.decode()
    done = english.post("/password/", {"old": PASSWORD, "new": NEW, "next": "/admin/"})
    assert done["Location"] == "/admin/"
    assert "Your password is changed." in english.get("/admin/").content.decode()
    again = english.post("/password/", {"old": NEW, "new": PASSWORD})
    assert again["Location"] == "/admin/"


def test_members_come_back_to_the_start_page_and_nobody_to_another_site(client: Client) -> None:
    client.force_login(joined().user)
    form = {"old": PASSWORD, "new": NEW, "next": "https://evil.example/"}
    assert client.post("/password/", form)["Location"] == "/"


def test_the_page_of_admin_takes_no_guess_and_no_password_that_is_too_long(
    client: Client, boss: User, settings: Any
) -> None:
    client.force_login(boss)
    form = {"old_password": PASSWORD, "new_password1": NEW * 9, "new_password2": NEW * 9}
    assert client.post(OWN_PAGE, form).status_code == 302
    client.post("/password/", {"old": PASSWORD, "new": NEW * 9})
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (2, 900)}
    codes = [client.post("/password/", {"old": one, "new": NEW}).status_code
             for one in (WRONG, WRONG, PASSWORD)]  # fmt: skip
    assert codes == [200, 200, 429]


def test_strangers_are_sent_to_log_in(client: Client) -> None:
    page = client.get(OWN_PAGE, follow=True)
    assert page.redirect_chain[-1][0].startswith("/login/?next=/password/")


def roles(user: User, **changed: str) -> dict[str, str]:
    """The form of the user's page in admin."""
    names = {"username": user.username, "email": user.email, "is_active": "on"}
    joined_at = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
    return {**names, **joined_at, **changed}


@pytest.mark.parametrize("role", ["is_staff", "is_superuser"])
def test_who_becomes_staff_logs_in_again(boss: User, role: str) -> None:
    minji, jun = joined().user, joined("jun@site.kr").user
    hers, his, admin = Client(), Client(), Client()
    log_in(hers)
    log_in(his, jun.email)
    refresh = pair(Client())["refresh"]
    admin.force_login(boss)
    address = f"/admin/auth/user/{minji.pk}/change/"
    assert admin.post(address, roles(minji, first_name="Minji")).status_code == 302
    assert is_in(hers)
    assert admin.post(address, roles(minji, **{role: "on"})).status_code == 302
    minji.refresh_from_db()
    assert getattr(minji, role)
    assert hers.get("/me/").status_code == 302
    assert not LoginSession.objects.filter(user=minji).exists()
    assert ask(Client(), "/api/token/refresh/", {"refresh": refresh}).status_code == 401
    assert [is_in(his), is_in(admin)] == [True, True]


def test_who_is_staff_already_stays_logged_in_when_their_name_changes(boss: User) -> None:
    minji = joined().user
    User.objects.filter(pk=minji.pk).update(is_staff=True)
    hers, admin = Client(), Client()
    log_in(hers, EMAIL)
    admin.force_login(boss)
    form = roles(minji, is_staff="on", first_name="Minji")
    admin.post(f"/admin/auth/user/{minji.pk}/change/", form)
    assert is_in(hers)
    form.pop("is_staff")
    admin.post(f"/admin/auth/user/{minji.pk}/change/", form)
    assert is_in(hers)
    assert hers.get("/admin/").status_code == 302
