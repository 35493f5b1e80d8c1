"""A member leaves from their page: everything is gone."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from recommend.models import MemberEvent, PickFromLike
from recommend.services.members.likes import use_likes
from survey.models import Member, Respondent
from tests.recommend.members import LIKE, LIKED, a_member, a_result, say
from tests.recommend.pages.reading import words


def test_the_page_asks_before_anything_is_deleted(mine: Client, result: Respondent) -> None:
    html = mine.get("/me/leave/").content.decode()
    assert 'name="sure"' in html
    assert 'href="/me/data.json" download' in html
    response = mine.post("/me/leave/")
    assert response.status_code == 400
    assert "Please tick the box" in response.content.decode()
    assert Member.objects.exists()
    assert Respondent.objects.exists()


def test_everything_is_gone_and_the_start_page_says_so(
    mine: Client, member: Member, result: Respondent
) -> None:
    say(member, LIKE, *LIKED)
    use_likes(member=member, respondent=result)
    other, free = a_member("jun"), a_result("nobody-keeps-this")
    say(other, LIKE, *LIKED)
    response = mine.post("/me/leave/", {"sure": "yes"}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    html = response.content.decode()
    assert "Your account and everything in it have been deleted." in words(html)
    assert list(Member.objects.all()) == [other]
    assert list(User.objects.all()) == [other.user]
    assert list(Respondent.objects.all()) == [free]
    assert not PickFromLike.objects.exists()
    assert MemberEvent.objects.count() == len(LIKED)
    assert mine.get(f"/results/{result.pk}/").status_code == 404


def test_the_session_ends_with_the_account(mine: Client, member: Member) -> None:
    mine.post("/me/leave/", {"sure": "yes"})
    assert "sessionid" not in mine.cookies or not mine.cookies["sessionid"].value
    assert mine.get("/me/")["Location"] == "/login/?next=/me/"
