"""Shared by the views of the four steps: redirects, and the common context of their pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from common.web.noindex import noindex
from survey.models import DRAFT_LIFETIME, STEPS, Draft

FILMS, OTT, ABOUT_YOU, LAST = range(1, STEPS + 1)


def to(draft: Draft | None, number: int, search: str = "") -> HttpResponseRedirect:
    """Redirect to a step; without a draft, to the first one."""
    address = reverse("survey-step", args=[draft.pk, number]) if draft else reverse("survey")
    return redirect(f"{address}?{urlencode({'q': search})}" if search else address)


def aside(request: HttpRequest, number: int) -> int:
    """The step that follows without a check of the answers, for "back", another language
    or other colours.

    0 if the person continues, so that the answers are checked.
    """
    if "back" in request.POST:
        return number - 1
    return 0 if {"language", "theme"}.isdisjoint(request.POST) else number


@noindex
def page(
    request: HttpRequest,
    draft: Draft | None,
    number: int,
    template: str,
    context: dict[str, Any],
    problems: Sequence[Any] = (),
) -> HttpResponse:
    """Render a step with the common context; status 400 if there are problems."""
    address = reverse("survey-resume", args=[draft.pk]) if draft else ""
    common = {
        "draft": draft,
        "draft_address": address and request.build_absolute_uri(address),
        "draft_days": DRAFT_LIFETIME.days,
        "step": number,
        "steps": range(1, STEPS + 1),
        "problems": problems,
    }
    return render(request, template, common | context, status=400 if problems else 200)
