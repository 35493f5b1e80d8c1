"""Shadow evaluation on people of MovieLens. Pure.

Both recipes are fitted on the same part of the people and make their lists, as they would be served
(weights, diversity, limit of a series), for the same held-out people of the survey simulation, with
10 and with 3 picks. The measure is NDCG@50. A candidate is not worse if that holds with both
numbers of picks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from common.arrays import Floats
from common.commands.progress import Report, silent
from recommend.lab.data.cases import Cases
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films
from recommend.lab.evaluation.shadow.recipe import Judged, Recipe, fitted
from recommend.lab.evaluation.shadow.verdicts import OfGroup, Shadow, compared
from recommend.lab.simulation import survey
from recommend.lab.simulation.survey import SEEDS, Simulation

PICKS = (10, 3)


def shadow_evaluate(
    data: RatingData,
    candidate: Recipe,
    live: Recipe,
    *,
    films: Films,
    seeds: Sequence[int] = SEEDS[:3],
    report: Report = silent,
) -> Shadow:
    """Evaluate on the splits of these seeds. No recipe was tuned on the people of the default seeds
    (`recommend.lab.tuning`), so that a tuned candidate has no advantage.

    The same input gives the same figures. Raises `DataError` if too few people like
    enough films.
    """
    drawn: dict[int, list[Simulation]] = {picks: [] for picks in PICKS}
    parts: dict[int, list[Floats]] = {picks: [] for picks in PICKS}
    recipes = candidate, live
    with threadpool_limits(1, "blas"):  # sums are always added up in one order
        for number, seed in enumerate(seeds):
            report("shadow evaluation", number, len(seeds))
            simulations = survey.simulate_surveys(data, seed=seed, picks=PICKS)
            train = simulations[PICKS[0]].train
            judged = Judged(recipes, fitted(train, recipes), train.like_counts, films)
            for picks, simulation in simulations.items():
                parts[picks].append(judged.quality(simulation.cases, simulation.truths))
                drawn[picks].append(replace(simulation, train=data))  # no copy of it is kept
    report("shadow evaluation", len(seeds), len(seeds))
    quality = {picks: np.vstack(parts[picks]) for picks in PICKS}
    people = {picks: np.concatenate([one.user_ids for one in drawn[picks]]) for picks in PICKS}
    most = PICKS[0]
    return Shadow(
        seeds=tuple(seeds),
        cases=len(people[most]),
        people=len(np.unique(people[most])),
        compared=[compared(picks, quality[picks], people[picks]) for picks in PICKS],
        groups=_groups(quality[most], [one.cases for one in drawn[most]]),
    )


def _groups(quality: Floats, cases: Sequence[Cases]) -> list[OfGroup]:
    """By gender and by age band, without the people whose group is not known."""
    kinds = {
        "gender": np.concatenate([one.genders for one in cases]),
        "age": np.concatenate([one.age_bands for one in cases]).astype(np.str_),
    }
    found = []
    for kind, groups in kinds.items():
        for group in sorted(set(groups.tolist()) - {"", "0"}):
            own = quality[groups == group]
            candidate, live, _popularity = own.mean(axis=0).tolist()
            found.append(OfGroup(kind, group, len(own), candidate, live))
    return found
