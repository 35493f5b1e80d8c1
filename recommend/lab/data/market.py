"""Where the films of a data set are and what can be bought, for evaluations. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from common.arrays import Floats, Ints
from recommend.decision.bundles import all_choices
from recommend.decision.offers import ProductOffer, undominated
from recommend.decision.outlook import THERE, UNKNOWN


@dataclass(frozen=True)
class EvaluatedMarket:
    """The films on platforms, the products, and how many people use each platform."""

    availability: FilmAvailability
    offers: Sequence[ProductOffer]
    usage: Mapping[str, float]  # percent of all people

    def platforms(self) -> list[str]:
        """Platforms that are known to have any film, of those that can be compared."""
        there = self.availability.actual.max(axis=0, initial=0.0) > 0
        return list(compress(self.availability.platforms, there))

    def sets(self, budget: int) -> list[frozenset[str]]:
        """Affordable sets of platforms, cheapest first; the empty one only if there is no other."""
        known = {name: np.ones(1) for name in self.platforms()}
        offers = [offer for offer in undominated(self.offers) if offer.platforms & known.keys()]
        choices = all_choices(offers, np.ones(1), known)
        affordable = np.flatnonzero(choices.prices <= budget)
        order = affordable[np.argsort(choices.prices[affordable], kind="stable")]
        _given, first = np.unique(choices.given[order], return_index=True)
        names, given = choices.platforms, choices.given[order[np.sort(first)]].tolist()
        found = [
            frozenset(name for bit, name in enumerate(names) if one >> bit & 1) for one in given
        ]
        return [one for one in found if one] or found


@dataclass(frozen=True)
class FilmAvailability:
    """Where the films of a data set are: `states` (n, p) by column, as in `Outlook`.

    `expected` (n, p): P(there), as it is served; `actual` (n, p): what a decision is judged by.
    Both are 0 where nothing is known. Without them, what was seen counts as it is.
    """

    platforms: Sequence[str]
    states: Ints
    expected: Floats
    actual: Floats

    @classmethod
    def as_seen(cls, platforms: Sequence[str], states: Ints) -> FilmAvailability:
        """What was seen is there, whenever that was."""
        there = (states == THERE).astype(np.float64)
        return cls(platforms, states, there, there)

    def carried(self, columns: Ints) -> Floats:
        """How many of these films each platform truly has, (p,)."""
        counts: Floats = self.actual[columns].sum(axis=0)
        return counts


JUDGED_FROM = "2024-01"  # what was seen since then counts as it is
# P(there) two years after it was seen there, and seen not to be there: pairs of statements of 2022
# and of spring 2024 about one film (docs/data.md).
TWO_YEARS: Mapping[str, tuple[float, float]] = {
    "netflix": (0.50, 0.17),
    "disney_plus": (0.94, 0.02),
    "watcha": (0.94, 0.05),
    "wavve": (0.29, 0.15),
}


def judged(state: int, month: str, platform: str) -> float:
    """What a decision is judged by: P(there) of a film that was in this state in that month.

    It does not follow the fitted rates that the decision itself uses.
    """
    if month >= JUDGED_FROM or platform not in TWO_YEARS or state == UNKNOWN:
        return float(state == THERE)
    return TWO_YEARS[platform][0 if state == THERE else 1]


def cover(there: Floats, members: Collection[int]) -> Floats:
    """P(a film is on any of these platforms) (n,), for `there` (n, p)."""
    missed = np.prod(1.0 - there[:, sorted(members)], axis=1)
    covered: Floats = 1.0 - missed
    return covered
