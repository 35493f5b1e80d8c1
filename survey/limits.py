"""Limits the surveys begun from one network, because a draft takes space until it expires."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import ngettext
from rest_framework.request import Request
from rest_framework.views import APIView

from common.web.throttling import NetworkThrottle


class DraftThrottle(NetworkThrottle):
    scope = "drafts"


def wait_to_begin(request: HttpRequest) -> int:
    """Seconds until this network may begin another survey; 0: it may, and this one is counted."""
    throttle = DraftThrottle()
    if throttle.allow_request(Request(request), APIView()):
        return 0
    return max(1, round(throttle.wait() or 0))


def too_many(seconds: int) -> str:
    """The message for a person who must wait that long before another survey."""
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
