"""The calibration and the spread of a ranking, from one pass over simulated respondents. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.calibration.counts import Counts, Ranked
from recommend.lab.calibration.spread import MOST_CASES, fit_spread
from recommend.lab.data.cases import CASES_PER_BLOCK, Cases, top_movies
from recommend.lab.data.market import FilmAvailability
from recommend.lab.simulation.survey import Simulation
from recommend.scoring.calibration import Calibration
from recommend.scoring.weights import LIST_SIZE

Score = Callable[[Cases], Floats]


def ranked_blocks(simulation: Simulation, score: Score, ratings: Floats) -> Iterator[Ranked]:
    """Rankings of all films, some people at a time: all at once would not fit into memory."""
    films = len(ratings)
    for number, block in enumerate(simulation.cases.blocks()):
        first = number * CASES_PER_BLOCK
        truths = np.zeros((len(block), films), dtype=np.bool_)
        for row, truth in enumerate(simulation.truths[first : first + len(block)]):
            truths[row, truth] = True
        yield Ranked(
            order=top_movies(score(block), block, films),
            picks=np.array([len(picks) for picks in block.picks]),
            truths=truths,
            ratings=ratings,
        )


def fit_chances(
    simulation: Simulation,
    score: Score,
    *,
    ratings: Floats,
    availability: FilmAvailability,
    seed: int,
) -> tuple[Ints, Calibration]:
    """The best 50 of each case (columns), and P(like) by rank and ratings with its spread."""
    counts = Counts(len(ratings), ratings)
    tops = []
    kept: list[Ranked] = []
    for block in ranked_blocks(simulation, score, ratings):
        counts.add(block)
        tops.append(block.order[:, :LIST_SIZE])
        if sum(len(one.order) for one in kept) < MOST_CASES:
            kept.append(block)
    calibration = counts.fit(seed=seed)
    chances = np.vstack([block.chances(calibration) for block in kept])
    spread = fit_spread(chances, simulation.truths[: len(chances)], availability, seed=seed)
    return np.vstack(tops), replace(calibration, spread=spread)
