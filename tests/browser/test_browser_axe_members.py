"""axe-core on the pages of members, films and shelves; and large enough to tap.

As in `test_browser_axe.py`: each state in Korean and light, and in English and dark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from movies.models import FilmText, Movie
from survey.models import MEMBERSHIP_VERSION, Member
from tests.browser.browsers import DESKTOP, PHONE, Visitors, unfold_all
from tests.browser.faults import faults
from tests.recommend.members import LIKE, NOT_INTERESTED, SEEN, VIEW, a_member, kept_by, say
from tests.recommend.seasons import ship_seasons
from tests.survey.members.accounts import code_of
from tests.worlds import film_ids

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("empty_cache")]

PASSWORD = "a-long-password-1"
BARE_FILM = 9001
DAY = date(2026, 1, 2)


@dataclass(frozen=True)
class World:
    """Two members: one has done everything that leaves something, the other has only joined."""

    site: str
    full: Member
    empty: Member
    monkeypatch: pytest.MonkeyPatch


@pytest.fixture
def stored(site: str, monkeypatch: pytest.MonkeyPatch) -> World:
    ship_seasons()
    Movie.objects.update(platforms_fetched={"netflix": True})
    Movie.objects.create(pk=BARE_FILM, title="Known by its title alone")
    FilmText.objects.create(
        movie_id=1, language="ko", overview="한밤의 추격.", source="KMDb", loaded_on=DAY
    )
    full = a_member(
        learning_version=MEMBERSHIP_VERSION,
        learning_consented_at=timezone.now(),
        keywords=["귀신", "첫사랑"],
        interests=["Horror"],
    )
    kept_by(full, subscribed=("netflix",), monthly_budget=6000)
    say(full, LIKE, *film_ids("Horror")[:8])
    say(full, SEEN, *film_ids("Comedy")[:2])
    say(full, NOT_INTERESTED, *film_ids("Drama")[:1])
    say(full, VIEW, *film_ids("Action")[6:8])
    return World(site, full, a_member("new"), monkeypatch)


State = Callable[[Page, World], None]

# --- the states ----------------------------------------------------------------------------------


def at(path: str) -> State:
    return lambda page, world: cast(None, page.goto(path))


def logged_in(page: Page, world: World, member: Member) -> None:
    """The browser of the member, without the page for it."""
    client = Client()
    client.force_login(member.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": world.site}])


def full(path: str) -> State:
    def there(page: Page, world: World) -> None:
        logged_in(page, world, world.full)
        page.goto(path)
        unfold_all(page)

    return there


def empty(path: str) -> State:
    def there(page: Page, world: World) -> None:
        logged_in(page, world, world.empty)
        page.goto(path)
        unfold_all(page)

    return there


def join_open(page: Page, world: World) -> None:
    page.goto("/join/")
    unfold_all(page)


def refused(path: str, selector: str = "#account-form button") -> State:
    """The form of a page, sent as it is."""

    def there(page: Page, world: World) -> None:
        page.goto(path)
        page.locator(selector).click()
        expect(page.get_by_role("alert")).to_be_visible()

    return there


def refused_to(path: str, selector: str) -> State:
    def there(page: Page, world: World) -> None:
        logged_in(page, world, world.full)
        refused(path, selector)(page, world)

    return there


def wrong_password(page: Page, world: World) -> None:
    page.goto("/login/")
    page.locator("#id_email").fill("nobody@example.com")
    page.locator("#id_password").fill("something else")
    page.locator("#account-form button").click()
    expect(page.get_by_role("alert")).to_be_visible()


def profile_refused(page: Page, world: World) -> None:
    logged_in(page, world, world.full)
    page.goto("/me/")
    page.locator("#id_birth_year").fill("95")
    page.locator("form.profile .button").click()
    expect(page.get_by_role("alert")).to_be_visible()


def liked(page: Page, world: World) -> None:
    logged_in(page, world, world.empty)
    page.goto("/movies/1/")
    page.locator("[data-place=seen]").click()
    expect(page.get_by_role("status")).to_be_visible()


def new_password(page: Page, world: World) -> None:
    uid = urlsafe_base64_encode(force_bytes(world.empty.user.pk))
    page.goto(f"/password/reset/{uid}/{default_token_generator.make_token(world.empty.user)}/")
    expect(page.locator("input[type=password]")).to_be_visible()


def set_up(page: Page, world: World) -> TOTPDevice:
    """The page with the picture, of a member without a second step."""
    TOTPDevice.objects.filter(user=world.empty.user).delete()
    empty("/me/second-factor/")(page, world)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#account-form button").click()
    expect(page.locator("img.qr")).to_be_visible()
    return TOTPDevice.objects.get(user=world.empty.user)


def setting_up(page: Page, world: World) -> None:
    set_up(page, world)


def recovery_codes(page: Page, world: World) -> None:
    code = code_of(set_up(page, world))
    page.locator("#id_code").fill(code)
    page.locator("#account-form button").click()
    expect(page.locator(".codes li")).to_have_count(10)


def code_asked(page: Page, world: World) -> None:
    """After `recovery_codes`."""
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto("/login/")
    page.locator("#id_email").fill(world.empty.user.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#account-form button").click()
    expect(page.locator("#id_code")).to_be_visible()


STATES: dict[str, dict[str, State]] = {
    "visitor": {
        "start": at("/"),
        "join": join_open,
        "join refused": refused("/join/"),
        "login": at("/login/?next=/me/"),
        "login refused": refused("/login/"),
        "wrong password": wrong_password,
        "password reset": at("/password/reset/"),
        "password reset over": at("/password/reset/x/y/"),
        "password reset link": new_password,
        "film": at("/movies/1/"),
        "film without anything": at(f"/movies/{BARE_FILM}/"),
        "shelf": at("/shelves/popular/"),
        "season": at("/shelves/season/"),
        "shelf missing": at("/shelves/nothing/"),
    },
    "full": {
        "start": full("/"),
        "start new": full("/?tab=new"),
        "start ai": full("/?tab=ai"),
        "me": full("/me/"),
        "me refused": profile_refused,
        "likes": full("/me/films/like/"),
        "leave": full("/me/leave/"),
        "leave refused": refused_to("/me/leave/", "main .button.danger"),
        "film": full(f"/movies/{film_ids('Horror')[0]}/"),
        "shelf": full("/shelves/for-you/?mine=1"),
        "password": full("/password/"),
        "password refused": refused_to("/password/", "#account-form button"),
    },
    "empty": {
        "start": empty("/"),
        "me": empty("/me/"),
        "likes": empty("/me/films/like/"),
        "film said": liked,
        "shelf refused": empty("/shelves/popular/?mine=1"),
        "second step off": empty("/me/second-factor/"),
        "second step set-up": setting_up,
        "recovery codes": recovery_codes,
        "second step on": empty("/me/second-factor/"),
        "code": code_asked,
    },
}

# --- the checks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("group", list(STATES))
def test_axe_finds_nothing_and_everything_is_large_enough_to_tap(
    visitors: Visitors, stored: World, group: str
) -> None:
    found = []
    for language, scheme in (("ko", "light"), ("en", "dark")):
        with stored.monkeypatch.context() as monkeypatch:
            page = visitors(PHONE, language=language, scheme=scheme)
            for name, bring in STATES[group].items():
                bring(page, replace(stored, monkeypatch=monkeypatch))
                found += faults(page, f"{name}, {language}, {scheme}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/", "/me/", "/movies/1/", "/shelves/for-you/"])
def test_axe_finds_nothing_on_a_desktop_either(
    visitors: Visitors, stored: World, path: str
) -> None:
    page = visitors(DESKTOP)
    full(path)(page, stored)
    assert not (found := faults(page, path)), "\n".join(found)
