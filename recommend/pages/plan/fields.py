"""What a person can change about a plan: each field with its value, its source, and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommend.pages.wording import budget_source, continued
from recommend.results.stored import StoredResult
from recommend.results.year_plan import HOURS_OF_A_FILM, Planned
from recommend.rotation.plan import Goal


@dataclass(frozen=True)
class PlanField:
    """A number that the person can change, and what is said below it."""

    name: str
    label: str
    value: str
    unit: str
    fault: str
    hint: str


def plan_fields(
    result: StoredResult, planned: Planned, faults: Mapping[str, str]
) -> list[PlanField]:
    won_unit, budget_hint = _("won"), ""
    if planned.wish.budget is None:
        budget_hint = budget_source(result.respondent.monthly_budget)
    films_text = ngettext(
        "%(films)s film of %(hours)s hours a month.",
        "%(films)s films of %(hours)s hours each a month.",
        planned.films_a_month,
    ) % {"films": planned.films_a_month, "hours": HOURS_OF_A_FILM}
    rows = [
        ("budget", _("Budget a month"), planned.budget, won_unit, budget_hint),
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
        PlanField(name, label, str(value), unit, continued(faults.get(name, ""), value, unit), hint)
        for name, label, value, unit, hint in rows
    ]


def _hours_hint(result: StoredResult, planned: Planned) -> str:
    if planned.wish.hours is not None:
        return ""
    if not result.respondent.ott_frequency:
        return _("You did not say how often you watch, so we assume this.")
    words = {"answer": result.respondent.get_ott_frequency_display()}
    return _("We assume this, as you answered: %(answer)s.") % words


def plan_goals(planned: Planned) -> list[tuple[str, str, bool]]:
    """Value, label, and whether it is chosen."""
    labels = {
        Goal.CHEAPER: _("The same films for less money"),
        Goal.MORE: _("More films for the same money"),
    }
    return [(goal.value, label, goal is planned.wish.goal) for goal, label in labels.items()]


def plan_query(planned: Planned) -> str:
    """A query that fixes today's assumptions, without the rental price, which changes no month."""
    wish = planned.wish
    assumed = {"budget": planned.budget, "hours": planned.hours}
    return urlencode(assumed | {"months": wish.months, "goal": wish.goal.value})
