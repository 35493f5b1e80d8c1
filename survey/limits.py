"""Limits the surveys begun from one network: a draft takes space until it expires."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import ngettext
from rest_framework.request import Request
from rest_framework.views import APIView

from common.web.throttling import NetworkThrottle


class DraftThrottle(NetworkThrottle):
    """Limits the surveys begun from one network."""

    scope = "drafts"


def wait_to_begin(request: HttpRequest) -> int:
    """Seconds until this network may begin one more survey; if 0, the survey has been counted."""
    throttle = DraftThrottle()
    if throttle.allow_request(Request(request), APIView()):
        return 0
    return max(1, round(throttle.wait() or 0))


def too_many(seconds: int) -> str:
    """The message for a person who has to wait that long before beginning another survey."""
    minutes = -(-seconds // 60)
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
