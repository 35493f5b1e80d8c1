"""The shelves of the start page: tabs and own rows for members, three rows for visitors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from movies.models import Movie
from ottstats.services.recommended import record_platform
from recommend.models import ModelRun
from tests.recommend.results.shelves.shelved import (
    NOT_INTERESTED,
    SEEN,
    a_change,
    a_member,
    a_result,
    an_event,
    films,
)
from tests.survey.answering import page
from tests.worlds import film_ids


@pytest.fixture
def member(english: Client) -> Any:
    found = a_member()
    english.force_login(found.user)
    return found


def rows(html: str) -> list[str]:
    """The shelves of the page, in order."""
    found = re.findall(r'aria-labelledby="shelf-([a-z-]+)"', html)
    return [name for name in found if name not in ("season", "ai")]


def covers(html: str) -> list[int]:
    """The films of the shelves, by the addresses of their covers."""
    shelves = html[html.index('class="shelf"') :] if 'class="shelf"' in html else ""
    return [int(number) for number in re.findall(r"/covers/(?:ko|en)/(\d+)-", shelves)]


def test_visitors_see_popular_and_new_below_the_example(
    live_model: ModelRun, english: Client
) -> None:
    html = page(english.get("/"))
    assert rows(html) == ["popular", "new"]
    assert html.index('class="example"') < html.index('class="shelf"')
    assert "?tab=" not in html
    assert "Popular now" in html


def test_covers_of_shelves_load_only_when_they_are_near(
    live_model: ModelRun, english: Client
) -> None:
    html = page(english.get("/"))
    shelf = html[html.index('class="shelf"') :]
    images = re.findall(r"<img [^>]*>", shelf)
    assert images
    assert all('loading="lazy"' in image for image in images)


def test_members_see_tabs_and_their_own_rows(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["netflix"])
    an_event(member, 41)
    html = page(english.get("/"))
    assert rows(html) == ["popular", "for-you", "because", "genre"]
    assert 'href="/?tab=new#shelves"' in html
    assert html.index('class="shelf"') < html.index('class="example"')
    assert "Because you liked “Drama film 41”" in html


def test_a_tab_shows_its_row_in_the_first_place(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    html = page(english.get("/", {"tab": "new"}))
    assert rows(html)[0] == "new"
    assert "popular" not in rows(html)
    assert re.search(r'href="/\?tab=new#shelves" aria-current="true"', html)


def films_of(html: str, name: str) -> list[int]:
    """The films of one row, by the addresses of their pages."""
    row = html.partition(f'aria-labelledby="shelf-{name}"')[2].partition("</section>")[0]
    return [int(number) for number in re.findall(r'href="/movies/(\d+)/"', row)]


def test_the_tab_takes_its_films_first_and_the_other_rows_what_is_left(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    Movie.objects.update(platforms_fetched={"netflix": True})
    a_result(member, film_ids("Action")[:5], subscribed=["netflix"])
    an_event(member, 41)
    pages = [page(english.get("/", {"tab": tab})) for tab in ("popular", "new", "ai")]
    picks = english.get("/api/shelves/ai/").json()["shelf"]["results"]
    assert films_of(pages[2], "ai") == [film["movie_id"] for film in picks]
    for html, tab in zip(pages, ("popular", "new", "ai"), strict=True):
        assert len(films_of(html, tab)) == (8 if tab == "ai" else 10)
        others = {one for name in ("for-you", "because", "genre") for one in films_of(html, name)}
        assert not others & set(films_of(html, tab))


def tabs(html: str) -> list[str]:
    return re.findall(r'href="/\?tab=([a-z]+)#shelves"', html)


def test_a_tab_that_would_be_empty_is_not_there(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    assert tabs(page(english.get("/"))) == ["popular", "new", "ai"]
    Movie.objects.exclude(pk__in=[1, 2, 3]).update(platforms_fetched={})
    for movie in (1, 2, 3):
        an_event(member, movie, SEEN)
    for asked in ("", "ai", "new"):
        html = page(english.get("/", {"tab": asked}))
        assert "ai" not in tabs(html), asked
        assert rows(html)[0] == "popular"
    assert tabs(page(english.get("/", {"tab": "new"}))) == ["popular"]


@pytest.mark.parametrize("tab", ["", "nothing", "<script>", "🎬", "%00", "x" * 5000])
def test_any_other_tab_is_the_first_one(
    tab: str, live_model: ModelRun, english: Client, member: Any
) -> None:
    html = page(english.get("/", {"tab": tab}))
    assert rows(html)[0] == "popular"
    assert "<script>" not in html


def test_no_film_is_on_the_page_twice(live_model: ModelRun, english: Client, member: Any) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["netflix"])
    an_event(member, 41)
    found = covers(page(english.get("/")))
    shown = [movie for movie in found if found.count(movie) > 1]
    html = page(english.get("/"))
    example = {
        int(one)
        for one in re.findall(r"/covers/(?:ko|en)/(\d+)-", html[html.index('class="example"') :])
    }  # noqa: E501
    assert set(shown) <= example


def test_what_i_have_seen_or_do_not_want_is_gone_at_once(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    first, second = films("popular", member)[:2]
    assert {first, second} <= set(_of_shelves(english))
    an_event(member, first, SEEN)
    an_event(member, second, NOT_INTERESTED)
    assert not {first, second} & set(_of_shelves(english))


def _of_shelves(client: Client) -> list[int]:
    html = page(client.get("/"))
    start, end = html.index('class="shelf"'), html.index('class="example"')
    return [int(one) for one in re.findall(r"/covers/(?:ko|en)/(\d+)-", html[start:end])]


def test_without_a_live_run_the_page_is_there(world: str, english: Client, member: Any) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["netflix"])
    an_event(member, 41)
    response = english.get("/")
    assert response.status_code == 200
    assert rows(page(response)) == ["popular", "because"]  # by its genres alone


def test_with_an_empty_database_there_is_no_shelf(db: None, english: Client) -> None:
    response = english.get("/")
    assert response.status_code == 200
    assert 'class="shelf"' not in page(response)
    english.force_login(a_member().user)
    response = english.get("/")
    assert response.status_code == 200
    assert 'class="shelf"' not in page(response)
    assert "?tab=" not in page(response)


def test_the_number_of_queries_does_not_grow(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    a_result(member, film_ids("Action")[:5], subscribed=["netflix", "watcha"])
    an_event(member, 41)
    for movie in (44, 46):
        a_change(movie, "netflix", is_there=True)
        a_change(movie + 20, "watcha", is_there=False)
    english.get("/")
    queries = _queries(english)
    for movie in (50, 51, 52, 70, 71, 72):
        an_event(member, movie)
        an_event(member, movie + 3, SEEN)
    assert _queries(english) == queries
    assert queries <= 40


def _queries(client: Client) -> int:
    cache.clear()
    client.get("/survey/")  # the example and the rest are kept again
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    return len(captured)


def test_a_member_finds_the_newest_result_of_the_account_on_any_device(
    live_model: ModelRun, english: Client, member: Any
) -> None:
    assert "You have a result" not in page(english.get("/"))
    older, newest = (a_result(member, film_ids("Action")[:3]) for _ in range(2))
    a_result(a_member("somebody else"), film_ids("Drama")[:3])
    for result in (older, newest):
        record_platform(respondent=result, platform="netflix", score=1.0, parts={})

    html = page(english.get("/"))

    assert f"/results/{newest.pk}/" in html
    assert f"/results/{older.pk}/" not in html
    assert "Forget on this device" not in html  # which remembers nothing
