"""How the pages say products, money, films and chances. Words only, no query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from movies.models import PRICE_OLD_AFTER, Platform, Product
from recommend.decision.certainty import others_are_close

WHOLE_FROM = 9.95  # films; below, the tenths are said too
OUT_OF_100_FROM = 95  # percent; below, tenths say enough

Explained = tuple[str, str]  # a term, and what it means


@dataclass(frozen=True)
class ProductPrice:
    """What a product costs, and where and when that was read."""

    product: str
    price: str
    checked: str
    source: str
    is_old: bool


def product_price(product: Product, today: date) -> ProductPrice:
    return ProductPrice(
        product=str(product),
        price=won(product.price_on(today) or 0),
        checked=date_format(product.checked_on, "DATE_FORMAT"),
        source=product.source,
        is_old=is_old(product, today),
    )


def is_old(product: Product, today: date) -> bool:
    """Whether its price may have changed since it was checked."""
    return product.checked_on < today - PRICE_OLD_AFTER


def won(amount: int) -> str:
    return _("%(price)s won") % {"price": f"{amount:,}"}


def films(number: float) -> str:
    """A difference or a part, in films: one decimal."""
    return f"{number:.1f}"


def about(number: float) -> str:
    """A whole forecast, in films, shown no more exactly than it is known."""
    return f"{number:.0f}" if number >= WHOLE_FROM else films(number)


def percent(chance: float) -> int:
    """Never 100, and never 0: a simulation cannot know that."""
    return min(max(round(100 * chance), 1), 99)


def named(products: Mapping[str, Product], chosen: Iterable[str]) -> str:
    """The names of products bought together; if there are none, that nothing is bought."""
    return " + ".join(str(products[slug]) for slug in chosen) or _("no subscription")


def platforms_of(products: Mapping[str, Product], chosen: Iterable[str]) -> str:
    """All platforms that the chosen products give, in their order, each once."""
    given = [str(platform) for slug in chosen for platform in products[slug].platforms.all()]
    return ", ".join(dict.fromkeys(given))


def platform_names(compared: Mapping[str, Platform], slugs: Iterable[str]) -> str:
    """The names of platforms; the slug of a platform that is no longer compared."""
    return ", ".join(str(compared.get(slug, slug)) for slug in slugs)


def continued(fault: str, value: int, unit: str) -> str:
    """A fault of a field, and what counts instead; "" without a fault."""
    if not fault:
        return ""
    words = {"value": f"{value:,}", "unit": unit}
    return f"{fault} " + _("We continue with %(value)s %(unit)s.") % words


def budget_source(answered: int | None) -> str:
    """Where the budget comes from if the person writes none; `answered` is that of the survey."""
    if answered is not None:
        return _("The budget that you gave in the survey.")
    return _("You gave no budget, so we use the step beyond which more money adds much less.")


def how_sure(chance: float) -> str:
    """How often the best choice is the best, out of 10, or out of 100 from 95 % on."""
    sure = percent(chance)
    if sure >= OUT_OF_100_FROM:
        return _("Best in about %(times)s of 100 cases.") % {"times": sure}
    times = {"times": max((sure + 5) // 10, 1)}
    if others_are_close(chance):
        return _("Best in only about %(times)s of 10 cases: others are close.") % times
    return _("Best in about %(times)s of 10 cases.") % times
