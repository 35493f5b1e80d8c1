"""Who may see the pages of a member: only that member."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from common.web.noindex import noindex
from common.web.throttling import refusal_page
from survey.limits import too_often
from survey.members.requests import member_of
from survey.models import Member
from survey.views.members.gone import left_meanwhile

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def counted(name: str) -> Callable[[View[P]], View[P]]:
    """Decorator of a page: beyond the limits of this name, of the member or of their network, it
    answers with 429."""

    def decorated(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            found = too_often(request, name, member_of(request))
            if found is not None:
                return refusal_page(request, found.text, found.seconds)
            return view(request, *args, **kwargs)

        return wrapped

    return decorated


def members_only(
    view: Callable[Concatenate[HttpRequest, Member, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorator: calls the view with the member who is logged in; others are sent to log in.

    No cache keeps the answer, and no search engine shows it.
    """

    @cache_control(private=True, no_store=True)
    @noindex
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        wanted = request.path if request.method == "GET" else reverse("me")
        member = member_of(request)
        if member is None:
            return turned_away(request, wanted)
        try:
            return view(request, member, *args, **kwargs)
        except Member.DoesNotExist:
            return left_meanwhile(request, wanted)

    return wrapped


def turned_away(request: HttpRequest, wanted: str) -> HttpResponse:
    """The answer to whoever is no member: strangers log in and come to the `wanted` page.

    Staff have a log-in already, which would lead back here for ever; they are told.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(wanted)
    text = _("You are logged in, but this account is not a member’s.")
    return refused(request, text, status=403, back=reverse("start"))


def refused(request: HttpRequest, text: str, *, status: int = 400, back: str = "") -> HttpResponse:
    """The page that says why nothing changed; `back` to the member's page by default."""
    context = {"text": text, "back": back or reverse("me")}
    return render(request, "recommend/me/refused.html", context, status=status)
