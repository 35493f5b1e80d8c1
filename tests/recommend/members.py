"""Members of the tests, what they say, and the results that they keep."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from recommend.models import MemberEvent
from recommend.services.members.events import record_event
from recommend.services.members.keeping import keep_result
from recommend.services.submission import Survey, submit_survey
from survey.models import MEMBERSHIP_VERSION, Member, Respondent
from tests.survey.answering import TOKEN
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]
LIKED = film_ids("Horror")[:3]
LIKE, SEEN, NOT_INTERESTED, VIEW = (
    str(kind)
    for kind in (
        MemberEvent.Kind.LIKE,
        MemberEvent.Kind.SEEN,
        MemberEvent.Kind.NOT_INTERESTED,
        MemberEvent.Kind.VIEW,
    )
)


def a_member(name: str = "mina", **fields: Any) -> Member:
    email = f"{name}@example.com"
    user = User.objects.create_user(email, email, "a-long-password-1")
    return Member.objects.create(user=user, membership_version=MEMBERSHIP_VERSION, **fields)


def browser_of(member: Member) -> Client:
    """In English, logged in."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(member.user)
    return client


def a_result(token: str = TOKEN, **answers: Any) -> Respondent:
    given: dict[str, Any] = {"liked": PICKS, "gender": "female", "age": 27} | answers
    return submit_survey(survey=Survey(**given), token=token)


def kept_by(member: Member, token: str = TOKEN, **answers: Any) -> Respondent:
    respondent = a_result(token, **answers)
    keep_result(member=member, respondent=respondent)
    respondent.refresh_from_db()
    return respondent


def say(member: Member, kind: str, *movies: int) -> None:
    for movie in movies:
        record_event(member=member, movie_id=movie, kind=kind)
