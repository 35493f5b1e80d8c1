"""TMDB's whole list of a platform: listed films are there, the others are not, new ones enter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.utils import timezone

from common.locks import Lock
from movies import tasks
from movies.models import (
    Availability,
    AvailabilityChange,
    IdSuggestion,
    Listing,
    ListingPart,
    Movie,
    MovieDetails,
    Notice,
    Platform,
    StagedFilm,
)
from movies.services.availability import Statement, correct_availability, record_statements
from movies.titles.search import only_matching
from recommend.services import watching
from tests.movies.fetching.listing_world import (
    entered_id,
    listed_films,
    states_listed,
    words_by_platform,
    wrong_entered,
)
from tests.movies.fetching.tmdb_world import COVERED, add_movies, connected_stub, our_id
from tests.movies.tmdb.tmdb_stub import PASSING_FAULTS, Fault, TmdbStub, seeded_faults
from tests.operators import run, second_connection

pytestmark = pytest.mark.django_db

FILMS = listed_films(130)
OURS, NEW = FILMS[:30], FILMS[30:]


@pytest.fixture
def tmdb(settings: Any) -> Iterator[TmdbStub]:
    """Thirty of the listed films are in our data set, with the numbers of a details file."""
    with connected_stub(settings, FILMS) as stub:
        add_movies(OURS)
        yield stub


def platforms_of(movie_id: int) -> dict[str, bool]:
    return dict(Movie.objects.get(pk=movie_id).platforms)


def test_new_films_enter_with_all_that_the_list_says_and_ours_are_found(tmdb: TmdbStub) -> None:
    out, err = run("sync_catalogue")
    assert out.splitlines()[-1].startswith("Took over 7 lists (apple_tv_plus 0") or err
    assert wrong_entered(NEW, COVERED - {"apple_tv_plus", "prime_video"}) == []
    for film in OURS:
        listed = {slug for slug, there in states_listed(film, COVERED).items() if there}
        assert {slug for slug, there in platforms_of(our_id(film)).items() if there} == listed
    titles = only_matching(Movie.objects.all(), NEW[1].title)
    assert entered_id(NEW[1]) in titles.values_list("pk", flat=True)


def test_a_film_that_is_not_listed_is_not_there_but_only_if_its_number_is_sure(
    tmdb: TmdbStub,
) -> None:
    numbers = {"loaded": (700_001, ""), "found": (700_002, "imdb"), "staff": (700_003, "staff")}
    for place, (name, (number, source)) in enumerate(numbers.items(), start=1):
        Movie.objects.create(
            movie_id=place, title=name, year=2000, tmdb_id=number, tmdb_id_source=source
        )
    Movie.objects.create(movie_id=4, title="no number", year=2000)
    for movie_id, number in ((5, 700_005), (6, 700_006)):
        Movie.objects.create(
            movie_id=movie_id, title="answered", tmdb_id=number, answered_at=timezone.now()
        )
        MovieDetails.objects.create(movie_id=movie_id, fetched_at=timezone.now())
    IdSuggestion.objects.create(movie_id=6, tmdb_id=700_006, title="?", reason="?")
    run("sync_catalogue", "--platform", "netflix")
    assert [platforms_of(number) for number in range(1, 7)] == [
        {},
        {"netflix": False},
        {"netflix": False},
        {},
        {"netflix": False},
        {},
    ]


def test_staff_win_and_keep_winning(tmdb: TmdbStub) -> None:
    film = next(film for film in OURS if states_listed(film, ["netflix"])["netflix"])
    correct_availability(movie=Movie.objects.get(pk=our_id(film)), states={"netflix": False})
    run("sync_catalogue")
    movie = Movie.objects.get(pk=our_id(film))
    assert movie.platforms["netflix"] is False
    assert movie.platforms_fetched["netflix"] is True


def test_what_another_source_saw_later_stays(tmdb: TmdbStub) -> None:
    film = next(film for film in OURS if not states_listed(film, ["netflix"])["netflix"])
    later = timezone.now() + timedelta(hours=1)
    record_statements([Statement(our_id(film), "netflix", "press", True, later)])
    Movie.objects.filter(pk=our_id(film)).update(tmdb_id_source="staff")
    run("sync_catalogue", "--platform", "netflix")
    assert platforms_of(our_id(film)) == {"netflix": True}
    said = Availability.objects.get(movie=our_id(film), source="tmdb-discover")
    assert (said.included, said.is_newest) == (False, False)
    assert Movie.objects.get(pk=our_id(film)).in_conflict


def test_every_change_is_in_the_history_and_a_second_list_changes_nothing(tmdb: TmdbStub) -> None:
    run("sync_catalogue", "--platform", "watcha")
    words = words_by_platform()["watcha"]
    history = AvailabilityChange.objects.filter(source="tmdb-discover")
    assert history.count() == words.total() > 0
    assert set(history.values_list("effect", flat=True)) == {"known"}
    rates = Platform.objects.get(pk="watcha")
    assert (rates.films_known, rates.films_carried) == (words.total(), words[True])
    before = list(Movie.objects.order_by("pk").values_list("pk", "platforms", "title"))
    run("sync_catalogue", "--platform", "watcha")
    assert history.count() == words.total()
    assert list(Movie.objects.order_by("pk").values_list("pk", "platforms", "title")) == before
    assert not StagedFilm.objects.exists()
    assert not ListingPart.objects.exists()


def test_films_come_and_go_and_a_film_that_left_every_list_stays_known(tmdb: TmdbStub) -> None:
    run("sync_catalogue")
    gone = next(film for film in NEW if film.offered_as(["flatrate"]) == {97})
    tmdb.add(replace(gone, offers={"rent": [3]}, title="새 영화 다시"))
    [fresh] = listed_films(1, first=900_001)
    tmdb.add(replace(fresh, offers={"ads": [97]}))
    run("sync_catalogue")
    listing = Listing.objects.filter(platform="watcha").latest("started_at")
    assert (listing.arrived, listing.left, listing.entered) == (1, 1, 1)
    assert platforms_of(entered_id(gone))["watcha"] is False
    changes = AvailabilityChange.objects.filter(platform="watcha", effect__in=["departure"])
    assert list(changes.values_list("movie", flat=True)) == [entered_id(gone)]
    assert platforms_of(entered_id(fresh))["watcha"] is True


def test_a_new_title_or_poster_is_taken_over_but_not_in_place_of_one_from_a_file(
    tmdb: TmdbStub, tmp_path: Any
) -> None:
    run("sync_catalogue", "--platform", "netflix")
    film, other = [one for one in NEW if states_listed(one, ["netflix"])["netflix"]][:2]
    path = tmp_path / "details.csv"
    path.write_text(f"movie_id,title_ko,tmdb_id\n{entered_id(other)},파일 제목,5\n", "utf-8")
    run("load_movie_details", path)
    for one in (film, other):
        tmdb.add(replace(one, title="새 제목", overview="다른 이야기", genre_ids=(27,)))
    run("sync_catalogue", "--platform", "netflix")
    movie, kept = (Movie.objects.get(pk=entered_id(one)) for one in (film, other))
    assert (movie.title_ko, movie.genres, movie.details.overview) == (
        "새 제목",
        ["Horror"],
        "다른 이야기",
    )
    assert (kept.title_ko, kept.tmdb_id, kept.genres) == ("파일 제목", other.tmdb_id, ["Horror"])


def test_ours_without_a_number_are_found_by_title_and_year_and_not_entered_twice(
    tmdb: TmdbStub,
) -> None:
    exact, near, refused = [film for film in NEW if states_listed(film, ["netflix"])["netflix"]][:3]
    for movie_id, film, apart in ((1, exact, 0), (2, near, 1), (3, refused, 0)):
        year = int(film.release_date[:4]) + apart
        Movie.objects.create(movie_id=movie_id, title=film.original_title, year=year)
    IdSuggestion.objects.create(
        movie_id=3, tmdb_id=refused.tmdb_id, title="x", reason="x", state="rejected",
        decided_at=timezone.now(),
    )  # fmt: skip
    run("sync_catalogue", "--platform", "netflix")
    assert Movie.objects.filter(tmdb_id=exact.tmdb_id).get().pk == 1
    assert platforms_of(1) == {"netflix": True}
    assert platforms_of(2) == {}
    asked = IdSuggestion.objects.get(state="open")
    assert (asked.movie_id, asked.tmdb_id) == (2, near.tmdb_id)
    assert Listing.objects.get().doubtful == 1
    assert not Movie.objects.filter(pk=entered_id(near)).exists()
    assert platforms_of(entered_id(refused)) == {"netflix": True}


def test_a_number_that_leads_to_another_film_goes_to_staff(tmdb: TmdbStub) -> None:
    film = next(film for film in NEW if states_listed(film, ["netflix"])["netflix"])
    Movie.objects.create(movie_id=1, title="Quite different", year=1920, tmdb_id=film.tmdb_id)
    for _ in range(2):
        run("sync_catalogue", "--platform", "netflix")
        assert platforms_of(1) == {}
        assert IdSuggestion.objects.get().tmdb_id == film.tmdb_id
        assert not Movie.objects.filter(pk=entered_id(film)).exists()


def test_faulty_answers_are_asked_for_again(tmdb: TmdbStub) -> None:
    tmdb.fault = seeded_faults(0.2, PASSING_FAULTS, seed=4)
    run("sync_catalogue")
    assert wrong_entered(NEW, COVERED - {"apple_tv_plus", "prime_video"}) == []
    assert {request.fault for request in tmdb.requests} - {None, Fault.SLOW}


def test_a_platform_without_a_list_is_refused_by_name(tmdb: TmdbStub) -> None:
    with pytest.raises(CommandError, match="no list of coupang_play for Korea; it has: apple_tv"):
        run("sync_catalogue", "--platform", "coupang_play")


def test_two_do_not_read_at_the_same_time(tmdb: TmdbStub) -> None:
    with second_connection() as other:
        Lock.CATALOGUE.wait_in_session(lambda text, numbers: other.execute(text, numbers))
        with pytest.raises(CommandError, match="another process reads the platforms' lists"):
            run("sync_catalogue")
    assert not Listing.objects.exists()


def test_the_nightly_task_reads_each_list_once_a_night(tmdb: TmdbStub) -> None:
    assert tasks.sync_catalogue() == 5
    asked = len(tmdb.requests)
    assert tasks.sync_catalogue() == 0
    assert len(tmdb.requests) == asked
    Listing.objects.filter(platform="tving").update(started_at=timezone.now() - timedelta(hours=21))
    assert tasks.sync_catalogue() == 1


def test_staff_are_told_what_a_night_moved(tmdb: TmdbStub, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = iter([Counter(netflix=40), Counter(netflix=10, watcha=30)])
    monkeypatch.setattr(watching.personas, "winners", lambda *, count: next(turns))
    tasks.sync_catalogue()
    moved = Notice.objects.get(key="winners_moved").detail
    assert moved == "sync_catalogue: watcha 0 → 75 %, netflix 100 → 25 %"


def test_without_a_key_the_nightly_task_does_nothing(tmdb: TmdbStub, settings: Any) -> None:
    settings.TMDB_API_KEY = ""
    assert tasks.sync_catalogue() == 0
    assert tmdb.requests == []
