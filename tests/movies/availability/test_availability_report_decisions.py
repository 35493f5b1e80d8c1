"""Staff accept or reject reports of wrong availability."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from common.errors import DataError
from movies.models import (
    STAFF,
    Availability,
    AvailabilityChange,
    AvailabilityReport,
    Movie,
    Platform,
)
from movies.services.availability import correct_availability
from movies.services.reports import decide_report, report_wrong
from tests.movies.availability.wrong_reports import ABSENT, FILM, at_once, state, tell

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def kim() -> User:
    return User.objects.create_user("kim", is_staff=True)


@pytest.mark.parametrize(
    ("movie", "platform", "was", "then"),
    [
        (FILM, "netflix", True, False),
        (ABSENT, "netflix", False, True),
        (FILM, "tving", None, True),
    ],
)
def test_an_accepted_report_becomes_a_correction_with_history(
    kim: User, movie: int, platform: str, was: bool | None, then: bool
) -> None:
    report = report_wrong(movie_id=movie, platform=platform)
    known = Platform.objects.get(pk=platform).films_known
    AvailabilityChange.objects.all().delete()
    decided = decide_report(report=report, accepted=True, staff=kim.pk, note="seen today")
    assert (decided.state, decided.decided_by_id) == ("accepted", kim.pk)
    assert decided.decided_at is not None
    assert state(movie, platform) is then
    change = AvailabilityChange.objects.get()
    assert (change.carried_before, change.carried_after) == (was, then)
    assert (change.source, change.note, change.changed_by_id) == (STAFF, "seen today", kim.pk)
    assert Platform.objects.get(pk=platform).films_known == known + (was is None)


def test_a_correction_without_a_note_says_that_it_was_reported() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    report_wrong(movie_id=FILM, platform="netflix")
    with translation.override("ko"):
        decide_report(report=report, accepted=True, staff=None)
    assert Availability.objects.get(source=STAFF).note == "틀렸다는 신고 2건"


def test_a_rejected_report_changes_nothing(kim: User) -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    AvailabilityChange.objects.all().delete()
    decided = decide_report(report=report, accepted=False, staff=kim.pk, note="it is there")
    assert (decided.state, decided.decided_by_id) == ("rejected", kim.pk)
    assert state(FILM, "netflix") is True
    assert not AvailabilityChange.objects.exists()
    assert not Availability.objects.filter(source=STAFF).exists()


@pytest.mark.parametrize("accepted", [True, False])
def test_deciding_twice_does_nothing_more(kim: User, accepted: bool) -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    first = decide_report(report=report, accepted=accepted, staff=kim.pk)
    changes = AvailabilityChange.objects.count()
    for again in (True, False):
        second = decide_report(report=report, accepted=again, staff=None)
        assert (second.state, second.decided_at, second.decided_by_id) == (
            first.state, first.decided_at, kim.pk,
        )  # fmt: skip
    assert AvailabilityChange.objects.count() == changes
    assert state(FILM, "netflix") is not accepted


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_the_same_moment_correct_once() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    AvailabilityChange.objects.all().delete()
    at_once(8, 4, lambda: decide_report(report=report, accepted=True, staff=None))
    assert AvailabilityChange.objects.count() == 1
    assert state(FILM, "netflix") is False


@pytest.mark.parametrize("accepted", [True, False])
def test_a_report_after_the_decision_is_a_new_one(client: Client, accepted: bool) -> None:
    tell(client)
    decide_report(report=AvailabilityReport.objects.get(), accepted=accepted, staff=None)
    tell(client)
    old, new = AvailabilityReport.objects.order_by("pk")
    assert (old.state, new.state) == ("accepted" if accepted else "rejected", "open")
    assert (new.times, new.shown) == (1, not accepted)


def test_accepting_never_turns_round_what_has_been_corrected_meanwhile() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    correct_availability(movie=Movie.objects.get(pk=FILM), states={"netflix": False})
    decide_report(report=report, accepted=True, staff=None)
    assert state(FILM, "netflix") is False


def test_a_report_of_a_film_that_is_gone_can_not_be_decided() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    AvailabilityReport.objects.all().delete()
    with pytest.raises(DataError, match="is gone"):
        decide_report(report=report, accepted=True, staff=None)


def test_a_note_that_is_too_long_is_refused() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    with pytest.raises(DataError, match="300"):
        decide_report(report=report, accepted=True, staff=None, note="x" * 301)
    assert AvailabilityReport.objects.get().state == "open"
