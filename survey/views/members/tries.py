"""Tries of passwords and codes are limited by network and by account, before they are looked at.

While nothing can count tries, nobody can log in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from common.web.guards.counts import CountUnavailableError
from common.web.throttling import refusal_page, wait_of
from common.web.unavailable import Unavailable, answer
from survey.limits import CLOSED_SECONDS, closed_text, locked_text

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def refusal(request: HttpRequest, *limits: tuple[str, str]) -> HttpResponse | None:
    """The page beyond one of the limits, given as (name, who); None: the try is counted and may be.

    Raises `CountUnavailableError`.
    """
    for name, who in limits:
        if seconds := wait_of(name, who):
            logger.warning("Log-in is locked for %s seconds (%s)", seconds, name)
            return refusal_page(request, locked_text(seconds), seconds)
    return None


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
