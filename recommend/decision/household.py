"""One set of products for two to four people: the most films for all, or the fairest. Pure.

Each person has a forecast and wishes; all share the products. For a set of products S that fits the
wishes of all, people i and a budget B

    total(S)   = sum over i of coverage_i(S)
    share_i(S) = coverage_i(S) / max over sets T of i's own that cost at most B of coverage_i(T)

Sets that meet the most must-haves of all come first. Of them `most_together` takes the S within B
with the largest total, `fairest` the one with the largest smallest share; of equal ones the
cheapest. A person whose best set has no films has a share of 1: no set takes anything from them.
What a person already has does not count: it is theirs, and nobody else may learn of it. Limits on
watching at the same time count only as far as a person wishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats
from recommend.decision import bundles
from recommend.decision.bundles import DIGITS, AllChoices, Choice
from recommend.decision.decide import NO_WISHES, market_of
from recommend.decision.offers import ProductOffer, Wishes, allowed, worth_considering
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
    """A set for all. The coverage of `choice` is the sum of all people's expected films.

    `met` of the must-haves of all people are in it, `lacking` are not.
    """

    choice: Choice
    parts: Sequence[Part]
    met: int = 0
    lacking: int = 0

    @property
    def saved(self) -> int:
        """Won a month less than each person's own best set; below 0 it costs more."""
        return sum(part.alone.monthly_price for part in self.parts) - self.choice.monthly_price


@dataclass(frozen=True)
class HouseholdMember:
    """What a person could have on their own, and their expected films with each set of all."""

    alone: AllChoices
    coverages: Floats


@dataclass(frozen=True)
class Household:
    """Every set that fits all people, with their films added up, and what it gives each of them."""

    members: Sequence[HouseholdMember]
    together: AllChoices

    def most_together(self, budget: int) -> Shared:
        """The set with the most films of all people within the budget."""
        return self._shared(self.together.best(self.together.within(budget)), budget)

    def fairest(self, budget: int) -> Shared:
        """The set within the budget whose smallest share is the largest."""
        smallest = self._shares(budget).min(axis=0)
        place = replace(self.together, coverages=smallest).best(self.together.within(budget))
        return self._shared(place, budget)

    def _shares(self, budget: int) -> Floats:
        """The share of each person in every set, (people, sets); above 1 only beyond the budget."""
        coverages = np.stack([member.coverages for member in self.members])
        most = np.array(
            [[one.alone.coverages[one.alone.within(budget)].max()] for one in self.members]
        )
        shares: Floats = np.divide(coverages, most, out=np.ones_like(coverages), where=most > 0)
        return shares.round(DIGITS)

    def _shared(self, place: int, budget: int) -> Shared:
        parts = []
        for member, share in zip(self.members, self._shares(budget)[:, place], strict=True):
            alone = member.alone[member.alone.best(member.alone.within(budget))]
            parts.append(Part(alone, float(member.coverages[place]), float(share)))
        met = int(self.together.met[place])
        return Shared(self.together[place], parts, met, len(self.together.must_have) - met)


def household_of(
    outlooks: Sequence[Outlook],
    offers: Sequence[ProductOffer],
    wishes: Sequence[Wishes] = (),
) -> Household:
    """The household of these people; `wishes` are theirs in the same order, or nobody has any.

    An offer is useful if one of its platforms has evidence for one of the people; without evidence
    a person expects nothing of a platform. Of more than 20 platforms those with the fewest films of
    all people are left out. Raises `ValueError` without people.
    """
    if not outlooks:
        raise ValueError("a household needs at least one person")
    own = [replace(one, owned=()) for one in wishes or [NO_WISHES] * len(outlooks)]
    common = wishes_of_all(own)
    fitting = allowed(offers, common)
    columns = [outlook.columns() for outlook in outlooks]
    worth = {
        slug: sum(
            float(outlook.expected @ there[slug])
            for outlook, there in zip(outlooks, columns, strict=True)
            if slug in there
        )
        for slug in set().union(*columns) & {slug for one in fitting for slug in one.platforms}
    }
    with_evidence = bundles.most_telling(worth, common.must_have)
    kept = worth_considering(fitting, with_evidence, common.must_have)
    no_films = np.zeros(0)
    sets = bundles.all_choices(
        kept, no_films, dict.fromkeys(with_evidence, no_films), must_have=common.must_have
    )
    members = []
    for outlook, there, wished in zip(outlooks, columns, own, strict=True):
        without = np.zeros(len(outlook.expected))
        carried = [there.get(platform, without) for platform in sets.platforms]
        coverages = bundles.coverage_of_sets(outlook.expected, carried)[sets.given]
        members.append(HouseholdMember(market_of(outlook, offers, wished).choices, coverages))
    total = np.sum([member.coverages for member in members], axis=0).round(DIGITS)
    return Household(members, replace(sets, coverages=total))


def wishes_of_all(wishes: Sequence[Wishes]) -> Wishes:
    """What fits everybody: the strictest of each, and all must-haves, each once."""
    must_have = {one.slug: one for each in wishes for one in each.must_have}
    return Wishes(
        no_ads=any(one.no_ads for one in wishes),
        min_streams=max(one.min_streams for one in wishes),
        min_resolution=max(one.min_resolution for one in wishes),
        must_have=tuple(must_have.values()),
    )
