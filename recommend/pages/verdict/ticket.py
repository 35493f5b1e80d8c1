"""The ticket: the verdict as one object, the same on the start page, the result and shared pages.

`templates/_ticket.html` draws it. All texts are ready to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from movies.models import Platform

LONG_NAMES = 9  # syllables of all names; more are set smaller


@dataclass(frozen=True)
class TicketLine:
    """A product: the platforms whose marks it carries, its name and its price."""

    platforms: Sequence[Platform]
    name: str
    price: str


@dataclass(frozen=True)
class SignUp:
    """A button that leads to where one signs up."""

    label: str
    address: str


@dataclass(frozen=True)
class Ticket:
    """`won` and `films` are numbers without their unit; `percent` is how likely it is the best.

    `sure` is the sentence beside the gauge and `why` what follows it; no gauge without `percent`.
    """

    eyebrow: str
    names: Sequence[str]
    lines: Sequence[TicketLine]
    won: str
    films: str
    percent: int | None
    sure: str
    why: str
    sign_ups: Sequence[SignUp] = ()

    @property
    def is_long(self) -> bool:
        return sum(map(len, self.names)) > LONG_NAMES
