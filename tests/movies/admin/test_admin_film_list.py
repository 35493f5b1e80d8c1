"""The list of films: stale ones, conflicts, demand; and asking TMDB about chosen films."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import FetchAttempt, FetchJob, Movie
from movies.services.availability import Statement, record_statements
from tests.movies.fetching.tmdb_world import (
    add_movies,
    add_platforms,
    connected_stub,
    our_id,
    wrong_films,
)
from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub
from tests.operators import staff_with

pytestmark = pytest.mark.django_db

LIST = "admin:movies_movie_changelist"
FILMS = invented_films(25)


def check(client: Client, *ids: int) -> list[tuple[str, str]]:
    """Level and text of the messages that follow the action."""
    client.cookies["django_language"] = "en"
    data = {"action": "check_at_tmdb", "_selected_action": ids}
    page = client.post(reverse(LIST), data, follow=True)
    assert page.status_code == 200
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


# --- filters ---


@pytest.fixture
def films() -> None:
    """Film n was checked n days ago; film 1000 never."""
    add_platforms()
    now = timezone.now()
    for days in (1, 8, 31, 91, 181):
        Movie.objects.create(movie_id=days, title=f"Film {days}", rating_count=1000 - days)
        record_statements([Statement(days, "netflix", "a", True, now - timedelta(days=days))])
    record_statements([Statement(8, "netflix", "b", False, now - timedelta(days=9))])
    Movie.objects.create(movie_id=1000, title="Never", demand=3)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?stale=7", [8, 31, 91, 181, 1000]),
        ("?stale=30", [31, 91, 181, 1000]),
        ("?stale=90", [91, 181, 1000]),
        ("?stale=180", [181, 1000]),
        ("?stale=never", [1000]),
        ("?stale=5", [1, 8, 31, 91, 181, 1000]),
        ("?conflict=yes", [8]),
        ("?conflict=no", [1, 31, 91, 181, 1000]),
        ("?demand=yes", [1000]),
        ("?demand=no", [1, 8, 31, 91, 181]),
        ("?unknown=netflix", [1000]),
        ("?unknown=netflix&stale=never&demand=yes", [1000]),
    ],
)
def test_the_list_shows_what_staff_look_for(
    query: str, expected: list[int], films: None, admin_client: Client
) -> None:
    page = admin_client.get(reverse(LIST) + query)
    assert [film.pk for film in page.context["cl"].result_list] == expected


def test_the_list_says_when_each_film_was_last_checked(films: None, admin_client: Client) -> None:
    admin_client.cookies["django_language"] = "en"
    text = admin_client.get(reverse(LIST)).content.decode()
    assert (timezone.localdate() - timedelta(days=31)).isoformat() in text
    assert '<td class="field-last_checked">never</td>' in text


# --- Check at TMDB now ---


@pytest.fixture
def tmdb(settings: Any) -> Iterator[TmdbStub]:
    with connected_stub(settings, FILMS) as stub:
        add_movies(FILMS)
        yield stub


def test_chosen_films_are_checked_at_once(tmdb: TmdbStub, admin_client: Client) -> None:
    chosen = FILMS[:3]
    told = check(admin_client, *map(our_id, chosen))
    assert [level for level, _text in told] == ["success"]
    assert told[0][1].startswith("Checked at TMDB: ")
    assert wrong_films(chosen) == []
    assert not FetchJob.objects.exists()
    assert Movie.objects.filter(answered_at__isnull=False).count() == 3


def test_more_than_twenty_films_are_refused_without_workers(
    tmdb: TmdbStub, admin_client: Client
) -> None:
    told = check(admin_client, *map(our_id, FILMS[:21]))
    assert told[0][0] == "error"
    assert "manage.py fetch_availability --movie" in told[0][1]
    assert not FetchJob.objects.exists()
    assert not tmdb.requests


def test_a_long_queue_is_not_worked_off_by_a_page(tmdb: TmdbStub, admin_client: Client) -> None:
    FetchJob.objects.bulk_create(FetchJob(movie_id=our_id(film), position=1) for film in FILMS[1:])
    told = check(admin_client, our_id(FILMS[0]))
    assert told[0][0] == "error"
    assert FetchJob.objects.count() == 24


def test_without_a_key_nothing_is_queued(
    tmdb: TmdbStub, admin_client: Client, settings: Any
) -> None:
    settings.TMDB_API_KEY = ""
    told = check(admin_client, our_id(FILMS[0]))
    assert told[0][0] == "error"
    assert "TMDB_API_KEY" in told[0][1]
    assert not FetchJob.objects.exists()
    assert not tmdb.requests


def test_a_wrong_key_is_told(tmdb: TmdbStub, admin_client: Client, settings: Any) -> None:
    settings.TMDB_API_KEY = "wrong"
    told = check(admin_client, our_id(FILMS[0]))
    assert told[0][0] == "error"
    assert not Movie.objects.filter(answered_at__isnull=False).exists()


def test_what_tmdb_does_not_answer_in_time_stays_queued(
    tmdb: TmdbStub, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from movies.fetching import providers
    from movies.fetching.access import open_client

    with open_client() as client:
        providers.sync_providers(client)
    monkeypatch.setattr("movies.admin.checking.SECONDS_IN_A_REQUEST", 0.1)
    tmdb.fault = lambda request: Fault.SERVER_ERROR
    told = check(admin_client, our_id(FILMS[0]))
    assert "1 films stay queued" in told[0][1]
    assert FetchJob.objects.count() == 1
    assert FetchAttempt.objects.filter(outcome="server_error").exists()


def test_with_redis_the_workers_are_called(
    tmdb: TmdbStub, admin_client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    calls = []
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr("movies.admin.checking.keep_fetching.delay", lambda: calls.append(1))
    told = check(admin_client, *map(our_id, FILMS))
    assert told == [("success", "25 films are queued; workers check them now.")]
    assert calls == [1]
    assert FetchJob.objects.filter(position=0).count() == 25

    def gone() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("movies.admin.checking.keep_fetching.delay", gone)
    told = check(admin_client, our_id(FILMS[0]))
    assert told[0] == (
        "error",
        "The films are queued, but Redis cannot be reached: connection refused",
    )


def test_who_may_only_look_is_not_offered_to_check(tmdb: TmdbStub) -> None:
    client = staff_with("view_movie")
    assert "check_at_tmdb" not in client.get(reverse(LIST)).content.decode()
    check(client, our_id(FILMS[0]))
    assert not FetchJob.objects.exists()
    assert not tmdb.requests
