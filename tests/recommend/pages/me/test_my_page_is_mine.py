"""Only a member sees the member's pages; others are sent to log in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommend.models import MemberEvent
from survey.models import Member, Respondent
from tests.recommend.members import LIKE, LIKED, a_member, browser_of, kept_by, say

NOBODYS = "00000000-0000-4000-8000-000000000000"
READ = ("/me/", "/me/films/like/", "/me/data.json", "/me/leave/")
SENT = (
    "/me/profile/",
    "/me/learning/",
    "/me/leave/",
    f"/me/events/{LIKED[0]}/like/undo/",
    f"/me/results/{NOBODYS}/keep/",
    f"/me/results/{NOBODYS}/delete/",
    f"/me/results/{NOBODYS}/likes/",
)


@pytest.mark.parametrize("address", READ)
def test_strangers_are_sent_to_log_in_and_come_back(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={address}"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize("address", SENT)
def test_what_strangers_send_does_nothing(client: Client, db: None, address: str) -> None:
    response = client.post(address, {"sure": "yes", "learning": "agree", "likes": "use"})
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/me/")


@pytest.mark.parametrize("address", SENT)
def test_forms_of_other_sites_are_refused(member: Member, address: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member.user)
    assert browser.post(address, {"sure": "yes"}).status_code == 403
    assert Member.objects.filter(pk=member.pk).exists()


def test_staff_without_a_membership_are_told_so(english: Client, db: None) -> None:
    english.force_login(User.objects.create_user("kim", is_staff=True))
    response = english.get("/me/")
    assert response.status_code == 403
    assert "this account is not a member’s" in response.content.decode()


@pytest.mark.parametrize("address", READ)
def test_no_cache_and_no_search_engine_keeps_them(mine: Client, address: str) -> None:
    response = mine.get(address)
    assert response.status_code == 200
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("what", ["keep", "delete", "likes"])
def test_a_result_of_another_member_stays_as_it_is(
    member: Member, result: Respondent, what: str
) -> None:
    stranger = a_member("jun")
    say(stranger, LIKE, *LIKED)
    films = list(result.recommended_movies.values_list("movie_id", "score"))
    response = browser_of(stranger).post(f"/me/results/{result.pk}/{what}/", {"likes": "use"})
    assert response.status_code == (400 if what == "keep" else 404)
    assert Respondent.objects.get().member == member
    assert list(result.recommended_movies.values_list("movie_id", "score")) == films


def test_another_member_sees_nothing_of_it(member: Member, result: Respondent) -> None:
    say(member, LIKE, *LIKED)
    stranger = browser_of(a_member("jun"))
    for address in READ:
        html = stranger.get(address).content.decode()
        assert str(result.pk) not in html
        assert "Horror film" not in html
        assert member.user.email not in html


def test_another_member_cannot_take_back_what_a_member_likes(member: Member) -> None:
    say(member, LIKE, *LIKED)
    stranger = browser_of(a_member("jun"))
    stranger.post(f"/me/events/{LIKED[0]}/like/undo/", {"member": member.pk})
    assert MemberEvent.objects.filter(member=member).count() == len(LIKED)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/me/events/99999999999999999999/like/undo/", 404),
        (f"/me/events/{2**31}/like/undo/", 404),
        (f"/me/events/{LIKED[0]}/nonsense/undo/", 404),
        ("/me/events/80808/like/undo/", 404),
        (f"/me/results/{NOBODYS}/keep/", 404),
        (f"/me/results/{NOBODYS}/delete/", 404),
        ("/me/learning/", 400),
    ],
)
def test_junk_is_refused(mine: Client, address: str, status: int) -> None:
    assert mine.post(address).status_code == status
    assert mine.post(address, {"learning": "\ud7ff<b>", "likes": "'", "page": "x"}).status_code == (
        status
    )


def test_a_button_that_does_not_exist_is_refused(mine: Client, result: Respondent) -> None:
    assert mine.post(f"/me/results/{result.pk}/likes/", {"likes": "nonsense"}).status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "9" * 5000, "1.5", "٣", ""])
def test_any_page_number_shows_a_page(mine: Client, member: Member, page: str) -> None:
    say(member, LIKE, *LIKED)
    response = mine.get("/me/films/like/", {"page": page})
    assert response.status_code == 200
    assert "Horror film" in response.content.decode()


def test_a_kind_that_does_not_exist_has_no_page(mine: Client) -> None:
    assert mine.get("/me/films/nonsense/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_films_and_results(
    member: Member, mine: Client, result: Respondent
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert mine.get("/me/").status_code == 200
        return len(asked)

    for kind in ("like", "seen", "not_interested"):
        say(member, kind, {"like": 41, "seen": 42, "not_interested": 43}[kind])
    queries()  # the first request of a browser
    before = queries()
    say(member, "like", *range(61, 81))
    say(member, "seen", *range(44, 60))
    kept_by(member, "another-token")
    assert queries() == before <= 25
