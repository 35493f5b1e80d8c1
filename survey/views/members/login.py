"""Log-in and log-out of members; staff may log in here too.

Without a second factor, e-mail and password open a session. With one, the right password leads to
the question for a code, and a ticket in that form says whose password was right: there is no
session before both are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from common.web.guards.networks import network_of
from common.web.public.next import next_of
from ottstats.pages.audience.access import note_audience
from survey import device, own_answers
from survey.limits import account_key, begin_anew
from survey.members import second_factor
from survey.views.members.forms import CodeForm, LoginForm
from survey.views.members.tries import closed_where_nothing_counts, refusal

TICKET_SALT = "survey.members.code"
TICKET_SECONDS = 300


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password", "code", "ticket")
@closed_where_nothing_counts
def log_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password, then a code if there is a second factor."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_of(request))
        return _page(request, LoginForm())
    if "ticket" in request.POST:
        return _check_code(request)
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    who = account_key(form.cleaned_data["email"])
    locked = refusal(request, ("member_login", network_of(request)), ("login_account", who))
    if locked is not None:
        return locked
    user = authenticate(request, **form.cleaned_data)
    if not isinstance(user, User):
        form.add_error(None, _("The e-mail or the password is not right."))
        return _page(request, form)
    begin_anew("login_account", who)
    if second_factor.is_on(user):
        return ask_for_code(request, user, next_of(request))
    return open_session(request, user)


def open_session(request: HttpRequest, user: User) -> HttpResponse:
    """A session under a new key, and on to where they wanted to go; none for who left meanwhile.

    Leaving locks the user, too, so that logging in does not fail half-way.
    """
    with transaction.atomic():
        if User.objects.select_for_update(no_key=True).filter(pk=user.pk).first() is None:
            return redirect("login")
        login(request, user)
        note_audience(request)
        if user.is_staff:
            end_with_the_day(request)
        else:
            _end_after(request, settings.MEMBER_SESSION_AGE)
    return HttpResponseRedirect(next_of(request))


def end_with_the_day(request: HttpRequest) -> None:
    """A session of staff, however busy it is."""
    _end_after(request, settings.SESSION_COOKIE_AGE)


def _end_after(request: HttpRequest, seconds: int) -> None:
    request.session.set_expiry(timezone.now() + timedelta(seconds=seconds))


def ask_for_code(
    request: HttpRequest, user: User, then: str, form: CodeForm | None = None
) -> HttpResponse:
    """The page that asks for a code; also what the page of admin answers to a right password."""
    ticket = signing.dumps({"user": user.pk, "proof": _proof(user)}, salt=TICKET_SALT)
    context = {"form": form or CodeForm(), "ticket": ticket, "next": then}
    return render(request, "members/code.html", context)


def _proof(user: User) -> str:
    """Changes with the password, so that a ticket ends with it."""
    return user.get_session_auth_hash()[-16:]


def _check_code(request: HttpRequest) -> HttpResponse:
    user = _holder(request.POST["ticket"])
    if user is None:
        messages.error(request, _("That took too long. Please log in again."))
        return redirect("login")
    form = CodeForm(request.POST)
    if form.is_valid():
        limits = ("member_login", network_of(request)), ("second_factor", str(user.pk))
        if (locked := refusal(request, *limits)) is not None:
            return locked
        if second_factor.passes(user=user, code=form.cleaned_data["code"]):
            begin_anew("second_factor", str(user.pk))
            return open_session(request, user)
        form.add_error("code", _("This code is not right, or has been used already."))
    return ask_for_code(request, user, next_of(request), form)


def _holder(ticket: str) -> User | None:
    """Whose password was right a moment ago; None for a ticket that is too old or forged."""
    try:
        stored: Any = signing.loads(ticket, salt=TICKET_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=stored["user"], is_active=True).first()
    is_same = user is not None and constant_time_compare(stored["proof"], _proof(user))
    return user if is_same else None


def _page(request: HttpRequest, form: LoginForm) -> HttpResponse:
    context = {"form": form, "next": next_of(request), "can_mail": bool(settings.MAIL)}
    return render(request, "members/login.html", context)


@require_POST
@never_cache
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session of this browser, which also forgets a result that an account keeps.

    Idempotent.
    """
    logout(request)
    messages.success(request, _("You are logged out."))
    response = redirect("start")
    if device.forget_account(request, response):
        own_answers.clear(response)
    return response
