"""The answer when the site cannot do its work now: 503, without asking the database for anything.

Under `/api/` it is JSON like every error, elsewhere a page, in the language of the reader. What the
operator has to do is logged; people read only that they should try again.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.views.defaults import server_error as plain_server_error
from psycopg import errors

from common.backends.outages import is_away, is_full
from common.errors import BeingReplacedError, NotReadyError
from common.web.errors import is_api

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unavailable:
    """Why a request was not served: what a person reads, and when they may try again."""

    text: str
    seconds: int
    busy: bool = False  # the database is there; a lock or a slow statement kept it from answering

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)}


def unavailable(error: BaseException) -> Unavailable | None:
    """Why this error makes the site unavailable, which is logged; None for other errors."""
    for one in reversed(_causes(error)):  # first what PostgreSQL said, then what wraps it
        if (found := _of(one)) is not None:
            _log(one)
            return found
    return None


def not_ready(error: NotReadyError) -> Unavailable:
    """What people read of it; the commands that the operator has to run are logged."""
    _log(error)
    return _of_not_ready(error)


def _log(error: BaseException) -> None:
    logger.warning("A request was stopped: %s", (str(error).splitlines() or [repr(error)])[0])


def _of_not_ready(error: NotReadyError) -> Unavailable:
    if isinstance(error, BeingReplacedError):
        text = gettext("The data are being replaced right now. Please try again in a few minutes.")
        return Unavailable(text, 60)
    why = gettext(
        "The data that it needs has not been loaded, so the survey is closed for now. Please come "
        "back later."
    )
    return Unavailable(f"{gettext('OTTwin is not ready yet.')} {why}", 300)


def answer(request: HttpRequest, why: Unavailable) -> HttpResponse:
    """503 with `Retry-After`: JSON for programs, a page for people."""
    if is_api(request):
        return JsonResponse({"detail": why.text}, status=503, headers=why.headers)
    # Rendered without the request, whose context processors query the database.
    again = request.get_full_path() if request.method == "GET" else ""
    page = render_to_string("503.html", {"text": why.text, "again": again})
    return HttpResponse(page, status=503, headers=why.headers)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, called while the error is being handled.

    It also gets what middleware and the pages of other errors raise, such as a page of status 404
    that queries the database.
    """
    error = sys.exc_info()[1]
    with translation.override(translation.get_language_from_request(request)):
        if error is not None and (why := unavailable(error)) is not None:
            return answer(request, why)
        if is_api(request):
            text = gettext("The fault is on our side, and it has been recorded.")
            return JsonResponse({"detail": text}, status=500)
        return plain_server_error(request)


def _causes(error: BaseException) -> list[BaseException]:
    found = [error]
    while (cause := found[-1].__cause__) is not None and cause not in found:
        found.append(cause)
    return found


def _of(error: BaseException) -> Unavailable | None:
    if isinstance(error, NotReadyError):
        return _of_not_ready(error)
    if is_full(error):
        text = gettext("Nothing can be stored right now. Please try again in a few minutes.")
        return Unavailable(text, 120)
    if isinstance(error, errors.LockNotAvailable | errors.DeadlockDetected):
        text = gettext(
            "The same data are being changed elsewhere right now, so your request could not be "
            "finished. Please try again in a few seconds."
        )
        return Unavailable(text, 10, busy=True)
    if isinstance(error, errors.QueryCanceled):
        text = gettext(
            "Your request took too long and was stopped. Please try again in a few minutes."
        )
        return Unavailable(text, 10, busy=True)
    if is_away(error):
        text = gettext("OTTwin cannot reach its data right now. Please try again in a minute.")
        return Unavailable(text, 30)
    return None
