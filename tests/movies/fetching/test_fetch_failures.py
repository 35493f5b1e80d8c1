"""Films that always fail, odd fields, and 404: none keeps other films from being fetched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.db.models import F
from django.utils import timezone

from movies.fetching import queue
from movies.fetching import work as fetching
from movies.models import FetchFailure, FetchJob, Movie, Offer
from tests.movies.fetching.tmdb_world import add_movies, our_id, outcomes, wrong_films
from tests.movies.tmdb.tmdb_films import Json, StubFilm, invented_films
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub
from tests.operators import run

pytestmark = pytest.mark.django_db

FILMS = invented_films(30)


@pytest.fixture(autouse=True)
def two_quick_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(queue, "MOST_TRIES", 2)
    monkeypatch.setattr("movies.tmdb.client.TmdbClient._wait", lambda *_: 0.0)


def poison(tmdb: TmdbStub, films: list[StubFilm], fault: Fault = Fault.SERVER_ERROR) -> None:
    """These films always fail, and stand first in the queue."""
    bad = {film.tmdb_id for film in films}
    tmdb.fault = lambda request: fault if request.tmdb_id in bad else None
    Movie.objects.filter(tmdb_id__in=bad).update(demand=1000)


def change_answers(tmdb: TmdbStub, change: Callable[[str, int, Json], tuple[int, Json]]) -> None:
    """Replace what the stub answers, by path."""
    answer = tmdb.catalogue.answer
    tmdb.catalogue.answer = lambda path, query: change(path, *answer(path, query))  # type: ignore[method-assign]


def a_night_passes() -> None:
    day = timedelta(days=1)
    FetchFailure.objects.update(not_before=F("not_before") - day, failed_at=F("failed_at") - day)


# --- films that always fail ---


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.WRONG_TYPES, Fault.NOT_JSON])
def test_a_few_bad_films_are_not_taken_for_tmdb_being_away(
    fault: Fault, tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_FAILURES", 8)  # fewer than the tries of six films
    add_movies(FILMS)
    poison(tmdb, FILMS[:6], fault)
    summary = run("fetch_availability")[0].splitlines()[-1]
    assert summary.startswith("Fetched 24 films: ")
    assert "6 left for later: " in summary
    for film in FILMS[:6]:
        assert f"{film.english_title} ({our_id(film)}, " in summary
    assert wrong_films(FILMS[6:]) == []


def test_a_limited_run_is_not_filled_with_films_that_failed_before(tmdb: TmdbStub) -> None:
    add_movies(FILMS)
    poison(tmdb, FILMS[:10])
    for _ in range(4):
        run("fetch_availability", "--limit", 10)
        a_night_passes()
    assert wrong_films(FILMS[10:]) == []


def test_a_run_that_gave_up_begins_with_other_films_the_next_time(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_FAILURES", 10)
    monkeypatch.setattr(fetching, "THREADS", 1)  # no good film answers between the failures
    add_movies(FILMS)
    poison(tmdb, FILMS[:18])
    with pytest.raises(CommandError, match="10 films in a row failed"):
        run("fetch_availability")
    run("fetch_availability")
    assert wrong_films(FILMS[18:]) == []


def test_the_pause_of_a_film_doubles_and_ends_with_its_first_answer(tmdb: TmdbStub) -> None:
    add_movies(FILMS[:1])
    poison(tmdb, FILMS[:1])
    pauses = []
    for _ in range(3):
        run("fetch_availability")
        assert not FetchJob.objects.exists()
        failure = FetchFailure.objects.get()
        pauses.append(round((failure.not_before - timezone.now()) / timedelta(hours=1)))
        assert "none was due" in run("fetch_availability")[0]
        FetchFailure.objects.update(not_before=timezone.now())
    assert pauses == [20, 40, 80]
    FetchFailure.objects.update(given_up=99)
    run("fetch_availability")
    longest = FetchFailure.objects.get().not_before - timezone.now()
    assert timedelta(days=29) < longest <= timedelta(days=30)
    tmdb.fault = lambda request: None
    run("fetch_availability", "--movie", our_id(FILMS[0]))  # said by name, it need not wait
    assert not FetchFailure.objects.exists()
    assert wrong_films(FILMS[:1]) == []


# --- odd fields ---


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("release_date", "1994"),
        ("release_date", "0000-00-00"),
        ("runtime", 101.0),
        ("runtime", "101"),
        ("original_language", None),
        ("overview", ["a", "list"]),
        ("imdb_id", 17),
        ("belongs_to_collection", "a series"),
    ],
)
def test_an_odd_field_costs_a_film_neither_its_offers_nor_its_other_details(
    field: str, value: Any, tmdb: TmdbStub
) -> None:
    add_movies(FILMS[:2])
    path = f"/3/movie/{FILMS[0].tmdb_id}"
    change_answers(
        tmdb, lambda asked, status, body: (status, body | ({field: value} if asked == path else {}))
    )
    summary = run("fetch_availability")[0].splitlines()[-1]
    assert wrong_films(FILMS[:2]) == []
    assert Movie.objects.get(pk=our_id(FILMS[0])).details.title_ko == FILMS[0].title
    assert f"1 fields unreadable and left unknown (1 {field})" in summary


def test_offers_that_are_null_are_none_and_a_provider_may_have_no_name(tmdb: TmdbStub) -> None:
    add_movies(FILMS[:1])

    def change(path: str, status: int, body: Json) -> tuple[int, Json]:
        if "watch/providers" in body:
            offers = {"flatrate": None, "ads": [{"provider_id": 337, "provider_name": None}]}
            body["watch/providers"] = {"results": {"KR": offers}}
        return status, body

    change_answers(tmdb, change)
    run("fetch_availability")
    assert set(Offer.objects.values_list("provider", "kind")) == {(337, "ads")}
    assert Movie.objects.get().platforms["disney_plus"] is True


# --- 404 ---


def nothing_at(*parts: str) -> Callable[[str, int, Json], tuple[int, Json]]:
    def change(path: str, status: int, body: Json) -> tuple[int, Json]:
        return (404, {"status_code": 34}) if any(part in path for part in parts) else (status, body)

    return change


@pytest.mark.parametrize("parts", [("search/",), ("find/", "search/"), ("find/",)])
def test_a_404_of_a_search_is_the_outcome_of_one_film(
    parts: tuple[str, ...], tmdb: TmdbStub
) -> None:
    add_movies(FILMS[:4])
    Movie.objects.filter(pk=our_id(FILMS[0])).update(tmdb_id=None, title="Nobody's")
    run("sync_providers")
    change_answers(tmdb, nothing_at(*parts))
    run("fetch_availability")
    assert wrong_films(FILMS[1:4]) == []
    recorded = outcomes()
    recorded.pop("no_data", None)
    unfound = {"search/": "ok", "find/": "no_match"} if len(parts) == 1 else {"find/": "not_found"}
    assert recorded.pop(unfound[parts[0]]) >= 1
    assert set(recorded) <= {"ok"}


@pytest.mark.parametrize("command", ["fetch_availability", "sync_providers", "sync_catalogue"])
def test_an_address_that_is_not_tmdbs_is_said_to_be_that(
    command: str, tmdb: TmdbStub, settings: Any
) -> None:
    add_movies(FILMS[:4])
    settings.TMDB_BASE_URL = tmdb.url + "/4"
    with pytest.raises(CommandError, match=r"TMDB_BASE_URL is '.*/3/4', which answers 404 to"):
        run(command)
    assert not Movie.objects.filter(answered_at__isnull=False).exists()


def test_a_wrong_address_is_noticed_when_the_list_of_providers_is_fresh(tmdb: TmdbStub) -> None:
    add_movies(FILMS[:4])
    Movie.objects.update(tmdb_id=None)
    run("sync_providers")
    change_answers(tmdb, nothing_at("/"))
    with pytest.raises(CommandError, match="TMDB_BASE_URL"):
        run("fetch_availability")
    assert FetchJob.objects.count() == 4
    assert outcomes() == {}
