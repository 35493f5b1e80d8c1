"""What a person asks of a plan or for a household, read from an address; every field is optional.

Invalid values are left out, and the message about them is shown at their field.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.numbers import Unit, WholeNumberField
from recommend.results.year_plan import (
    HOURS_OF_A_FILM,
    LARGEST_HOURS,
    LARGEST_RENTAL_PRICE,
    RENTAL_PRICE,
    Wish,
)
from recommend.rotation.plan import MOST_MONTHS, Goal
from survey.models import LARGEST_BUDGET

MONTHS_WANTED = _("Please write a number of months from 1 to 12.")


class AmountField(WholeNumberField):
    """An optional whole number; its unit, which is shown beside it, may be typed too."""

    def __init__(self, unit: Unit, least: int, most: int, **messages: Any) -> None:
        super().__init__(
            units=[unit], required=False, min_value=least, max_value=most, error_messages=messages
        )


class BudgetForm(forms.Form):
    """Won a month."""

    budget = AmountField(
        Unit.WON,
        0,
        LARGEST_BUDGET,
        invalid=_("Please write the budget as a whole number, such as 15000."),
        min_value=_("The budget cannot be below 0."),
        max_value=_("The budget can be at most 10,000,000 won."),
    )

    def faults(self) -> dict[str, str]:
        """The first message of each field that has one."""
        return {name: str(messages[0]) for name, messages in self.errors.items()}

    def amount(self) -> int | None:
        self.is_valid()
        budget: int | None = self.cleaned_data.get("budget")
        return budget


class PlanForm(BudgetForm):
    hours = AmountField(
        Unit.HOURS,
        HOURS_OF_A_FILM,
        LARGEST_HOURS,
        invalid=_("Please write the hours as a whole number, such as 8."),
        min_value=_("A film takes 2 hours, so please write at least 2."),
        max_value=_("Please write at most 300 hours a month."),
    )
    months = AmountField(
        Unit.MONTHS,
        1,
        MOST_MONTHS,
        invalid=MONTHS_WANTED,
        min_value=MONTHS_WANTED,
        max_value=MONTHS_WANTED,
    )
    goal = forms.ChoiceField(
        choices=[(goal.value, goal.value) for goal in Goal],
        required=False,
        error_messages={"invalid_choice": _("Please choose one of the two.")},
    )
    rent = AmountField(
        Unit.WON,
        0,
        LARGEST_RENTAL_PRICE,
        invalid=_("Please write the price as a whole number, such as 2500."),
        min_value=_("The price cannot be below 0."),
        max_value=_("The price can be at most 100,000 won."),
    )

    def wish(self) -> Wish:
        """The valid values, with defaults for the rest."""
        budget, given = self.amount(), self.cleaned_data
        rent = given.get("rent")
        return Wish(
            budget=budget,
            hours=given.get("hours"),
            months=given.get("months") or MOST_MONTHS,
            goal=Goal(given.get("goal") or Goal.CHEAPER),
            rental_price=RENTAL_PRICE if rent is None else rent,
        )
