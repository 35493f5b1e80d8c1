"""Every column about a member is in what they download, or is named here with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from ottstats.access import ADVERTISERS
from recommend.services.members.likes import use_likes
from recommend.services.reactions import react
from survey.members import tokens
from survey.models import Draft, Member, Respondent
from tests.recommend.members import LIKE, LIKED, a_member, browser_of, kept_by, say
from tests.survey.members.accounts import with_device
from tests.worlds import film_ids

WISHES = {name: name for name in ("must_have", "no_ads", "min_streams", "min_resolution", "owned")}

# By table, where the file begins that holds it, and the names in it that hold the columns.
EXPORTED: dict[str, tuple[str, dict[str, str]]] = {
    "auth.User": ("account", {
        "username": "user_name", "email": "email", "first_name": "name", "last_name": "name",
        "last_login": "last_log_in", "is_active": "may_log_in", "is_staff": "staff",
        "is_superuser": "superuser",
    }),
    "auth.User_groups": ("account", {"group": "groups"}),
    "auth.User_user_permissions": ("account", {"permission": "permissions"}),
    "survey.Member": ("", {
        "gender": "about_you.gender", "birth_year": "about_you.birth_year",
        "region": "about_you.region", "interests": "about_you.genres",
        "keywords": "about_you.keywords", "last_visit": "account.last_visit",
        "created_at": "account.joined_at",
        "membership_version": "consents.membership.version",
        "membership_consented_at": "consents.membership.given_at",
        "learning_version": "consents.learning.version",
        "learning_consented_at": "consents.learning.given_at",
    }),
    "survey.LoginSession": ("logged_in.browsers", {"expire_date": "ends_at"}),
    "token_blacklist.OutstandingToken": ("logged_in.tokens", {
        "created_at": "issued_at", "expires_at": "ends_at",
    }),
    "otp_totp.TOTPDevice": ("logged_in", {"created_at": "second_factor_since"}),
    "recommend.MemberEvent": ("films", {"movie": "film", "kind": "what", "created_at": "at"}),
    "survey.Respondent": ("results", {
        **{name: f"answers.{name}" for name in (
            "gender", "age", "education", "income", "ott_frequency", "region", "district",
        )},
        **{name: f"answers.{path}" for name, path in WISHES.items()},
        "monthly_budget": "answers.monthly_budget_won", "user_id": "result", "number": "number",
        "submission": "form_digest", "submission_id": "submission_id_digest",
        "consent_version": "consent.version", "consented_at": "consent.given_at",
        "statistics_consent": "consent.statistics", "learning_consent": "consent.learning",
        "shown": "offered_films", "retain_until": "kept_until", "created_at": "made_at",
    }),
    "survey.Respondent_preferred_movies": ("results.answers", {"movie": "liked_films"}),
    "survey.Respondent_subscribed_platforms": ("results.answers", {"platform": "subscribed"}),
    "survey.Draft": ("results.drafts", {
        **WISHES,
        "liked": "liked_films", "disliked": "films_not_for_you", "shown": "offered_films",
        "also_shown": "offered_films", "subscribed": "subscribed", "step": "step",
        "monthly_budget": "monthly_budget_won", "created_at": "started_at",
        "expires_at": "kept_until",
    }),
    "matching.Similarity": ("results", {
        "ml_user": "twin.who", "overlapped_movies": "twin.seen_by_both",
        "score": "twin.similarity", "method": "twin.compared_by",
        "relaxation": "twin.searched_among", "run": "model_run",
    }),
    "ottstats.PlatformRecommendation": ("results", {
        "platform": "recommended_platform", "score": "platforms", "parts": "expected",
        "share_id": "share_link",
    }),
    "recommend.RecommendedMovie": ("results.films", {
        "movie": "title", "rank": "rank", "score": "score", "predicted_rating": "stars",
        "rating_source": "stars_source", "because": "because",
    }),
    "recommend.Reaction": ("results.reactions", {
        "movie": "film", "kind": "said", "created_at": "at", "from_account": "in_the_account",
    }),
    "recommend.PickFromLike": ("results.picks_from_likes", {"movie": "title"}),
}  # fmt: skip

# "id", and what leads to the person, say nothing more.
KEYS = {"id", "user", "member", "respondent"}
OPENS = "whoever has it can log in, or take somebody's place"
CHANGES = "of the app: changes with every code, and says nothing of the person"
LEFT_OUT: dict[str, dict[str, str]] = {
    "auth.User": {"password": OPENS, "date_joined": "the time of `joined_at`"},
    "survey.LoginSession": {"session_key": OPENS, "session_data": OPENS},
    "token_blacklist.OutstandingToken": {"jti": OPENS, "token": OPENS},
    "otp_totp.TOTPDevice": {
        "key": OPENS,
        "confirmed": "the file has a device that is on",
        "name": "the same for everybody",
        **dict.fromkeys(("step", "t0", "digits", "tolerance"), "the same for everybody"),
        **dict.fromkeys(("drift", "last_t", "last_used_at"), CHANGES),
        **dict.fromkeys(("throttling_failure_timestamp", "throttling_failure_count"), "not used"),
    },
    "survey.Draft": {"draft_id": "the link to an open survey, which anybody could go on with"},
    "ottstats.PlatformRecommendation": {"created_at": "`computed_on` says when it was computed"},
}
WHOLE_TABLES = {
    "otp_static.StaticDevice": OPENS,
    "recommend.HomeMember": "numbers made of answers that are in the file, gone with the next run",
    **dict.fromkeys(
        (
            "admin.LogEntry", "movies.Availability", "movies.AvailabilityChange",
            "movies.AvailabilityReport", "movies.IdSuggestion", "recommend.LabJob",
            "recommend.Workflow",
        ),
        "what staff did at work",
    ),
}  # fmt: skip


def tables_of_a_person() -> dict[str, set[str]]:
    """The columns, without keys, of the tables that hold or name a person."""
    people = (User, Member, Respondent)
    return {
        model._meta.label: {field.name for field in model._meta.concrete_fields} - KEYS
        for model in apps.get_models(include_auto_created=True)
        if model in people
        or any(field.related_model in people for field in model._meta.concrete_fields)
    }


def test_every_column_is_in_the_file_or_has_a_reason() -> None:
    named = {
        label: set(columns) | set(LEFT_OUT.get(label, {}))
        for label, (_start, columns) in EXPORTED.items()
    }
    found = tables_of_a_person()
    assert found.keys() == named.keys() | WHOLE_TABLES.keys()
    assert {label: found[label] for label in named} == named
    assert LEFT_OUT.keys() <= EXPORTED.keys()


@pytest.fixture
def content(live_model: Any) -> Any:
    """What a member downloads of whom everything is stored."""
    now = timezone.now()
    member = a_member(
        interests=["Horror"], keywords=["귀신"], birth_year=1994, gender="female", region="seoul",
        learning_version="2026-11-30", learning_consented_at=now,
    )  # fmt: skip
    user = member.user
    user.groups.add(Group.objects.get_or_create(name=ADVERTISERS)[0])
    user.user_permissions.add(Permission.objects.get(codename="view_movie"))
    tokens.new_pair(user=user)
    with_device(user)
    result = kept_by(member, subscribed=("netflix",))
    Draft.objects.create(
        liked=film_ids("Action")[:3], disliked=film_ids("Drama")[:2], respondent=result,
        also_shown=film_ids("Horror")[:1], expires_at=now + timedelta(days=7),
    )  # fmt: skip
    film = result.recommended_movies.order_by("rank")[0].movie_id
    react(respondent=result, movie_id=film, kind="not_interested")
    say(member, LIKE, *LIKED)
    use_likes(member=member, respondent=result)
    return browser_of(member).get("/me/data.json").json()


def holds(content: Any, path: str) -> bool:
    """Whether this name is there: in lists, in the first entry."""
    for name in filter(None, path.split(".")):
        if isinstance(content, list):
            content = content[0] if content else {}
        if not isinstance(content, dict) or name not in content:
            return False
        content = content[name]
    return True


def test_the_file_holds_every_column_that_is_said_to_be_in_it(content: Any) -> None:
    paths = {
        f"{label}.{column}": f"{start}.{path}"
        for label, (start, columns) in EXPORTED.items()
        for column, path in columns.items()
    }
    assert [column for column, path in paths.items() if not holds(content, path)] == []


def test_it_has_films_that_are_not_for_them_and_the_groups_of_the_account(content: Any) -> None:
    (draft,) = content["results"][0]["drafts"]
    not_for_them = [film["title"] for film in draft["films_not_for_you"]]
    assert not_for_them == [f"Drama film {one}" for one in film_ids("Drama")[:2]]
    account = content["account"]
    assert account["groups"] == [ADVERTISERS]
    assert account["permissions"] == ["movies.view_movie"]
    assert (account["staff"], account["may_log_in"]) == (False, True)
