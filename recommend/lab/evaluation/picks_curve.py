"""Why more picks help: the quality of the blend after 1, 3, 5, … picks of the same people.

Pure: no Django import. The points can be compared with each other: they share the held-out users
(those who like enough films of the pool), nested picks (the first 3 are among the first 5) and the
truth (their likes without all their picks), and every list leaves out all picks, even those not
made yet. The taste is that of the survey: below 4 picks it is shrunk towards the mean of the
demographic group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats
from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.cases import Cases, ranked_lists
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation.survey import (
    Simulation,
    nested_survey,
    recall_and_ndcg,
    simulate_survey,
)
from recommend.scoring.weights import LIST_SIZE, Weights

POINTS = (1, 3, 5, 10, 20)
MOST_PICKS = (20, 10)  # of the last point: 20 if enough people like that many films of the pool
FEWEST_CASES = 30


@dataclass(frozen=True)
class PicksCurve:
    """NDCG@50 of the blend by number of picks, and of popularity on the same people."""

    cases: int
    popularity: float
    blend: dict[int, float]


def picks_curve(simulation: Simulation, model: BlendModel, *, seed: int) -> PicksCurve | None:
    """Measured with `model`, fitted on the training users of `simulation`; deterministic by `seed`.

    None if fewer than 30 held-out users like 10 films of the pool and 5 others.
    """
    train = simulation.train
    for most in MOST_PICKS:
        nested = nested_survey(simulation, most=most, seed=seed)
        cases, truths = nested.cases, nested.truths
        if len(cases) >= FEWEST_CASES:
            break
    else:
        return None

    def ndcg(picks: int) -> float:
        def scores(block: Cases) -> Floats:
            return model.of_cases(replace(block, picks=[own[:picks] for own in block.picks]))

        return recall_and_ndcg(ranked_lists(scores, cases, LIST_SIZE), truths)[1]

    popular = ranked_lists(lambda block: formulas.popularity(train, block), cases, LIST_SIZE)
    return PicksCurve(
        cases=len(cases),
        popularity=recall_and_ndcg(popular, truths)[1],
        blend={picks: ndcg(picks) for picks in POINTS if picks <= most},
    )


def evaluate_picks(
    data: RatingData, *, seed: int, weights: Weights, report: Report = silent
) -> PicksCurve:
    """The curve of one split, with a model of its own. Raises `DataError` for too small data."""
    simulation = simulate_survey(data, seed=seed)
    report(f"seed {seed}: fitting", 0, None)
    model = Blend(weights=weights).fit(simulation.train, seed=seed)
    report(f"seed {seed}: ranking by number of picks", 0, None)
    curve = picks_curve(simulation, model, seed=seed)
    if curve is None:
        raise DataError(
            f"{data.name} has too few active users: fewer than {FEWEST_CASES} of the held-out "
            f"ones like {MOST_PICKS[-1]} of the best-known films"
        )
    return curve


def mean_curve(curves: Sequence[PicksCurve]) -> PicksCurve:
    """Over several splits: the points that all of them have."""
    common = [picks for picks in POINTS if all(picks in curve.blend for curve in curves)]
    return PicksCurve(
        cases=sum(curve.cases for curve in curves),
        popularity=float(np.mean([curve.popularity for curve in curves])),
        blend={picks: float(np.mean([curve.blend[picks] for curve in curves])) for picks in common},
    )
