"""The page of one shelf: all its films, and the switch to what the member pays for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from recommend.models import ModelRun
from recommend.results.shelves.registry import SHELVES
from tests.recommend.results.shelves.shelved import a_member, a_result, an_event
from tests.survey.answering import page
from tests.worlds import film_ids


@pytest.fixture
def member(english: Client) -> Any:
    found = a_member()
    english.force_login(found.user)
    return found


def covers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r"/covers/(?:ko|en)/(\d+)-", html)]


def test_it_shows_up_to_50_films_with_why(live_model: ModelRun, english: Client) -> None:
    response = english.get("/shelves/popular/")
    html = page(response)
    assert response.status_code == 200
    assert "<h1>Popular now</h1>" in html
    assert len(covers(html)) == 50
    assert response["X-Robots-Tag"] == "noindex"
    assert "private" in response["Cache-Control"]


def test_a_member_with_a_result_may_choose_only_what_they_pay_for(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["watcha"])
    html = page(english.get("/shelves/popular/"))
    assert 'href="/shelves/popular/?mine=1"' in html
    mine = page(english.get("/shelves/popular/?mine=1"))
    assert sorted(covers(mine)) == [4, 8, 12, 16, 20]


def test_without_a_result_there_is_no_switch_and_the_address_says_why(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    assert "?mine=1" not in page(english.get("/shelves/popular/"))
    response = english.get("/shelves/popular/?mine=1")
    assert response.status_code == 400
    assert "that needs a result" in page(response)


def test_visitors_are_sent_to_log_in_and_back(live_model: ModelRun, english: Client) -> None:
    for path in ("/shelves/for-you/", "/shelves/popular/?mine=1"):
        response = english.get(path)
        assert response.status_code == 302
        assert "next=/shelves/" in response["Location"]


def test_staff_who_are_no_members_are_told_so(live_model: ModelRun, staff: Client) -> None:
    for path in ("/shelves/for-you/", "/shelves/popular/?mine=1"):
        response = staff.get(path)
        assert response.status_code == 403
        assert "this account is not a member’s" in page(response)
    assert staff.get("/shelves/popular/").status_code == 200


@pytest.mark.parametrize("name", ["nothing", "FOR-YOU", "🎬", "<b>"])
def test_an_unknown_shelf_is_not_found(name: str, live_model: ModelRun, english: Client) -> None:
    assert english.get(f"/shelves/{name}/").status_code == 404


def test_an_empty_shelf_says_so(live_model: ModelRun, english: Client, member: Any) -> None:
    response = english.get("/shelves/for-you/")
    assert response.status_code == 200
    assert "There is nothing on this shelf yet." in page(response)


@pytest.mark.parametrize("name", list(SHELVES))
def test_every_shelf_has_a_page(
    name: str, live_model: ModelRun, english: Client, member: Any
) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["netflix"])
    an_event(member, 41)
    assert english.get(f"/shelves/{name}/").status_code == 200
    assert english.get(f"/shelves/{name}/?mine=1").status_code == 200


def test_titles_are_escaped(live_model: ModelRun, english: Client, member: Any) -> None:
    from movies.models import Movie

    Movie.objects.filter(pk=41).update(title="<script>alert(1)</script>", title_ko="")
    an_event(member, 41)
    assert "<script>alert" not in page(english.get("/shelves/because/"))
