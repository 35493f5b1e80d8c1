"""Members like a film, have seen it, do not want it, look at it; and take that back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from movies.models import Movie
from recommend.models import MemberEvent
from recommend.services.members.events import record_event
from survey.models import Member
from tests.joined import browser_of, joined
from tests.recommend.pages.reading import words

FILM = 2
HERE = f"/movies/{FILM}/"
EACH = [("like", "like"), ("seen", "seen"), ("not-interested", "not_interested")]


@pytest.fixture
def member(world: None) -> Member:
    return joined()


def kinds() -> list[str]:
    return sorted(MemberEvent.objects.filter(movie=FILM).values_list("kind", flat=True))


@pytest.mark.parametrize(("path", "kind"), EACH)
def test_a_button_stores_it_once_and_a_second_press_takes_it_back(
    member: Member, path: str, kind: str
) -> None:
    client = browser_of(member)

    for _ in range(2):
        answer = client.post(f"{HERE}{path}/")
        assert (answer.status_code, answer["Location"]) == (302, HERE)
    assert kinds() == [kind]
    html = client.get(HERE).content.decode()
    assert html.count('aria-pressed="true"') == 1 + _pressed_elsewhere(html)
    assert '<input type="hidden" name="undo" value="1">' in html

    for _ in range(2):
        client.post(f"{HERE}{path}/", {"undo": "1"})
    assert kinds() == []


def _pressed_elsewhere(html: str) -> int:
    """Buttons of language and theme."""
    mine = html.partition('id="mine"')[2].partition("</ul>")[0]
    return html.count('aria-pressed="true"') - mine.count('aria-pressed="true"')


def test_it_says_what_was_done(member: Member) -> None:
    said = browser_of(member).post(f"{HERE}like/", follow=True).content.decode()

    assert "You like Action film 2. OTTwin remembers it." in words(said)


def test_a_film_is_liked_or_unwanted_not_both(member: Member) -> None:
    client = browser_of(member)
    client.post(f"{HERE}seen/")
    client.post(f"{HERE}like/")
    client.post(f"{HERE}not-interested/")

    assert kinds() == ["not_interested", "seen"]


def test_visitors_are_asked_to_log_in_and_come_back(english: Client, world: None) -> None:
    html = english.get(HERE).content.decode()
    assert f"next={HERE}" in html
    assert "Log in to like it" in html

    answer = english.post(f"{HERE}like/")

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={HERE}")
    assert not MemberEvent.objects.exists()


def test_staff_who_are_no_members_store_nothing(world: None, admin_client: Client) -> None:
    assert admin_client.get(HERE).status_code == 200
    admin_client.post(f"{HERE}like/")

    assert not MemberEvent.objects.exists()


def test_a_form_may_name_a_page_of_this_site_to_go_back_to(member: Member) -> None:
    client = browser_of(member)

    assert client.post(f"{HERE}like/", {"next": "/about/"})["Location"] == "/about/"
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil"):
        assert client.post(f"{HERE}like/", {"next": evil})["Location"] == HERE


def test_a_foreign_form_is_refused(member: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    for path in ("like", "seen", "not-interested", "view"):
        assert client.post(f"{HERE}{path}/").status_code == 403
    assert not MemberEvent.objects.exists()


# --- views ---------------------------------------------------------------------------------------


def test_a_view_counts_once_a_film_by_a_post_of_a_member_who_agreed(member: Member) -> None:
    client = browser_of(member)

    for _ in range(2):
        answer = client.post(f"{HERE}view/")
        assert (answer.status_code, answer.content) == (204, b"")
    assert kinds() == ["view"]


def test_without_consent_nothing_is_counted_and_no_script_is_there(world: None) -> None:
    client = browser_of(joined(learns=False))

    html = client.get(HERE).content.decode()
    answer = client.post(f"{HERE}view/")

    assert "film.js" not in html
    assert answer.status_code == 204
    assert kinds() == []


def test_the_script_is_there_for_members_who_agreed_only(member: Member, english: Client) -> None:
    assert "film.js" in browser_of(member).get(HERE).content.decode()
    assert "film.js" not in english.get(HERE).content.decode()


def test_visitors_count_nothing(world: None, english: Client) -> None:
    assert english.post(f"{HERE}view/").status_code == 204
    assert english.post("/movies/77777/view/").status_code == 404
    assert kinds() == []


@pytest.mark.parametrize("purpose", ["", "prefetch"])
def test_looking_at_the_page_never_counts(member: Member, purpose: str) -> None:
    client = browser_of(member)
    headers = {"sec-purpose": purpose} if purpose else {}

    for send in (client.get, client.head):
        assert send(HERE, headers=headers).status_code == 200
        for path in ("like", "seen", "not-interested", "view"):
            assert send(f"{HERE}{path}/", headers=headers).status_code == 405
    assert not MemberEvent.objects.exists()


def test_a_member_who_left_in_between_gets_no_error(member: Member) -> None:
    client = browser_of(member)
    Member.objects.all().delete()

    assert client.post(f"{HERE}like/").status_code == 302
    assert client.post(f"{HERE}view/").status_code == 204


def test_too_many_are_refused_for_a_while(member: Member, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"events": (2, 3600)}
    client = browser_of(member)

    codes = [client.post(f"{HERE}like/").status_code for _ in range(3)]

    assert codes == [302, 302, 429]


# --- many at once --------------------------------------------------------------------------------


def closing(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_likes_at_once_make_one_event() -> None:
    Movie.objects.create(movie_id=FILM, title="Up", genres=[])
    member = joined()

    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(
                lambda _: closing(lambda: record_event(member=member, movie_id=FILM, kind="like")),
                range(100),
            )
        )

    assert found.count(True) == 1
    assert kinds() == ["like"]


@pytest.mark.django_db(transaction=True)
def test_likes_and_dislikes_at_once_leave_one_of_them() -> None:
    Movie.objects.create(movie_id=FILM, title="Up", genres=[])
    member = joined()

    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda number: closing(
                    lambda: record_event(
                        member=member, movie_id=FILM, kind=("like", "not_interested")[number % 2]
                    )
                ),
                range(60),
            )
        )

    assert kinds() in (["like"], ["not_interested"])
