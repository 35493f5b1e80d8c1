"""Everything that is stored about a member, with names that a person can read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from movies.genres import genre_name
from recommend.models import MemberEvent
from recommend.pages.result.download import everything_stored, film_named
from recommend.results.members.own_results import kept_results
from recommend.results.stored import stored_result
from survey.members import second_factor, tokens
from survey.models import LoginSession, Member, Respondent


def member_data(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Ready for `JsonResponse`; the password is stored as a hash only, and left out."""
    events = MemberEvent.objects.filter(member=member).select_related("movie")
    return {
        "account": _account(member.user, member),
        "logged_in": _logged_in(member.user),
        "about_you": {
            "gender": member.get_gender_display() or None,
            "birth_year": member.birth_year,
            "region": member.get_region_display() or None,
            "genres": [genre_name(genre) for genre in member.interests],
            "keywords": member.keywords,
        },
        "consents": {
            "membership": {
                "version": member.membership_version,
                "given_at": member.membership_consented_at,
            },
            "learning": {
                "version": member.learning_version,
                "given_at": member.learning_consented_at,
            }
            if member.learns
            else None,
        },
        "films": [
            {
                "film": film_named(one.movie),
                "what": one.get_kind_display(),
                "at": one.created_at,
            }
            for one in events.order_by("created_at", "pk")
        ],
        "results": _results(request, member),
    }


def _account(user: User, member: Member) -> dict[str, Any]:
    permissions = user.user_permissions.values_list("content_type__app_label", "codename")
    return {
        "email": user.email,
        "user_name": user.username,
        "name": user.get_full_name(),
        "may_log_in": user.is_active,
        "staff": user.is_staff,
        "superuser": user.is_superuser,
        "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        "permissions": [f"{app}.{name}" for app, name in sorted(permissions)],
        "joined_at": member.created_at,
        "last_log_in": user.last_login,
        "last_visit": member.last_visit,
    }


def _logged_in(user: User) -> dict[str, Any]:
    """Times only: whoever has the key of a session, a token or a code can log in with it."""
    sessions = LoginSession.objects.filter(user=user).order_by("expire_date")
    return {
        "browsers": [{"ends_at": one} for one in sessions.values_list("expire_date", flat=True)],
        "tokens": [asdict(one) for one in tokens.issued_to(user)],
        "second_factor_since": second_factor.on_since(user),
    }


def _results(request: HttpRequest, member: Member) -> list[dict[str, Any]]:
    """As each result can be downloaded alone, newest first."""
    stored = [stored_result(one.user_id) for one in kept_results(member)]
    return [
        everything_stored(request, one) | {"picks_from_likes": _from_likes(one.respondent)}
        for one in stored
        if one is not None
    ]


def _from_likes(respondent: Respondent) -> list[dict[str, Any]]:
    rows = respondent.picks_from_likes.select_related("movie").order_by("movie")
    return [film_named(row.movie) for row in rows]
