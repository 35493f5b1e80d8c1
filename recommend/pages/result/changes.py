"""What to keep, drop and add for a person who already pays for something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recommend.decision.bundles import Choice
from recommend.decision.decide import Decision, Marginal
from recommend.pages.result.ladder import spent
from recommend.pages.wording import films, named, platform_names, won
from recommend.results.advice import Advice
from recommend.results.stored import StoredResult
from recommend.results.year_plan import NOTICEABLE


@dataclass(frozen=True)
class Change:
    """One product and what to do with it: `kind` is "keep", "drop" or "add"."""

    kind: str
    label: str
    product: str
    price: str
    why: str


@dataclass(frozen=True)
class Mine:
    """What the person pays for: `assumed` how, what to change, and what could not be judged."""

    assumed: str
    changes: Sequence[Change]
    best_change: str
    notes: Sequence[str]


def mine(result: StoredResult, advice: Advice) -> Mine | None:
    """None for a person who pays for nothing."""
    if not result.subscribed:
        return None
    decision, notes = advice.decision, _not_judged(result, advice)
    current = decision.current
    if current is None:
        notes.append(_("So we cannot tell what you pay, and compare nothing with it."))
        return Mine("", [], "", notes)
    assumed = _(
        "The cheapest way to what you have is %(products)s for %(price)s. We take that."
    ) % {"products": named(advice.products, current.products), "price": won(current.monthly_price)}
    return Mine(assumed, _changes(advice), _best_change(advice, current), notes)


def _not_judged(result: StoredResult, advice: Advice) -> list[str]:
    """Platforms that the person pays for but that are not compared, and why."""
    unpriced = set(result.subscribed) - set(advice.unheard) - set(advice.market.choices.platforms)
    texts = {
        _("Not judged, because we know nothing of what it has: %(platforms)s."): advice.unheard,
        _("Not judged, because nothing on sale with a known price gives it: %(platforms)s."): (
            sorted(unpriced)
        ),
    }
    return [
        text % {"platforms": platform_names(result.compared, slugs)}
        for text, slugs in texts.items()
        if slugs
    ]


def _changes(advice: Advice) -> list[Change]:
    kinds = (
        ("keep", _("Keep"), advice.decision.keep, _kept),
        ("drop", _("Drop"), advice.decision.drop, _dropped),
        ("add", _("Add"), advice.decision.add, _added),
    )
    return [
        Change(kind, label, str(advice.products[row.product]), won(row.monthly_price), why(row))
        for kind, label, rows, why in kinds
        for row in rows
    ]


def _kept(row: Marginal) -> str:
    if row.films < NOTICEABLE:
        return _("Without it you would lose nothing.")
    return _("Without it you lose %(films)s films.") % {"films": films(row.films)}


def _dropped(row: Marginal) -> str:
    if row.films < NOTICEABLE:
        return _("You lose nothing and save %(price)s.") % {"price": won(row.monthly_price)}
    words = {"films": films(row.films), "price": won(row.monthly_price)}
    return _("You lose %(films)s films and save %(price)s.") % words


def _added(row: Marginal) -> str:
    return _("It brings %(films)s films that the rest does not have.") % {"films": films(row.films)}


def _best_change(advice: Advice, current: Choice) -> str:
    """The one product to change that brings the most."""
    change = advice.decision.change
    if change is None:
        return _best_as_it_is(advice.decision, current)
    new = [one for one in change.products if one not in current.products]
    old = [one for one in current.products if one not in change.products]
    words = {"new": named(advice.products, new), "old": named(advice.products, old)}
    if new and old:
        what = _("%(new)s instead of %(old)s") % words
    elif new:
        what = _("%(new)s in addition") % words
    else:
        what = _("Without %(old)s") % words
    more = change.monthly_price - current.monthly_price
    gain = change.coverage - current.coverage
    return _effect(more, gain) % {"what": what, "price": won(abs(more)), "films": films(gain)}


def _effect(more: int, gain: float) -> str:
    if gain < NOTICEABLE and more < 0:
        return _("%(what)s: %(price)s less, and as many films.")
    if more < 0:
        return _("%(what)s: %(price)s less, and %(films)s films more.")
    if more > 0:
        return _("%(what)s: %(price)s more for %(films)s films more.")
    return _("%(what)s: the same price, and %(films)s films more.")


def _best_as_it_is(decision: Decision, current: Choice) -> str:
    if current.monthly_price > spent(decision):
        price = {"price": won(current.monthly_price)}
        return _("What you have costs %(price)s, which is more than the budget.") % price
    if set(current.products) == set(decision.best.products):
        return _("What you have is already the best for this money.")
    return _("No change of one product alone makes it better for this money.")
