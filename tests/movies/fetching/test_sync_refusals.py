"""A list that is not whole or not plausible changes nothing, and staff are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.fetching import gathering, providers
from movies.models import (
    Availability,
    Listing,
    Movie,
    MovieDetails,
    Notice,
    Offer,
    Platform,
    Provider,
    StagedFilm,
)
from tests.movies.fetching.listing_world import (
    FIVE,
    entered_id,
    listed_films,
    words_by_platform,
    wrong_entered,
)
from tests.movies.fetching.tmdb_world import connected_stub
from tests.movies.tmdb.tmdb_films import StubFilm
from tests.movies.tmdb.tmdb_stub import Fault, StubRequest, TmdbStub
from tests.operators import data_set_being_replaced, run, staff_with

pytestmark = pytest.mark.django_db

# All on Netflix alone, five pages.
FILMS = [replace(film, offers={"flatrate": [8]}) for film in listed_films(90)]


@pytest.fixture
def tmdb(settings: Any) -> Iterator[TmdbStub]:
    with connected_stub(settings, FILMS) as stub:
        yield stub


def sync() -> tuple[str, str]:
    return run("sync_catalogue", "--platform", "netflix")


def pages_asked(tmdb: TmdbStub) -> list[int]:
    return [int(one.query["page"]) for one in tmdb.requests if one.path.endswith("discover/movie")]


def refused() -> Listing:
    """The one refused reading, which has left the catalogue as it was."""
    return Listing.objects.get(state="refused")


def test_a_list_that_lost_more_than_half_waits_for_staff(tmdb: TmdbStub, staff: Client) -> None:
    sync()
    before = words_by_platform()
    for film in FILMS[44:]:
        tmdb.catalogue.remove(film.tmdb_id)
    out, err = sync()
    assert "netflix was not taken over" in err
    assert out.splitlines()[-1].startswith("Took over 0 lists: 0 films are new")
    assert words_by_platform() == before
    assert (refused().reason, refused().detail) == ("shrunk", "90 → 44")
    assert Notice.objects.get(key="listings").detail == "netflix (90 → 44)"
    page = reverse("admin:movies_listing_changelist")
    action = {"action": "accept", "_selected_action": [refused().pk]}
    assert "44 films" in staff.post(page, action, follow=True).content.decode()
    assert words_by_platform() == {"netflix": {True: 44, False: 46}}
    assert not Notice.objects.filter(key="listings").exists()
    assert not StagedFilm.objects.exists()


def test_half_of_the_films_is_enough(tmdb: TmdbStub) -> None:
    sync()
    for film in FILMS[45:]:
        tmdb.catalogue.remove(film.tmdb_id)
    sync()
    assert words_by_platform() == {"netflix": {True: 45, False: 45}}


def test_staff_who_may_only_look_cannot_accept_a_list(tmdb: TmdbStub) -> None:
    client = staff_with("view_listing")
    page = client.get(reverse("admin:movies_listing_changelist"))
    assert page.status_code == 200
    assert "take it over" not in page.content.decode()


def test_an_empty_list_is_no_list(tmdb: TmdbStub) -> None:
    _out, err = run("sync_catalogue", "--platform", "wavve")
    assert "It has no films" in err
    assert refused().reason == "empty"
    assert not Availability.objects.exists()


def test_a_list_that_changes_while_it_is_read_is_read_again(tmdb: TmdbStub) -> None:
    newer = replace(FILMS[0], tmdb_id=800_000, release_date="1950-01-01")
    seen = count()

    def arrives(request: StubRequest) -> None:
        if request.query.get("page") == "3" and next(seen) == 0:
            tmdb.add(newer)

    tmdb.fault = arrives
    sync()
    assert Listing.objects.get().restarts == 1
    assert wrong_entered([*FILMS, newer], ["netflix"]) == []


def test_a_list_that_changes_each_time_is_refused(tmdb: TmdbStub) -> None:
    numbers = count(800_000)

    def arrives(request: StubRequest) -> None:
        if request.query.get("page") == "4":
            tmdb.add(replace(FILMS[0], tmdb_id=next(numbers), release_date="1950-01-01"))

    tmdb.fault = arrives
    sync()
    assert refused().reason == "changed"
    assert refused().restarts == gathering.MOST_RESTARTS
    assert not Movie.objects.exists()
    assert not StagedFilm.objects.exclude(listing=refused()).exists()
    assert Notice.objects.get(key="listings").detail.startswith("netflix (")


def test_a_film_that_slips_to_a_page_that_was_read_is_not_lost(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One goes and one comes: the numbers stay right, but a film moves to the page before."""
    monkeypatch.setattr(gathering, "THREADS", 1)
    first = min(FILMS, key=lambda film: film.release_date)
    late = replace(first, tmdb_id=900_000, release_date="2031-01-01")

    def swap(request: StubRequest) -> None:
        if request.query.get("page") == "2" and late.tmdb_id not in tmdb.catalogue.films:
            tmdb.catalogue.remove(first.tmdb_id)
            tmdb.add(late)

    tmdb.fault = swap
    sync()
    assert Listing.objects.get().restarts == 1
    kept = [film for film in FILMS if film is not first]
    assert wrong_entered([*kept, late], ["netflix"]) == []


def test_a_list_longer_than_tmdb_shows_is_read_in_parts(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_PAGES", 1)
    monkeypatch.setattr("tests.movies.tmdb.tmdb_films.MOST_PAGES", 1)
    sync()
    assert wrong_entered(FILMS, ["netflix"]) == []
    assert set(pages_asked(tmdb)) == {1}
    spans = {one.query.get("primary_release_date.gte") for one in tmdb.requests}
    assert len(spans) > 4


def test_films_without_a_date_make_a_long_list_incomplete(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_PAGES", 3)
    tmdb.add(replace(FILMS[0], tmdb_id=800_000, release_date=""))
    sync()
    assert (refused().reason, refused().detail) == ("incomplete", "90 / 91")
    assert not Movie.objects.exists()
    monkeypatch.setattr(gathering, "MOST_PAGES", 5)
    sync()
    assert Movie.objects.get(tmdb_id=800_000).year is None


def test_too_many_films_on_one_day_make_a_list_incomplete(
    tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_PAGES", 1)
    for film in FILMS:
        tmdb.add(replace(film, release_date="2020-05-05"))
    sync()
    assert (refused().reason, refused().detail) == ("incomplete", "2020-05-05: 90")


def fetched_films(films: list[StubFilm], *, offered: int) -> None:
    """As `fetch_availability` left them; the first are in a subscription, the others for sale."""
    Provider.objects.get_or_create(provider_id=8, defaults={"name": "Netflix"})
    now = timezone.now()
    for place, film in enumerate(films):
        movie = Movie.objects.create(
            movie_id=place + 1, title=film.original_title, tmdb_id=film.tmdb_id, answered_at=now
        )
        MovieDetails.objects.create(movie=movie, fetched_at=now)
        kind = "flatrate" if place < offered else "buy"
        Offer.objects.create(movie=movie, provider_id=8, kind=kind)


@pytest.mark.parametrize(("offered", "state"), [(41, "refused"), (42, "applied")])
def test_a_list_that_contradicts_answers_about_single_films_is_refused(
    tmdb: TmdbStub, offered: int, state: str
) -> None:
    """A list of what is for sale looks like one of a subscription, but its films are not in it."""
    fetched_films(FILMS[:60], offered=offered)
    sync()
    listing = Listing.objects.get()
    assert listing.state == state
    if state == "refused":
        assert (listing.reason, listing.detail) == ("contradicted", "19 ≠ / 60")


def test_what_was_read_stays_when_tmdb_fails_and_is_not_asked_for_again(tmdb: TmdbStub) -> None:
    tmdb.fault = lambda request: Fault.SERVER_ERROR if request.query.get("page") == "4" else None
    with pytest.raises(CommandError, match="what was stored stays"):
        sync()
    assert not Movie.objects.exists()
    assert StagedFilm.objects.count() == 70
    asked = len(tmdb.requests)
    tmdb.fault = lambda request: None
    sync()
    assert pages_asked(tmdb)[asked - 1 :][:1] == [4]
    assert len(tmdb.requests) == asked + 1 + 5  # each page once more, to compare
    assert wrong_entered(FILMS, ["netflix"]) == []


def test_a_reading_of_yesterday_is_begun_anew(tmdb: TmdbStub) -> None:
    tmdb.fault = lambda request: Fault.SERVER_ERROR if request.query.get("page") == "4" else None
    with pytest.raises(CommandError):
        sync()
    Listing.objects.update(started_at=timezone.now() - timedelta(hours=7))
    tmdb.fault = lambda request: None
    for film in FILMS[:10]:
        tmdb.catalogue.remove(film.tmdb_id)
    sync()
    states = Listing.objects.order_by("started_at").values_list("state", "reason")
    assert list(states) == [("dropped", "old"), ("applied", "")]
    assert wrong_entered(FILMS[10:], ["netflix"]) == []


def test_a_wrong_key_is_told_and_changes_nothing(tmdb: TmdbStub, settings: Any) -> None:
    providers.sync_providers(providers_client(settings))
    settings.TMDB_API_KEY = "wrong"
    with pytest.raises(CommandError, match="TMDB refuses the API key"):
        sync()
    assert not StagedFilm.objects.exists()


def providers_client(_settings: Any) -> Any:
    from movies.fetching.access import open_client

    return open_client()


def test_other_providers_take_back_what_the_list_said(tmdb: TmdbStub) -> None:
    sync()
    platform = Platform.objects.get(pk="netflix")
    providers.assign_provider(provider=Provider.objects.get(pk=1796), platform=None)
    assert not Availability.objects.filter(source="tmdb-discover").exists()
    assert Movie.objects.get(pk=entered_id(FILMS[0])).platforms == {}
    platform.refresh_from_db()
    assert platform.films_known == 0
    sync()
    assert Listing.objects.latest("started_at").provider_ids == [8]
    assert words_by_platform() == {"netflix": {True: 90}}


@pytest.mark.django_db(transaction=True)
def test_a_list_waits_while_the_data_set_is_replaced(tmdb: TmdbStub) -> None:
    with data_set_being_replaced(), pytest.raises(CommandError, match="being replaced"):
        sync()
    assert StagedFilm.objects.count() == 90
    asked = len(tmdb.requests)
    sync()
    assert len(tmdb.requests) == asked + 5  # only to compare
    assert wrong_entered(FILMS, ["netflix"]) == []


def test_staff_see_when_each_list_was_read(tmdb: TmdbStub, staff: Client) -> None:
    dashboard = reverse("admin:movies_dashboard")
    run("sync_providers")
    assert "not read in the last nights" in staff.get(dashboard).content.decode()
    sync()
    text = staff.get(dashboard).content.decode()
    assert "Whole lists of the platforms" in text
    assert text.count("not read in the last nights") == len(FIVE) + 1  # all but Netflix
    Listing.objects.update(started_at=timezone.now() - timedelta(days=3))
    assert staff.get(dashboard).content.decode().count("not read in the last") == len(FIVE) + 2
