"""The plan of the next months, for people who know the link of a result."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.web.noindex import noindex
from recommend.pages.missing import result_missing
from recommend.pages.plan.calendar import calendar_file, plan_entries
from recommend.pages.plan.forms import PlanForm
from recommend.pages.plan.page import plan_page
from recommend.results.stored import StoredResult, stored_result
from recommend.results.whereabouts import current_whereabouts
from recommend.results.year_plan import Planned, plan_of


@require_safe
@cache_control(private=True, no_store=True)
@noindex
def plan(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What to pay for in which month, and the alternatives."""
    stored, form = stored_result(user_id), PlanForm(request.GET)
    if stored is None:
        return result_missing(request)
    planned = _planned(stored, form)
    today = planned.starts[0]
    whereabouts = current_whereabouts([film.movie for film in stored.films], today)
    page = plan_page(stored, planned, whereabouts, form.faults(), today)
    return render(request, "recommend/plan.html", {"user_id": user_id, "page": page})


@require_safe
@cache_control(private=True, no_store=True)
@noindex
def plan_calendar(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """The same plan as a calendar file; redirects to the page if there is nothing to pay for."""
    stored = stored_result(user_id)
    if stored is None:
        return result_missing(request)
    entries = plan_entries(_planned(stored, PlanForm(request.GET)))
    if not entries:
        return redirect("result-plan", user_id)
    content = calendar_file(
        entries,
        name=_("My OTT plan"),
        made_at=timezone.now(),
        uid=hashlib.sha256(user_id.bytes).hexdigest()[:32],  # calendars must not learn the link
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ottwin-plan.ics"'
    return response


def _planned(stored: StoredResult, form: PlanForm) -> Planned:
    return plan_of(stored, form.wish(), day=timezone.localdate())
