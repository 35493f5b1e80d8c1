"""A film that is liked at its page, and said not to be for them on the page of a result."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from movies.models import Movie
from recommend.models import ModelRun, Reaction
from recommend.results.shelves.ai_picks import ai_picks
from recommend.results.shelves.known import known_of
from survey.models import Member, Respondent
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

ACTION, HORROR = film_ids("Action"), film_ids("Horror")
LIKED = HORROR[0]
NOW = timezone.now()
YESTERDAY, LATER = NOW - timedelta(days=1), NOW + timedelta(seconds=5)


def refuse(result: Respondent, movie: int, at: datetime) -> None:
    said = Reaction.objects.create(user=result, movie_id=movie, kind=Reaction.Kind.NOT_INTERESTED)
    Reaction.objects.filter(pk=said.pk).update(created_at=at)


@pytest.fixture
def member(live_model: ModelRun) -> Member:
    """With a result, and a film that arrived, is popular and new, and that they liked."""
    Movie.objects.update(platforms_fetched={"netflix": True})
    found = a_member()
    a_result(found, ACTION[:4], subscribed=["netflix"], made_at=YESTERDAY)
    a_change(LIKED, "netflix", is_there=True)
    an_event(found, LIKED, at=NOW)
    return found


def result_of(member: Member) -> Respondent:
    return Respondent.objects.get(member=member)


@pytest.mark.parametrize("name", ["popular", "new", "arrivals"])
def test_what_was_said_after_the_like_takes_it_off_every_shelf(name: str, member: Member) -> None:
    assert LIKED in films(name, member, limit=50)
    refuse(result_of(member), LIKED, LATER)
    assert LIKED not in films(name, member, limit=50)


def test_such_a_like_counts_for_no_shelf(member: Member) -> None:
    same = a_member("same")
    refused = a_result(same, ACTION[:4], subscribed=["netflix"], made_at=YESTERDAY)
    refuse(refused, LIKED, LATER)
    liked = films("for-you", member)
    assert (ai_picks(member).likes, row("because", member)) != (0, None)
    refuse(result_of(member), LIKED, LATER)
    assert films("for-you", member) == films("for-you", same) != liked
    assert films("genre", member) == films("genre", same)
    assert row("because", member) is None
    assert ai_picks(member).likes == 0
    assert ai_picks(member).films == ai_picks(same).films


def test_taking_the_reaction_back_brings_the_like_back(member: Member) -> None:
    before = films("for-you", member), ai_picks(member)
    refuse(result_of(member), LIKED, LATER)
    Reaction.objects.all().delete()
    assert (films("for-you", member), ai_picks(member)) == before


@pytest.mark.parametrize("days", [0, 2])
def test_a_like_after_it_outdoes_it(days: int, member: Member) -> None:
    refuse(result_of(member), LIKED, NOW - timedelta(days=days, seconds=1))
    assert LIKED in films("popular", member, limit=50)
    assert ai_picks(member).likes == 1
    assert known_of(member).likes[0][0] == LIKED


def test_a_pick_counts_if_it_is_newer_than_what_was_said(member: Member) -> None:
    older = result_of(member)
    newest = a_result(member, [*ACTION[:4], HORROR[5]], made_at=NOW)
    refuse(older, HORROR[5], YESTERDAY)
    assert HORROR[5] in known_of(member).liked
    Respondent.objects.filter(pk=newest.pk).update(created_at=YESTERDAY - timedelta(hours=1))
    Respondent.objects.filter(pk=older.pk).update(created_at=YESTERDAY - timedelta(days=1))
    assert HORROR[5] not in known_of(member).liked
    assert HORROR[5] not in films("popular", member, limit=80)


def test_one_said_it_of_two_lists_and_the_last_time_counts(member: Member) -> None:
    refuse(result_of(member), LIKED, YESTERDAY)
    refuse(a_result(member, ACTION[:4]), LIKED, LATER)
    assert LIKED not in films("popular", member, limit=50)


def test_seen_is_seen_whatever_is_liked(member: Member) -> None:
    an_event(member, LIKED, SEEN, at=YESTERDAY)
    assert LIKED not in films("popular", member, limit=50)
    assert ai_picks(member).likes == 1
