"""What the four steps share: where they lead, and what their pages have in common. An edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from survey.models import DRAFT_LIFETIME, STEPS, Draft

FILMS, OTT, ABOUT_YOU, LAST = range(1, STEPS + 1)


def to(draft: Draft | None, number: int, search: str = "") -> HttpResponseRedirect:
    """On to a step; without a draft to the first one."""
    address = reverse("survey-step", args=[draft.pk, number]) if draft else reverse("survey")
    return redirect(f"{address}?{urlencode({'q': search})}" if search else address)


def aside(request: HttpRequest, number: int) -> int:
    """The step to show if this one is left without going on, and so without being refused; or 0.

    That is the one before for "back", and the same for another language.
    """
    if "back" in request.POST:
        return number - 1
    return number if "language" in request.POST else 0


def page(
    request: HttpRequest,
    draft: Draft | None,
    number: int,
    template: str,
    context: dict[str, Any],
    problems: Sequence[Any] = (),
) -> HttpResponse:
    """A step with what all have in common; 400 where there are problems."""
    common = {
        "draft": draft,
        "draft_address": request.build_absolute_uri(reverse("survey-resume", args=[draft.pk]))
        if draft
        else "",
        "draft_days": DRAFT_LIFETIME.days,
        "step": number,
        "steps": range(1, STEPS + 1),
        "problems": problems,
    }
    status = 400 if problems else 200
    response = render(request, template, {**common, **context}, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
