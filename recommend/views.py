"""The result page, the deletion of a result, and the page about how it all works."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotReadyError
from recommend import result_page
from recommend.film_picker import picks_gain
from recommend.results import products_of, stored_result
from recommend.selectors import ENOUGH_LIKES
from recommend.services.surveys import delete_result
from survey.models import DRAFT_LIFETIME, RETENTION, Respondent


@require_safe
@cache_control(private=True, no_store=True)
def result(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A stored result, only for who knows its link."""
    stored = stored_result(user_id)
    rows = result_page.platform_rows(stored) if stored is not None else []
    if stored is None or not rows:
        return render(request, "recommend/result_missing.html", status=404)
    best = stored.platform_recommendation.platform
    context = {
        "result": stored,
        "best": best,
        "best_row": rows[0],
        "rows": rows,
        "reason": result_page.reason(rows, len(stored.films)),
        "uncertain": result_page.uncertain_between(rows),
        "unheard_of": result_page.unheard_of(rows),
        "neutral_axes": result_page.neutral_axes(stored),
        "products": products_of(best, on=timezone.localdate()),
        "twin": result_page.twin_text(stored),
        "few_picks": len(stored.liked) < ENOUGH_LIKES,
        "films": result_page.film_rows(stored),
    }
    response = render(request, "recommend/result.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def delete(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Delete a result with everything stored of its respondent. Sent twice, it is still gone."""
    respondent = Respondent.objects.filter(user_id=user_id).first()
    if respondent is not None:
        delete_result(respondent=respondent)
    messages.success(request, _("Your answers and your result have been deleted."))
    return redirect("start")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How the recommendation is made, where the data come from, and what is stored."""
    try:
        gains = picks_gain()
    except NotReadyError:
        gains = []
    context = {
        "gains": gains,
        "draft_days": DRAFT_LIFETIME.days,
        "retention_days": RETENTION.days,
        "posters": urlsplit(settings.TMDB_IMAGE_URL).hostname,
    }
    return render(request, "recommend/about.html", context)
