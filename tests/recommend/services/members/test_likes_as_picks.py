"""What a member likes, has seen and does not want counts in a result, and that can be undone."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from common.errors import DataError, NotReadyError
from movies.models import Movie
from ottstats.models import PlatformRecommendation
from recommend.models import MemberEvent, PickFromLike, Reaction, RecommendedMovie
from recommend.ranking.answers import Answers
from recommend.results.recommendation import NoFilmLeftError, recommend
from recommend.services.members.events import take_event_back
from recommend.services.members.likes import leave_likes_out, use_likes
from recommend.services.reactions import react, take_back
from survey.models import Member, Respondent
from tests.operators import at_once, data_set_being_replaced
from tests.recommend.members import (
    LIKE,
    LIKED,
    NOT_INTERESTED,
    PICKS,
    SEEN,
    VIEW,
    a_member,
    a_result,
    kept_by,
    say,
)
from tests.recommend.services.reacting import listed
from tests.worlds import film_ids

UNWANTED, KNOWN = film_ids("Comedy")[0], film_ids("Drama")[0]


def a_list(respondent: Respondent) -> list[tuple[Any, ...]]:
    """Everything that is stored of the list, in order."""
    films = RecommendedMovie.objects.filter(user=respondent).order_by("rank")
    return list(films.values_list("movie_id", "rank", "score", "predicted_rating", "because"))


def picks(respondent: Respondent) -> set[int]:
    return set(respondent.preferred_movies.values_list("pk", flat=True))


@pytest.fixture
def member(live_model: Any) -> Member:
    return a_member()


@pytest.fixture
def result(member: Member) -> Respondent:
    return kept_by(member)


def test_likes_become_picks_and_the_list_is_what_would_be_computed(
    member: Member, result: Respondent
) -> None:
    say(member, LIKE, *LIKED)
    say(member, SEEN, KNOWN)
    say(member, NOT_INTERESTED, UNWANTED)
    before = listed(result)
    use_likes(member=member, respondent=result)
    assert picks(result) == {*PICKS, *LIKED}
    stored = Reaction.objects.filter(user=result, from_account=True)
    assert dict(stored.values_list("movie_id", "kind")) == {
        KNOWN: SEEN,
        UNWANTED: NOT_INTERESTED,
    }
    after = listed(result)
    assert after != before
    assert not {*LIKED, KNOWN, UNWANTED} & set(after)
    liked = [*PICKS, *LIKED]
    again = recommend(
        Answers(gender="female", age=27, liked=liked, seen=[KNOWN], not_interested=[UNWANTED])
    )
    best = again.platforms[0]
    row = PlatformRecommendation.objects.get(user=result)
    assert (row.platform_id, row.score) == (best.platform, pytest.approx(best.score))


def test_leaving_likes_out_restores_the_list_exactly(member: Member, result: Respondent) -> None:
    before, parts = a_list(result), PlatformRecommendation.objects.get().parts
    say(member, LIKE, *LIKED)
    say(member, NOT_INTERESTED, UNWANTED)
    use_likes(member=member, respondent=result)
    assert a_list(result) != before
    leave_likes_out(member=member, respondent=result)
    assert a_list(result) == before
    assert PlatformRecommendation.objects.get().parts["platforms"] == parts["platforms"]
    assert picks(result) == set(PICKS)
    assert not PickFromLike.objects.exists()
    assert not Reaction.objects.exists()
    assert MemberEvent.objects.filter(member=member).count() == len(LIKED) + 1


def test_taking_every_like_back_restores_the_list_exactly(
    member: Member, result: Respondent
) -> None:
    before = a_list(result)
    say(member, LIKE, *LIKED)
    say(member, SEEN, KNOWN)
    use_likes(member=member, respondent=result)
    for movie in LIKED:
        assert take_event_back(member=member, movie_id=movie, kind=LIKE)
        assert not take_event_back(member=member, movie_id=movie, kind=LIKE)
    take_event_back(member=member, movie_id=KNOWN, kind=SEEN)
    assert a_list(result) == before
    assert not MemberEvent.objects.exists()


def test_a_film_that_is_liked_and_unwanted_in_turn_is_what_was_said_last(
    member: Member, result: Respondent
) -> None:
    before = a_list(result)
    say(member, LIKE, LIKED[0])
    use_likes(member=member, respondent=result)
    say(member, NOT_INTERESTED, LIKED[0])
    assert a_list(result) == before
    use_likes(member=member, respondent=result)
    assert picks(result) == set(PICKS)
    assert Reaction.objects.get().kind == NOT_INTERESTED


def test_a_pick_of_the_survey_stays_a_pick_when_its_like_is_taken_back(
    member: Member, result: Respondent
) -> None:
    say(member, LIKE, PICKS[0])
    use_likes(member=member, respondent=result)
    take_event_back(member=member, movie_id=PICKS[0], kind=LIKE)
    leave_likes_out(member=member, respondent=result)
    assert picks(result) == set(PICKS)


def test_what_was_said_on_the_page_of_the_result_stands(member: Member, result: Respondent) -> None:
    film, other = listed(result)[:2]
    react(respondent=result, movie_id=film, kind=NOT_INTERESTED)
    say(member, LIKE, film)
    say(member, SEEN, other)
    use_likes(member=member, respondent=result)
    assert film not in picks(result)
    take_back(respondent=result, movie_id=other)  # said in the account, taken back on the page
    assert list(Reaction.objects.values_list("movie_id", "from_account")) == [(film, False)]
    assert take_event_back(member=member, movie_id=other, kind=SEEN)
    leave_likes_out(member=member, respondent=result)
    assert Reaction.objects.get().movie_id == film


def test_using_them_again_adds_what_is_new_and_drops_what_is_gone(
    member: Member, result: Respondent
) -> None:
    say(member, LIKE, LIKED[0])
    use_likes(member=member, respondent=result)
    rows = list(RecommendedMovie.objects.values_list("pk", flat=True))
    use_likes(member=member, respondent=result)
    assert list(RecommendedMovie.objects.values_list("pk", flat=True)) == rows  # Idempotent
    say(member, LIKE, LIKED[1])
    MemberEvent.objects.filter(movie=LIKED[0]).delete()
    use_likes(member=member, respondent=result)
    assert picks(result) == {*PICKS, LIKED[1]}


def test_views_are_no_picks(live_model: Any) -> None:
    member = a_member(learning_version="1", learning_consented_at=timezone.now())
    result = kept_by(member)
    say(member, VIEW, *LIKED)
    use_likes(member=member, respondent=result)
    assert picks(result) == set(PICKS)


def test_only_the_account_that_keeps_a_result_changes_it(member: Member) -> None:
    stranger, result = a_member("jun"), kept_by(member)
    say(stranger, LIKE, *LIKED)
    for change in (use_likes, leave_likes_out):
        with pytest.raises(DataError):
            change(member=stranger, respondent=result)
        with pytest.raises(DataError):
            change(member=member, respondent=a_result("nobody-keeps-this"))
    assert picks(result) == set(PICKS)


def test_likes_count_in_each_result_by_itself(member: Member, result: Respondent) -> None:
    other = kept_by(member, "another-token", liked=film_ids("Drama")[:5])
    say(member, LIKE, *LIKED)
    use_likes(member=member, respondent=result)
    use_likes(member=member, respondent=other)
    take_event_back(member=member, movie_id=LIKED[0], kind=LIKE)
    for one in (result, other):
        assert not {LIKED[0]} & picks(one)
        assert set(LIKED[1:]) < picks(one)


def test_nothing_changes_if_no_film_would_be_left(member: Member, result: Respondent) -> None:
    before = a_list(result)
    say(member, SEEN, *Movie.objects.values_list("pk", flat=True))
    with pytest.raises(NoFilmLeftError):
        use_likes(member=member, respondent=result)
    assert a_list(result) == before
    assert not Reaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_while_the_data_are_replaced_a_like_that_counts_stays(live_model: Any) -> None:
    member = a_member()
    result = kept_by(member)
    say(member, LIKE, *LIKED[:2])
    use_likes(member=member, respondent=result)
    say(member, LIKE, LIKED[2])
    with data_set_being_replaced():
        with pytest.raises(NotReadyError):
            take_event_back(member=member, movie_id=LIKED[0], kind=LIKE)
        assert take_event_back(member=member, movie_id=LIKED[2], kind=LIKE)  # counts nowhere
    assert picks(result) == {*PICKS, *LIKED[:2]}
    assert MemberEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_like_that_is_taken_back_while_likes_are_taken_over_leaves_no_pick(
    live_model: Any,
) -> None:
    member = a_member()
    result = kept_by(member)
    say(member, LIKE, *LIKED)
    failed = at_once(
        partial(use_likes, member=member, respondent=result),
        *(partial(take_event_back, member=member, movie_id=one, kind=LIKE) for one in LIKED),
    )
    assert failed == []
    assert picks(result) == set(PICKS)
    assert not PickFromLike.objects.exists()
