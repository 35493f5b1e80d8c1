"""`GET /api/shelves/` and `/api/shelves/<name>/`: what a member, a visitor and junk get."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from movies.models import Movie
from recommend.models import ModelRun
from tests.recommend.api.test_api_refusals import refused
from tests.recommend.results.shelves.shelved import (
    NOT_INTERESTED,
    SEEN,
    a_change,
    a_member,
    a_result,
    an_event,
)
from tests.worlds import film_ids

pytestmark = pytest.mark.usefixtures("empty_cache")
ALL = "/api/shelves/"
FILM = {
    "movie_id", "title", "title_ko", "year", "genres", "poster_path", "platforms",
    "changed_platform", "changed_on",
}  # fmt: skip


def of(name: str) -> str:
    return f"{ALL}{name}/"


@pytest.fixture
def member(english: Client) -> Any:
    """Logged in, with a result and two subscriptions."""
    found = a_member()
    english.force_login(found.user)
    return found


def with_a_result(member: Any) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["netflix", "watcha"])


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [film["movie_id"] for film in answer.json()["shelf"]["results"]]


def test_visitors_get_what_is_for_everybody(live_model: ModelRun, english: Client) -> None:
    body = english.get(ALL).json()
    names = [shelf["name"] for shelf in body["shelves"]]
    assert [name for name in names if name != "season"] == ["popular", "new"]
    assert body["shelves"][0]["title"] == "Popular now"
    for shelf in body["shelves"]:
        assert set(shelf) == {"name", "title", "why", "results"}
        assert all(set(film) == FILM for film in shelf["results"])


def test_members_get_all_shelves_and_no_film_twice(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    with_a_result(member)
    an_event(member, 41)
    body = english.get(ALL, {"limit": 5}).json()
    assert [shelf["name"] for shelf in body["shelves"]][:3] == ["for-you", "because", "genre"]
    shown = [film["movie_id"] for shelf in body["shelves"] for film in shelf["results"]]
    assert len(shown) == len(set(shown))


def test_what_i_do_counts_in_the_very_next_request(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    with_a_result(member)
    first, second, *_rest = ids(english.get(of("for-you")))
    an_event(member, first, SEEN)
    an_event(member, second, NOT_INTERESTED)
    for name in ("for-you", "popular", "new"):
        assert not {first, second} & set(ids(english.get(of(name), {"limit": 50}))), name


def test_an_arrival_says_where_and_when(live_model: ModelRun, english: Client, member: Any) -> None:
    with_a_result(member)
    a_change(41, "watcha", is_there=True)
    film = english.get(of("arrivals")).json()["shelf"]["results"][0]
    assert (film["movie_id"], film["changed_platform"]) == (41, "watcha")
    assert film["changed_on"]


def test_mine_keeps_to_what_i_pay_for(live_model: ModelRun, english: Client, member: Any) -> None:
    with_a_result(member)
    for film in english.get(of("popular"), {"mine": 1}).json()["shelf"]["results"]:
        assert film["platforms"].get("netflix") or film["platforms"].get("watcha")


def test_mine_without_a_result_is_refused_with_the_reason(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    for path in (ALL, of("popular")):
        assert "result" in refused(english.get(path, {"mine": 1}))["detail"]


@pytest.mark.parametrize("path", [ALL, of("popular")])
def test_visitors_cannot_ask_for_what_they_pay_for(
    path: str, live_model: ModelRun, english: Client
) -> None:
    answer = english.get(path, {"mine": "1"})
    assert answer.status_code == 401
    assert "log in" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["for-you", "because", "genre", "arrivals", "departures"])
def test_visitors_cannot_see_shelves_of_members(
    name: str, live_model: ModelRun, english: Client
) -> None:
    answer = english.get(of(name))
    assert answer.status_code == 401
    assert "members" in answer.json()["detail"]


def test_staff_who_are_no_members_see_what_visitors_see(
    live_model: ModelRun, staff: Client
) -> None:
    for address in (of("for-you"), f"{ALL}?mine=1"):
        assert refused(staff.get(address), 403)["detail"].startswith(
            "This account belongs to staff"
        )
    assert staff.get(of("popular")).status_code == 200


@pytest.mark.parametrize("name", ["nothing", "FOR-YOU", "for-you%20", "%F0%9F%98%80", "..", "1"])
def test_an_unknown_shelf_is_404_and_names_those_there_are(
    name: str, live_model: ModelRun, english: Client
) -> None:
    detail = refused(english.get(of(name)), 404)["detail"]
    assert name == ".." or "for-you, because" in detail


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=51", "limit=-1", "limit=", "limit=a", "limit=1.5", "limit=1&limit=2",
        "limit=99999999999999999999", "limit=%00", "mine=2", "mine=true", "mine=", "mine=-1",
        "more=1", "limit=٣",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [ALL, of("popular")])
def test_junk_is_refused(path: str, query: str, live_model: ModelRun, english: Client) -> None:
    refused(english.get(f"{path}?{query}"))


def test_limits_are_kept(live_model: ModelRun, english: Client) -> None:
    assert len(ids(english.get(of("popular")))) == 20
    assert len(ids(english.get(of("popular"), {"limit": 1}))) == 1
    assert len(ids(english.get(of("popular"), {"limit": 50}))) == 50


def test_other_methods_are_refused(live_model: ModelRun, english: Client) -> None:
    for path in (ALL, of("popular")):
        assert english.post(path).status_code == 405
        assert english.delete(path).status_code == 405


def test_a_copy_that_still_holds_is_not_sent_again(live_model: ModelRun, english: Client) -> None:
    answer = english.get(of("popular"))
    assert "private" in answer["Cache-Control"]
    assert {"Cookie", "Authorization"} <= set(answer["Vary"].split(", "))
    again = english.get(of("popular"), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Movie.objects.filter(pk=answer.json()["shelf"]["results"][0]["movie_id"]).delete()
    changed = english.get(of("popular"), headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200


def test_a_shelf_without_films_is_empty_and_no_error(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    assert ids(english.get(of("for-you"))) == []
    assert "for-you" not in [shelf["name"] for shelf in english.get(ALL).json()["shelves"]]


def test_an_empty_database_has_empty_shelves(db: None, english: Client, member: Any) -> None:
    assert english.get(ALL).json()["shelves"] == []
    for name in ("for-you", "because", "genre", "arrivals", "departures", "popular", "new"):
        assert ids(english.get(of(name))) == []
