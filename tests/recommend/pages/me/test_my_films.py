"""Films that a member likes, has seen, does not want or looked at, each with undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from recommend.models import MemberEvent
from recommend.services.members.learning import choose_learning
from survey.models import Member
from tests.recommend.members import LIKE, LIKED, NOT_INTERESTED, SEEN, VIEW, say
from tests.recommend.pages.reading import section, words

TITLES = {
    LIKE: "Films you like",
    SEEN: "Films you have seen",
    NOT_INTERESTED: "Films that are not for you",
    VIEW: "Films you looked at",
}


def group(client: Client, kind: str) -> str:
    return section(client.get("/me/").content.decode(), f'aria-labelledby="{kind}"')


@pytest.mark.parametrize("kind", TITLES)
def test_each_kind_has_its_films_with_undo(mine: Client, member: Member, kind: str) -> None:
    choose_learning(member=member, learns=True)
    say(member, kind, *LIKED)
    html = group(mine, kind)
    assert f"{TITLES[kind]} 3" in words(html)
    for movie in LIKED:
        assert f"Horror film {movie}" in words(html)
        assert f'action="/me/events/{movie}/{kind}/undo/"' in html
    assert f"Undo: Horror film {LIKED[0]}" in html  # whoever listens hears of which film


def test_kinds_without_films_say_so_but_views_are_left_out(mine: Client) -> None:
    for kind in (LIKE, SEEN, NOT_INTERESTED):
        assert "None yet" in group(mine, kind)
    assert TITLES[VIEW] not in mine.get("/me/").content.decode()


@pytest.mark.parametrize("kind", TITLES)
def test_undo_takes_it_back_and_undo_twice_is_once(mine: Client, member: Member, kind: str) -> None:
    choose_learning(member=member, learns=True)
    say(member, kind, *LIKED)
    for _ in range(2):
        response = mine.post(f"/me/events/{LIKED[0]}/{kind}/undo/")
        assert response["Location"] == f"/me/#{kind}"
    left = MemberEvent.objects.values_list("movie_id", flat=True)
    assert sorted(left) == LIKED[1:]
    assert f"Undone: Horror film {LIKED[0]}." in words(mine.get("/me/").content.decode())


def test_too_many_undone_are_refused_for_a_while(mine: Client, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"events": (2, 3600)}
    addresses = [f"/me/events/{LIKED[0]}/like/undo/", f"/movies/{LIKED[0]}/like/"]
    codes = [mine.post(address).status_code for address in addresses]
    assert [*codes, mine.post(addresses[0]).status_code] == [302, 302, 429]


def test_undo_is_sent_never_followed(mine: Client, member: Member) -> None:
    say(member, LIKE, *LIKED)
    assert mine.get(f"/me/events/{LIKED[0]}/like/undo/").status_code == 405
    assert MemberEvent.objects.count() == len(LIKED)


def test_the_page_shows_the_newest_and_leads_to_all_of_them(mine: Client, member: Member) -> None:
    movies = list(range(1, 31))
    say(member, LIKE, *movies)
    html = group(mine, LIKE)
    assert html.count("/undo/") == 6
    assert '/me/events/30/like/undo/"' in html
    assert 'href="/me/films/like/"' in html
    first = mine.get("/me/films/like/").content.decode()
    second = mine.get("/me/films/like/?page=2").content.decode()
    assert (first.count("/undo/"), second.count("/undo/")) == (24, 6)
    assert "Page 2 of 2" in words(second)
    assert '/me/events/1/like/undo/"' in second


def test_undo_on_a_further_page_leads_back_to_it(mine: Client, member: Member) -> None:
    say(member, LIKE, *range(1, 31))
    html = mine.get("/me/films/like/?page=2").content.decode()
    assert '<input type="hidden" name="page" value="2">' in html
    response = mine.post("/me/events/1/like/undo/", {"page": "2"})
    assert response["Location"] == "/me/films/like/?page=2"
    odd = mine.post("/me/events/2/like/undo/", {"page": "//evil.example/\r\nX: 1" * 50})
    assert odd["Location"].startswith("/me/films/like/?page=%2F%2Fevil")
    assert len(odd["Location"]) < 60
