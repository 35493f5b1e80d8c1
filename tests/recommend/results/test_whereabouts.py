"""How many of a person's films are on a set of platforms: by hand, and as what was seen ages."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from movies.models import Movie
from recommend.decision.availability import CatalogueRate
from recommend.results.whereabouts import (
    FilmsThere,
    Whereabouts,
    current_whereabouts,
    whereabouts_of,
    whereabouts_of_ids,
)

TODAY = date(2026, 7, 15)


def whereabouts(seen: list[list[int]], there: list[list[float]]) -> Whereabouts:
    return Whereabouts(
        list(range(len(seen))),
        ["a", "b"],
        np.array(seen, bool),
        np.array(there),
        np.array(seen, bool),
    )


def film(pk: int, seen: dict[str, bool], since: str = "2026-07") -> Movie:
    movie = Movie(movie_id=pk, title=str(pk), year=1999, genres=["Drama"])
    movie.platforms, movie.platforms_seen = seen, dict.fromkeys(seen, since)
    return movie


def rate(**fields: Any) -> CatalogueRate:
    return CatalogueRate(100, 20, **{"surveyed_on": date(2024, 5, 1)} | fields)


def test_films_are_counted_once_surely_or_as_an_expected_number() -> None:
    two = whereabouts([[1, 0], [1, 1], [0, 0]], [[0.9, 0.1], [0.5, 0.6], [0.3, 0.0]])
    assert two.on(["a"]) == FilmsThere(3, 1, 1), "0.9 for sure, 0.5 + 0.3 rounded"
    assert two.on(["b"]) == FilmsThere(3, 0, 1, 1), "0.1 + 0.6"
    assert two.on(["a", "b"]) == FilmsThere(3, 1, 1), "1 - 0.5 * 0.4 + 0.3 = 1.1"
    assert two.on([]) == two.on(["elsewhere"]) == FilmsThere(3, 0, 0)


def test_a_likely_film_that_nobody_saw_there_is_not_sure() -> None:
    one = whereabouts([[0, 0]], [[0.95, 0.0]])
    assert one.on(["a"]) == FilmsThere(1, 0, 1)
    assert not one.is_sure(0, "a")


def test_from_four_in_five_on_it_is_sure() -> None:
    assert whereabouts([[1, 0]], [[0.8, 0.0]]).on(["a"]) == FilmsThere(1, 1, 0)
    assert whereabouts([[1, 0]], [[0.79, 0.0]]).on(["a"]) == FilmsThere(1, 0, 1)
    assert whereabouts([[1, 0]], [[0.8, 0.0]]).is_sure(0, "a")
    assert not whereabouts([[1, 0]], [[0.8, 0.0]]).is_sure(0, "elsewhere")


def test_more_platforms_never_have_fewer_films() -> None:
    rng = np.random.default_rng(3)
    for _time in range(200):
        there = rng.random((6, 2)).round(2)
        two = whereabouts((rng.random((6, 2)) < 0.5).astype(int).tolist(), there.tolist())
        assert two.on(["a", "b"]).total >= max(two.on(["a"]).total, two.on(["b"]).total)


def test_what_was_seen_long_ago_is_only_probable_today() -> None:
    """Also where the platform was last surveyed long ago: a comparison stops there, this not."""
    rates = {"a": rate(share=0.2, turnover=0.3)}
    fresh = whereabouts_of([film(1, {"a": True})], rates, TODAY)
    old = whereabouts_of([film(1, {"a": True}, "2024-07")], rates, TODAY)
    assert fresh.on(["a"]) == FilmsThere(1, 1, 0)
    assert old.there[0, 0] == pytest.approx(0.2 + 0.8 * np.exp(-0.3 * 2))
    assert old.on(["a"]) == FilmsThere(1, 0, 1)


def test_an_unknown_film_counts_by_its_prior_where_there_is_one() -> None:
    films = [film(number, {}) for number in range(10)]
    rates = {"a": rate(), "b": rate(surveyed_on=None)}
    found = whereabouts_of(films, rates, TODAY)
    assert found.there[0, 0] == pytest.approx(0.2, abs=0.02)
    assert found.on(["a"]) == FilmsThere(10, 0, 2, 8)
    assert found.on(["b"]) == FilmsThere(10, 0, 0, 10), "too few films were looked at"
    seen = whereabouts_of([film(1, {"b": True})], rates, TODAY)
    assert seen.on(["b"]) == FilmsThere(1, 1, 0), "but what was seen there counts"


def test_a_person_without_films_has_none() -> None:
    assert whereabouts_of([], {"a": rate()}, TODAY).on(["a"]) == FilmsThere(0, 0, 0)


def test_by_id_or_by_row_it_is_the_same(live_model: Any, django_assert_num_queries: Any) -> None:
    movies = list(Movie.objects.order_by("movie_id")[:30])
    with django_assert_num_queries(1):
        by_row = current_whereabouts(movies, TODAY)
    with django_assert_num_queries(2):
        by_id = whereabouts_of_ids([movie.pk for movie in movies], TODAY)
    assert by_id.on(["netflix"]) == by_row.on(["netflix"])
    assert by_row.on(["netflix"]).total > 0
