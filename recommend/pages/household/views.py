"""The page of a household: what two to four people subscribe to together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommend.decision.bundles import ladder
from recommend.decision.decide import knee_price
from recommend.decision.household import FEWEST_PEOPLE, household_of
from recommend.pages.household.forms import Guests, guests
from recommend.pages.household.page import HouseholdPage, household_page
from recommend.pages.plan.forms import BudgetForm
from recommend.pages.plan.views import _missing, _private
from recommend.results.advice import offers_of, products_on


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
