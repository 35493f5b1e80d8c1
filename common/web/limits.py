"""Limits of PostgreSQL for a request, and the message when a limit stops it.

Connections of the web process begin with `lock_timeout` and `statement_timeout` (`config.wsgi`), so
a request needs no statement for them. Commands and workers have no such limits (ADR 0027).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from psycopg.errors import LockNotAvailable, QueryCanceled

logger = logging.getLogger(__name__)

RETRY_AFTER = {"Retry-After": "10"}  # seconds


def stopped(error: BaseException) -> str | None:
    """The message for a request that a limit stopped, which is logged; None for other errors."""
    cause = error.__cause__
    if isinstance(cause, LockNotAvailable):
        text = gettext(
            "The same data are being changed elsewhere right now, so your request could not be "
            "finished. Please try again in a few seconds."
        )
    elif isinstance(cause, QueryCanceled):
        text = gettext(
            "Your request took too long and was stopped. Please try again in a few minutes."
        )
    else:
        return None
    logger.warning("A request was stopped: %s", str(cause).splitlines()[0])
    return text


class DatabaseLimits:
    """Middleware that answers a request that a limit stopped by a page with status 503.

    Statements of a POST to admin have a limit of their own, because they may take long: an import,
    a preview, deleting a run with its million predictions. The wait for a lock is the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path.startswith(reverse("admin:index")):
            with _statements_of_staff():
                return self.get_response(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        text = stopped(error)
        if text is None:
            return None
        # Rendered without the request, whose context processors query the database.
        page = render_to_string("503.html", {"text": text})
        return HttpResponse(page, status=503, headers=RETRY_AFTER)


@contextmanager
def _statements_of_staff() -> Iterator[None]:
    with connection.cursor() as cursor:
        limit = f"{settings.STAFF_STATEMENT_SECONDS}s"
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [limit])
    try:
        yield
    finally:
        # A broken connection needs no reset: the pool discards it.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
