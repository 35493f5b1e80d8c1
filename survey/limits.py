"""What happens to a person whose network has begun, or stored, too many surveys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from common.web.throttling import minutes_of, refusal_page, too_many, wait_of_network


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
