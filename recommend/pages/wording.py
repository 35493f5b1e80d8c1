"""How the parts about subscriptions say products, money, films and chances."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from recommend.decision.bundles import Choice
from recommend.results.advice import Advice

WHOLE_FROM = 9.95  # films; of fewer the tenths are said too
OUT_OF_100_FROM = 95  # percent; below, tenths say enough
HALF = 5


def won(amount: int) -> str:
    return _("%(price)s won") % {"price": f"{amount:,}"}


def films(number: float) -> str:
    """A difference or a part, in films: one decimal."""
    return f"{number:.1f}"


def about(number: float) -> str:
    """A whole forecast, in films, no more exact than it is."""
    return f"{number:.0f}" if number >= WHOLE_FROM else f"{number:.1f}"


def percent(chance: float) -> int:
    """Never 100, and never 0: a simulation can not know that."""
    return min(max(round(100 * chance), 1), 99)


def named(advice: Advice, products: Iterable[str]) -> str:
    """The names of products that are bought together; of none that nothing is bought."""
    names = [str(advice.products[slug]) for slug in products]
    return " + ".join(names) or _("no subscription")


def platforms(advice: Advice, choice: Choice) -> str:
    """All that the products of a choice give, in their order, each once."""
    given = [
        str(platform)
        for slug in choice.products
        for platform in advice.products[slug].platforms.all()
    ]
    return ", ".join(dict.fromkeys(given))


def how_sure(chance: float) -> str:
    """How often the best choice is the best, out of 10, or of 100 where that is more often."""
    sure = percent(chance)
    if sure >= OUT_OF_100_FROM:
        return _("Best in about %(times)s of 100 cases.") % {"times": sure}
    times = {"times": max(sure // 10 if sure % 10 < HALF else sure // 10 + 1, 1)}
    if times["times"] <= HALF:
        return _("Best in only about %(times)s of 10 cases: others are close.") % times
    return _("Best in about %(times)s of 10 cases.") % times
