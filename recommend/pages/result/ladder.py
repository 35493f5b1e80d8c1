"""What each budget buys, and the field for the person's own budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from movies.models import Platform
from recommend.decision.bundles import Step
from recommend.decision.decide import Decision, knee_price
from recommend.pages.result.choices import PageChoices, Refused
from recommend.pages.verdict.answer import figure_of
from recommend.pages.wording import budget_source, films_there, named, whole_films, won
from recommend.results.advice import Advice
from recommend.results.whereabouts import FilmsThere, Whereabouts

PLACE = "#subscribe"
FEW = 5  # steps that are shown at once


@dataclass(frozen=True)
class BudgetField:
    """The amount in the field, in won, and what is said below it.

    `fault`: why what was written is refused; `hint`: where the amount comes from; `back`: the
    address without a budget, described by `back_text`, or "" if the address has none.
    """

    value: str
    fault: str
    hint: str
    back: str
    back_text: str


@dataclass(frozen=True)
class Rung:
    """A step of the ladder in words; `total_text` says how many films of the list it gives.

    `width` of its bar is in percent; `query` sets its budget. `current` marks the step that the
    budget pays for, and is "" for the others.
    """

    number: str
    price: str
    marks: Sequence[Platform]
    products: str
    total_text: str
    films: str
    more: str
    width: str
    query: str
    is_knee: bool
    current: str


def spent(decision: Decision) -> int:
    """What may be spent: the budget, or what the knee of the ladder costs."""
    return knee_price(decision.ladder) if decision.budget is None else decision.budget


def budget_field(decision: Decision, answered: int | None, choices: PageChoices) -> BudgetField:
    """`answered` is the budget of the survey."""
    amount = spent(decision)
    fault = _fault(choices.refused)
    if fault:
        fault += " " + _("We keep %(price)s.") % {"price": won(amount)}
    if choices.budget is None:
        return BudgetField(str(amount), fault, budget_source(answered), "", "")
    back_text = _("Back to what we suggest")
    if answered is not None:
        back_text = _("Back to your own budget, %(price)s") % {"price": won(answered)}
    back = (choices.with_budget(None).query or "?") + PLACE
    return BudgetField(str(amount), fault, "", back, back_text)


def _fault(refused: Refused | None) -> str:
    texts = {
        Refused.EMPTY: _("There is no amount in the field."),
        Refused.NONSENSE: _("Please write the budget as a whole number, such as 15000."),
        Refused.BELOW: _("The budget cannot be below 0."),
        Refused.ABOVE: _("The budget can be at most 10,000,000 won."),
    }
    return texts[refused] if refused else ""


def rungs(advice: Advice, whereabouts: Whereabouts, choices: PageChoices) -> list[Rung]:
    """All steps; none if nothing can be bought."""
    steps = advice.decision.ladder
    if len(steps) < 2:
        return []
    limit = spent(advice.decision)
    current = max(
        place for place, step in enumerate(steps) if step.choice.monthly_price <= limit or not place
    )
    mark = _("our suggestion") if advice.decision.budget is None else _("your budget")
    figures = [figure_of(advice, whereabouts, step.choice) for step in steps]
    most = max(figure.total for figure in figures)
    return [
        Rung(
            number=str(place),
            price=won(step.choice.monthly_price),
            marks=_platforms(advice, step.choice.products),
            products=named(advice.products, step.choice.products),
            total_text=whole_films(figure.total),
            films=films_there(figure),
            more=_more(step, figures[place - 1], figure) if place else "",
            width=f"{100 * figure.total / most:.2f}" if most else "0",
            query=choices.with_budget(step.choice.monthly_price).query + PLACE,
            is_knee=step.is_knee,
            current=mark if place == current else "",
        )
        for place, (step, figure) in enumerate(zip(steps, figures, strict=True))
    ]


def shown_rungs(ladder: Sequence[Rung]) -> tuple[Sequence[Rung], Sequence[Rung]]:
    """The few steps around the current one, and all steps if there are more than these."""
    place = next((place for place, rung in enumerate(ladder) if rung.current), 0)
    first = max(min(place - FEW // 2, len(ladder) - FEW), 0)
    few = ladder[first : first + FEW]
    return few, [] if len(few) == len(ladder) else [one for one in ladder if one not in few]


def _platforms(advice: Advice, products: Iterable[str]) -> list[Platform]:
    given = [one for slug in products for one in advice.products[slug].platforms.all()]
    return list({one.pk: one for one in given}.values())


def _more(step: Step, before: FilmsThere, figure: FilmsThere) -> str:
    more = figure.total - before.total
    words = {"price": won(step.more_won), "films": whole_films(more)}
    if more > 0:
        return _("+%(price)s → +%(films)s") % words
    return _("+%(price)s → more films beyond your list") % words
