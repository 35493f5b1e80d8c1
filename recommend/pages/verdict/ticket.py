"""The ticket: the verdict as one object, the same on the start page, the result and shared pages.

`templates/_ticket.html` draws it. All texts are ready to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Platform
from recommend.decision.certainty import is_mostly_unknown, told
from recommend.pages.wording import percent, product_price
from recommend.results.advice import Advice
from recommend.results.shelf import Shelf

LONG_NAMES = 9  # syllables of all names; more are set smaller
ALMOST_SURE, LIKELY_FROM, SUREST = 90, 60, 95  # percent


@dataclass(frozen=True)
class TicketLine:
    """A product: the platforms whose marks it carries, its name and its price."""

    platforms: Sequence[Platform]
    name: str
    price: str


@dataclass(frozen=True)
class SignUp:
    """A button that leads to where one signs up."""

    label: str
    address: str


@dataclass(frozen=True)
class Ticket:
    """`won` and `films` are numbers without their unit; `percent` is how likely it is the best.

    `sure` is the sentence beside the gauge and `why` what follows it; no gauge without `percent`.
    """

    eyebrow: str
    names: Sequence[str]
    lines: Sequence[TicketLine]
    won: str
    films: str
    percent: int | None
    sure: str
    why: str
    sign_ups: Sequence[SignUp] = ()

    @property
    def is_long(self) -> bool:
        return sum(map(len, self.names)) > LONG_NAMES


def ticket_of(advice: Advice, shelf: Shelf, today: date, *, eyebrow: str) -> Ticket | None:
    """The ticket of the best products; None if there is nothing to buy. `shelf`: of the list."""
    decision, best = advice.decision, advice.decision.best
    products = [advice.products[slug] for slug in best.products]
    if not products:
        return None
    mostly_unknown = is_mostly_unknown(advice.market.outlook)
    chance = told(1.0 - decision.certainty.flip_probability, mostly_unknown=mostly_unknown)
    platforms = {one.pk: one for product in products for one in product.platforms.all()}
    price = [product_price(product, today).price for product in products]
    return Ticket(
        eyebrow=eyebrow,
        names=[str(one) for one in platforms.values()],
        lines=[
            TicketLine(list(product.platforms.all()), str(product), amount)
            for product, amount in zip(products, price, strict=True)
        ],
        won=f"{best.monthly_price:,}",
        films=str(shelf.on(advice.market.platforms_of(best)).total),
        percent=min(percent(chance), SUREST),
        sure=sure_words(percent(chance)),
        why="",
        sign_ups=[
            SignUp(_("Sign up for %(platform)s") % {"platform": one}, one.homepage)
            for one in platforms.values()
            if one.homepage
        ],
    )


def sure_words(percent: int) -> str:
    """How sure it is that nothing beats the choice; a chance of 90 % is as sure as it is told."""
    if percent >= ALMOST_SURE:
        return _("Almost certain")
    if percent >= LIKELY_FROM:
        return _("%(percent)s%% likely your best") % {"percent": percent}
    return _("Too close to call yet")
