"""Log-in of staff on the page of admin: a session ends with the day. Passwords are changed on the
page that members use, where tries are counted."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from common.web.guards.networks import network_of
from common.web.public.next import next_of
from survey.limits import account_key, begin_anew
from survey.members import second_factor
from survey.views.members.login import ask_for_code, end_with_the_day
from survey.views.members.tries import closed_where_nothing_counts, refusal


class CodeWantedError(Exception):
    """The password was right, and the user has a second factor."""

    def __init__(self, user: User) -> None:
        self.user = user


class StaffLoginForm(AdminAuthenticationForm):
    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if second_factor.is_on(user):
            raise CodeWantedError(user)


admin.site.login_form = StaffLoginForm


@never_cache
@sensitive_post_parameters("password")
@closed_where_nothing_counts
def staff_login(request: HttpRequest) -> HttpResponse:
    """Admin's log-in.

    1. Every try is counted before the password is looked at, so that many at once gain nothing.
    2. Beyond a limit even the right password is refused; unknown names are counted as well.
    3. Who has a second factor is asked for a code, on the page that members see too.
    4. Logging in begins the account's count anew, not that of the network.
    """
    if request.method != "POST":
        return admin.site.login(request)
    who = account_key(request.POST.get("username", ""))
    locked = refusal(request, ("login", network_of(request)), ("login_account", who))
    if locked is not None:
        return locked
    try:
        response = admin.site.login(request)
    except CodeWantedError as error:
        begin_anew("login_account", who)
        return ask_for_code(request, error.user, next_of(request, "/admin/"))
    if response.status_code == 302 and request.user.is_authenticated:
        begin_anew("login_account", who)
        end_with_the_day(request)
    return response


def staff_password(request: HttpRequest) -> HttpResponse:
    """In place of admin's own page, which takes any number of guesses and any length."""
    back = urlencode({"next": reverse("admin:index")})
    return HttpResponseRedirect(f"{reverse('password')}?{back}")
