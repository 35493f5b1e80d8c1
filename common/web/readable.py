"""Refuses requests that would be read as something other than what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.db import DataError as UnstorableError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext

from common.web.errors import is_api, refusal

CHARSETS = ("utf-8", "utf8", "us-ascii")
NUL_REFUSED = "cannot contain NUL"  # PostgreSQL's driver, of a text
OTHER_CHARSET = "ottwin.other_charset"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def mark_other_charsets(application: Wsgi) -> Wsgi:
    """Hide a charset other than UTF-8 from Django and tell `ReadableRequests` of it.

    Python knows charsets such as `hex` that are none; Django fails on them before its middleware.
    """

    def marked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        if parameters.get("charset", "utf-8").lower() not in CHARSETS:
            environ |= {"CONTENT_TYPE": kind, OTHER_CHARSET: True}
        return application(environ, start_response)

    return marked


class ReadableRequests:
    """Middleware. Behind the one that sets the language.

    1. A body without a length would be read as empty (WSGI), so it is refused (411).
    2. Texts are UTF-8. A page takes a query that is not, and finds nothing.
    3. No text contains NUL, which PostgreSQL cannot store. Pages say so themselves, at the field;
       what gets as far as the database ends the same way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return refusal(request, 411, gettext("Send the body with a Content-Length."))
        if OTHER_CHARSET in request.META:
            return refusal(request, 415, gettext("Send the body as UTF-8."))
        query = request.META.get("QUERY_STRING", "")
        if is_api(request) and not _is_utf8(query):
            return refusal(request, 400, gettext("Send the query as UTF-8."))
        if "\x00" in request.path_info or ("%00" in query and not _is_page(request)):
            return _refuse_nul(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, UnstorableError | ValueError) and NUL_REFUSED in str(error):
            return _refuse_nul(request)
        return None


def _is_utf8(query: str) -> bool:
    try:
        unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        return False
    return True


def _is_page(request: HttpRequest) -> bool:
    return not is_api(request) and not request.path_info.startswith(reverse("admin:index"))


def _refuse_nul(request: HttpRequest) -> HttpResponse:
    return refusal(request, 400, gettext("Null characters are not allowed."))
