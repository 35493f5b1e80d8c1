"""The section of the result page on budgets: the field, the ladder, what to change, all numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommend.pages.result.changes import Mine, mine
from recommend.pages.result.choices import PageChoices
from recommend.pages.result.ladder import BudgetField, Rung, budget_field, rungs, shown_rungs
from recommend.pages.result.numbers import AdviceNumbers, advice_numbers
from recommend.results.advice import Advice
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import Whereabouts


@dataclass(frozen=True)
class SubscriptionSection:
    """In ready texts, which render fast; `ladder` has the few steps around the
    current one, `more_rungs` the others; `numbers` is None if nothing with films is on sale."""

    field: BudgetField
    ladder: Sequence[Rung]
    more_rungs: Sequence[Rung]
    mine: Mine | None
    numbers: AdviceNumbers | None


def subscription_section(
    result: StoredResult,
    advice: Advice,
    whereabouts: Whereabouts,
    choices: PageChoices,
    today: date,
) -> SubscriptionSection:
    few, others = shown_rungs(rungs(advice, whereabouts, choices))
    return SubscriptionSection(
        field=budget_field(advice.decision, result.respondent.monthly_budget, choices),
        ladder=few,
        more_rungs=others,
        mine=mine(result, advice, whereabouts),
        numbers=advice_numbers(advice, today) if advice.market.offers else None,
    )
