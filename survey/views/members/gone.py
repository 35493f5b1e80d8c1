"""Whoever leaves while another page of theirs is at work is logged out there, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from survey.models import Member

View = Callable[..., HttpResponse]


def logged_in(view: View) -> View:
    """Decorator of a page for members and staff; everybody else is sent to log in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (User.DoesNotExist, Member.DoesNotExist):
            return left_meanwhile(request, request.path)

    guarded: View = login_required(wrapped)
    return guarded


def left_meanwhile(request: HttpRequest, wanted: str) -> HttpResponse:
    """The answer to a request whose account was deleted after it had begun."""
    logout(request)
    return redirect_to_login(wanted)
