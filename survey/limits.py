"""What happens to a person whose network, or account, has done something too often."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from common.web.guards.counts import forget
from common.web.throttling import (
    key_of,
    minutes_of,
    refusal_page,
    too_many,
    too_many_text,
    wait_if_counted,
    wait_of_network,
)
from survey.members.authentication import whom
from survey.members.names import folded
from survey.models import Member

EVENTS, VIEWS = "events", "views"  # what members say of films, and which ones they look at
CLOSED_SECONDS = 10  # after which to try to log in again, while nothing can count tries


def refuse_to_search(request: HttpRequest) -> HttpResponse | None:
    """The page for a network that searches too often; None: it may, and this search is counted."""
    seconds = wait_of_network(request, "search")
    return too_many(request, seconds) if seconds else None


def refuse_to_store(request: HttpRequest) -> HttpResponse | None:
    """The page for a network of which enough is stored; None: it may, and this is counted."""
    if not (seconds := wait_of_network(request, "results")):
        return None
    return refusal_page(request, too_many_stored(), seconds)


def too_many_begun(seconds: int) -> str:
    """The message for a person who must wait that long before another survey."""
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many surveys were begun from your network, so no more can be stored for now. "
        "You can still see the result now with the films you have picked, "
        "or try again in %(minutes)s minute.",
        "Too many surveys were begun from your network, so no more can be stored for now. "
        "You can still see the result now with the films you have picked, "
        "or try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def too_many_stored() -> str:
    """The message while no further result of this network is stored: until tomorrow."""
    return gettext(
        "Too many results were stored from your network today, so no more can be stored. "
        "Please try again tomorrow, or from another network."
    )


# --- what members say of films ---


@dataclass(frozen=True)
class TooOften:
    """How long to wait, and the message that says so."""

    seconds: int
    text: str


def too_often(request: HttpRequest, name: str, member: Member | None) -> TooOften | None:
    """Count this request of the member, then of their network, which many may share and which has
    room for them. None: both are within their limits, `name` and that with `_account` behind."""
    if member is not None:
        account = wait_if_counted(f"{name}_account", f"user {member.pk}")
        if account:
            return TooOften(account, _too_often_text(account))
    network = wait_of_network(request, name)
    return TooOften(network, too_many_text(network)) if network else None


def _too_often_text(seconds: int) -> str:
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many requests came from your account. Please try again in %(minutes)s minute.",
        "Too many requests came from your account. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


# --- tries of passwords and codes ---


def account_key(name: str) -> str:
    """Whose tries are counted: those of the account that the name means, else of the folded name.

    The same on the pages, in admin, in the API and for links to a new password; so an account has
    one count, by whatever name and in whichever spelling it is tried.
    """
    user = whom(name)
    return f"name {folded(name)[:200]}" if user is None else user_key(user)


def user_key(user: User) -> str:
    """As `account_key`, of somebody who is known. No name has the same key."""
    return f"user {user.pk}"


def begin_anew(name: str, who: str) -> None:
    """The try was right: this count begins anew. Raises `CountUnavailableError`."""
    forget(key_of(name, who))


def locked_text(seconds: int) -> str:
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many tries to log in. Please try again in %(minutes)s minute.",
        "Too many tries to log in. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def closed_text() -> str:
    return gettext("Nobody can log in right now. Please try again in a moment.")
