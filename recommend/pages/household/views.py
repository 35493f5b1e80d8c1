"""The page of a household: what two to four people subscribe to together."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.web.noindex import noindex
from recommend.decision.bundles import ladder
from recommend.decision.decide import knee_price
from recommend.decision.household import FEWEST_PEOPLE, household_of
from recommend.pages.household.forms import Guests, guests
from recommend.pages.household.invitations import invitation, share_id_of
from recommend.pages.household.page import HouseholdPage, films_of_all, household_page
from recommend.pages.missing import result_missing
from recommend.pages.plan.forms import BudgetForm
from recommend.pages.wording import continued
from recommend.results.advice import offers_of, products_on
from recommend.results.wishes import wishes_on
from survey import device


@require_safe
@cache_control(private=True, no_store=True)
@noindex
def household(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A comparison for two to four people; nothing about the others is stored or shown."""
    form = BudgetForm(request.GET)
    found = guests(user_id, request.GET.getlist("with"), request.GET.getlist("name"))
    if found is None:
        return result_missing(request)
    page = _together(found, form.amount())
    fault = form.faults().get("budget", "")
    if page:
        fault = continued(fault, page.budget, _("won"))
    context = {
        "user_id": user_id,
        "guests": found,
        "invitation": request.build_absolute_uri(
            reverse("together", args=[invitation(found.people[0].share_id)])
        ),
        "both_like": films_of_all(found.people) if page else [],
        "page": page,
        "fault": fault,
        "budget": page.budget if page else request.GET.get("budget", ""),
    }
    return render(request, "recommend/household.html", context)


@require_safe
@cache_control(private=True, no_store=True)
@noindex
def together(request: HttpRequest, code: str) -> HttpResponse:
    """An invitation: to the household page of the person's own result, or to the survey first."""
    if share_id_of(code) is None:
        return result_missing(request)
    own = device.result_of_reader(request)
    if own is not None:
        address = reverse("result-household", args=[own])
        return redirect(f"{address}?{urlencode({'with': code})}")
    return render(request, "recommend/together.html")


def _together(found: Guests, budget: int | None) -> HouseholdPage | None:
    """None for one person alone. Without a budget, the largest one given in the surveys counts."""
    if len(found.people) < FEWEST_PEOPLE:
        return None
    day = timezone.localdate()
    products = products_on(day)
    together = household_of(
        [one.outlook for one in found.people],
        offers_of(products, day),
        [wishes_on(day, one.wishes, products).wishes for one in found.people],
    )
    given = [one.budget for one in found.people if one.budget is not None]
    hint = ""
    if budget is None and given:
        budget = max(given)
        hint = _("The largest budget that any of you gave in the survey.")
    elif budget is None:
        budget = knee_price(ladder(together.together))
        hint = _("Nobody gave a budget: beyond this step more money adds much less.")
    by_slug = {product.slug: product for product in products}
    whereabouts = [one.whereabouts for one in found.people]
    return household_page(
        together, by_slug, whereabouts, names=found.names, budget=budget, hint=hint
    )
