"""The best single platform beside the verdict."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Platform, Product
from recommend.pages.verdict.platforms import (
    CheapestPrice,
    PlatformRow,
    cheapest,
    more_than,
    reason,
)


@dataclass(frozen=True)
class Alternative:
    """A single platform: `title` says in what respect it is the next one, `price` is None if no
    price is known today. `is_best`: it is the first of all platforms."""

    title: str
    platform: Platform
    text: str
    price: CheapestPrice | None
    more_than: str
    is_best: bool
    is_subscribed: bool


def alternative(
    rows: Sequence[PlatformRow],
    products: Sequence[Product],
    given: Collection[str],
    *,
    budget: int | None,
    today: date,
) -> Alternative | None:
    """The first platform of `rows`; the next one if the verdict gives just that, or None.

    `products` are on sale, by price; `given` are the platforms of the verdict.
    """
    known = [row for row in rows if not row.nothing_known]
    others = [row for row in known if {row.platform.pk} != {*given}]
    if not others:
        return None
    row = others[0]
    is_best = row is rows[0]
    sold = [one for one in products if one.is_for_everybody and row.platform in one.platforms.all()]
    price = cheapest(sold, budget=budget, today=today)
    return Alternative(
        title=_("If it should be a single platform") if is_best else _("The next best platform"),
        platform=row.platform,
        text=reason(rows) if is_best else _("%(films)s.") % {"films": row.films},
        price=price,
        more_than=more_than(row.platform, price.product) if price else "",
        is_best=is_best,
        is_subscribed=row.is_subscribed,
    )
