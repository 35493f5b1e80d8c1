"""A member keeps results in their account."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from common.errors import DataError
from recommend.models import Reaction, RecommendedMovie
from recommend.services.members import keeping
from recommend.services.members.events import record_event
from recommend.services.members.keeping import keep_result
from recommend.services.members.likes import leave_likes_out, use_likes
from recommend.services.submission import Survey, submit_survey
from survey.members.leaving import leave
from survey.models import MEMBER_RETENTION, Member, Respondent
from tests.operators import at_once
from tests.recommend.members import LIKE, LIKED, PICKS, SEEN, a_member, a_result, kept_by, say
from tests.worlds import film_ids

KNOWN = film_ids("Drama")[0]


def test_a_kept_result_stays_for_a_year_after_the_last_visit(live_model: Any) -> None:
    member, result = a_member(), a_result()
    keep_result(member=member, respondent=result)
    result.refresh_from_db()
    assert result.member == member
    assert result.retain_until == member.last_visit + MEMBER_RETENTION


def test_keeping_it_twice_changes_nothing(live_model: Any) -> None:
    member = a_member()
    before = kept_by(member)
    keep_result(member=member, respondent=before)
    after = Respondent.objects.get()
    assert (after.member, after.retain_until) == (member, before.retain_until)


def test_a_result_of_another_account_is_refused(live_model: Any) -> None:
    member, other = a_member(), a_member("jun")
    result = kept_by(member)
    with pytest.raises(DataError):
        keep_result(member=other, respondent=result)
    assert Respondent.objects.get().member == member


def test_an_expired_result_and_a_member_who_left_are_refused(live_model: Any) -> None:
    member, result = a_member(), a_result()
    now = timezone.now()
    Respondent.objects.update(consented_at=now - MEMBER_RETENTION, retain_until=now)
    with pytest.raises(Respondent.DoesNotExist):
        keep_result(member=member, respondent=result)
    leave(member=member)
    with pytest.raises(Member.DoesNotExist):
        keep_result(member=member, respondent=result)


def test_one_too_many_is_refused_but_a_kept_one_is_not(
    live_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_RESULTS", 1)
    member = a_member()
    first, second = kept_by(member), a_result("another-token")
    with pytest.raises(DataError, match="1"):
        keep_result(member=member, respondent=second)
    keep_result(member=member, respondent=first)
    assert list(member.results.all()) == [first]


def test_a_result_with_changed_answers_stays_in_the_account(live_model: Any) -> None:
    member = a_member()
    before = kept_by(member)
    changed = Survey(liked=PICKS, gender="female", age=28)
    after = submit_survey(survey=changed, token="the-same-draft", replaces=before.pk)
    after.refresh_from_db()
    assert list(Respondent.objects.all()) == [after]
    assert (after.member, after.retain_until) == (member, before.retain_until)


def test_likes_that_counted_count_in_the_changed_answers_too(live_model: Any) -> None:
    member = a_member()
    before = kept_by(member)
    say(member, LIKE, *LIKED)
    say(member, SEEN, KNOWN)
    use_likes(member=member, respondent=before)
    changed = Survey(liked=PICKS, gender="female", age=28)
    after = submit_survey(survey=changed, token="the-same-draft", replaces=before.pk)
    assert set(after.preferred_movies.values_list("pk", flat=True)) == {*PICKS, *LIKED}
    assert Reaction.objects.get(user=after).movie_id == KNOWN
    shown = RecommendedMovie.objects.filter(user=after).values_list("movie", flat=True)
    assert not {*LIKED, KNOWN} & set(shown)
    leave_likes_out(member=member, respondent=after)
    assert set(after.preferred_movies.values_list("pk", flat=True)) == set(PICKS)


def test_likes_that_did_not_count_stay_out_of_the_changed_answers(live_model: Any) -> None:
    member = a_member()
    before = kept_by(member)
    say(member, LIKE, *LIKED)
    changed = Survey(liked=PICKS, gender="female", age=28)
    after = submit_survey(survey=changed, token="the-same-draft", replaces=before.pk)
    assert set(after.preferred_movies.values_list("pk", flat=True)) == set(PICKS)


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_that_keep_it_at_once_one_has_it(live_model: Any) -> None:
    result, members = a_result(), [a_member("a"), a_member("b")]
    failed = at_once(
        *(partial(keep_result, member=one, respondent=result) for one in members for _ in range(2))
    )
    assert [type(error) for error in failed] == [DataError, DataError]
    assert Respondent.objects.get().member in members


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_and_liked_while_the_member_leaves_is_gone_too(live_model: Any) -> None:
    member, result = a_member(), a_result()
    failed = at_once(
        partial(leave, member=member),
        partial(keep_result, member=member, respondent=result),
        *(partial(record_event, member=member, movie_id=one, kind=LIKE) for one in LIKED),
    )
    assert {type(error) for error in failed} <= {Member.DoesNotExist}
    assert not Member.objects.exists()
    assert not Respondent.objects.exclude(member=None).exists()
