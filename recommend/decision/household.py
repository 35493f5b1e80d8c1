"""One set of products for two to four people: the most films for all, or the fairest. Pure.

Each person has a forecast; all share the products. For a set of products S, people i and a budget B

    total(S)   = sum over i of coverage_i(S)
    share_i(S) = coverage_i(S) / max over sets T that cost at most B of coverage_i(T)

`most_together` takes the S within B with the largest total, `fairest` the one with the largest
smallest share; of equal ones the cheapest. A person whose best set has no films has a share of 1:
no set takes anything from them. Limits on watching at the same time are not considered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from recommend.decision import bundles
from recommend.decision.bundles import DIGITS, AllChoices, Choice
from recommend.decision.offers import ProductOffer, worth_considering
from recommend.decision.outlook import Outlook

FEWEST_PEOPLE = 2
MOST_PEOPLE = 4


@dataclass(frozen=True)
class Part:
    """One person's part of a shared set: the best set for them alone at the same budget, their
    expected films with the shared set, and these as a share of their films alone."""

    alone: Choice
    films: float
    share: float


@dataclass(frozen=True)
class Shared:
    """A set for all. The coverage of `choice` is the sum of all people's expected films."""

    choice: Choice
    parts: Sequence[Part]

    @property
    def saved(self) -> int:
        """Won a month less than each person's own best set; below 0 it costs more."""
        return sum(part.alone.monthly_price for part in self.parts) - self.choice.monthly_price


@dataclass(frozen=True)
class Household:
    """Every set of the same offers: for each person, and with all people's films added up."""

    members: Sequence[AllChoices]
    together: AllChoices

    def most_together(self, budget: int) -> Shared:
        """The set with the most films of all people within the budget."""
        affordable = self.together.within(budget)
        return self._shared(self.together.best(affordable), affordable)

    def fairest(self, budget: int) -> Shared:
        """The set within the budget whose smallest share is the largest."""
        affordable = self.together.within(budget)
        smallest = self._shares(affordable).min(axis=0)
        place = replace(self.together, coverages=smallest).best(affordable)
        return self._shared(place, affordable)

    def _shares(self, affordable: Ints) -> Floats:
        """The share of each person in every set, (people, sets); above 1 only beyond the budget."""
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
    """The household of these people.

    An offer is useful if one of its platforms has evidence for one of the people; without evidence
    a person expects nothing of a platform. Of more than 20 platforms those with the fewest films of
    all people are left out. Raises `ValueError` without people.
    """
    if not outlooks:
        raise ValueError("a household needs at least one person")
    columns = [outlook.columns() for outlook in outlooks]
    worth = {
        slug: sum(
            float(outlook.expected @ own[slug])
            for outlook, own in zip(outlooks, columns, strict=True)
            if slug in own
        )
        for slug in set().union(*columns) & {slug for offer in offers for slug in offer.platforms}
    }
    with_evidence = bundles.most_telling(worth)
    kept = worth_considering(offers, with_evidence)
    no_films = np.zeros(0)
    sets = bundles.all_choices(kept, no_films, dict.fromkeys(with_evidence, no_films))
    members = []
    for outlook, own in zip(outlooks, columns, strict=True):
        without = np.zeros(len(outlook.expected))
        carried = [own.get(platform, without) for platform in sets.platforms]
        coverages = bundles.coverage_of_sets(outlook.expected, carried)[sets.given]
        members.append(replace(sets, coverages=coverages))
    total = np.sum([member.coverages for member in members], axis=0).round(DIGITS)
    return Household(members, replace(sets, coverages=total))
