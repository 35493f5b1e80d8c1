"""What is said to a person whose network has begun, or stored, too many surveys."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from common.web.throttling import minutes_of


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
