"""Log-in of staff: tries are limited by network and by account, and a session ends with the day.

While nothing can count tries, nobody can log in.
"""

from __future__ import annotations

import logging
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from common.web.guards.counts import CountUnavailableError, forget
from common.web.guards.networks import network_of
from common.web.throttling import key_of, minutes_of, refusal_page, wait_of
from common.web.unavailable import Unavailable, answer

logger = logging.getLogger(__name__)

CLOSED_SECONDS = 10  # after which to try again


@never_cache
@sensitive_post_parameters("password")
def staff_login(request: HttpRequest) -> HttpResponse:
    """Admin's log-in.

    1. Every try is counted before the password is looked at, so that many at once gain nothing.
    2. Beyond a limit even the right password is refused; unknown names are counted as well.
    3. Logging in begins the account's count anew, not that of the network.
    """
    if request.method != "POST":
        return admin.site.login(request)
    account = _account(request.POST.get("username", ""))
    try:
        seconds = wait_of("login", network_of(request)) or wait_of("login_account", account)
        if seconds:
            logger.warning("Log-in of staff is locked for %s seconds", seconds)
            return _locked(request, seconds)
        response = admin.site.login(request)
        if response.status_code == 302 and request.user.is_authenticated:
            forget(key_of("login_account", account))
            ends_at = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
            request.session.set_expiry(ends_at)
        return response
    except CountUnavailableError as error:
        logger.error("Nobody can log in: %s", error)
        return _closed(request)


def _account(username: str) -> str:
    """What the names have in common that Django takes for the same account."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[:200]


def _locked(request: HttpRequest, seconds: int) -> HttpResponse:
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many tries to log in. Please try again in %(minutes)s minute.",
        "Too many tries to log in. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return refusal_page(request, text % {"minutes": minutes}, seconds)


def _closed(request: HttpRequest) -> HttpResponse:
    text = gettext("Nobody can log in right now. Please try again in a moment.")
    return answer(request, Unavailable(text, CLOSED_SECONDS))
