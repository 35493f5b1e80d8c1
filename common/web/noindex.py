"""Keeps what a view answers out of search engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.http import HttpResponse

P = ParamSpec("P")


def noindex(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Decorator of a view, or of a function that renders a page: sets `X-Robots-Tag`."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped
