"""Views of members count with their consent, and are deleted without it."""

from __future__ import annotations

import pytest

from recommend.models import MemberEvent
from recommend.services.members.events import record_event
from recommend.services.members.learning import choose_learning
from tests.recommend.members import LIKE, LIKED, VIEW, a_member, say


def test_without_consent_no_view_is_stored(world: str) -> None:
    member = a_member()
    assert not record_event(member=member, movie_id=LIKED[0], kind=VIEW)
    choose_learning(member=member, learns=True)
    assert record_event(member=member, movie_id=LIKED[0], kind=VIEW)


def test_withdrawing_deletes_the_views_and_nothing_else(world: str) -> None:
    member, other = a_member(), a_member("jun")
    for one in (member, other):
        choose_learning(member=one, learns=True)
        say(one, VIEW, *LIKED)
        say(one, LIKE, LIKED[0])
    choose_learning(member=member, learns=False)
    kinds = MemberEvent.objects.filter(member=member).values_list("kind", flat=True)
    assert list(kinds) == [LIKE]
    assert MemberEvent.objects.filter(member=other).count() == len(LIKED) + 1
    member.refresh_from_db()
    assert (member.learning_version, member.learning_consented_at) == ("", None)


def test_a_consent_that_stands_keeps_its_time(world: str) -> None:
    member = a_member()
    choose_learning(member=member, learns=True)
    member.refresh_from_db()
    first = member.learning_consented_at
    choose_learning(member=member, learns=True)
    member.refresh_from_db()
    assert first is not None
    assert member.learning_consented_at == first


def test_a_view_that_arrives_with_an_old_consent_is_not_counted(world: str) -> None:
    """The request read the member before they withdrew."""
    member = a_member()
    choose_learning(member=member, learns=True)
    member.refresh_from_db()
    choose_learning(member=member, learns=False)
    assert member.learns
    assert not record_event(member=member, movie_id=LIKED[0], kind=VIEW)
    assert not MemberEvent.objects.exists()


@pytest.mark.parametrize("learns", [True, False])
def test_choosing_the_same_again_is_fine(world: str, learns: bool) -> None:
    member = a_member()
    for _ in range(2):
        choose_learning(member=member, learns=learns)
    member.refresh_from_db()
    assert member.learns == learns
