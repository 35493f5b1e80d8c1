"""Pages on which a password is changed, or set anew by a mailed link."""

from __future__ import annotations

import logging
from functools import partial
from typing import cast

import redis
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.backends import beside, broker
from common.web.guards.networks import network_of
from common.web.public.next import next_of
from survey.limits import account_key, begin_anew, user_key
from survey.members import passwords
from survey.members.requests import member_of
from survey.tasks import send_reset
from survey.views.members.forms import AskResetForm, PasswordForm, ResetForm
from survey.views.members.gone import logged_in
from survey.views.members.tries import closed_where_nothing_counts, refusal

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("old", "new")
@logged_in
@closed_where_nothing_counts
def password(request: HttpRequest) -> HttpResponse:
    """Change it, knowing the old one; this session stays, all others and all tokens end.

    Staff who are no members have their pages in admin, and go back there.
    """
    user = cast("User", request.user)
    then = next_of(request, "" if member_of(request) else reverse("admin:index"))
    form = PasswordForm(request.POST) if request.method == "POST" else PasswordForm()
    if form.is_valid():
        who = user_key(user)
        if (locked := refusal(request, ("login_account", who))) is not None:
            return locked
        try:
            changed = passwords.change(user=user, **form.cleaned_data)
        except passwords.WrongPasswordError:
            form.add_error("old", _("This is not your password."))
        except ValidationError as error:
            form.add_error("new", error)
        else:
            begin_anew("login_account", who)
            update_session_auth_hash(request, changed)
            messages.success(request, _("Your password is changed. Other devices are logged out."))
            return HttpResponseRedirect(then)
    return render(request, "members/password.html", {"form": form, "next": then})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@closed_where_nothing_counts
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password: one answer, whether there is such an account or not."""
    if not settings.MAIL:
        return render(request, "members/reset_by_staff.html", {"contact": settings.CONTACT})
    form = AskResetForm(request.POST) if request.method == "POST" else AskResetForm()
    if not form.is_valid():
        return render(request, "members/ask_reset.html", {"form": form})
    email = form.cleaned_data["email"]
    limits = (
        ("password_reset", network_of(request)),
        ("password_reset_account", account_key(email)),
    )
    if (locked := refusal(request, *limits)) is not None:
        return locked
    if (user_id := passwords.addressee(email)) is not None:
        site = request.build_absolute_uri("/").rstrip("/")
        _mail(user_id, site)
    return render(request, "members/reset_sent.html")


def _mail(user_id: int, site: str) -> None:
    """Have the link mailed, by a worker or a thread: the time of the answer tells nobody whether
    there is such an account. While Redis is away no mail goes out, and only the log tells."""
    language = get_language() or settings.LANGUAGE_CODE
    if not settings.REDIS_URL:
        if mail := passwords.reset_mail(user_id=user_id, site=site, language=language):
            beside.in_thread(partial(passwords.send, mail, user_id=user_id))
        return
    try:
        broker.enqueue(send_reset, user_id=user_id, site=site, language=language)
    except (redis.RedisError, *broker.FAILURES) as error:
        logger.error("No mail to user #%s now (%s)", user_id, type(error).__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("new")
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The mailed link: a new password. The second factor is still asked for at log-in."""
    if passwords.holder_of(uid=uid, token=token) is None:
        return render(request, "members/reset_over.html", status=404)
    form = ResetForm(request.POST) if request.method == "POST" else ResetForm()
    if form.is_valid():
        try:
            if not passwords.reset(uid=uid, token=token, new=form.cleaned_data["new"]):
                return render(request, "members/reset_over.html", status=404)
        except ValidationError as error:
            form.add_error("new", error)
        else:
            messages.success(request, _("Your password is set. Please log in."))
            return redirect("login")
    return render(request, "members/reset.html", {"form": form})
