"""The section of the result page on what to subscribe to, in ready texts, which render fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Product
from recommend.decision.certainty import Level, level_of_products
from recommend.decision.decide import Decision
from recommend.pages.result.changes import Mine, mine
from recommend.pages.result.choices import PageChoices
from recommend.pages.result.ladder import BudgetField, Rung, budget_field, rungs
from recommend.pages.result.numbers import AdviceNumbers, advice_numbers
from recommend.pages.wording import about, films, how_sure, named, platforms_of, won
from recommend.results.advice import Advice
from recommend.results.stored import StoredResult
from recommend.results.year_plan import NOTICEABLE

WORTHWHILE = 1.0  # films; a person who can expect fewer is told that it is hardly worth the money


@dataclass(frozen=True)
class BundleText:
    """The best products for the money; `lines` are their names and prices.

    `total` is empty for a single product; `knee` says what less money buys if more brings much
    less, `doubt` that all of it is hardly worth the money.
    """

    lines: Sequence[tuple[str, str]]
    total: str
    platforms: str
    films: str
    interval: str
    level: Level
    sureness: str
    runner_up: str
    knee: str
    doubt: str


@dataclass(frozen=True)
class Refusal:
    """Why there is nothing to subscribe to, and more about it."""

    text: str
    why: str


@dataclass(frozen=True)
class SubscriptionSection:
    """`bundle` or, if there is nothing to buy, `refusal`; `said` is the answer in one sentence, for
    people who listen to the page."""

    bundle: BundleText | None
    refusal: Refusal | None
    field: BudgetField
    said: str
    ladder: Sequence[Rung]
    mine: Mine | None
    numbers: AdviceNumbers | None


def subscription_section(
    result: StoredResult, advice: Advice, choices: PageChoices, today: date
) -> SubscriptionSection:
    bundle = _bundle(advice) if advice.decision.best.products else None
    refusal = None if bundle else _refusal(advice)
    return SubscriptionSection(
        bundle=bundle,
        refusal=refusal,
        field=budget_field(advice.decision, result.respondent.monthly_budget, choices),
        said=refusal.text if refusal else _said(advice),
        ladder=rungs(advice, choices),
        mine=mine(result, advice),
        numbers=advice_numbers(advice, today) if advice.market.offers else None,
    )


def _said(advice: Advice) -> str:
    best = advice.decision.best
    return _("%(products)s: %(price)s a month, about %(films)s films that you would like.") % {
        "products": named(advice.products, best.products),
        "price": won(best.monthly_price),
        "films": about(best.coverage),
    }


# --- something to buy ----------------------------------------------------------------------------


def _bundle(advice: Advice) -> BundleText:
    decision, best = advice.decision, advice.decision.best
    low, high = about(decision.low), about(decision.high)
    return BundleText(
        lines=[
            (str(advice.products[offer.product]), won(offer.monthly_price))
            for offer in advice.market.offers
            if offer.product in best.products
        ],
        total=won(best.monthly_price) if len(best.products) > 1 else "",
        platforms=platforms_of(advice.products, best.products),
        films=about(best.coverage),
        interval="" if low == high else f"{low}–{high}",
        level=level_of_products(
            1.0 - decision.certainty.flip_probability, is_toss_up=decision.certainty.is_toss_up
        ),
        sureness=_sureness(advice),
        runner_up=_runner_up(advice),
        knee=_knee(decision),
        doubt=_("That is less than one film. You may as well not pay for anything yet.")
        if best.coverage < WORTHWHILE
        else "",
    )


def _sureness(advice: Advice) -> str:
    decision = advice.decision
    second = decision.solution.runner_up
    if decision.certainty.is_toss_up and second is not None:
        return _("Either will do: %(first)s or %(second)s.") % {
            "first": named(advice.products, decision.best.products),
            "second": named(advice.products, second.products),
        }
    return how_sure(1.0 - decision.certainty.flip_probability)


def _runner_up(advice: Advice) -> str:
    """The next best choice for the money, and how it differs."""
    best, second = advice.decision.best, advice.decision.solution.runner_up
    if second is None:
        return ""
    less = best.monthly_price - second.monthly_price
    words = {
        "products": named(advice.products, second.products),
        "price": won(abs(less)),
        "films": films(best.coverage - second.coverage),
    }
    return _difference(less, fewer=best.coverage - second.coverage >= NOTICEABLE) % words


def _knee(decision: Decision) -> str:
    for step in decision.ladder:
        if step.is_knee and step.choice.monthly_price < decision.best.monthly_price:
            words = {"price": won(step.choice.monthly_price), "films": about(step.choice.coverage)}
            return _("For %(price)s there are about %(films)s films already.") % words
    return ""


def _difference(less: int, *, fewer: bool) -> str:
    if less > 0 and fewer:
        return _("Next best: %(products)s, %(price)s cheaper with %(films)s films fewer.")
    if less > 0:
        return _("Next best: %(products)s, %(price)s cheaper with about as many films.")
    if less < 0 and fewer:
        return _("Next best: %(products)s, %(price)s dearer with %(films)s films fewer.")
    if less < 0:
        return _("Next best: %(products)s, %(price)s dearer with about as many films.")
    if fewer:
        return _("Next best: %(products)s, at the same price with %(films)s films fewer.")
    return _("Next best: %(products)s, at the same price with about as many films.")


# --- nothing to buy ------------------------------------------------------------------------------


def _refusal(advice: Advice) -> Refusal:
    decision, offers = advice.decision, advice.market.offers
    if not offers:
        return Refusal(_("We cannot say yet what to subscribe to."), _nothing_to_compare(advice))
    do_not = _("Do not subscribe to anything.")
    if decision.budget == 0:
        return Refusal(do_not, _("Your budget is 0 won.") + " " + _cheapest(advice))
    if decision.budget is not None and decision.budget < min(one.monthly_price for one in offers):
        if _lowest_price(advice) <= decision.budget:
            text = _("For this budget there is no subscription that we know enough about.")
        else:
            text = _("For this budget there is no subscription.")
        return Refusal(text, _cheapest(advice))
    if decision.ladder[-1].choice.products:
        return Refusal(do_not, _("Nothing for this money has a film that you would probably like."))
    return Refusal(do_not, _("Nothing on sale has a film that you would probably like."))


def _cheapest(advice: Advice) -> str:
    offer = min(advice.market.offers, key=lambda offer: offer.monthly_price)
    words = {"price": won(offer.monthly_price), "product": advice.products[offer.product]}
    if _lowest_price(advice) < offer.monthly_price:
        return _("The cheapest one that we know enough about costs %(price)s: %(product)s.") % words
    return _("The cheapest one costs %(price)s: %(product)s.") % words


def _lowest_price(advice: Advice) -> int:
    """The lowest price of all that anybody can buy, even if nothing is known about it."""
    sold = (one for one in advice.products.values() if one.is_candidate)
    alone = (one for one in sold if one.kind != Product.Kind.FREE and not one.required_product)
    prices = (one.monthly_price for one in alone)
    return min((price for price in prices if price is not None), default=0)


def _nothing_to_compare(advice: Advice) -> str:
    if not advice.market.outlook.evidence:
        return _("We do not know yet what any platform has.")
    if all(product.monthly_price is None for product in advice.products.values()):
        return _("No price is known today for anything on sale.")
    return _("We do not know yet which films the products with a known price have.")
