"""The ticket: the verdict as one object, the same on the start page, the result and shared pages.

`templates/_ticket.html` draws it. All texts are ready to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Platform, Product
from recommend.decision.certainty import is_mostly_unknown, told
from recommend.pages.wording import percent, product_price
from recommend.results.advice import Advice
from recommend.results.whereabouts import Whereabouts

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
    """`price` a month in won, `films` of the list; `percent` is how likely it is the best.

    `sure` is the sentence beside the gauge and `why` what follows it; no gauge without `percent`.
    """

    eyebrow: str
    names: Sequence[str]
    lines: Sequence[TicketLine]
    price: int
    films: int
    percent: int | None
    sure: str
    why: str
    sign_ups: Sequence[SignUp] = ()

    @property
    def won(self) -> str:
        return f"{self.price:,}"

    @property
    def is_long(self) -> bool:
        return sum(map(len, self.names)) > LONG_NAMES


def ticket_of(
    advice: Advice, whereabouts: Whereabouts, today: date, *, eyebrow: str
) -> Ticket | None:
    """The ticket of the best products, with figures of the list; None without any product."""
    decision = advice.decision
    if not decision.best.products:
        return None
    mostly_unknown = is_mostly_unknown(advice.market.outlook)
    chance = told(1.0 - decision.certainty.flip_probability, mostly_unknown=mostly_unknown)
    ticket = ticket_for(advice, whereabouts, today, decision.best.products, eyebrow=eyebrow)
    sure = percent(chance)
    return replace(ticket, percent=min(sure, SUREST), sure=sure_words(sure))


def ticket_for(
    advice: Advice, whereabouts: Whereabouts, today: date, slugs: Sequence[str], *, eyebrow: str
) -> Ticket:
    """The ticket of any products, which says nothing about how sure they are the best."""
    products = [advice.products[slug] for slug in slugs]
    platforms = {one.pk: one for product in products for one in product.platforms.all()}
    owned = {one.pk for product in advice.today.owned.values() for one in product.platforms.all()}
    return Ticket(
        eyebrow=eyebrow,
        names=[str(one) for one in platforms.values()],
        lines=[
            TicketLine(
                list(product.platforms.all()), str(product), product_price(product, today).price
            )
            for product in products
        ],
        price=sum(product.price_on(today) or 0 for product in products),
        films=whereabouts.on({*platforms, *owned}).total,
        percent=None,
        sure="",
        why="",
        sign_ups=_sign_ups(products),
    )


def _sign_ups(products: Sequence[Product]) -> list[SignUp]:
    """Where each product is sold; what has no page of its own is sold by its platforms."""
    pages: dict[str, str] = {}
    for product in products:
        if product.sign_up_page:
            pages.setdefault(product.sign_up_page, str(product).split(" (")[0])
            continue
        for platform in product.platforms.all():
            pages.setdefault(platform.sign_up_address, str(platform))
    return [
        SignUp(_("Get %(platform)s") % {"platform": name}, address)
        for address, name in pages.items()
        if address
    ]


def sure_words(percent: int) -> str:
    """How sure it is that nothing beats the choice; a chance of 90 % is as sure as it is told."""
    if percent >= ALMOST_SURE:
        return _("Almost certain")
    if percent >= LIKELY_FROM:
        return _("%(percent)s%% likely your best") % {"percent": percent}
    return _("Too close to call yet")
