"""Pages for who knows the link of a result: the plan of the next months, and the household."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommend.advice import offers_of, products_on
from recommend.calendar_file import calendar_file
from recommend.decision.bundles import ladder
from recommend.decision.decide import knee_price
from recommend.decision.household import FEWEST_PEOPLE, household_of
from recommend.plan_forms import BudgetForm, Guests, PlanForm, guests
from recommend.plans import Planned, plan_of
from recommend.result_page.household import HouseholdPage, household_page
from recommend.result_page.plan import plan_page
from recommend.result_page.plan_calendar import plan_entries
from recommend.results import StoredResult, stored_result


@require_safe
@cache_control(private=True, no_store=True)
def plan(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What to pay for in which month, and what else one could do."""
    stored, form = stored_result(user_id), PlanForm(request.GET)
    if stored is None:
        return _missing(request)
    planned = _planned(stored, form)
    page = plan_page(stored, planned, form.faults(), planned.starts[0])
    context = {"user_id": user_id, "page": page}
    return _private(render(request, "recommend/plan.html", context))


@require_safe
@cache_control(private=True, no_store=True)
def plan_calendar(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """The same plan as a file for a calendar; back to the page where there is nothing to pay."""
    stored = stored_result(user_id)
    if stored is None:
        return _missing(request)
    entries = plan_entries(_planned(stored, PlanForm(request.GET)))
    if not entries:
        return redirect("result-plan", user_id)
    content = calendar_file(
        entries,
        name=_("My OTT plan"),
        made_at=timezone.now(),
        uid=hashlib.sha256(user_id.bytes).hexdigest()[:32],  # no calendar is told the link
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ottwin-plan.ics"'
    return _private(response)


@require_safe
@cache_control(private=True, no_store=True)
def household(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What two to four people subscribe to together; of the others nothing is stored or told."""
    form = BudgetForm(request.GET)
    budget = form.amount()
    found = guests(user_id, request.GET.getlist("with"))
    if found is None:
        return _missing(request)
    page = _together(found, budget)
    fault = form.faults().get("budget", "")
    if fault and page:
        fault += " " + _("We continue with %(value)s %(unit)s.") % {
            "value": f"{int(page.budget):,}",
            "unit": _("won"),
        }
    context: dict[str, Any] = {
        "user_id": user_id,
        "guests": found,
        "page": page,
        "fault": fault,
        "budget": page.budget if page else request.GET.get("budget", ""),
    }
    return _private(render(request, "recommend/household.html", context))


def _together(found: Guests, budget: int | None) -> HouseholdPage | None:
    """None for one person alone. Without a budget the largest counts that anybody has named."""
    if len(found.people) < FEWEST_PEOPLE:
        return None
    products = products_on(timezone.localdate())
    together = household_of([one.outlook for one in found.people], offers_of(products))
    named = [one.budget for one in found.people if one.budget is not None]
    hint = ""
    if budget is None and named:
        budget = max(named)
        hint = _("The largest budget that any of you gave in the survey.")
    elif budget is None:
        budget = knee_price(ladder(together.together))
        hint = _("Nobody gave a budget: beyond this step more money adds much less.")
    return household_page(
        together, {product.slug: product for product in products}, budget=budget, hint=hint
    )


def _planned(stored: StoredResult, form: PlanForm) -> Planned:
    return plan_of(stored, form.wish(), day=timezone.localdate())


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


def _missing(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "recommend/result_missing.html", status=404))
