"""The section of the result page on budgets: the field, the ladder, what to change, all numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommend.pages.result.changes import Mine, mine
from recommend.pages.result.choices import PageChoices
from recommend.pages.result.ladder import BudgetField, Rung, budget_field, rungs
from recommend.pages.result.numbers import AdviceNumbers, advice_numbers
from recommend.results.advice import Advice
from recommend.results.shelf import Shelf
from recommend.results.stored import StoredResult


@dataclass(frozen=True)
class SubscriptionSection:
    """In ready texts, which render fast; `numbers` is None if nothing with films is on sale."""

    field: BudgetField
    ladder: Sequence[Rung]
    mine: Mine | None
    numbers: AdviceNumbers | None


def subscription_section(
    result: StoredResult, advice: Advice, shelf: Shelf, choices: PageChoices, today: date
) -> SubscriptionSection:
    return SubscriptionSection(
        field=budget_field(advice.decision, result.respondent.monthly_budget, choices),
        ladder=rungs(advice, shelf, choices),
        mine=mine(result, advice, shelf),
        numbers=advice_numbers(advice, today) if advice.market.offers else None,
    )
