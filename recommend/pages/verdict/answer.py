"""The verdict: the best set of products within the budget, how sure that is, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Product
from recommend.decision.bundles import Choice
from recommend.decision.certainty import Level, is_mostly_unknown, level_of_products, told
from recommend.pages.wording import (
    ProductPrice,
    films_there,
    how_sure,
    named,
    platforms_of,
    product_price,
    whole_films,
    won,
)
from recommend.results.advice import Advice
from recommend.results.whereabouts import FilmsThere, Whereabouts
from recommend.results.year_plan import NOTICEABLE

WORTHWHILE = 1.0  # films; a person who can expect fewer is told that it is hardly worth the money


@dataclass(frozen=True)
class VerdictText:
    """What to buy, in `title`, or that there is nothing to buy.

    `lines` are the products with their prices, and when and where these were read. Of a verdict to
    buy nothing only `title` and `why` are told. `why` adds to the films, `unknown` names platforms
    whose films nobody knows, `knee` says what less money buys if more brings much less, `doubt`
    that all of it is hardly worth the money, `kept` that the person pays for all of it already.
    """

    title: str
    why: str
    lines: Sequence[ProductPrice] = ()
    total: str = ""
    platforms: str = ""
    films: str = ""
    level: Level = Level.GUESS
    sureness: str = ""
    runner_up: str = ""
    knee: str = ""
    doubt: str = ""
    unknown: str = ""
    kept: str = ""

    @property
    def said(self) -> str:
        """The answer in one sentence, for people who listen to the page."""
        if not self.lines:
            return self.title
        words = {"products": self.title, "price": self.total, "films": self.films}
        return _("%(products)s: %(price)s a month, %(films)s.") % words


def verdict_text(advice: Advice, whereabouts: Whereabouts, today: date) -> VerdictText:
    if not advice.decision.best.products:
        return _refusal(advice)
    decision, best = advice.decision, advice.decision.best
    figure = figure_of(advice, whereabouts, best)
    mostly_unknown = is_mostly_unknown(advice.market.outlook)
    sure = told(1.0 - decision.certainty.flip_probability, mostly_unknown=mostly_unknown)
    return VerdictText(
        title=named(advice.products, best.products),
        why=_beyond_the_list(advice, whereabouts, figure),
        lines=[product_price(advice.products[slug], today) for slug in best.products],
        total=won(best.monthly_price),
        platforms=platforms_of(advice.products, [*best.products, *advice.today.owned]),
        films=films_there(figure),
        level=level_of_products(
            sure, is_toss_up=decision.certainty.is_toss_up, mostly_unknown=mostly_unknown
        ),
        sureness=_sureness(advice, sure),
        runner_up=_runner_up(advice, whereabouts),
        knee=_knee(advice, whereabouts),
        doubt=_("That is less than one film. You may as well not pay for anything yet.")
        if best.coverage < WORTHWHILE and not decision.must_have
        else "",
        unknown=_unknown(advice),
        kept=_("You already pay for it. You can simply keep it.")
        if decision.current and set(decision.current.products) == set(best.products)
        else "",
    )


def figure_of(advice: Advice, whereabouts: Whereabouts, choice: Choice) -> FilmsThere:
    """How many of the films of the list a choice gives, with what the person owns."""
    return whereabouts.on(advice.market.platforms_of(choice))


def _beyond_the_list(advice: Advice, whereabouts: Whereabouts, figure: FilmsThere) -> str:
    """Why the best choice is the best where another one for the money has more of the list."""
    second, best = advice.decision.solution.runner_up, advice.decision.best
    others = [step.choice for step in advice.decision.ladder if step.choice != best]
    others = [one for one in others if one.monthly_price <= best.monthly_price]
    for other in [*([second] if second else []), *others]:
        if figure_of(advice, whereabouts, other).total > figure.total:
            return _("Beyond your list, too, it has more films worth watching.")
    return ""


def _sureness(advice: Advice, sure: float) -> str:
    decision = advice.decision
    second = decision.solution.runner_up
    if decision.certainty.is_toss_up and second is not None:
        return _("Either will do: %(first)s or %(second)s.") % {
            "first": named(advice.products, decision.best.products),
            "second": named(advice.products, second.products),
        }
    return how_sure(sure)


def _runner_up(advice: Advice, whereabouts: Whereabouts) -> str:
    """The next best choice for the money, and how it differs."""
    best, second = advice.decision.best, advice.decision.solution.runner_up
    if second is None:
        return ""
    less = best.monthly_price - second.monthly_price
    fewer = (
        figure_of(advice, whereabouts, best).total - figure_of(advice, whereabouts, second).total
    )
    words = {
        "products": named(advice.products, second.products),
        "price": won(abs(less)),
        "films": whole_films(max(fewer, 0)),
    }
    beyond = fewer <= 0 and best.coverage - second.coverage >= NOTICEABLE
    return _difference(less, fewer=fewer > 0, beyond=beyond) % words


def _difference(less: int, *, fewer: bool, beyond: bool) -> str:
    """`fewer` of the list, or only fewer `beyond` it."""
    if less > 0 and fewer:
        return _("Next best: %(products)s, %(price)s cheaper with %(films)s fewer of your list.")
    if less > 0 and beyond:
        return _("Next best: %(products)s, %(price)s cheaper with fewer films beyond your list.")
    if less > 0:
        return _("Next best: %(products)s, %(price)s cheaper with about as many films.")
    if less < 0 and fewer:
        return _("Next best: %(products)s, %(price)s dearer with %(films)s fewer of your list.")
    if less < 0 and beyond:
        return _("Next best: %(products)s, %(price)s dearer with fewer films beyond your list.")
    if less < 0:
        return _("Next best: %(products)s, %(price)s dearer with about as many films.")
    if fewer:
        return _("Next best: %(products)s, at the same price with %(films)s fewer of your list.")
    if beyond:
        return _("Next best: %(products)s, at the same price with fewer films beyond your list.")
    return _("Next best: %(products)s, at the same price with about as many films.")


def _knee(advice: Advice, whereabouts: Whereabouts) -> str:
    for step in advice.decision.ladder:
        if step.is_knee and step.choice.monthly_price < advice.decision.best.monthly_price:
            films = films_there(figure_of(advice, whereabouts, step.choice))
            words = {"price": won(step.choice.monthly_price), "films": films}
            return _("For %(price)s you have already: %(films)s.") % words
    return ""


def _unknown(advice: Advice) -> str:
    """Platforms of the choice about whose films nothing is known: a must-have needs them."""
    if not advice.decision.unknown:
        return ""
    given = {
        platform.pk: str(platform)
        for product in advice.products.values()
        for platform in product.platforms.all()
    }
    names = ", ".join(given.get(slug, slug) for slug in advice.decision.unknown)
    return _("We know too few of the films of %(platforms)s, so none of them count here.") % {
        "platforms": names
    }


# --- nothing to buy ------------------------------------------------------------------------------


def _refusal(advice: Advice) -> VerdictText:
    decision, offers = advice.decision, advice.market.offers
    if advice.today.owned and decision.best.coverage > 0:
        what = ", ".join(str(product) for product in advice.today.owned.values())
        text = _("What you have is enough: %(products)s.") % {"products": what}
        return VerdictText(_("Do not subscribe to anything."), text)
    if not offers:
        return VerdictText(
            _("We cannot say yet what to subscribe to."), _nothing_to_compare(advice)
        )
    do_not = _("Do not subscribe to anything.")
    if decision.budget == 0:
        return VerdictText(do_not, _("Your budget is 0 won.") + " " + _cheapest(advice))
    if decision.budget is not None and decision.budget < min(one.monthly_price for one in offers):
        return VerdictText(_over_the_budget(advice, decision.budget), _cheapest(advice))
    if decision.ladder[-1].choice.products:
        why = _("Nothing for this money has a film that you would probably like.")
        return VerdictText(do_not, why)
    return VerdictText(do_not, _("Nothing on sale has a film that you would probably like."))


def _over_the_budget(advice: Advice, budget: int) -> str:
    if _lowest_price(advice) <= budget:
        return _("For this budget there is no subscription that we know enough about.")
    return _("For this budget there is no subscription.")


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
