"""Where the films of a data set are and what can be bought, for evaluations. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from common.arrays import Ints
from recommend.decision.bundles import all_choices
from recommend.decision.offers import ProductOffer, undominated
from recommend.decision.outlook import THERE


@dataclass(frozen=True)
class EvaluatedMarket:
    """The films on platforms, the products, and how many people use each platform."""

    availability: FilmAvailability
    offers: Sequence[ProductOffer]
    usage: Mapping[str, float]  # percent of all people

    def platforms(self) -> list[str]:
        """Platforms that are known to have any film."""
        there = (self.availability.states == THERE).any(axis=0)
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
    """Where the films of a data set are: `states` (n, p) by column, as in `Outlook`."""

    platforms: Sequence[str]
    states: Ints

    def carried(self, columns: Ints) -> Ints:
        """How many of these films each platform is known to have, (p,)."""
        counts: Ints = (self.states[columns] == THERE).sum(axis=0)
        return counts
