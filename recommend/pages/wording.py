"""How the pages say products, money, films and chances. Words only, no query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movies.models import Platform, Product
from recommend.decision.certainty import others_are_close
from recommend.results.whereabouts import FilmsThere

LEAST_FILMS = 0.5  # expected films that round to none
OUT_OF_100_FROM = 95  # percent; below, tenths say enough

Explained = tuple[str, str]  # a term, and what it means


@dataclass(frozen=True)
class ProductPrice:
    """What a product costs, and where and when that was read.

    `warnings`: why the price may be wrong; `closure`: why the product may close, as staff wrote it.
    """

    product: str
    price: str
    checked: str
    source: str
    source_url: str
    warnings: Sequence[str]
    closure: str


def product_price(product: Product, today: date) -> ProductPrice:
    return ProductPrice(
        product=str(product),
        price=won(product.price_on(today) or 0),
        checked=date_format(product.checked_on, "DATE_FORMAT"),
        source=product.cited,
        source_url=product.source_url,
        warnings=price_warnings(product, today),
        closure=product.closure_warning,
    )


def price_warnings(product: Product, today: date) -> list[str]:
    """Why its price may be wrong, if it may be."""
    match product.price_warning(today):
        case "old":
            return [_("Checked more than a year ago: the price may have changed.")]
        case "unfrozen":
            day = date_format(product.price_frozen_until or today, "DATE_FORMAT")
            return [_("The price was promised only until %(day)s.") % {"day": day}]
        case _:
            return []


def sourced(checked_on: date, source: str) -> str:
    """When a fact was checked, and where it was read."""
    words = {"day": date_format(checked_on, "DATE_FORMAT"), "source": source}
    return _("Checked %(day)s, source: %(source)s.") % words


def films_there(figure: FilmsThere) -> str:
    """How many of the person's films are there, always in the same words."""
    words = {"films": figure.films, "surely": figure.surely, "probably": figure.probably}
    if figure.surely and figure.probably:
        return _("%(surely)s of your %(films)s films for sure, probably %(probably)s more") % words
    if figure.surely:
        return _("%(surely)s of your %(films)s films for sure") % words
    if figure.probably:
        return _("probably %(probably)s of your %(films)s films") % words
    return _("none of your %(films)s films") % words


def whole_films(number: int) -> str:
    return ngettext("%(films)s film", "%(films)s films", number) % {"films": number}


def won(amount: int) -> str:
    return _("%(price)s won") % {"price": f"{amount:,}"}


def films(number: float) -> str:
    """Expected films of the whole catalogue, behind what is told: whole films."""
    if 0 < number < LEAST_FILMS:
        return _("fewer than 1")
    return f"{number:.0f}"


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
