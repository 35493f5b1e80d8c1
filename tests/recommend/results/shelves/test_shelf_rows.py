"""What holds for every page of shelves, whichever they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import DataError
from movies.models import Movie
from recommend.models import ModelRun
from recommend.ranking.in_use import in_use
from recommend.results.shelves.page import Page
from recommend.results.shelves.registry import SHELVES, names_for, rows_of
from tests.recommend.results.shelves.shelved import (
    NOT_INTERESTED,
    SEEN,
    a_change,
    a_member,
    a_result,
    an_event,
    row,
)
from tests.worlds import film_ids


def a_busy_member() -> Any:
    member = a_member()
    a_result(member, film_ids("Action")[:5], subscribed=["netflix", "watcha"])
    an_event(member, 41)
    an_event(member, 42, SEEN)
    an_event(member, 43, NOT_INTERESTED)
    for movie in (44, 45, 46):
        a_change(movie, "netflix", is_there=True)
        a_change(movie + 10, "watcha", is_there=False)
    return member


def shown(rows: Any) -> list[int]:
    return [film.movie.pk for row in rows for film in row.films]


def test_no_film_stands_twice_on_a_page_and_none_that_is_seen_or_unwanted(
    live_model: ModelRun,
) -> None:
    member = a_busy_member()
    rows = rows_of(names_for(member), member, limit=5, page=Page())
    assert [row.name for row in rows if row.name != "season"] == [  # films may be left for it
        "for-you", "because", "genre", "arrivals", "departures", "popular", "new", "ai",
    ]  # fmt: skip
    ids = shown(rows)
    assert len(ids) == len(set(ids))
    assert not {42, 43} & set(ids)


def test_visitors_have_popular_new_and_the_season(live_model: ModelRun) -> None:
    assert names_for(None) == ["popular", "new", "season"]


def test_with_mine_every_film_is_on_what_i_pay_for(live_model: ModelRun) -> None:
    member = a_busy_member()
    rows = rows_of(names_for(member), member, page=Page(mine=True))
    assert rows
    for row_of_films in rows:
        for film in row_of_films.films:
            there = film.movie.platforms
            assert there.get("netflix") or there.get("watcha"), (row_of_films.name, film)


def test_who_pays_for_nothing_finds_nothing_with_mine(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, film_ids("Action")[:5])
    assert rows_of(names_for(member), member, page=Page(mine=True)) == []


def test_mine_needs_a_result_and_says_so(live_model: ModelRun) -> None:
    member = a_member()
    with pytest.raises(DataError, match="."):
        rows_of(["popular"], member, page=Page(mine=True))


@pytest.mark.parametrize("name", list(SHELVES))
def test_an_empty_database_has_empty_shelves(name: str, db: None) -> None:
    member = a_member()
    assert row(name, member) is None


def test_a_hundred_events_need_no_more_queries(live_model: ModelRun) -> None:
    member = a_busy_member()
    rows_of(names_for(member), member, page=Page())
    queries = _queries(member)
    for movie in range(60, 80):
        an_event(member, movie)
    assert _queries(member) == queries
    assert queries <= 19


def _queries(member: Any) -> int:
    from django.core.cache import cache

    cache.clear()
    in_use().catalogue.films(
        list(Movie.objects.values_list("pk", flat=True))
    )  # this process has all
    with CaptureQueriesContext(connection) as captured:
        rows_of(names_for(member), member, page=Page())
    return len(captured)
