"""Tries of passwords and codes are limited by network and by account, before they are looked at.

While nothing can count tries, nobody can log in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from common.web.guards.counts import CountUnavailableError, forget
from common.web.throttling import key_of, minutes_of, refusal_page, wait_of
from common.web.unavailable import Unavailable, answer
from survey.members.names import folded

logger = logging.getLogger(__name__)

CLOSED_SECONDS = 10  # after which to try again
View = Callable[..., HttpResponse]


def account(name: str) -> str:
    """What the names have in common that are taken for the same account."""
    return folded(name)[:200]


def refusal(request: HttpRequest, *limits: tuple[str, str]) -> HttpResponse | None:
    """The page beyond one of the limits, given as (name, who); None: the try is counted and may be.

    Raises `CountUnavailableError`.
    """
    for name, who in limits:
        if seconds := wait_of(name, who):
            logger.warning("Log-in is locked for %s seconds (%s)", seconds, name)
            return _locked(request, seconds)
    return None


def begin_anew(name: str, who: str) -> None:
    """The try was right: the account's count begins anew, not that of the network."""
    forget(key_of(name, who))


def closed_where_nothing_counts(view: View) -> View:
    """Decorator of a page on which passwords or codes are tried."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except CountUnavailableError as error:
            logger.error("Nobody can log in: %s", error)
            return answer(request, Unavailable(closed_text(), CLOSED_SECONDS))

    return wrapped


def closed_text() -> str:
    return gettext("Nobody can log in right now. Please try again in a moment.")


def locked_text(seconds: int) -> str:
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many tries to log in. Please try again in %(minutes)s minute.",
        "Too many tries to log in. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def _locked(request: HttpRequest, seconds: int) -> HttpResponse:
    return refusal_page(request, locked_text(seconds), seconds)
