"""Would another run rank better than the live one? Asked before it is published. Pure.

Both recipes are fitted on the same part of the people and make their lists, as they would be served
(weights, diversity, limit of a series), for the same held-out people of the survey simulation, with
10 and with 3 picks. The fitted runs of the database cannot be compared: they have learned from all
people, so none is left to test them on.

The verdict is on the mean NDCG@50 of the candidate divided by that of the live recipe, with the
95 % interval of a paired bootstrap over people (`recommend.lab.simulation.bootstrap`):

- better: the whole interval is above 1;
- not worse: its lower end is above 1 - `MARGIN` (a non-inferiority test as in the US FDA's guidance
  "Non-inferiority clinical trials", 2016: it shows that no more than the margin can have been lost,
  not merely that no loss was found);
- worse: it does not reach 1, and goes below 1 - `MARGIN`;
- unclear: the interval reaches from a loss that matters to a gain, so there are too few people to
  tell. Automatic publishing treats it as worse.

The margin is 1 %: about what another seed of the training changes (docs/adr 0026), and a fifteenth
of what the blend gains over ALS alone. A candidate is not worse if that holds with both numbers of
picks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from recommend.lab.data.cases import Cases, ranked_lists
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films, ServedLists
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation import survey
from recommend.lab.simulation.bootstrap import Interval, resampled_means
from recommend.lab.simulation.survey import SEEDS, Simulation
from recommend.scoring.variety import Variety
from recommend.scoring.weights import LIST_SIZE

MARGIN = 0.01
PICKS = (10, 3)

BETTER, NOT_WORSE, UNCLEAR, WORSE = "better", "not_worse", "unclear", "worse"


@dataclass(frozen=True)
class Recipe:
    """How a ranking is learned, with which seed, and how its lists are made."""

    blend: Blend
    seed: int = 1
    variety: Variety = Variety()


@dataclass(frozen=True)
class Compared:
    """Mean NDCG@50 with this number of picks; ratios of the candidate to live and to popularity."""

    picks: int
    candidate: float
    live: float
    popularity: float
    ratio: Interval
    p_value: float
    over_popularity: Interval

    @property
    def verdict(self) -> str:
        if self.ratio.low > 1.0:
            return BETTER
        if self.ratio.low > 1.0 - MARGIN:
            return NOT_WORSE
        return WORSE if self.ratio.high < 1.0 else UNCLEAR


@dataclass(frozen=True)
class OfGroup:
    """Mean NDCG@50 with 10 picks of the people of one group: gender "female", age band "25"."""

    kind: str
    group: str
    cases: int
    candidate: float
    live: float


@dataclass(frozen=True)
class Shadow:
    """`cases` by number of picks, of `people` different people; `groups` of these people."""

    seeds: Sequence[int]
    cases: int
    people: int
    compared: Sequence[Compared]
    groups: Sequence[OfGroup] = ()

    @property
    def verdict(self) -> str:
        """The worst of the verdicts; better if one is better and none is worse or unclear."""
        verdicts = {one.verdict for one in self.compared}
        return next((one for one in (WORSE, UNCLEAR, BETTER) if one in verdicts), NOT_WORSE)

    @property
    def beats_popularity(self) -> bool:
        """Lists that do not beat the most popular films mean that the data are broken."""
        return all(one.over_popularity.low > 1.0 for one in self.compared)

    def stored(self) -> dict[str, Any]:
        """As JSON, with the verdicts; None for a ratio to a mean of 0."""
        compared = [
            asdict(one)
            | {
                "verdict": one.verdict,
                "ratio": _ends(one.ratio),
                "over_popularity": _ends(one.over_popularity),
            }
            for one in self.compared
        ]
        return asdict(self) | {
            "margin": MARGIN,
            "verdict": self.verdict,
            "beats_popularity": self.beats_popularity,
            "compared": compared,
        }


def _ends(interval: Interval) -> dict[str, float | None]:
    return {name: value if np.isfinite(value) else None for name, value in asdict(interval).items()}


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
    with threadpool_limits(1, "blas"):  # sums are always added up in one order
        for number, seed in enumerate(seeds):
            report("shadow evaluation", number, len(seeds))
            simulations = survey.simulate_surveys(data, seed=seed, picks=PICKS)
            models = _fitted(simulations[PICKS[0]].train, (candidate, live))
            for picks, simulation in simulations.items():
                parts[picks].append(_quality(simulation, models, (candidate, live), films))
                drawn[picks].append(replace(simulation, train=data))  # no copy of it is kept
    report("shadow evaluation", len(seeds), len(seeds))
    quality = {picks: np.vstack(parts[picks]) for picks in PICKS}
    people = {picks: np.concatenate([one.user_ids for one in drawn[picks]]) for picks in PICKS}
    most = PICKS[0]
    return Shadow(
        seeds=tuple(seeds),
        cases=len(people[most]),
        people=len(np.unique(people[most])),
        compared=[_compared(picks, quality[picks], people[picks]) for picks in PICKS],
        groups=_groups(quality[most], [one.cases for one in drawn[most]]),
    )


def _fitted(train: RatingData, recipes: Sequence[Recipe]) -> list[BlendModel]:
    """Weights need no fit: two recipes that differ only in them share one."""
    models: dict[Any, BlendModel] = {}
    found = []
    for recipe in recipes:
        learned = recipe.blend.als, recipe.blend.encoder, recipe.seed
        if learned not in models:
            models[learned] = recipe.blend.fit(train, seed=recipe.seed)
        found.append(replace(models[learned], weights=recipe.blend.weights))
    return found


def _quality(
    simulation: Simulation, models: Sequence[BlendModel], recipes: Sequence[Recipe], films: Films
) -> Floats:
    """(n_cases, 3): NDCG@50 of the candidate, of the live recipe, and of popularity."""
    cases = simulation.cases
    tops = []
    for model, recipe in zip(models, recipes, strict=True):
        lists = ServedLists(model, films, cases)
        blocks = [lists.of(model.of_cases(one), one, recipe.variety) for one in cases.blocks()]
        tops.append(np.vstack(blocks))
    tops.append(
        ranked_lists(lambda block: formulas.popularity(simulation.train, block), cases, LIST_SIZE)
    )
    return np.column_stack([survey.ndcg_of(top, simulation.truths) for top in tops])


def _compared(picks: int, quality: Floats, people: Ints) -> Compared:
    means = resampled_means(quality, people, seed=1)
    paired = means.against(0, 1)
    candidate, live, popularity = means.observed.tolist()
    over_popularity = means.ratio(0, 2)
    return Compared(
        picks, candidate, live, popularity, paired.ratio, paired.p_value, over_popularity
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
