"""What each sum of money buys, and the field for one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recommend.decision.bundles import Step
from recommend.decision.decide import Decision, knee_price
from recommend.pages.result.choices import Choices, Refused
from recommend.pages.wording import about, films, named, won
from recommend.results.advice import Advice

PLACE = "#subscribe"


@dataclass(frozen=True)
class BudgetField:
    """The amount in the field, in won, and what is said below it.

    `fault`: why what was written is not taken; `hint` where the amount comes from; `back`: the
    address without a budget, "" where none is in it, and `back_text` what is there.
    """

    value: str
    fault: str
    hint: str
    back: str
    back_text: str


@dataclass(frozen=True)
class Rung:
    """A step of the ladder in words. `width` of its bar in percent; `query` sets its budget.

    `current` says so of the step that the budget pays for, and is "" of the others.
    """

    number: str
    price: str
    products: str
    films: str
    more: str
    width: str
    query: str
    is_knee: bool
    current: str


def spent(decision: Decision) -> int:
    """What may be spent: the budget, or what the knee of the ladder costs."""
    return knee_price(decision.ladder) if decision.budget is None else decision.budget


def budget_field(decision: Decision, answered: int | None, choices: Choices) -> BudgetField:
    """`answered` is the budget of the survey."""
    amount = spent(decision)
    fault = _fault(choices.refused)
    if fault:
        fault += " " + _("We keep %(price)s.") % {"price": won(amount)}
    hint, back_text = "", ""
    if choices.budget is not None and answered is not None:
        back_text = _("Back to your own budget, %(price)s") % {"price": won(answered)}
    elif choices.budget is not None:
        back_text = _("Back to what we suggest")
    elif answered is not None:
        hint = _("The budget that you gave in the survey.")
    else:
        hint = _("You gave no budget, so we use the step beyond which more money adds much less.")
    back = (choices.with_budget(None).query or "?") + PLACE if back_text else ""
    return BudgetField(str(amount), fault, hint, back, back_text)


def _fault(refused: Refused | None) -> str:
    match refused:
        case None:
            return ""
        case Refused.EMPTY:
            return _("There is no amount in the field.")
        case Refused.NONSENSE:
            return _("Please write the budget as a whole number, such as 15000.")
        case Refused.BELOW:
            return _("The budget cannot be below 0.")
        case Refused.ABOVE:
            return _("The budget can be at most 10,000,000 won.")


def rungs(advice: Advice, choices: Choices) -> list[Rung]:
    """All steps; none where nothing can be bought."""
    steps = advice.decision.ladder
    if len(steps) < 2:
        return []
    limit = spent(advice.decision)
    current = max(
        place for place, step in enumerate(steps) if step.choice.monthly_price <= limit or not place
    )
    mark = _("our suggestion") if advice.decision.budget is None else _("your budget")
    return [
        _rung(advice, steps, place, choices, mark if place == current else "")
        for place in range(len(steps))
    ]


def _rung(
    advice: Advice, steps: Sequence[Step], place: int, choices: Choices, current: str
) -> Rung:
    step, most = steps[place], steps[-1].choice.coverage
    price = step.choice.monthly_price
    more = _("+%(price)s → +%(films)s films") % {
        "price": won(step.more_won),
        "films": films(step.more_films),
    }
    return Rung(
        number=str(place),
        price=won(price),
        products=named(advice, step.choice.products),
        films=_("about %(films)s films") % {"films": about(step.choice.coverage)}
        if step.choice.products
        else _("no films"),
        more=more if place else "",
        width=f"{100 * step.choice.coverage / most:.2f}" if most else "0",
        query=choices.with_budget(price).query + PLACE,
        is_knee=step.is_knee,
        current=current,
    )
