"""The calibration of P(like) and its spread, from one pass over simulated respondents. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from common.arrays import Floats
from recommend.lab.calibration.counts import Counts, Expected
from recommend.lab.calibration.spread import MOST_CASES, fit_spread
from recommend.lab.data.cases import CASES_PER_BLOCK, Cases
from recommend.lab.data.market import FilmAvailability
from recommend.lab.simulation.survey import Simulation
from recommend.scoring.calibration import Calibration
from recommend.scoring.likelihood import log_shares

Score = Callable[[Cases], Floats]  # of the encoder of answers


def expected_blocks(simulation: Simulation, score: Score, ratings: Floats) -> Iterator[Expected]:
    """What the encoder says of all films, some people at a time: all at once would not fit."""
    films = len(ratings)
    for number, block in enumerate(simulation.cases.blocks()):
        first = number * CASES_PER_BLOCK
        truths = np.zeros((len(block), films), dtype=np.bool_)
        for row, truth in enumerate(simulation.truths[first : first + len(block)]):
            truths[row, truth] = True
        asked = np.ones((len(block), films), dtype=np.bool_)
        for row, picks in enumerate(block.picks):
            asked[row, picks] = False
        shares = log_shares(score(block), asked & (ratings > 0))
        yield Expected(shares, asked, truths, ratings)


def fit_chances(
    simulation: Simulation,
    score: Score,
    *,
    ratings: Floats,
    availability: FilmAvailability,
    seed: int,
) -> Calibration:
    """P(like) by share and ratings, with its spread."""
    counts = Counts(ratings)
    kept: list[Expected] = []
    for block in expected_blocks(simulation, score, ratings):
        counts.add(block)
        if sum(len(one.truths) for one in kept) < MOST_CASES:
            kept.append(block)
    calibration = counts.fit(seed=seed)
    chances = np.vstack([block.chances(calibration) for block in kept])
    spread = fit_spread(chances, simulation.truths[: len(chances)], availability, seed=seed)
    return replace(calibration, spread=spread)
