"""Popular now: decayed picks and likes of at least five people, then the best known."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from movies.models import Movie
from recommend.results.shelves import popular
from recommend.results.shelves.popular import popular_films
from tests.recommend.results.shelves.shelved import (
    NOT_INTERESTED,
    SEEN,
    a_member,
    a_result,
    an_event,
    films,
)

NOW = datetime(2026, 11, 30, 20, 0, tzinfo=ZoneInfo("Asia/Seoul"))


def picked(movie: int, people: int, *, days_ago: float = 1.0) -> None:
    for _person in range(people):
        a_result(None, [movie], made_at=NOW - timedelta(days=days_ago))


def best_known() -> list[int]:
    return list(Movie.objects.best_known_first().values_list("pk", flat=True))


def test_films_of_five_people_come_first_and_then_the_best_known(world: str) -> None:
    picked(77, 5)
    picked(78, 4)
    others = [movie for movie in best_known() if movie != 77]
    assert popular_films(NOW) == [77, *others]


def test_an_event_weighs_half_after_14_days(world: str) -> None:
    picked(71, 5, days_ago=1)
    picked(72, 9, days_ago=15)  # 9 / 2 < 5
    picked(73, 11, days_ago=15)  # 11 / 2 > 5
    assert popular_films(NOW)[:3] == [73, 71, 72]


def test_a_person_counts_once_for_a_film_by_their_newest_event(world: str) -> None:
    member = a_member()
    for days in range(1, 7):
        a_result(member, [75], made_at=NOW - timedelta(days=days))
    an_event(member, 75, at=NOW)
    assert 75 not in popular_films(NOW)[:1]
    for name in ("a", "b", "c", "d"):
        an_event(a_member(name), 75, at=NOW - timedelta(days=1))
    assert popular_films(NOW)[0] == 75


def test_seen_unwanted_and_viewed_films_are_no_likes(world: str) -> None:
    for name in ("a", "b", "c", "d", "e"):
        member = a_member(name)
        for movie, kind in ((75, SEEN), (76, NOT_INTERESTED), (77, "view")):
            an_event(member, movie, kind, at=NOW)
    assert popular_films(NOW) == best_known()


def test_expired_and_very_old_answers_do_not_count(world: str) -> None:
    picked(75, 6, days_ago=141)
    expired = [a_result(None, [76], made_at=NOW) for _person in range(6)]
    for one in expired:
        one.retain_until = NOW - timedelta(days=1)
        one.save()
    assert popular_films(NOW) == best_known()


@pytest.mark.parametrize(("fewest", "first"), [(500, 72), (12, 71)])
def test_the_hour_of_day_counts_once_there_are_enough_events(
    fewest: int, first: int, world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 20:00, what was liked at 21:30 the day before weighs three times."""
    monkeypatch.setattr(popular, "FEWEST_EVENTS", fewest)
    picked(71, 5, days_ago=22.5 / 24)
    picked(72, 7, days_ago=0.5)
    assert popular_films(NOW)[0] == first


def test_around_midnight_the_hours_of_both_days_are_near(
    world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popular, "FEWEST_EVENTS", 12)
    late = NOW.replace(hour=23, minute=30)
    for _person in range(5):
        a_result(None, [71], made_at=late.replace(hour=1, minute=0))
    for _person in range(7):
        a_result(None, [72], made_at=late.replace(hour=12))
    assert popular_films(late)[0] == 71


def test_the_order_is_kept_for_a_minute_but_what_the_reader_did_counts_at_once(
    world: str,
) -> None:
    member = a_member()
    first, second = films("popular", member)[:2]
    an_event(member, first, SEEN)
    an_event(member, second, NOT_INTERESTED)
    assert not {first, second} & set(films("popular", member))
    assert films("popular", None)[:2] == [first, second]


def test_a_film_that_is_gone_since_is_left_out(world: str) -> None:
    first = films("popular", None, limit=5)
    Movie.objects.filter(pk=first[0]).delete()
    assert films("popular", None, limit=5)[:4] == first[1:]
    assert len(films("popular", None, limit=5)) == 5


def test_without_films_there_is_no_shelf(db: None) -> None:
    assert popular_films(timezone.now()) == []
    assert films("popular", None) == []
