"""Limits how often a network or an account may do something, without storing its address.

`REQUEST_LIMITS` of the settings has the limits by name, such as `{"search": (600, 60)}`: so many
requests in so many seconds, None for any number.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common.web.guards.counts import CountUnavailableError, count
from common.web.guards.networks import network_of

logger = logging.getLogger(__name__)

Refusal = Callable[[HttpRequest, int], HttpResponse]
View = Callable[..., HttpResponse]


def key_of(name: str, *who: object) -> str:
    """A keyed hash of the limit and of who is counted."""
    text = "\0".join(map(str, (name, *who)))
    return salted_hmac("common.web.throttling", text, algorithm="sha256").hexdigest()


def wait_of(name: str, *who: object) -> int:
    """Count this request; seconds until `who` is within the limit again, 0: they are.

    Raises `CountUnavailableError`.
    """
    limit = settings.REQUEST_LIMITS[name]
    if limit is None:
        return 0
    most, period = limit
    counted = count(key_of(name, *who), period)
    return max(1, math.ceil(counted.seconds)) if counted.count > most else 0


def wait_of_network(request: HttpRequest, name: str) -> int:
    """As `wait_of` for the request's network; 0 where nothing can count: only log-in is closed."""
    return wait_if_counted(name, network_of(request))


def wait_if_counted(name: str, *who: object) -> int:
    """As `wait_of`; 0 where nothing can count."""
    try:
        return wait_of(name, *who)
    except CountUnavailableError as error:
        logger.warning("No limit on %s: %s", name, error)
        return 0


def minutes_of(seconds: int) -> int:
    """Full minutes, for a message."""
    return -(-seconds // 60)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page for a network that has to wait."""
    return refusal_page(request, too_many_text(seconds), seconds)


def too_many_text(seconds: int) -> str:
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many requests came from your network. Please try again in %(minutes)s minute.",
        "Too many requests came from your network. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def refusal_page(request: HttpRequest, text: str, seconds: int) -> HttpResponse:
    """The page that says why somebody has to wait."""
    return refused(render(request, "429.html", {"text": text}), seconds)


def refused(response: HttpResponse, seconds: int) -> HttpResponse:
    """The response with status 429 and `Retry-After`; no cache keeps it."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def limited(name: str, refusal: Refusal = too_many) -> Callable[[View], View]:
    """Decorator of a page: beyond the limit of its network, the refusal answers with 429."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not (seconds := wait_of_network(request, name)):
                return view(request, *args, **kwargs)
            return refused(refusal(request, seconds), seconds)

        return wrapped

    return decorated


class TooManyRequests(Throttled):
    """429 of the API. The text says when to try again, so that nothing is added in English."""

    def __init__(self, seconds: int, text: str = "") -> None:
        super().__init__(detail=text or too_many_text(seconds))
        self.wait = seconds


class NetworkThrottle(BaseThrottle):
    """A limit of the API by network; a subclass sets the `scope`, a name of `REQUEST_LIMITS`."""

    scope: str

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Raises `TooManyRequests` beyond the limit."""
        if seconds := wait_of_network(request._request, self.scope):
            raise TooManyRequests(seconds)
        return True
