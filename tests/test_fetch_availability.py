"""`fetch_availability` in the process, against a stub of TMDB that can misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.utils import timezone

from movies.models import (
    Availability,
    AvailabilityChange,
    FetchAttempt,
    FetchJob,
    IdSuggestion,
    Movie,
    MovieDetails,
    Notice,
    Provider,
)
from movies.services import availability, fetching, queue
from movies.services.fetched import store_lookup
from movies.services.tmdb_access import open_client
from movies.tmdb.lookup import look_up
from tests.operators import add_respondent, run
from tests.tmdb_films import StubFilm, invented_films
from tests.tmdb_stub import Fault, TmdbStub, seeded_faults
from tests.tmdb_world import (
    COVERED,
    add_movies,
    add_platforms,
    expected_state,
    our_id,
    wrong_films,
)

pytestmark = pytest.mark.django_db

FILMS = invented_films(40)


@pytest.fixture
def tmdb(settings: Any) -> Iterator[TmdbStub]:
    """A stub that knows the films; our settings lead to it."""
    with TmdbStub(FILMS, key="right") as stub:
        settings.TMDB_API_KEY = "right"
        settings.TMDB_BASE_URL = stub.url
        settings.TMDB_RATE = 500
        settings.TMDB_TIMEOUT = 1.0
        settings.REDIS_URL = ""
        add_platforms()
        yield stub


def outcomes() -> dict[str, int]:
    counts: dict[str, int] = {}
    for outcome in FetchAttempt.objects.values_list("outcome", flat=True):
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def fetched(movie_id: int) -> Movie:
    run("fetch_availability", "--movie", movie_id)
    return Movie.objects.get(pk=movie_id)


# --- what TMDB says ends up where it belongs ---


def test_every_film_gets_its_state_its_offers_and_its_details(tmdb: TmdbStub) -> None:
    add_movies(FILMS)
    out, _ = run("fetch_availability")
    assert out.splitlines()[-1].startswith("Fetched 40 films: 38 ok, 2 no_data")
    assert wrong_films(FILMS) == []
    film = FILMS[0]
    movie = Movie.objects.select_related("details").get(pk=our_id(film))
    assert movie.title_ko == movie.details.title_ko == film.title
    assert movie.poster_path == film.poster_path
    assert movie.details.runtime == film.runtime
    assert movie.details.original_language == film.original_language
    assert str(movie.details.release_date) == film.release_date
    assert movie.platforms_checked_at is not None
    assert not FetchJob.objects.exists()


def test_details_and_offers_come_with_one_request_a_film(tmdb: TmdbStub) -> None:
    add_movies(FILMS)
    run("fetch_availability")
    assert len([request for request in tmdb.requests if not request.is_provider_list]) == len(FILMS)


def test_a_second_run_has_nothing_to_do_until_the_films_are_stale(tmdb: TmdbStub) -> None:
    add_movies(FILMS)
    run("fetch_availability")
    before = len(tmdb.requests)
    out, _ = run("fetch_availability")
    assert "none was due" in out
    assert len(tmdb.requests) == before
    Movie.objects.update(answered_at=timezone.now() - timedelta(days=3))
    assert "none was due" in run("fetch_availability")[0]
    assert "Fetched 40 films" in run("fetch_availability", "--stale-days", 2)[0]
    assert AvailabilityChange.objects.count() == Availability.objects.count()  # nothing changed


def test_a_platform_that_tmdb_does_not_cover_stays_unknown(tmdb: TmdbStub) -> None:
    add_movies(FILMS[:1])
    movie = fetched(our_id(FILMS[0]))
    assert set(movie.platforms) == COVERED
    assert "coupang_play" not in movie.platforms


def test_tiers_of_one_platform_are_merged_but_kept_apart_as_offers(tmdb: TmdbStub) -> None:
    film = StubFilm(7, "광고", "Ads", "Ads", "2000-01-01", None, offers={"ads": [1796]})
    tmdb.add(film)
    add_movies([film])
    movie = fetched(our_id(film))
    assert movie.platforms["netflix"] is True
    assert list(movie.offers.values_list("provider__tier", "kind")) == [("ads", "ads")]


def test_rent_and_buy_are_stored_but_do_not_count_as_included(tmdb: TmdbStub) -> None:
    film = StubFilm(
        7, "대여", "Rent", "Rent", "2000-01-01", None, offers={"rent": [356], "buy": [3]}
    )
    tmdb.add(film)
    add_movies([film])
    movie = fetched(our_id(film))
    assert movie.platforms == dict.fromkeys(COVERED, False)
    assert set(movie.offers.values_list("kind", "provider")) == {("rent", 356), ("buy", 3)}


def test_an_answer_that_names_no_country_says_nothing_of_a_new_film(tmdb: TmdbStub) -> None:
    film = StubFilm(7, "없음", "None", "None", "2000-01-01", None, offers=None, elsewhere=False)
    tmdb.add(film)
    add_movies([film])
    movie = fetched(our_id(film))
    assert movie.platforms == {}
    assert movie.answered_at is not None
    assert outcomes() == {"no_data": 1}


def test_a_film_that_was_placed_and_is_named_by_no_country_any_more_has_left(
    tmdb: TmdbStub,
) -> None:
    add_movies(FILMS[:1])
    film = FILMS[0]
    assert True in expected_state(film).values()
    fetched(our_id(film))
    tmdb.fault = lambda request: Fault.EMPTY_RESULTS
    movie = fetched(our_id(film))
    assert movie.platforms == dict.fromkeys(COVERED, False)
    departures = AvailabilityChange.objects.filter(effect="departure")
    carried = {slug for slug, state in expected_state(film).items() if state}
    assert set(departures.values_list("platform", flat=True)) == carried


def test_a_provider_that_nobody_knows_is_kept_and_staff_are_told(tmdb: TmdbStub) -> None:
    film = StubFilm(7, "새", "New", "New", "2000-01-01", None, offers={"flatrate": [4242]})
    tmdb.add(film)
    add_movies([film])
    fetched(our_id(film))
    assert Provider.objects.get(pk=4242).is_listed is False
    run("sync_providers")
    assert "(4242)" in Notice.objects.get(key="unknown_providers").detail


# --- what files and staff said ---


def test_a_title_of_a_file_or_of_staff_stays_and_tmdbs_own_is_renewed(tmdb: TmdbStub) -> None:
    film, other = FILMS[0], FILMS[1]
    add_movies([film, other])
    Movie.objects.filter(pk=our_id(film)).update(title_ko="우리가 붙인 제목")
    MovieDetails.objects.create(
        movie_id=our_id(other), title_ko="옛 제목", fetched_at=timezone.now()
    )
    Movie.objects.filter(pk=our_id(other)).update(title_ko="옛 제목")
    assert fetched(our_id(film)).title_ko == "우리가 붙인 제목"
    assert fetched(our_id(other)).title_ko == other.title


def test_a_correction_survives_the_next_fetch_and_taking_it_back_brings_the_fetched_value(
    tmdb: TmdbStub,
) -> None:
    film = next(film for film in FILMS if expected_state(film).get("netflix"))
    add_movies([film])
    movie = fetched(our_id(film))
    assert movie.platforms["netflix"] is True
    availability.correct_availability(
        movie=movie, states={"netflix": False}, notes={"netflix": "gone since Monday"}
    )
    movie = fetched(our_id(film))
    assert (movie.platforms["netflix"], movie.platforms_fetched["netflix"]) == (False, True)
    availability.correct_availability(movie=movie, states={"netflix": None})
    movie.refresh_from_db()
    assert movie.platforms["netflix"] is True
    history = AvailabilityChange.objects.filter(platform="netflix").order_by("pk")
    assert list(history.values_list("source", "before", "after", "effect", "note")) == [
        ("tmdb", None, True, "known", ""),
        ("staff", None, False, "departure", "gone since Monday"),
        ("staff", False, None, "arrival", ""),
    ]


# --- ids ---


def test_an_unknown_id_is_found_by_imdb_id_and_else_by_title_and_year(tmdb: TmdbStub) -> None:
    by_imdb, by_title = FILMS[2], FILMS[3]
    add_movies([by_imdb, by_title])
    Movie.objects.update(tmdb_id=None)
    Movie.objects.filter(pk=our_id(by_title)).update(imdb_id=None)
    run("fetch_availability")
    assert wrong_films([by_imdb, by_title]) == []
    found = dict(Movie.objects.values_list("tmdb_id", "tmdb_id_source"))
    assert found == {by_imdb.tmdb_id: "imdb", by_title.tmdb_id: "search"}


def test_a_doubtful_match_goes_to_staff_and_not_into_the_film(tmdb: TmdbStub) -> None:
    film = FILMS[4]
    add_movies([film])
    year = int(film.release_date[:4]) + 5
    Movie.objects.update(imdb_id=None, title="Another title", year=year)
    movie = fetched(our_id(film))
    assert (movie.platforms, movie.title_ko) == ({}, "")
    suggestion = IdSuggestion.objects.get()
    assert (suggestion.tmdb_id, suggestion.state) == (film.tmdb_id, "open")
    assert "neither title nor year agree" in suggestion.reason
    assert outcomes() == {"doubtful": 1}


def test_another_imdb_id_is_a_doubt_whatever_the_title_says(tmdb: TmdbStub) -> None:
    film = FILMS[4]
    add_movies([film])
    Movie.objects.update(imdb_id=4242)
    assert fetched(our_id(film)).platforms == {}
    assert "IMDb id" in IdSuggestion.objects.get().reason


def test_what_staff_rejected_is_not_asked_for_again(tmdb: TmdbStub) -> None:
    film = FILMS[4]
    add_movies([film])
    Movie.objects.update(imdb_id=None)
    IdSuggestion.objects.create(
        movie_id=our_id(film), tmdb_id=film.tmdb_id, title="x", reason="x", state="rejected"
    )
    fetched(our_id(film))
    assert outcomes() == {"no_match": 1}
    assert all(request.tmdb_id != film.tmdb_id for request in tmdb.requests)


def test_a_film_that_tmdb_does_not_have_keeps_what_was_known(tmdb: TmdbStub) -> None:
    film = FILMS[0]
    add_movies([film])
    before = fetched(our_id(film)).platforms
    Movie.objects.update(tmdb_id=999_999, imdb_id=None)
    movie = fetched(our_id(film))
    assert movie.platforms == before
    assert outcomes() == {"ok": 1, "not_found": 1}
    assert not FetchJob.objects.exists()


def test_an_answer_on_its_way_does_not_override_what_staff_decide_meanwhile(
    tmdb: TmdbStub,
) -> None:
    film, right = FILMS[4], FILMS[5]
    add_movies([film])
    Movie.objects.update(tmdb_id=None)
    queue.queue_movies([our_id(film)])
    known = queue.claim("one", 1)[0]
    with open_client() as client:
        lookup = look_up(client, known)
    Movie.objects.update(tmdb_id=right.tmdb_id, tmdb_id_source="staff")
    assert store_lookup(film=known, lookup=lookup, worker="one") is False
    movie = Movie.objects.get()
    assert (movie.tmdb_id, movie.platforms, movie.answered_at) == (right.tmdb_id, {}, None)
    assert FetchJob.objects.exists()


# --- order ---


def test_films_in_demand_come_first_then_the_stalest(tmdb: TmdbStub, monkeypatch: Any) -> None:
    monkeypatch.setattr(fetching, "THREADS", 1)
    films = FILMS[:5]
    add_movies(films)
    ids = [our_id(film) for film in films]
    now = timezone.now()
    for days, movie_id in enumerate(ids, start=10):
        Movie.objects.filter(pk=movie_id).update(answered_at=now - timedelta(days=days))
    add_respondent(ids[1], shown=[ids[0]])
    add_respondent(ids[1])
    run("fetch_availability", "--limit", 4)
    asked = [request.tmdb_id for request in tmdb.requests if request.tmdb_id]
    assert asked == [films[index].tmdb_id for index in (1, 0, 4, 3)]


# --- when TMDB misbehaves ---

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


def test_what_was_known_stays_while_every_answer_is_bad(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(queue, "MOST_TRIES", 2)
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
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("movies.tmdb.limits.LONGEST_WAIT", 0.5)
    add_movies(FILMS)
    tmdb.fault = lambda request: None if request.is_provider_list else Fault.RATE_LIMITED_WAIT
    with pytest.raises(CommandError, match="TMDB asked for a pause"):
        run("fetch_availability")
    assert FetchJob.objects.count() == len(FILMS)
    assert not FetchJob.objects.exclude(claimed_by="").exists()
    assert set(outcomes()) == {"rate_limited"}  # the requests before the pause are recorded


def test_an_answer_that_can_not_be_stored_stops_no_other_film(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(queue, "MOST_TRIES", 2)
    bad = replace(FILMS[0], overview="a NUL: \x00")
    tmdb.add(bad)
    add_movies(FILMS[:5])
    run("fetch_availability")
    assert wrong_films(FILMS[1:5]) == []
    assert Movie.objects.get(pk=our_id(bad)).answered_at is None
    assert outcomes()["bad_answer"] == 2 * 4
    tmdb.add(FILMS[0])


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
    queue.put_back("slow", movie_id)
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


def test_a_film_that_is_not_there_is_refused_by_number(tmdb: TmdbStub) -> None:
    with pytest.raises(CommandError, match="there is no film 77"):
        run("fetch_availability", "--movie", 77)
