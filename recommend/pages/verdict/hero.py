"""The first thing on the result page: one ticket, and the other choices one tap away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from recommend.pages.verdict.platforms import PlatformRow, cheapest
from recommend.pages.verdict.ticket import Ticket, ticket_for, ticket_of
from recommend.pages.wording import whole_films, won
from recommend.results.advice import Advice
from recommend.results.whereabouts import Whereabouts


class Pick(StrEnum):
    """Which choice the ticket shows."""

    BEST = ""
    SINGLE = "one"
    CHEAPER = "less"
    DEARER = "more"


@dataclass(frozen=True)
class PickTab:
    """A choice to look at, with what it costs a month."""

    pick: Pick
    label: str
    price: str
    is_current: bool


@dataclass(frozen=True)
class Hero:
    """`tabs` are empty where there is only one choice."""

    ticket: Ticket
    tabs: Sequence[PickTab]


def hero(
    advice: Advice,
    whereabouts: Whereabouts,
    rows: Sequence[PlatformRow],
    today: date,
    *,
    wanted: str,
    budget: int | None,
    why: str,
) -> Hero | None:
    """None if there is nothing to buy. `why` follows the sentence on how sure the best choice is;
    an unknown `wanted` shows the best."""
    best = ticket_of(advice, whereabouts, today, eyebrow=_eyebrow(budget))
    if best is None:
        return None
    offers = {Pick.BEST: tuple(advice.decision.best.products)}
    for pick, products in _others(advice, rows, today).items():
        if products and products not in offers.values():
            offers[pick] = products
    current = next((pick for pick in offers if pick == wanted), Pick.BEST)
    shown = replace(best, why=why)
    if current is not Pick.BEST:
        other = ticket_for(advice, whereabouts, today, offers[current], eyebrow=_label(current))
        shown = replace(other, sure=_in_won(best, other), why=_in_films(best, other))
    tabs = [
        PickTab(pick, _label(pick), won(_price(advice, products, today)), pick is current)
        for pick, products in offers.items()
    ]
    return Hero(shown, tabs if len(tabs) > 1 else [])


def _others(
    advice: Advice, rows: Sequence[PlatformRow], today: date
) -> dict[Pick, tuple[str, ...]]:
    """The single best platform, the next step down and the next step up, if there are such."""
    best = advice.decision.best
    steps = [step.choice for step in advice.decision.ladder if step.choice.products]
    cheaper = [one for one in steps if one.monthly_price < best.monthly_price]
    dearer = [one for one in steps if one.monthly_price > best.monthly_price]
    return {
        Pick.SINGLE: _single(advice, rows, today),
        Pick.CHEAPER: tuple(cheaper[-1].products) if cheaper else (),
        Pick.DEARER: tuple(dearer[0].products) if dearer else (),
    }


def _single(advice: Advice, rows: Sequence[PlatformRow], today: date) -> tuple[str, ...]:
    known = [row for row in rows if not row.nothing_known]
    if not known:
        return ()
    sold = [
        one
        for one in advice.products.values()
        if one.is_for_everybody and [*one.platforms.all()] == [known[0].platform]
    ]
    price = cheapest(sold, budget=None, today=today)
    return (price.product.slug,) if price else ()


def _price(advice: Advice, products: Sequence[str], today: date) -> int:
    return sum(advice.products[slug].price_on(today) or 0 for slug in products)


def _eyebrow(budget: int | None) -> str:
    if budget is None:
        return _("The best value for you")
    return _("Within your budget of %(price)s") % {"price": won(budget)}


def _label(pick: Pick) -> str:
    return {
        Pick.BEST: _("Our pick"),
        Pick.SINGLE: _("Just one"),
        Pick.CHEAPER: _("Cheaper"),
        Pick.DEARER: _("More"),
    }[pick]


def _in_won(best: Ticket, other: Ticket) -> str:
    """How the price of another choice differs from the best one's."""
    more = other.price - best.price
    if more < 0:
        return _("%(price)s less than our pick") % {"price": won(-more)}
    if more > 0:
        return _("%(price)s more than our pick") % {"price": won(more)}
    return _("Costs the same as our pick")


def _in_films(best: Ticket, other: Ticket) -> str:
    """How many films another choice brings beside the best one."""
    gain = other.films - best.films
    if gain < 0:
        return _("%(films)s fewer to watch.") % {"films": whole_films(-gain)}
    if gain > 0:
        return _("%(films)s more to watch.") % {"films": whole_films(gain)}
    return _("Almost the same films.")
