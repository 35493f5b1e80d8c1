"""The page about how the recommendation is made."""

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
    """How the recommendation is made, where the data come from, and what is stored."""
    try:
        gains = picks_gain()
    except NotReadyError:
        gains = []
    context = {
        "gains": gains,
        "learned": learned_from(),
        "draft_days": DRAFT_LIFETIME.days,
        "retention_days": RETENTION.days,
        "posters": urlsplit(settings.TMDB_IMAGE_URL).hostname,
    }
    return render(request, "recommend/about.html", context)
