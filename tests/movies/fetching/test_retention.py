"""What TMDB said is deleted after six months; staff are reminded of old prices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from movies.models import (
    Availability,
    AvailabilityChange,
    FetchAttempt,
    IdSuggestion,
    Listing,
    Movie,
    MovieDetails,
    Offer,
    Platform,
    Provider,
    StagedFilm,
)
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates
from tests.operators import add_respondent, run

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def movies() -> None:
    """Film 1 was fetched 200 days ago, film 2 yesterday; a file and staff knew of film 1 too."""
    Platform.objects.create(slug="netflix", name="Netflix")
    Platform.objects.create(slug="watcha", name="Watcha")
    provider = Provider.objects.create(provider_id=8, name="Netflix")
    for number, days in ((1, 200), (2, 1)):
        at = NOW - timedelta(days=days)
        movie = Movie.objects.create(
            movie_id=number,
            title=f"Film {number}",
            title_ko=f"영화 {number}",
            poster_path="/file.jpg",
        )
        record_statements([Statement(number, "netflix", "tmdb", True, at)])
        AvailabilityChange.objects.filter(movie=movie).update(changed_at=at)
        MovieDetails.objects.create(movie=movie, title_ko=f"영화 {number}", fetched_at=at)
        Offer.objects.create(movie=movie, provider=provider, kind="flatrate")
        FetchAttempt.objects.create(movie=movie, outcome="ok", tried_at=at)
    record_statements(
        [
            Statement(1, "watcha", "catalogue", True, NOW - timedelta(days=300)),
            Statement(1, "watcha", "staff", False, NOW - timedelta(days=300)),
        ]
    )
    refresh_platform_rates()


def test_what_tmdb_said_long_ago_is_deleted_and_nothing_else(movies: None) -> None:
    out, _ = run("purge_tmdb_data")
    assert out.startswith(
        "Deleted 1 statements, the details of 1 films and 1 changes older than 180 days, and 1 "
        "attempts older than 30"
    )
    old, new = Movie.objects.order_by("pk")
    assert (old.platforms, old.title_ko, old.poster_path) == ({"watcha": False}, "", "/file.jpg")
    assert (new.platforms, new.title_ko) == ({"netflix": True}, "영화 2")
    assert set(Availability.objects.values_list("movie", "source")) == {
        (1, "catalogue"),
        (1, "staff"),
        (2, "tmdb"),
    }
    assert list(Offer.objects.values_list("movie", flat=True)) == [2]
    assert list(MovieDetails.objects.values_list("movie", flat=True)) == [2]
    assert Platform.objects.get(pk="netflix").films_known == 1
    gone = AvailabilityChange.objects.get(movie=1, source="tmdb")
    assert (gone.before, gone.after, gone.effect) == (True, None, "unknown")


def test_of_a_doubtful_match_only_the_decision_stays(movies: None) -> None:
    for number, state in ((5, "open"), (6, "rejected")):
        IdSuggestion.objects.create(
            movie_id=1, tmdb_id=number, title="Theirs", year=1999, reason="x", state=state,
            suggested_at=NOW - timedelta(days=200),
        )  # fmt: skip
    run("purge_tmdb_data")
    kept = IdSuggestion.objects.values_list("tmdb_id", "state", "title", "year")
    assert list(kept) == [(6, "rejected", "", None)]


def test_what_is_fetched_while_the_purge_runs_stays(
    movies: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched_first(statements: list[Statement]) -> object:
        record_statements([Statement(1, "netflix", "tmdb", True, NOW)])
        return record_statements(statements)

    monkeypatch.setattr("movies.fetching.retention.record_statements", fetched_first)
    run("purge_tmdb_data")
    assert Movie.objects.get(pk=1).platforms["netflix"] is True


def test_a_second_purge_has_nothing_to_do(movies: None) -> None:
    run("purge_tmdb_data")
    out, _ = run("purge_tmdb_data")
    assert out.startswith("Deleted 0 statements, the details of 0 films and 0 changes")


def test_a_film_of_a_list_of_which_nothing_new_came_leaves_the_catalogue(movies: None) -> None:
    kept, old = 1_000_000_001, 1_000_000_002
    for number, days in ((kept, 179), (old, 181)):
        at = NOW - timedelta(days=days)
        movie = Movie.objects.create(
            movie_id=number, title="New", tmdb_id=number - 1_000_000_000, tmdb_id_source="listed"
        )
        MovieDetails.objects.create(movie=movie, overview="…", fetched_at=at)
        record_statements([Statement(number, "netflix", "tmdb-discover", True, at)])
    record_statements([Statement(old, "netflix", "staff", True, NOW)])
    respondent = add_respondent(1, old, shown=[old])
    out, _ = run("purge_tmdb_data")
    assert "; 1 films left the catalogue" in out
    assert list(Movie.objects.entered().values_list("pk", flat=True)) == [kept]
    assert list(respondent.preferred_movies.values_list("pk", flat=True)) == [1]
    rates = Platform.objects.get(pk="netflix")
    assert (rates.films_known, rates.films_carried) == (2, 2)


def test_what_a_list_said_long_ago_is_deleted_too(movies: None) -> None:
    at = NOW - timedelta(days=181)
    listing = Listing.objects.create(
        platform_id="netflix", provider_ids=[8], state="refused", reason="empty", started_at=at,
        ended_at=at,
    )  # fmt: skip
    StagedFilm.objects.create(listing=listing, tmdb_id=5, title="Never taken over")
    record_statements([Statement(1, "netflix", "tmdb-discover", False, at)])
    AvailabilityChange.objects.filter(source="tmdb-discover").update(changed_at=at)
    run("purge_tmdb_data")
    assert not Availability.objects.filter(source="tmdb-discover").exists()
    changes = AvailabilityChange.objects.filter(source="tmdb-discover")
    assert list(changes.values_list("after", flat=True)) == [None]
    assert not StagedFilm.objects.exists()
