"""What a person can change of a plan: each field with its value, where that is from, and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommend.results.stored import StoredResult
from recommend.results.year_plan import HOURS_OF_A_FILM, Planned
from recommend.rotation.plan import Goal


@dataclass(frozen=True)
class Field:
    """A number that the person can change, and what is said below it."""

    name: str
    label: str
    value: str
    unit: str
    fault: str
    hint: str


@dataclass(frozen=True)
class GoalChoice:
    value: str
    label: str
    is_chosen: bool


def plan_fields(result: StoredResult, planned: Planned, faults: Mapping[str, str]) -> list[Field]:
    won_unit = _("won")
    films_text = ngettext(
        "%(films)s film of %(hours)s hours a month.",
        "%(films)s films of %(hours)s hours each a month.",
        planned.films_a_month,
    ) % {"films": planned.films_a_month, "hours": HOURS_OF_A_FILM}
    rows = [
        ("budget", _("Budget a month"), planned.budget, won_unit, _budget_hint(result, planned)),
        (
            "hours",
            _("Time for films a month"),
            planned.hours,
            _("hours"),
            f"{films_text} {_hours_hint(result, planned)}".strip(),
        ),
        ("months", _("How many months"), len(planned.starts), _("months"), ""),
        (
            "rent",
            _("To rent one film"),
            planned.wish.rental_price,
            won_unit,
            _("Our assumption: no average price is published."),
        ),
    ]
    return [
        Field(name, label, str(value), unit, _kept(faults.get(name, ""), f"{value:,}", unit), hint)
        for name, label, value, unit, hint in rows
    ]


def _kept(fault: str, value: str, unit: str) -> str:
    if not fault:
        return ""
    return f"{fault} " + _("We continue with %(value)s %(unit)s.") % {"value": value, "unit": unit}


def _budget_hint(result: StoredResult, planned: Planned) -> str:
    if planned.wish.budget is not None:
        return ""
    if result.respondent.monthly_budget is not None:
        return _("The budget that you gave in the survey.")
    return _("You gave no budget, so we use the step beyond which more money adds much less.")


def _hours_hint(result: StoredResult, planned: Planned) -> str:
    if planned.wish.hours is not None:
        return ""
    if not result.respondent.ott_frequency:
        return _("You did not say how often you watch, so we assume this.")
    return _("We assume this, as you answered: %(answer)s.") % {
        "answer": result.respondent.get_ott_frequency_display()
    }


def plan_goals(planned: Planned) -> list[GoalChoice]:
    labels = {
        Goal.CHEAPER: _("The same films for less money"),
        Goal.MORE: _("More films for the same money"),
    }
    return [
        GoalChoice(goal.value, label, goal is planned.wish.goal) for goal, label in labels.items()
    ]


def plan_query(planned: Planned) -> str:
    """Of these very months, whatever is assumed later; what it costs to rent changes nothing."""
    wish = planned.wish
    return urlencode(
        {
            "budget": planned.budget,
            "hours": planned.hours,
            "months": wish.months,
            "goal": wish.goal.value,
        }
    )
