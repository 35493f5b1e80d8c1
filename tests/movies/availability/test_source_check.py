"""A source that better ones contradict: told to staff, by platform."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from movies.models import Movie, Notice, Platform
from movies.services.availability import Statement, record_statements
from movies.services.source_check import FEWEST_TESTED, check_sources

FILMS = 40
TODAY = timezone.now()


@pytest.fixture(autouse=True)
def films(db: None) -> None:
    for slug in ("wavve", "watcha"):
        Platform.objects.create(slug=slug, name=slug, stationary_share=0.2, turnover=0.1)
    Movie.objects.bulk_create(
        Movie(movie_id=number, title=f"Film {number}") for number in range(1, FILMS + 1)
    )


def say(
    source: str, there: int, *, slug: str = "wavve", at: datetime = TODAY, films: int = FILMS
) -> None:
    """The first `there` of the films are on the platform, by this source, the others are not."""
    record_statements(
        [Statement(number, slug, source, number <= there, at) for number in range(1, films + 1)]
    )


def told() -> str:
    check_sources()
    notice = Notice.objects.filter(key=Notice.Key.CONTRADICTED).first()
    return notice.detail if notice else ""


def test_a_list_of_hits_that_are_not_there_is_named_with_its_platform() -> None:
    say("shop-list", FILMS, at=TODAY - timedelta(days=30))
    say("offers", 4)
    say("shop-list", FILMS, slug="watcha", at=TODAY - timedelta(days=30))
    say("offers", FILMS - 1, slug="watcha")

    assert told() == "shop-list, wavve: 90% of 40"


def test_a_two_sided_word_of_half_a_year_before_tests_a_row_too() -> None:
    say("offers", 4, at=TODAY - timedelta(days=150))
    say("shop-list", FILMS)

    assert told() == "shop-list, wavve: 90% of 40"


def test_an_older_word_says_nothing() -> None:
    say("offers", 4, at=TODAY - timedelta(days=200))
    say("shop-list", FILMS)

    assert told() == ""


def test_two_lists_of_hits_do_not_test_each_other() -> None:
    say("hits", 30, films=30)
    say("others", 30, films=30, at=TODAY - timedelta(days=3))

    assert told() == ""


def test_what_ageing_explains_is_no_contradiction() -> None:
    Platform.objects.filter(pk="wavve").update(stationary_share=0.2, turnover=1.5)
    say("offers-2022", FILMS - 1, at=TODAY - timedelta(days=730))
    say("offers-2024", 12)

    assert told() == ""


def test_few_rows_are_not_judged() -> None:
    say("shop-list", FEWEST_TESTED - 1, films=FEWEST_TESTED - 1, at=TODAY - timedelta(days=9))
    say("offers", 0)

    assert told() == ""


def test_the_notice_goes_with_its_reason() -> None:
    say("shop-list", FILMS, at=TODAY - timedelta(days=30))
    say("offers", 4)
    assert told()

    say("shop-list", 4)

    assert told() == ""
