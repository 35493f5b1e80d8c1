"""What to subscribe to: the section of the result page, in ready texts.

Template filters would take most of the page's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from recommend.decision.bundles import Choice
from recommend.decision.decide import Decision
from recommend.pages.result.changes import NOTHING, Mine, mine
from recommend.pages.result.choices import Choices
from recommend.pages.result.ladder import BudgetField, Rung, budget_field, rungs
from recommend.pages.result.numbers import Numbers, numbers
from recommend.pages.wording import about, films, how_sure, named, platforms, won
from recommend.results.advice import Advice
from recommend.results.stored import StoredResult

WORTHWHILE = 1.0  # films; who can expect fewer is told that it is hardly worth the money


@dataclass(frozen=True)
class Line:
    """A product to pay for."""

    product: str
    price: str


@dataclass(frozen=True)
class Bundle:
    """The best products for the money.

    `total` is empty where one product is all; `level` is "sure", "open" or "guess"; `knee` says
    what less money buys where more brings much less, `doubt` that all of it is hardly worth it.
    """

    lines: Sequence[Line]
    total: str
    platforms: str
    films: str
    interval: str
    level: str
    sureness: str
    runner_up: str
    knee: str
    doubt: str


@dataclass(frozen=True)
class Refusal:
    """Why there is nothing to subscribe to, and what else there is to say."""

    text: str
    why: str


@dataclass(frozen=True)
class SubscriptionSection:
    """`bundle` or, where there is nothing to buy, `refusal`."""

    bundle: Bundle | None
    refusal: Refusal | None
    field: BudgetField
    said: str
    ladder: Sequence[Rung]
    mine: Mine | None
    numbers: Numbers | None


def subscription_section(
    result: StoredResult, advice: Advice, choices: Choices, today: date
) -> SubscriptionSection:
    """`said` is the answer in one sentence, for who hears the page."""
    best = advice.decision.best
    bundle = _bundle(advice) if best.products else None
    refusal = None if bundle else _refusal(advice)
    answered = result.respondent.monthly_budget
    return SubscriptionSection(
        bundle=bundle,
        refusal=refusal,
        field=budget_field(advice.decision, answered, choices),
        said=refusal.text if refusal else _said(advice),
        ladder=rungs(advice, choices),
        mine=mine(result, advice),
        numbers=numbers(advice, today) if advice.market.offers else None,
    )


def _said(advice: Advice) -> str:
    best = advice.decision.best
    return _("%(products)s: %(price)s a month, about %(films)s films that you would like.") % {
        "products": named(advice, best.products),
        "price": won(best.monthly_price),
        "films": about(best.coverage),
    }


# --- something to buy ----------------------------------------------------------------------------


def _bundle(advice: Advice) -> Bundle:
    decision = advice.decision
    best, chance = decision.best, 1.0 - decision.certainty.flip_probability
    low, high = about(decision.low), about(decision.high)
    if decision.certainty.is_toss_up:
        level = "open"
    else:
        level = "sure" if chance >= 0.9 else "open" if chance >= 0.5 else "guess"
    return Bundle(
        lines=[Line(*_named_price(advice, slug)) for slug in best.products],
        total=won(best.monthly_price) if len(best.products) > 1 else "",
        platforms=platforms(advice, best),
        films=about(best.coverage),
        interval="" if low == high else f"{low}–{high}",
        level=level,
        sureness=_sureness(advice),
        runner_up=_runner_up(advice),
        knee=_knee(decision),
        doubt=_("That is less than one film. You may as well not pay for anything yet.")
        if best.coverage < WORTHWHILE
        else "",
    )


def _named_price(advice: Advice, slug: str) -> tuple[str, str]:
    product = advice.products[slug]
    return str(product), won(product.monthly_price or 0)


def _sureness(advice: Advice) -> str:
    decision = advice.decision
    second = decision.solution.runner_up
    if decision.certainty.is_toss_up and second is not None:
        return _("Either will do: %(first)s or %(second)s.") % {
            "first": named(advice, decision.best.products),
            "second": named(advice, second.products),
        }
    return how_sure(1.0 - decision.certainty.flip_probability)


def _runner_up(advice: Advice) -> str:
    """The next best choice for the money, and how it differs."""
    best, second = advice.decision.best, advice.decision.solution.runner_up
    if second is None:
        return ""
    less = best.monthly_price - second.monthly_price
    words = {
        "products": named(advice, second.products),
        "price": won(abs(less)),
        "films": films(best.coverage - second.coverage),
    }
    return _difference(less, fewer=best.coverage - second.coverage >= NOTHING) % words


def _knee(decision: Decision) -> str:
    for step in decision.ladder:
        if step.is_knee and step.choice.monthly_price < decision.best.monthly_price:
            return _("For %(price)s there are about %(films)s films already.") % {
                "price": won(step.choice.monthly_price),
                "films": about(step.choice.coverage),
            }
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
    if not advice.market.offers:
        return _nothing_to_compare(advice)
    decision = advice.decision
    do_not = _("Do not subscribe to anything.")
    if decision.budget == 0:
        return Refusal(do_not, _("Your budget is 0 won.") + " " + _cheapest(advice))
    cheapest = min(offer.monthly_price for offer in advice.market.offers)
    if decision.budget is not None and cheapest > decision.budget:
        return Refusal(_too_little(advice, decision.budget), _cheapest(advice))
    return Refusal(do_not, _no_films(decision))


def _too_little(advice: Advice, budget: int) -> str:
    """There may be products for this budget of which nothing is known."""
    if min(_prices(advice)) <= budget:
        return _("For this budget there is no subscription that we know enough about.")
    return _("For this budget there is no subscription.")


def _cheapest(advice: Advice) -> str:
    offer = min(advice.market.offers, key=lambda offer: offer.monthly_price)
    words = {
        "price": won(offer.monthly_price),
        "product": str(advice.products[offer.product]),
    }
    if min(_prices(advice)) < offer.monthly_price:
        return _("The cheapest one that we know enough about costs %(price)s: %(product)s.") % words
    return _("The cheapest one costs %(price)s: %(product)s.") % words


def _prices(advice: Advice) -> list[int]:
    """Of everything on sale, whether anything is known of it or not."""
    prices = (product.monthly_price for product in advice.products.values())
    return [price for price in prices if price is not None]


def _nothing_to_compare(advice: Advice) -> Refusal:
    """Without a product of a known price and a platform of which something is known."""
    text = _("We cannot say yet what to subscribe to.")
    if not advice.market.outlook.evidence:
        return Refusal(text, _("We do not know yet what any platform has."))
    if all(product.monthly_price is None for product in advice.products.values()):
        return Refusal(text, _("No price is known today for anything on sale."))
    return Refusal(text, _("We do not know yet which films the products with a known price have."))


def _no_films(decision: Decision) -> str:
    most: Choice = decision.ladder[-1].choice
    if most.products:
        return _("Nothing for this money has a film that you would probably like.")
    return _("Nothing on sale has a film that you would probably like.")
