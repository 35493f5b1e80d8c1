"""What the client makes of each answer, with the stub and with bodies recorded from TMDB."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from movies.tmdb import answers
from movies.tmdb.answers import MovieAnswer, ProvidersAnswer, SearchAnswer
from movies.tmdb.client import TmdbClient, _seconds
from movies.tmdb.errors import (
    BadAnswerError,
    InvalidKeyError,
    NoAnswerInTimeError,
    NoConnectionError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    TmdbError,
)
from movies.tmdb.limits import LocalLimiter
from tests.movies.tmdb.tmdb_films import StubFilm
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub
from tests.sites import free_port

FILM = StubFilm(
    550, "파이트 클럽", "Fight Club", "Fight Club", "1999-10-15", "tt0137523",
    overview="줄거리", runtime=139, poster_path="/p.jpg",
    offers={"flatrate": [8, 337], "ads": [1796], "rent": [3]},
)  # fmt: skip
TOKEN = "header.payload.signature"


@pytest.fixture
def stub() -> Iterator[TmdbStub]:
    with TmdbStub([FILM], key="key") as running:
        yield running


def client(url: str, *, key: str = "key", tries: int = 1, timeout: float = 1.0) -> TmdbClient:
    return TmdbClient(
        key=key,
        base_url=url,
        limiter=LocalLimiter(1000),
        tries=tries,
        timeout=timeout,
        backoff=0.01,
    )


def test_a_film_comes_in_korean_with_its_offers_by_kind(stub: TmdbStub) -> None:
    with client(stub.url) as tmdb:
        film = tmdb.movie(550)
    assert (film.title, film.original_title, film.runtime) == ("파이트 클럽", "Fight Club", 139)
    assert (film.release_date, film.imdb_id) == (date(1999, 10, 15), "tt0137523")
    assert film.offers.korea is not None
    offers = [(kind, offer.provider_id) for kind, offer in film.offers.korea.by_kind()]
    assert offers == [("flatrate", 8), ("flatrate", 337), ("ads", 1796), ("rent", 3)]
    assert stub.requests[0].query["language"] == "ko-KR"


def test_films_are_found_by_imdb_id_and_by_title_and_year(stub: TmdbStub) -> None:
    with client(stub.url) as tmdb:
        assert [film.id for film in tmdb.find(137523)] == [550]
        assert tmdb.find(1) == []
        assert [(film.id, film.year) for film in tmdb.search("fight club", 1999)] == [(550, 1999)]
        assert tmdb.search("fight club", 2001) == []


def test_a_token_goes_into_the_header_and_a_key_into_the_query() -> None:
    with TmdbStub([FILM], key=TOKEN) as stub, client(stub.url, key=TOKEN) as tmdb:
        assert tmdb.movie(550).id == 550


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMITED, RateLimitedError),
        (Fault.SERVER_ERROR, ServerError),
        (Fault.UNAVAILABLE, ServerError),
        (Fault.UNAUTHORIZED, InvalidKeyError),
        (Fault.HANG, NoAnswerInTimeError),
        (Fault.TRICKLE, NoAnswerInTimeError),
        (Fault.CUT_OFF, BadAnswerError),
        (Fault.CUT_JSON, BadAnswerError),
        (Fault.NOT_JSON, BadAnswerError),
        (Fault.WRONG_TYPES, BadAnswerError),
        (Fault.REDIRECT, BadAnswerError),
        (Fault.HUGE, BadAnswerError),
    ],
)
def test_each_fault_is_an_error_of_its_kind(
    fault: Fault, error: type[TmdbError], stub: TmdbStub
) -> None:
    stub.fault = lambda request: fault
    with client(stub.url) as tmdb, pytest.raises(error) as caught:
        tmdb.movie(550)
    assert type(caught.value) is error
    assert "key" not in str(caught.value).replace("API key", "")
    assert not any(request.redirected for request in stub.requests)


def test_both_forms_of_not_found_are_not_found_and_are_not_tried_again(stub: TmdbStub) -> None:
    with client(stub.url, tries=4) as tmdb:
        for _ in range(2):
            with pytest.raises(NotFoundError):
                tmdb.movie(551)
    assert len(stub.requests) == 2


def test_an_address_without_a_server_is_no_connection() -> None:
    url = f"http://127.0.0.1:{free_port()}/3"
    with client(url) as tmdb, pytest.raises(NoConnectionError):
        tmdb.movie(550)


def test_what_may_pass_is_tried_again_and_every_fault_is_told(stub: TmdbStub) -> None:
    faults = iter([Fault.SERVER_ERROR, Fault.CUT_JSON, Fault.RATE_LIMITED])
    stub.fault = lambda request: next(faults, None)
    told: list[str] = []
    with client(stub.url, tries=4) as tmdb:
        film = tmdb.movie(550, on_fault=lambda fault: told.append(fault.outcome))
    assert film.id == 550
    assert told == ["server_error", "bad_answer", "rate_limited"]


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED_WAIT, Fault.RATE_LIMITED_DATE])
def test_retry_after_is_waited_for(fault: Fault, stub: TmdbStub) -> None:
    faults = iter([fault])
    stub.fault = lambda request: next(faults, None)
    with client(stub.url, tries=2) as tmdb:
        tmdb.movie(550)
    first, second = stub.requests
    assert second.arrived - first.arrived >= (0.9 if fault == Fault.RATE_LIMITED_WAIT else 0.0)


def test_one_429_holds_up_its_own_request_and_several_in_a_row_hold_up_everybody(
    stub: TmdbStub,
) -> None:
    limiter = LocalLimiter(1000)
    paused: list[float] = []
    limiter.pause = paused.append  # type: ignore[method-assign]
    faults = iter([Fault.RATE_LIMITED_WAIT, None, *[Fault.RATE_LIMITED_WAIT] * 3])
    stub.fault = lambda request: next(faults, None)
    with TmdbClient(key="key", base_url=stub.url, limiter=limiter, backoff=0.01, tries=2) as tmdb:
        tmdb.movie(550)
        assert paused == []
        with pytest.raises(RateLimitedError):
            tmdb.movie(550)
        tmdb.movie(550)
    assert paused == [1.0]


def test_retry_after_is_read_as_seconds_or_as_a_date_and_nonsense_is_ignored() -> None:
    assert _seconds("7") == 7
    soon = _seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=30)))
    assert soon is not None
    assert 28 <= soon <= 30
    assert _seconds("Sat, 01 Jan 2000 00:00:00 GMT") == 0
    assert _seconds("9" * 12) == 24 * 3600
    assert [_seconds(text) for text in (None, "", "-1", "soon", "1.5", "٣")] == [None] * 6


def test_after_one_refusal_of_the_key_nothing_more_is_sent(stub: TmdbStub) -> None:
    with client(stub.url, key="wrong") as tmdb:
        for _ in range(3):
            with pytest.raises(InvalidKeyError):
                tmdb.movie(550)
    assert len(stub.requests) == 1


def test_the_key_is_in_no_log(stub: TmdbStub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with client(stub.url, key="key") as tmdb:
        tmdb.movie(550)
    assert "api_key" not in caplog.text


def details(**changes: object) -> str:
    body: dict[str, object] = {"id": 1, "title": "A", "original_title": "A"}
    body["watch/providers"] = {"results": {"KR": {"flatrate": [{"provider_id": 8}]}}}
    return json.dumps(body | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"id": 0},
        {"id": 2**40},
        {"watch/providers": None},
        {"watch/providers": {}},
        {"watch/providers": {"results": {"KR": []}}},
        {"watch/providers": {"results": {"KR": {"flatrate": {}}}}},
        {"watch/providers": {"results": {"KR": {"flatrate": [{"provider_id": "8"}]}}}},
        {"watch/providers": {"results": {"KR": {"flatrate": [{}]}}}},
    ],
)
def test_a_wrong_type_is_never_guessed_at(changes: dict[str, object]) -> None:
    MovieAnswer.model_validate_json(details())
    with pytest.raises(ValueError, match=r"validation error"):
        MovieAnswer.model_validate_json(details(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": None},
        {"original_title": 7},
        {"runtime": -1},
        {"runtime": 10**6},
        {"runtime": 101.0},
        {"release_date": "soon"},
        {"release_date": 1999},
        {"release_date": "1994"},
        {"release_date": "0000-00-00"},
        {"original_language": None},
        {"overview": "a NUL: \x00"},
        {"poster_path": ["/p.jpg"]},
        {"imdb_id": 137523},
        {"belongs_to_collection": {"name": "without an id"}},
    ],
)
def test_an_odd_field_is_left_unknown_and_named(changes: dict[str, object]) -> None:
    odd: list[str] = []
    answer = MovieAnswer.model_validate_json(details(**changes), context=odd)
    (name,) = changes
    assert odd == [name]
    assert not getattr(answer, name)
    assert answer.offers.korea is not None
    assert [offer.provider_id for offer in answer.offers.korea.flatrate] == [8]


def test_a_kind_of_offer_that_is_null_has_no_offers() -> None:
    odd: list[str] = []
    korea = {"flatrate": None, "rent": [{"provider_id": 3, "provider_name": None}]}
    body = details(**{"watch/providers": {"results": {"KR": korea}}})
    answer = MovieAnswer.model_validate_json(body, context=odd)
    assert answer.offers.korea is not None
    assert [(kind, offer.provider_id) for kind, offer in answer.offers.korea.by_kind()] == [
        ("rent", 3)
    ]
    assert odd == ["flatrate", "provider_name"]


@pytest.mark.parametrize(
    ("results", "countries"), [({}, 0), ([], 0), ({"US": {}}, 1), ({"US": "anything"}, 1)]
)
def test_no_entry_for_korea_is_told_apart_from_no_entry_at_all(
    results: object, countries: int
) -> None:
    answer = MovieAnswer.model_validate_json(details(**{"watch/providers": {"results": results}}))
    assert (answer.offers.korea, answer.offers.countries) == (None, countries)


# --- bodies recorded from TMDB ---


def test_recorded_bodies_are_understood(real_data: Path) -> None:
    folder = real_data / "tmdb"
    offers = json.loads((folder / "movie-watch-providers.json").read_text(encoding="utf-8"))
    answer = MovieAnswer.model_validate_json(
        details(**{"watch/providers": {"results": offers["results"]}})
    )
    assert answer.offers.countries == 96
    assert answer.offers.korea is not None
    assert [(kind, offer.provider_id) for kind, offer in answer.offers.korea.by_kind()] == [
        ("flatrate", 8), ("flatrate", 337), ("flatrate", 1796), ("buy", 356), ("buy", 3)
    ]  # fmt: skip
    listed = ProvidersAnswer.model_validate_json(
        (folder / "watch-provider-movie-list.json").read_bytes()
    )
    assert {8, 1796, 337, 356} <= {provider.provider_id for provider in listed.results}
    found = SearchAnswer.model_validate_json((folder / "search-movie.json").read_bytes())
    assert [(film.id, film.year) for film in found.results] == [(21778, 2004)]
    for name in ("resource-not-found", "invalid-api-key", "validation-error"):
        with pytest.raises(ValueError, match="validation error"):
            answers.FindAnswer.model_validate_json((folder / f"{name}.json").read_bytes())
