"""The page on which people become members."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.web.guards.networks import network_of
from common.web.public.next import next_of
from survey.members import joining
from survey.models import MEMBER_RETENTION
from survey.views.members.forms import JoinForm
from survey.views.members.login import open_session
from survey.views.members.tries import closed_where_nothing_counts, refusal


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password")
@closed_where_nothing_counts
def join(request: HttpRequest) -> HttpResponse:
    """E-mail, password and consent; whoever joins is logged in."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_of(request))
        return _page(request, JoinForm())
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if (locked := refusal(request, ("join", network_of(request)))) is not None:
        return locked
    given = form.cleaned_data
    try:
        member = joining.join(
            email=given["email"],
            password=given["password"],
            profile=form.profile(),
            learns=given["learning_consent"],
        )
    except ValidationError as error:
        form.take(error)
        return _page(request, form)
    except joining.EmailTakenError:
        form.add_error("email", _("There is an account with this address already. Log in instead?"))
        return _page(request, form)
    messages.success(request, _("Welcome! Your account is ready."))
    return open_session(request, member.user)


def _page(request: HttpRequest, form: JoinForm) -> HttpResponse:
    days = MEMBER_RETENTION.days
    return render(
        request, "members/join.html", {"form": form, "next": next_of(request), "days": days}
    )
