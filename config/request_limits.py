"""How often one network, or one account, may ask for what; and which proxies to trust.

`REQUEST_LIMITS` in the environment changes single limits: `search=1200/minute,surveys=off`, or ends
all of them: `off`.
"""

from __future__ import annotations

import re
from ipaddress import ip_network

from django.core.exceptions import ImproperlyConfigured

Limits = dict[str, tuple[int, int] | None]

THIS_MACHINE = ["127.0.0.0/8", "::1"]
SECONDS = {"minute": 60, "quarter": 900, "hour": 3600, "day": 86_400}
# A school or an office shares one address, so what many people do at once has room for a class.
DEFAULTS = {
    "recommendations": "120/minute",  # POST /api/recommendations/
    "surveys": "120/minute",  # POST /api/surveys/
    "results": "1000/day",  # stored results, by the pages and the API together
    "search": "600/minute",  # films, in the API and while a person types
    "resume": "120/minute",  # links of unfinished surveys
    "drafts": "300/hour",  # surveys begun
    "reports": "20/hour",  # of wrong availability
    "events": "6000/hour",  # what one network says of films, by the pages and the API together
    "events_account": "600/hour",  # and one member
    "views": "6000/hour",  # pages of films that one network looked at, which scripts count
    "views_account": "600/hour",  # and one member
    "login": "20/quarter",  # tries to log in to admin from one network
    "login_account": "10/quarter",  # tries of one account in a row, from anywhere
    "member_login": "100/quarter",  # tries to log in elsewhere than admin, from one network
    "second_factor": "10/quarter",  # codes of one account in a row, from anywhere
    "join": "40/hour",  # accounts
    "tokens": "600/hour",  # renewed and revoked
    "password_reset": "20/hour",  # links to a new password, asked for from one network
    "password_reset_account": "3/hour",  # and for one address
}


def request_limits(changes: str) -> Limits:
    """The limits by name as (requests, seconds), None for no limit, with these changes.

    Raises `ImproperlyConfigured` with one line that says what is wrong.
    """
    if changes.strip() == "off":
        return dict.fromkeys(DEFAULTS)
    given = dict(DEFAULTS)
    for part in filter(None, (part.strip() for part in changes.split(","))):
        name, _, limit = part.partition("=")
        if name.strip() not in DEFAULTS:
            raise ImproperlyConfigured(
                f"REQUEST_LIMITS: {name.strip()!r} is no limit; there are {', '.join(DEFAULTS)}."
            )
        given[name.strip()] = limit.strip()
    return {name: _limit(name, text) for name, text in given.items()}


def _limit(name: str, text: str) -> tuple[int, int] | None:
    if text == "off":
        return None
    parts = re.fullmatch(r"(\d{1,9})/(\w+)", text, re.ASCII)
    if parts is None or parts[2] not in SECONDS:
        periods = ", ".join(SECONDS)
        raise ImproperlyConfigured(
            f"REQUEST_LIMITS: {name} is {text!r}; use a number and one of {periods}, such as "
            "100/minute, or off."
        )
    return int(parts[1]), SECONDS[parts[2]]


def trusted_proxies(given: str, *, is_public: bool) -> list[str]:
    """The addresses and networks given, comma-separated, or those of this machine.

    Raises `ImproperlyConfigured` with one line that says what is wrong.
    """
    if given.strip() == "none":
        return []
    found = [text.strip() for text in given.split(",") if text.strip()]
    if not found:
        return THIS_MACHINE if is_public else []
    for text in found:
        try:
            ip_network(text, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"TRUSTED_PROXIES: {text!r} is neither an address nor a network such as 10.0.0.0/8."
            ) from error
    return found
