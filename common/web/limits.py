"""Limits of PostgreSQL for a request, and the answer when the site cannot serve it.

Connections of the web process begin with `lock_timeout` and `statement_timeout` (`config.wsgi`), so
a request needs no statement for them. Commands and workers have no such limits (ADR 0027).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from common.backends.patience import PatientConnection, patience_for
from common.web.unavailable import answer, unavailable


class DatabaseLimits:
    """Middleware that answers with status 503 where a view could not do its work now.

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
        why = unavailable(error)
        return None if why is None else answer(request, why)


@contextmanager
def _statements_of_staff() -> Iterator[None]:
    with connection.cursor() as cursor:
        limit = f"{settings.STAFF_STATEMENT_SECONDS}s"
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [limit])
    driver: PatientConnection = connection.connection
    try:
        with driver.patient(patience_for(settings.STAFF_STATEMENT_SECONDS)):
            yield
    finally:
        # A broken connection needs no reset: the pool discards it.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
