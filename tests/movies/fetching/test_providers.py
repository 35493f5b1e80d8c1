"""TMDB's list of providers for Korea, and the platform of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError

from movies.fetching.providers import assign_provider, set_provider_ids, tmdb_coverage
from movies.models import Movie, Notice, Platform, Provider
from tests.movies.fetching.tmdb_world import COVERED, add_movies, connected_stub, our_id
from tests.movies.tmdb.tmdb_films import KOREAN_PROVIDERS, StubFilm
from tests.movies.tmdb.tmdb_stub import Fault, TmdbStub
from tests.operators import run

pytestmark = pytest.mark.django_db

ON_NAVER = StubFilm(7, "가", "A", "A", "2000-01-01", None, offers={"flatrate": [96]})
ON_NETFLIX = StubFilm(8, "나", "B", "B", "2000-01-01", None, offers={"flatrate": [8]})


@pytest.fixture
def tmdb(settings: Any) -> Iterator[TmdbStub]:
    with connected_stub(settings, [ON_NAVER, ON_NETFLIX]) as stub:
        yield stub


def notice(key: str) -> str:
    found = Notice.objects.filter(key=key).first()
    return found.detail if found else ""


def test_the_list_is_taken_over_with_tiers_and_staff_are_told_of_unknown_ids(
    tmdb: TmdbStub,
) -> None:
    out, _ = run("sync_providers")
    assert out.startswith("10 providers are listed for Korea: 10 new, 0 gone")
    assert Provider.objects.get(pk=1796).tier == "ads"
    assert Provider.objects.get(pk=8).tier == ""
    assert notice("unknown_providers") == "Google Play Movies (3), Naver Store (96)"
    assert set(tmdb_coverage().covered) == COVERED
    assert run("sync_providers")[0].startswith("10 providers are listed for Korea: 0 new, 0 gone")


def test_a_vanished_id_is_told_and_its_platforms_silence_no_longer_means_no(
    tmdb: TmdbStub,
) -> None:
    run("sync_providers")
    add_movies([ON_NETFLIX])
    run("fetch_availability")
    tmdb.catalogue.korean = {8: "Netflix", 337: "Disney Plus"}
    out, _ = run("sync_providers")
    assert "0 new, 8 gone" in out
    assert "TVING (1883)" in notice("vanished_providers")
    assert set(tmdb_coverage().covered) == {"netflix", "disney_plus"}
    assert Movie.objects.get().platforms["tving"] is False  # what was known stays
    tmdb.catalogue.korean = dict(KOREAN_PROVIDERS)
    run("sync_providers")
    assert notice("vanished_providers") == ""


@pytest.mark.parametrize("fault", [Fault.CUT_JSON, Fault.SERVER_ERROR, Fault.NOT_JSON])
def test_a_list_that_can_not_be_read_changes_nothing(fault: Fault, tmdb: TmdbStub) -> None:
    run("sync_providers")
    tmdb.fault = lambda request: fault
    with pytest.raises(CommandError, match="what was stored stays"):
        run("sync_providers")
    assert Provider.objects.filter(is_listed=True).count() == 10


def test_an_empty_list_is_no_list(tmdb: TmdbStub) -> None:
    run("sync_providers")
    tmdb.catalogue.korean = {}
    with pytest.raises(CommandError, match="what was stored stays"):
        run("sync_providers")
    assert Provider.objects.filter(is_listed=True).count() == 10


def test_an_ignored_id_is_not_told_again(tmdb: TmdbStub) -> None:
    run("sync_providers")
    Provider.objects.filter(pk__in=[3, 96]).update(is_ignored=True)
    run("sync_providers")
    assert notice("unknown_providers") == ""


def test_an_id_that_staff_give_to_a_platform_counts_for_the_films_fetched_before(
    tmdb: TmdbStub,
) -> None:
    laftel = Platform.objects.get(pk="laftel")
    add_movies([ON_NAVER])
    run("fetch_availability")
    assert "laftel" not in Movie.objects.get().platforms
    assign_provider(provider=Provider.objects.get(pk=96), platform=laftel)
    laftel.refresh_from_db()
    assert laftel.tmdb_provider_ids == [96]
    assert Movie.objects.get().platforms["laftel"] is True
    assert laftel.films_carried == 1
    assert "Naver Store" not in notice("unknown_providers")
    assign_provider(provider=Provider.objects.get(pk=96), platform=None)
    assert "laftel" not in Movie.objects.get(pk=our_id(ON_NAVER)).platforms


def test_without_a_listed_id_a_platforms_earlier_no_is_taken_back(tmdb: TmdbStub) -> None:
    add_movies([ON_NETFLIX])
    run("fetch_availability")
    assert Movie.objects.get().platforms["wavve"] is False
    set_provider_ids({"wavve": [9999]})
    assert "wavve" not in Movie.objects.get().platforms


def test_an_id_moves_from_one_platform_to_another(tmdb: TmdbStub) -> None:
    add_movies([ON_NETFLIX])
    run("fetch_availability")
    assign_provider(provider=Provider.objects.get(pk=8), platform=Platform.objects.get(pk="laftel"))
    assert Platform.objects.get(pk="netflix").tmdb_provider_ids == [1796]
    movie = Movie.objects.get()
    assert (movie.platforms["laftel"], movie.platforms["netflix"]) == (True, False)
