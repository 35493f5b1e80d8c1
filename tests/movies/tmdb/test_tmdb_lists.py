"""Pages of a provider's list: what is asked, and which answers are not believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from movies.genres import GENRES
from movies.tmdb.answers import GENRE_NAMES, LARGEST_LISTED_ID
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import BadAnswerError, RefusedError
from movies.tmdb.limits import LocalLimiter
from tests.movies.tmdb.tmdb_films import GENRE_IDS, StubFilm, invented_films
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub

FILMS = [replace(film, offers={"flatrate": [8], "rent": [97]}) for film in invented_films(45)]


@pytest.fixture
def tmdb() -> Iterator[TmdbStub]:
    with TmdbStub(FILMS, key="right") as stub:
        yield stub


@pytest.fixture
def client(tmdb: TmdbStub) -> Iterator[TmdbClient]:
    with TmdbClient(
        key="right", base_url=tmdb.url, limiter=LocalLimiter(500), timeout=2, tries=2, backoff=0.01
    ) as client:
        yield client


def by_day() -> list[StubFilm]:
    return sorted(FILMS, key=lambda film: (film.release_date, film.tmdb_id))


def test_a_list_has_what_a_subscription_includes_in_the_order_of_release(
    client: TmdbClient,
) -> None:
    pages = [client.listed([8, 1796], page) for page in (1, 2, 3)]
    assert [len(page.results) for page in pages] == [20, 20, 5]
    assert {(page.total_results, page.total_pages) for page in pages} == {(45, 3)}
    ids = [film.id for page in pages for film in page.results]
    assert ids == [film.tmdb_id for film in by_day()]
    assert client.listed([97], 1).results == []  # only for rent there


def test_a_span_of_days_holds_the_films_of_its_first_and_last_day(client: TmdbClient) -> None:
    chosen = by_day()[10:15]
    first, last = (date.fromisoformat(chosen[place].release_date) for place in (0, -1))
    found = client.listed([8], 1, first_day=first, last_day=last)
    assert [film.id for film in found.results] == [film.tmdb_id for film in chosen]


def test_a_page_beyond_the_last_that_tmdb_shows_is_refused(client: TmdbClient) -> None:
    with pytest.raises(RefusedError):
        client.listed([8], 501)


def test_genres_have_our_names_and_those_without_one_are_left_out(
    client: TmdbClient, tmdb: TmdbStub
) -> None:
    assert set(GENRE_NAMES.values()) <= set(GENRES)
    assert set(GENRE_IDS) - set(GENRE_NAMES) == {36}
    tmdb.add(replace(FILMS[0], genre_ids=(36, 10751, 878), release_date="1900-01-01"))
    assert client.listed([8], 1).results[0].genres == ["Children", "Sci-Fi"]


def test_a_number_that_has_no_room_in_our_catalogue_is_a_bad_answer(
    client: TmdbClient, tmdb: TmdbStub
) -> None:
    tmdb.add(replace(FILMS[0], tmdb_id=LARGEST_LISTED_ID + 1, release_date="1900-01-01"))
    with pytest.raises(BadAnswerError, match="results.*id"):
        client.listed([8], 1)


@pytest.mark.parametrize("fault", [Fault.WRONG_TYPES, Fault.CUT_JSON, Fault.NOT_JSON])
def test_a_page_that_cannot_be_read_is_asked_for_again(
    fault: Fault, client: TmdbClient, tmdb: TmdbStub
) -> None:
    tmdb.fault = lambda request: fault if len(tmdb.requests) == 1 else None
    assert len(client.listed([8], 2).results) == 20
    assert len(tmdb.requests) == 2
