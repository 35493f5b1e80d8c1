"""The colours that the reader chose beside the setting of their system, in a cookie."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE = "ottwin_theme"
KEPT_FOR = 365 * 24 * 3600  # seconds
SYSTEM, LIGHT, DARK = "system", "light", "dark"
THEMES = ((SYSTEM, _("Match my device")), (LIGHT, _("Light")), (DARK, _("Dark")))


def chosen(request: HttpRequest) -> str:
    """`LIGHT` or `DARK` if the reader chose it, else `SYSTEM`."""
    value = request.COOKIES.get(COOKIE, "")
    return value if value in (LIGHT, DARK) else SYSTEM


def choose(response: HttpResponse, theme: str) -> None:
    """Keep the choice in the browser; `SYSTEM` and unknown values keep none."""
    if theme not in (LIGHT, DARK):
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        theme,
        max_age=KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to the page that it was made on."""
    path = request.POST.get("next", "")
    local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    response = redirect(path if local else "/")
    choose(response, request.POST.get("theme", ""))
    return response
