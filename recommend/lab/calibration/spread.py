"""How much people differ from their forecast beyond chance, fitted on held-out users. Pure.

For each candidate the outcomes of `recommend.decision.certainty` are drawn for held-out people,
leaving out unknown availability. The spread that is chosen gives the smallest log loss
for "platform a has more of what they like than platform b", over all pairs of platforms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, compress

import numpy as np

from common.arrays import Floats, Ints
from recommend.decision.certainty import beats, simulate
from recommend.decision.outlook import ABSENT, THERE, Outlook, outlook_of
from recommend.lab.data.market import FilmAvailability
from recommend.scoring.calibration import Calibration

CANDIDATES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
MOST_CASES = 150
OUTCOMES = 200
SUREST = 0.995  # a simulation of these few outcomes supports no more


def known_outlook(chances: Floats, availability: FilmAvailability, spread: float) -> Outlook:
    """The outlook (`chances` (n,) by column) from what is known; the unknown is left out."""
    known = np.where(availability.states == THERE, THERE, ABSENT)
    platforms = availability.platforms
    return outlook_of(
        chances,
        np.arange(len(chances)),
        known,
        availability.expected,
        platforms=platforms,
        evidence=frozenset(compress(platforms, availability.expected.max(axis=0, initial=0.0) > 0)),
        rates=dict.fromkeys(platforms, (1.0, 0.5)),
        spread=spread,
    )


def fit_spread(
    chances: Floats, truths: Sequence[Ints], availability: FilmAvailability, *, seed: int
) -> float:
    """From `chances` (c, n) and the true likes of the same people; the default without evidence."""
    carrying = np.flatnonzero((availability.actual > 0).any(axis=0))
    if len(carrying) < 2 or not len(truths):
        return Calibration.spread
    rng = np.random.default_rng(seed)
    cases = rng.permutation(len(truths))[:MOST_CASES].tolist()
    pairs = list(combinations(carrying.tolist(), 2))
    had = [availability.carried(truths[case]) for case in cases]

    def loss(spread: float) -> float:
        total = 0.0
        for case, counts in zip(cases, had, strict=True):
            outlook = known_outlook(chances[case], availability, spread)
            values = simulate(outlook, outcomes=OUTCOMES, seed=seed).of_platforms()
            for a, b in pairs:
                said = np.clip(beats(values, a, b), 1 - SUREST, SUREST)
                more = 0.5 * (1.0 + np.sign(counts[a] - counts[b]))
                total -= more * np.log(said) + (1 - more) * np.log(1 - said)
        return total

    return min(CANDIDATES, key=loss)
