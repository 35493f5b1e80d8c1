"""What the reader of a result has chosen in its address. Anything not understood is ignored.

Only a budget is refused with a message: it is typed, not tapped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from common.numbers import Unit, read_number
from recommend.pages.verdict.hero import Pick
from survey.models import LARGEST_BUDGET

NUMBER = re.compile(r"-?[0-9]{1,6}")


class Refused(StrEnum):
    """Why a budget is not taken; EMPTY is also what browsers send for a word in a number box."""

    EMPTY = "empty"
    NONSENSE = "nonsense"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True)
class PageChoices:
    """The weight of the statistics in percent, which of the films to show, and the budget in won.

    None or "" if nothing was chosen; `decade` is its first year, `pick` the choice on the ticket.
    `refused`: why the budget that was written does not count.
    """

    weight: int | None = None
    on: str = ""
    genre: str = ""
    decade: int | None = None
    budget: int | None = None
    pick: str = ""
    refused: Refused | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> PageChoices:
        """From the fields of an address or a form; a weight beyond 0 to 100 is clipped."""
        weight = _number(given.get("weight", ""))
        budget = _budget(given["budget"]) if "budget" in given else None
        return cls(
            weight=None if weight is None else min(max(weight, 0), 100),
            on=given.get("on", ""),
            genre=given.get("genre", ""),
            decade=_number(given.get("decade", "")),
            budget=budget if isinstance(budget, int) else None,
            pick=given.get("pick", "") if given.get("pick") in set(Pick) else "",
            refused=budget if isinstance(budget, Refused) else None,
        )

    @property
    def exponent(self) -> float | None:
        return None if self.weight is None else self.weight / 100

    @property
    def is_filter(self) -> bool:
        return bool(self.on or self.genre or self.decade is not None)

    @property
    def query(self) -> str:
        """The query of an address, with its "?", or "" if nothing was chosen."""
        values = {name: value for name, value in vars(self).items() if name != "refused"}
        chosen = {name: value for name, value in values.items() if value not in ("", None)}
        return f"?{urlencode(chosen)}" if chosen else ""

    def with_budget(self, budget: int | None) -> PageChoices:
        return replace(self, budget=budget, refused=None, pick="")

    def with_pick(self, pick: Pick) -> PageChoices:
        return replace(self, pick=str(pick))

    def without_filter(self) -> PageChoices:
        return replace(self, on="", genre="", decade=None)

    def without_weight(self) -> PageChoices:
        return replace(self, weight=None)


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None


def _budget(text: str) -> int | Refused:
    """A budget as people write it."""
    if not text.strip():
        return Refused.EMPTY
    amount = read_number(text, [Unit.WON])
    if amount is None:
        return Refused.NONSENSE
    if amount < 0:
        return Refused.BELOW
    return Refused.ABOVE if amount > LARGEST_BUDGET else amount
