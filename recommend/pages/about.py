"""How the recommendation is made and who makes it; and, on a page of its own, what is stored."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.errors import NotReadyError
from recommend.ranking.poster_screen import picks_gain
from recommend.ranking.runs import learned_from
from survey.models import DRAFT_LIFETIME, RETENTION


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How the recommendation is made, and where the data come from."""
    try:
        gains = picks_gain()
    except NotReadyError:
        gains = []
    context = {
        "gains": gains,
        "learned": learned_from(),
        "contact": settings.CONTACT,
    }
    return render(request, "recommend/about.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, for how long, who can see it, and how it is deleted."""
    context = {
        "draft_days": DRAFT_LIFETIME.days,
        "retention_days": RETENTION.days,
        "posters": urlsplit(settings.TMDB_IMAGE_URL).hostname,
        "contact": settings.CONTACT,
    }
    return render(request, "recommend/privacy.html", context)
