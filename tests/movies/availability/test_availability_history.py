"""Sources, the state that follows from them, and the history of every change."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from movies.models import Availability, AvailabilityChange, Movie, Platform
from movies.services.availability import (
    Statement,
    correct_availability,
    record_statements,
)
from movies.services.platform_rates import refresh_platform_rates

NOW = timezone.now()


@pytest.fixture
def movie(db: None) -> Movie:
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug)
    return Movie.objects.create(movie_id=260, title="Star Wars")


def said(
    source: str, included: bool | None, *, days_ago: float = 0, slug: str = "netflix"
) -> Statement:
    return Statement(260, slug, source, included, NOW - timedelta(days=days_ago))


def state() -> Movie:
    return Movie.objects.get(pk=260)


def effects() -> list[str]:
    return list(AvailabilityChange.objects.order_by("pk").values_list("effect", flat=True))


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([said("a", True, days_ago=2), said("b", False, days_ago=1)], False),
        ([said("b", False, days_ago=1), said("a", True, days_ago=2)], False),
        ([said("a", True), said("tmdb", False)], False),  # equally new: TMDB's
        ([said("tmdb", False), said("a", True)], False),
        ([said("a", True), said("b", False)], False),  # equally new: who came last
        ([said("staff", True, days_ago=400), said("tmdb", False)], True),
        ([said("tmdb", False), said("staff", True, days_ago=400)], True),
    ],
)
def test_staff_count_most_then_the_newest_word(
    statements: list[Statement], expected: bool, movie: Movie
) -> None:
    for statement in statements:
        record_statements([statement])
    assert state().platforms == {"netflix": expected}
    Availability.objects.all().delete()
    Movie.objects.update(platforms_fetched={}, platforms_staff={})
    record_statements(statements)  # all at once
    assert state().platforms == {"netflix": expected}


def test_the_same_word_again_is_no_change_but_a_newer_day(movie: Movie) -> None:
    record_statements([said("tmdb", True, days_ago=9)])
    recorded = record_statements([said("tmdb", True)])
    assert (recorded.used, recorded.older) == (1, 0)
    assert effects() == ["known"]
    assert state().platforms_checked_at == NOW


def test_an_older_word_of_the_same_source_is_passed_over(movie: Movie) -> None:
    record_statements([said("tmdb", True)])
    recorded = record_statements([said("tmdb", False, days_ago=1)])
    assert (recorded.used, recorded.older) == (0, 1)
    assert state().platforms == {"netflix": True}


def test_arrivals_and_departures_are_told_apart_from_becoming_known(movie: Movie) -> None:
    for included in (False, True, False, None):
        record_statements([said("tmdb", included)])
    assert effects() == ["known", "arrival", "departure", "unknown"]
    assert state().platforms == {}


def test_a_repeated_word_that_becomes_the_newest_is_a_change_of_the_state(movie: Movie) -> None:
    record_statements([said("tmdb", False, days_ago=9)])
    record_statements([said("a", True, days_ago=5)])
    record_statements([said("tmdb", False)])  # nothing new of TMDB, but it is the newest again
    assert effects() == ["known", "arrival", "departure"]
    assert state().platforms == {"netflix": False}


def test_staff_that_take_a_word_back_leave_their_name_and_note(movie: Movie) -> None:
    staff = User.objects.create(username="kim")
    record_statements([said("tmdb", True)])
    correct_availability(
        movie=movie, states={"netflix": False}, notes={"netflix": "left"}, staff=staff.pk
    )
    assert Availability.objects.get(source="staff").note == "left"
    correct_availability(movie=movie, states={"netflix": None}, staff=staff.pk)
    assert state().platforms == {"netflix": True}
    rows = AvailabilityChange.objects.filter(source="staff").order_by("pk")
    assert list(rows.values_list("before", "after", "carried_after", "note", "changed_by")) == [
        (None, False, False, "left", staff.pk),
        (False, None, True, "", staff.pk),
    ]


def test_of_two_sources_at_once_only_the_one_that_counts_has_the_effect(movie: Movie) -> None:
    record_statements([said("tmdb", False, days_ago=9)])
    record_statements([said("b", False, days_ago=5), said("a", True), said("c", True)])
    rows = AvailabilityChange.objects.exclude(effect="known").order_by("pk")
    assert list(rows.values_list("source", "effect")) == [
        ("b", "none"),
        ("a", "arrival"),
        ("c", "none"),
    ]


def test_another_note_of_staff_is_kept_in_the_history(movie: Movie) -> None:
    for note in ("first", "second"):
        correct_availability(movie=movie, states={"netflix": True}, notes={"netflix": note})
    notes = AvailabilityChange.objects.order_by("pk").values_list("note", "effect")
    assert list(notes) == [("first", "known"), ("second", "none")]


def test_staff_take_back_also_what_a_file_said_for_them_of_tomorrow(movie: Movie) -> None:
    record_statements([said("staff", True, days_ago=-1)])
    correct_availability(movie=movie, states={"netflix": None})
    assert state().platforms == {}


def test_other_platforms_and_columns_written_by_hand_are_left_alone(movie: Movie) -> None:
    Movie.objects.update(platforms_staff={"tving": True}, platforms_fetched={"tving": False})
    record_statements([said("tmdb", True)])
    assert state().platforms_fetched == {"tving": False, "netflix": True}
    assert state().platforms == {"tving": True, "netflix": True}


@pytest.mark.parametrize(
    ("days_ago", "other", "expected"), [(10, False, True), (100, False, False), (10, True, False)]
)
def test_sources_that_looked_at_about_the_same_time_and_disagree_are_in_conflict(
    days_ago: int, other: bool, expected: bool, movie: Movie
) -> None:
    record_statements([said("a", other, days_ago=days_ago), said("tmdb", True)])
    assert state().in_conflict is expected


def test_a_film_that_is_not_loaded_is_passed_over(movie: Movie) -> None:
    recorded = record_statements([Statement(99, "netflix", "tmdb", True, NOW)])
    assert (recorded.used, recorded.older) == (0, 0)
    assert not Availability.objects.exists()


def test_nothing_is_kept_of_a_transaction_that_fails(movie: Movie) -> None:
    @transaction.atomic
    def fail() -> None:
        record_statements([said("tmdb", True)])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert state().platforms == {}
    assert not AvailabilityChange.objects.exists()


def test_only_sources_that_also_say_no_count_for_the_rate(movie: Movie) -> None:
    for number in range(1, 4):
        Movie.objects.create(movie_id=number, title=str(number))
    record_statements(
        [
            Statement(1, "netflix", "hits", True, NOW),
            Statement(2, "netflix", "survey", True, NOW),
            Statement(3, "netflix", "survey", False, NOW),
        ]
    )
    refresh_platform_rates()
    netflix = Platform.objects.get(pk="netflix")
    assert (netflix.films_known, netflix.films_carried) == (3, 2)
    assert (netflix.surveyed_known, netflix.surveyed_carried) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_film_miss_nothing_of_each_other() -> None:
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug)
    Movie.objects.create(movie_id=260, title="Star Wars")
    barrier = threading.Barrier(2)

    def write(source: str) -> None:
        try:
            barrier.wait(10)
            for round_ in range(10):
                record_statements(
                    [
                        Statement(260, slug, source, round_ % 2 == 0, datetime.now(NOW.tzinfo))
                        for slug in ("netflix", "tving")
                    ]
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("tmdb", "staff")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Availability.objects.count() == 4
    assert (
        state().platforms_fetched == state().platforms_staff == {"netflix": False, "tving": False}
    )
    told: dict[Any, Any] = {}
    for change in AvailabilityChange.objects.order_by("pk"):
        key = (change.platform_id, change.source)
        assert change.before == told.get(key)
        told[key] = change.after
