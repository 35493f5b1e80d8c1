"""Fetching from a TMDB that misbehaves, and with a key that it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import DataError as UnstorableError
from django.utils import timezone

from movies.fetching import queue, store
from movies.fetching import work as fetching
from movies.models import Availability, FetchJob, Movie, Notice
from movies.tmdb.answers import MovieAnswer
from tests.movies.fetching.tmdb_world import (
    add_movies,
    our_id,
    outcomes,
    wrong_films,
)
from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub, seeded_faults
from tests.operators import run

pytestmark = pytest.mark.django_db

FILMS = invented_films(40)


@pytest.fixture
def two_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tries per film, one right after the other."""
    monkeypatch.setattr(queue, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(queue, "MOST_TRIES", 2)


PASSING = [
    Fault.RATE_LIMITED,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.CUT_OFF,
    Fault.CUT_JSON,
    Fault.NOT_JSON,
    Fault.WRONG_TYPES,
    Fault.REDIRECT,
    Fault.HUGE,
]


@pytest.mark.parametrize("fault", [*PASSING, Fault.HANG, Fault.TRICKLE, Fault.RATE_LIMITED_WAIT])
def test_one_bad_answer_is_recorded_and_the_film_ends_right(fault: Fault, tmdb: TmdbStub) -> None:
    add_movies(FILMS[:3])
    faults = iter([fault])
    tmdb.fault = lambda request: None if request.is_provider_list else next(faults, None)
    run("fetch_availability")
    assert wrong_films(FILMS[:3]) == []
    recorded = outcomes()
    assert recorded.pop("ok") == 3
    assert sum(recorded.values()) == 1
    assert not any(request.redirected for request in tmdb.requests)


def test_what_was_known_stays_while_every_answer_is_bad(tmdb: TmdbStub, two_tries: None) -> None:
    add_movies(FILMS[:2])
    run("fetch_availability")
    before = list(Availability.objects.order_by("pk").values())
    tmdb.fault = lambda request: Fault.SERVER_ERROR
    run("fetch_availability", "--stale-days", 0)
    assert list(Availability.objects.order_by("pk").values()) == before
    assert outcomes() == {"ok": 2, "server_error": 2 * 2 * 4}  # films, jobs' tries, requests
    assert not FetchJob.objects.exists()
    assert Movie.objects.filter(answered_at__isnull=False).count() == 2  # due again by its age


def test_ten_percent_of_faults_leave_every_film_right(
    tmdb: TmdbStub, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAUSE_SECONDS", 0.1)
    settings.TMDB_TIMEOUT = 0.7
    settings.TMDB_RATE = 60
    add_movies(FILMS)
    tmdb.fault = seeded_faults(0.1, [*PASSING, Fault.SLOW, Fault.HANG], seed=3)
    run("fetch_availability")
    assert wrong_films(FILMS) == []
    assert tmdb.most_in_one_second() <= 60


def test_a_pause_longer_than_sensible_ends_the_run_and_keeps_the_queue(
    tmdb: TmdbStub, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TMDB_TIMEOUT = 30.0  # a busy machine answers late, and only the pause may end the run
    monkeypatch.setattr("movies.tmdb.limits.LONGEST_WAIT", 0.5)
    add_movies(FILMS)
    tmdb.fault = lambda request: None if request.is_provider_list else Fault.RATE_LIMITED_WAIT
    with pytest.raises(CommandError, match="TMDB asked for a pause"):
        run("fetch_availability")
    assert FetchJob.objects.count() == len(FILMS)
    assert not FetchJob.objects.exclude(claimed_by="").exists()
    assert set(outcomes()) == {"rate_limited"}  # the requests before the pause are recorded


def test_an_answer_that_cannot_be_stored_stops_no_other_film(
    tmdb: TmdbStub, two_tries: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, store_offers = our_id(FILMS[0]), store._store_offers

    def refuse(movie: Movie, answer: MovieAnswer) -> None:
        if movie.pk == bad:
            raise UnstorableError("value out of range")
        store_offers(movie, answer)

    monkeypatch.setattr(store, "_store_offers", refuse)
    add_movies(FILMS[:5])
    run("fetch_availability")
    assert wrong_films(FILMS[1:5]) == []
    assert Movie.objects.get(pk=bad).answered_at is None
    assert outcomes()["bad_answer"] == 2


def test_when_film_after_film_fails_the_run_ends_and_the_rest_stays_queued(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_FAILURES", 10)
    monkeypatch.setattr("movies.tmdb.client.TRIES", 1)
    add_movies(FILMS)
    run("sync_providers")
    tmdb.fault = lambda request: Fault.SERVER_ERROR
    with pytest.raises(CommandError, match="10 films in a row failed, the last by server_error"):
        run("fetch_availability")
    assert FetchJob.objects.count() == len(FILMS)


def test_a_lease_is_freed_only_by_who_has_it(tmdb: TmdbStub) -> None:
    add_movies(FILMS[:1])
    queue.plan_fetch()
    movie_id = queue.claim("slow", 1)[0].movie_id
    FetchJob.objects.update(not_before=timezone.now() - timedelta(seconds=1))  # it ran out
    assert [film.movie_id for film in queue.claim("other", 1)] == [movie_id]
    queue.renew("slow")
    queue.put_back("slow", movie_id, "timeout")
    queue.release("slow")
    assert FetchJob.objects.get().claimed_by == "other"


# --- the key ---


def test_a_wrong_key_stops_the_run_at_once_with_one_message(tmdb: TmdbStub, settings: Any) -> None:
    add_movies(FILMS)
    run("sync_providers")
    settings.TMDB_API_KEY = "wrong"
    with pytest.raises(CommandError) as caught:
        run("fetch_availability")
    assert str(caught.value) == fetching.WRONG_KEY
    assert "wrong" not in str(caught.value)
    refused = [request for request in tmdb.requests if request.status == 401]
    assert len(refused) <= fetching.THREADS  # those that were on their way already
    assert not FetchJob.objects.exists()
    assert Notice.objects.get(key="invalid_key").detail == fetching.WRONG_KEY
    settings.TMDB_API_KEY = "right"
    run("fetch_availability")
    assert not Notice.objects.filter(key="invalid_key").exists()


def test_without_a_key_the_command_says_so_before_anything_else(
    tmdb: TmdbStub, settings: Any
) -> None:
    settings.TMDB_API_KEY = ""
    with pytest.raises(CommandError, match="TMDB_API_KEY is not set"):
        run("fetch_availability")
    assert tmdb.requests == []


@pytest.mark.parametrize("address", ["http://tmdb.example/3", "ftp://127.0.0.1/3", "tmdb"])
def test_the_key_is_never_sent_over_an_unencrypted_line(address: str, settings: Any) -> None:
    settings.TMDB_API_KEY, settings.TMDB_BASE_URL = "key", address
    with pytest.raises(CommandError, match="TMDB_BASE_URL"):
        run("fetch_availability")
