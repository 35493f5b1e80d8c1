"""`fetch_availability` in the process: it stores what TMDB says, which staff override."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.utils import timezone

from movies.fetching import queue
from movies.fetching import work as fetching
from movies.fetching.access import open_client
from movies.fetching.store import store_lookup
from movies.models import (
    Availability,
    AvailabilityChange,
    FetchJob,
    IdSuggestion,
    Movie,
    MovieDetails,
    Notice,
    Provider,
)
from movies.services import availability
from movies.tmdb.lookup import look_up
from tests.movies.fetching.tmdb_world import (
    COVERED,
    add_movies,
    expected_state,
    fetched,
    our_id,
    outcomes,
    wrong_films,
)
from tests.movies.tmdb.tmdb_films import StubFilm, invented_films
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub
from tests.operators import add_respondent, run

pytestmark = pytest.mark.django_db
FILMS = invented_films(40)


def fetched_with(tmdb: TmdbStub, offers: Any, **fields: Any) -> Movie:
    """A new film with these offers, after fetching it."""
    film = StubFilm(7, "새", "New", "New", "2000-01-01", None, offers=offers, **fields)
    tmdb.add(film)
    add_movies([film])
    return fetched(our_id(film))


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
    movie = fetched_with(tmdb, {"ads": [1796]})
    assert movie.platforms["netflix"] is True
    assert list(movie.offers.values_list("provider__tier", "kind")) == [("ads", "ads")]


def test_rent_and_buy_are_stored_but_do_not_count_as_included(tmdb: TmdbStub) -> None:
    movie = fetched_with(tmdb, {"rent": [356], "buy": [3]})
    assert movie.platforms == dict.fromkeys(COVERED, False)
    assert set(movie.offers.values_list("kind", "provider")) == {("rent", 356), ("buy", 3)}


def test_an_answer_that_names_no_country_says_nothing_of_a_new_film(tmdb: TmdbStub) -> None:
    movie = fetched_with(tmdb, None, elsewhere=False)
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


def test_an_unknown_provider_is_kept_and_staff_are_told(tmdb: TmdbStub) -> None:
    fetched_with(tmdb, {"flatrate": [4242]})
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


def test_a_film_that_is_not_there_is_refused_by_number(tmdb: TmdbStub) -> None:
    with pytest.raises(CommandError, match="there is no film 77"):
        run("fetch_availability", "--movie", 77)


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
