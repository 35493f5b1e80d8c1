"""What came to platforms, what left them, and what is new anywhere."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from movies.models import AvailabilityChange, Movie, Platform
from recommend.results.shelves.page import CameOrLeft
from survey.models import Member
from tests.recommend.results.shelves.shelved import (
    SEEN,
    a_change,
    a_member,
    a_result,
    an_event,
    films,
    row,
)
from tests.worlds import film_ids

DRAMA = film_ids("Drama")


def a_subscriber(*subscribed: str) -> Member:
    member = a_member()
    a_result(member, [1, 2, 3], subscribed=subscribed)
    return member


def test_arrivals_are_those_of_the_last_30_days_on_what_i_pay_for(world: str) -> None:
    member = a_subscriber("netflix", "watcha")
    a_change(41, "netflix", is_there=True, days_ago=3)
    a_change(42, "watcha", is_there=True, days_ago=1)
    a_change(43, "wavve", is_there=True)
    a_change(44, "netflix", is_there=True, days_ago=31)
    a_change(45, "netflix", is_there=False)
    assert films("arrivals", member) == [42, 41]
    assert films("departures", member) == [45]


def test_it_says_where_and_when(world: str) -> None:
    member = a_subscriber("netflix", "watcha")
    a_change(41, "netflix", is_there=True, days_ago=5)
    a_change(41, "watcha", is_there=True, days_ago=2)
    found = row("arrivals", member)
    assert found is not None
    day = timezone.localdate(timezone.now() - timedelta(days=2))
    assert [film.change for film in found.films] == [CameOrLeft("watcha", day)]


def test_what_came_and_left_again_is_no_arrival(world: str) -> None:
    member = a_subscriber("netflix")
    a_change(41, "netflix", is_there=True, days_ago=5)
    a_change(41, "netflix", is_there=False, days_ago=2)
    assert films("arrivals", member) == []
    assert films("departures", member) == [41]


def test_what_became_known_did_not_arrive(world: str) -> None:
    member = a_subscriber("netflix")
    a_change(41, "netflix", is_there=True)
    AvailabilityChange.objects.update(carried_before=None)
    assert films("arrivals", member) == []


def test_seen_films_do_not_arrive(world: str) -> None:
    member = a_subscriber("netflix")
    a_change(41, "netflix", is_there=True)
    an_event(member, 41, SEEN)
    assert films("arrivals", member) == []


def test_who_pays_for_nothing_or_has_no_result_has_neither_shelf(world: str) -> None:
    a_change(41, "netflix", is_there=True)
    a_change(42, "netflix", is_there=False)
    stranger, member = a_member("stranger"), a_subscriber()
    for name in ("arrivals", "departures"):
        assert films(name, stranger) == []
        assert films(name, member) == []


def test_departures_with_mine_are_what_another_of_my_platforms_has(world: str) -> None:
    member = a_subscriber("netflix", "watcha")
    a_change(8, "netflix", is_there=False)
    a_change(41, "netflix", is_there=False)
    assert sorted(films("departures", member)) == [8, 41]
    assert films("departures", member, mine=True) == [8]


def test_new_has_arrivals_anywhere_and_then_the_newest_films_somewhere(world: str) -> None:
    a_change(41, "wavve", is_there=True, days_ago=9)
    a_change(42, "tving", is_there=True, days_ago=8)
    found = row("new", None, limit=50)
    assert found is not None
    ids = [film.movie.pk for film in found.films]
    assert ids[:2] == [42, 41]
    assert [film.changed_platform for film in found.films][:3] == ["tving", "wavve", None]
    years = [film.movie.year for film in found.films[2:]]
    assert years == sorted(years, reverse=True)  # type: ignore[type-var]
    assert all(any(film.movie.platforms.values()) for film in found.films)


def test_new_knows_only_platforms_that_are_compared(world: str) -> None:
    a_change(41, "wavve", is_there=True)
    Platform.objects.filter(slug="wavve").update(is_active=False)
    assert 41 not in films("new", None, limit=50)


def test_a_film_without_a_year_is_not_the_newest(world: str) -> None:
    Movie.objects.filter(pk=2).update(year=None)
    assert 2 not in films("new", None, limit=50)


def test_without_anything_known_there_is_nothing_new(db: None) -> None:
    assert films("new", None) == []
