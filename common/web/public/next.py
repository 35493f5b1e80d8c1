"""Where a page leads back to: a path of this site that a form or an address names."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_NEXT = 2_000


def next_of(request: HttpRequest, otherwise: str = "") -> str:
    """`next` of the form, else of the address, if it is a path of this site and printable; else
    `otherwise`, else the start page."""
    given = request.POST.get("next", "") or request.GET.get("next", "")
    is_path = given.startswith("/") and given.isprintable() and len(given) <= LONGEST_NEXT
    if is_path and url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return given
    return otherwise or reverse("start")
