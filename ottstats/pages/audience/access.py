"""Who may see the pages of the audience: staff and advertisers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from common.web.noindex import noindex
from ottstats.access import may_see_audience

IN_SESSION = "audience"  # whether the menu links to the pages


def audience_only(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Decorator: strangers are sent to log in and come back here, others are refused.

    No cache keeps the answer, and no search engine shows it.
    """

    @cache_control(private=True, no_store=True)
    @noindex
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        may_see = note_audience(request)
        if not may_see:
            return render(request, "ottstats/audience/refused.html", status=403)
        return view(request)

    return wrapped


def note_audience(request: HttpRequest) -> bool:
    """Whether the user may see the pages; the session notes it, so that menus need no query."""
    may_see = may_see_audience(request.user)
    if request.session.get(IN_SESSION, False) != may_see:
        request.session[IN_SESSION] = may_see
    return may_see
