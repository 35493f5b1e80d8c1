"""The page on which members and staff switch their second factor on and off."""

from __future__ import annotations

import io
from typing import cast

import segno
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from survey.limits import begin_anew, user_key
from survey.members import second_factor as factor
from survey.views.members.forms import CodeForm, SetUpForm, SwitchOffForm
from survey.views.members.gone import logged_in
from survey.views.members.tries import closed_where_nothing_counts, refusal


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password", "code")
@logged_in
@closed_where_nothing_counts
def second_factor(request: HttpRequest) -> HttpResponse:
    """Off: the password sets it up. Set up: a code confirms it. On: both switch it off."""
    user = cast("User", request.user)
    if factor.is_on(user):
        return _on(request, user)
    waiting = factor.waiting(user)
    if waiting is None:
        return _off(request, user)
    return _set_up(request, user, waiting)


def _off(request: HttpRequest, user: User) -> HttpResponse:
    if "code" in request.POST:
        messages.error(request, _("That took too long. Please begin again with your password."))
        return redirect("second-factor")
    form = SetUpForm(request.POST) if request.method == "POST" else SetUpForm()
    if form.is_valid():
        if (locked := _wrong_password(request, user, form)) is not None:
            return locked
        if not form.errors:
            factor.begin(user=user)
            return redirect("second-factor")
    return render(request, "members/second_factor_off.html", {"form": form})


def _set_up(request: HttpRequest, user: User, waiting: TOTPDevice) -> HttpResponse:
    if "cancel" in request.POST:
        factor.cancel(user=user)
        return redirect("second-factor")
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if form.is_valid():
        if (locked := refusal(request, ("second_factor", str(user.pk)))) is not None:
            return locked
        codes = factor.confirm(
            user=user, code=form.cleaned_data["code"], session=request.session.session_key
        )
        if codes is not None:
            begin_anew("second_factor", str(user.pk))
            return render(request, "members/recovery_codes.html", {"codes": codes})
        form.add_error("code", _("This code is not right, or has been used already."))
    context = {"form": form, "secret": factor.secret_of(waiting)}
    return render(request, "members/second_factor_set_up.html", context)


def _on(request: HttpRequest, user: User) -> HttpResponse:
    form = SwitchOffForm(request.POST) if request.method == "POST" else SwitchOffForm()
    if form.is_valid():
        if (locked := refusal(request, ("second_factor", str(user.pk)))) is not None:
            return locked
        if (locked := _wrong_password(request, user, form)) is not None:
            return locked
        if not form.errors and not factor.passes(user=user, code=form.cleaned_data["code"]):
            form.add_error("code", _("This code is not right, or has been used already."))
        if not form.errors:
            begin_anew("second_factor", str(user.pk))
            factor.switch_off(user=user)
            messages.success(request, _("Two-step log-in is off."))
            return redirect("second-factor")
    return render(request, "members/second_factor_on.html", {"form": form})


def _wrong_password(
    request: HttpRequest, user: User, form: SetUpForm | SwitchOffForm
) -> HttpResponse | None:
    """The page beyond the limit; otherwise a wrong password becomes an error of the form."""
    who = user_key(user)
    if (locked := refusal(request, ("login_account", who))) is not None:
        return locked
    if user.check_password(form.cleaned_data["password"]):
        begin_anew("login_account", who)
    else:
        form.add_error("password", _("This is not your password."))
    return None


@require_safe
@never_cache
@logged_in
def picture(request: HttpRequest) -> HttpResponse:
    """The QR code of the device that waits, for the app to read; nothing once it waits no more."""
    waiting = factor.waiting(cast("User", request.user))
    if waiting is None:
        raise Http404
    drawn = io.BytesIO()
    segno.make(waiting.config_url, error="m").save(
        drawn, kind="svg", scale=5, border=4, light="white", xmldecl=False
    )
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
