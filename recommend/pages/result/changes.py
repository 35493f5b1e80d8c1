"""What to keep, drop and add for a person who already pays for something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from recommend.decision.bundles import Choice
from recommend.decision.decide import Decision, Marginal
from recommend.pages.result.ladder import spent
from recommend.pages.verdict.answer import figure_of
from recommend.pages.wording import named, platform_names, whole_films, won
from recommend.results.advice import Advice
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import Whereabouts
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


def mine(result: StoredResult, advice: Advice, whereabouts: Whereabouts) -> Mine | None:
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
    return Mine(
        assumed,
        _changes(advice, current, whereabouts),
        _best_change(advice, current, whereabouts),
        notes,
    )


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


def _changes(advice: Advice, current: Choice, whereabouts: Whereabouts) -> list[Change]:
    decision = advice.decision
    kinds = (
        ("keep", _("Keep"), decision.keep, decision.best, _kept),
        ("drop", _("Drop"), decision.drop, current, _dropped),
        ("add", _("Add"), decision.add, decision.best, _added),
    )
    return [
        Change(
            kind,
            label,
            str(advice.products[row.product]),
            won(row.monthly_price),
            _needed()
            if choice is decision.best and row.films < NOTICEABLE and decision.must_have
            else why(row, _only_there(advice, whereabouts, choice, row.product)),
        )
        for kind, label, rows, choice, why in kinds
        for row in rows
    ]


def _only_there(advice: Advice, whereabouts: Whereabouts, choice: Choice, product: str) -> int:
    """How many films of the list a choice loses without one of its products."""
    others = replace(choice, products=tuple(one for one in choice.products if one != product))
    return (
        figure_of(advice, whereabouts, choice).total - figure_of(advice, whereabouts, others).total
    )


def _needed() -> str:
    return _("It brings hardly any films, but what you must have.")


def _kept(row: Marginal, lost: int) -> str:
    if lost > 0:
        return _("Without it you lose %(films)s of your list.") % {"films": whole_films(lost)}
    if row.films < NOTICEABLE:
        return _("Without it you would lose nothing.")
    return _("Without it you lose films beyond your list, too.")


def _dropped(row: Marginal, lost: int) -> str:
    words = {"films": whole_films(lost), "price": won(row.monthly_price)}
    if lost > 0:
        return _("You lose %(films)s of your list and save %(price)s.") % words
    if row.films < NOTICEABLE:
        return _("You lose nothing and save %(price)s.") % words
    return _("You lose no film of your list and save %(price)s.") % words


def _added(row: Marginal, lost: int) -> str:
    words = {"films": whole_films(lost)}
    if lost > 0:
        return _("It brings %(films)s of your list that the rest does not have.") % words
    if row.films < NOTICEABLE:
        return _("It brings hardly any films that the rest does not have.")
    return _("It brings films beyond your list that the rest does not have.")


def _best_change(advice: Advice, current: Choice, whereabouts: Whereabouts) -> str:
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
    gain = (
        figure_of(advice, whereabouts, change).total - figure_of(advice, whereabouts, current).total
    )
    films = whole_films(max(gain, 0))
    text = _effect(more, gain, change.coverage - current.coverage)
    return text % {"what": what, "price": won(abs(more)), "films": films}


def _effect(more: int, gain: int, expected: float) -> str:
    """`gain` in films of the list, `expected` in all that the person may like."""
    if gain <= 0 and expected >= NOTICEABLE:
        if more < 0:
            return _("%(what)s: %(price)s less, and more films beyond your list.")
        if more > 0:
            return _("%(what)s: %(price)s more for more films beyond your list.")
        return _("%(what)s: the same price, and more films beyond your list.")
    if gain <= 0 and more < 0:
        return _("%(what)s: %(price)s less, and as many films.")
    if gain <= 0:
        return _("%(what)s: %(price)s more for hardly any more films.")
    if more < 0:
        return _("%(what)s: %(price)s less, and %(films)s of your list more.")
    if more > 0:
        return _("%(what)s: %(price)s more for %(films)s of your list more.")
    return _("%(what)s: the same price, and %(films)s of your list more.")


def _best_as_it_is(decision: Decision, current: Choice) -> str:
    if current.monthly_price > spent(decision):
        price = {"price": won(current.monthly_price)}
        return _("What you have costs %(price)s, which is more than the budget.") % price
    if set(current.products) == set(decision.best.products):
        return _("What you have is already the best for this money.")
    return _("No change of one product alone makes it better for this money.")
