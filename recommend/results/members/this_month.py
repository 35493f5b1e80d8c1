"""What a member does this month: keep what they pay for, or switch. Reads only.

By the same decision as the page of the result, at the prices of the day: after a result was
computed again, and after a price has changed, the answer follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from movies.models import Product
from recommend.decision.decide import Marginal
from recommend.results.advice import Advice, advise
from recommend.results.stored import StoredResult


class Move(StrEnum):
    """START: they pay for nothing today; STOP: nothing is worth the money; UNSURE: what they pay
    for is not on sale with a known price, so that nothing can be compared."""

    KEEP = "keep"
    SWITCH = "switch"
    START = "start"
    STOP = "stop"
    UNSURE = "unsure"


@dataclass(frozen=True)
class ThisMonth:
    """The products that the result says to pay for are `keep` and `add`; they cost `monthly_price`.

    `saves`: won a month less than today, below 0 for more; 0 where nothing is compared.
    """

    move: Move
    keep: Sequence[Product]
    drop: Sequence[Product]
    add: Sequence[Product]
    monthly_price: int
    saves: int


def this_month(stored: StoredResult, day: date) -> ThisMonth:
    """The move for one stored result; its respondent's budget and wishes count."""
    respondent = stored.respondent
    advice = advise(
        stored.outlook,
        stored.platforms,
        budget=respondent.monthly_budget,
        subscribed=stored.subscribed,
        day=day,
        wishes=respondent.wishes,
    )
    best, current = advice.decision.best, advice.decision.current
    compares = current is not None and bool(stored.subscribed)
    return ThisMonth(
        move=_move(advice, pays=bool(stored.subscribed)),
        keep=_products(advice, advice.decision.keep),
        drop=_products(advice, advice.decision.drop),
        add=_products(advice, advice.decision.add),
        monthly_price=best.monthly_price,
        saves=current.monthly_price - best.monthly_price if current and compares else 0,
    )


def _move(advice: Advice, *, pays: bool) -> Move:
    decision = advice.decision
    if not decision.best.products:
        return Move.STOP
    if not pays:
        return Move.START
    if decision.current is None:
        return Move.UNSURE
    return Move.SWITCH if decision.drop or decision.add else Move.KEEP


def _products(advice: Advice, rows: Sequence[Marginal]) -> list[Product]:
    return [advice.products[row.product] for row in rows]
