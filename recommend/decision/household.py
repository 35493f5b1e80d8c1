"""One set of products for two to four people: the most films for all, or the fairest. Pure.

Everybody has their own forecast, the products are the same for all. For a set of products S,
people i and a budget B

    total(S)   = sum over i of coverage_i(S)
    share_i(S) = coverage_i(S) / max over sets T that cost at most B of coverage_i(T)

`most_together` takes the S within B with the largest total, `fairest` that with the largest
share of whoever gets the smallest; of equal ones the cheapest. Whose best set has no film either
has a share of 1: no set takes anything from them. How many people may watch at the same time is
not known here and not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from recommend.decision.bundles import (
    DIGITS,
    MOST_OFFERS,
    AllChoices,
    Choice,
    ProductOffer,
    all_choices,
    coverage_of_sets,
    worth_considering,
)
from recommend.decision.outlook import Outlook

FEWEST_PEOPLE = 2
MOST_PEOPLE = 4


@dataclass(frozen=True)
class Part:
    """One person's part of a shared set: the best set for them alone at the same budget, their
    expected films with the shared one, and the share of the films that they would have alone."""

    alone: Choice
    films: float
    share: float


@dataclass(frozen=True)
class Shared:
    """A set for all. The coverage of `choice` is the sum of everybody's expected films; `saved`:
    won a month less than if everybody had their own best set; below 0 it costs more."""

    choice: Choice
    parts: Sequence[Part]

    @property
    def saved(self) -> int:
        return sum(part.alone.monthly_price for part in self.parts) - self.choice.monthly_price


@dataclass(frozen=True)
class Household:
    """Every set of the same offers: by person, and with the films of all added up."""

    members: Sequence[AllChoices]
    together: AllChoices

    def most_together(self, budget: int) -> Shared:
        """The most films of all for at most `budget` won a month, which is not below 0."""
        affordable = self._affordable(budget)
        return self._shared(self.together.best(affordable), affordable)

    def fairest(self, budget: int) -> Shared:
        """The largest share for whoever gets the smallest."""
        affordable = self._affordable(budget)
        smallest = self._shares(affordable).min(axis=0)
        place = replace(self.together, coverages=smallest).best(affordable)
        return self._shared(place, affordable)

    def _affordable(self, budget: int) -> Ints:
        if budget < 0:
            raise ValueError(f"the budget is below 0: {budget}")
        return np.flatnonzero(self.together.prices <= budget)

    def _shares(self, affordable: Ints) -> Floats:
        """Of every set by person, (people, sets); what is not affordable may be above 1."""
        coverages = np.stack([member.coverages for member in self.members])
        most = coverages[:, affordable].max(axis=1, keepdims=True)
        shares: Floats = np.divide(coverages, most, out=np.ones_like(coverages), where=most > 0)
        return shares.round(DIGITS)

    def _shared(self, place: int, affordable: Ints) -> Shared:
        shares = self._shares(affordable)[:, place]
        parts = [
            Part(member[member.best(affordable)], float(member.coverages[place]), float(share))
            for member, share in zip(self.members, shares, strict=True)
        ]
        return Shared(self.together[place], parts)


def household_of(outlooks: Sequence[Outlook], offers: Sequence[ProductOffer]) -> Household:
    """Prepare the offers for these people; of more than 20 the dearest are left out.

    An offer counts if anything is known of one of its platforms for one of the people; who knows
    nothing of a platform expects nothing of it. Raises `ValueError` for nobody.
    """
    if not outlooks:
        raise ValueError("there is nobody in the household")
    columns = [outlook.columns() for outlook in outlooks]
    heard_of = set().union(*columns)
    kept = worth_considering(offers, heard_of)[:MOST_OFFERS]
    nobody = np.zeros(0)
    sets = all_choices(kept, nobody, dict.fromkeys(heard_of, nobody))
    members = []
    for outlook, own in zip(outlooks, columns, strict=True):
        unheard_of = np.zeros(len(outlook.expected))
        carried = [own.get(platform, unheard_of) for platform in sets.platforms]
        coverages = coverage_of_sets(outlook.expected, carried)[sets.given]
        members.append(replace(sets, coverages=coverages))
    total = np.sum([member.coverages for member in members], axis=0).round(DIGITS)
    return Household(members, replace(sets, coverages=total))
