"""The survey simulation: how well does each ranking find what held-out people like?

15 % of the users are held out whole. Each one with at least 15 likes, 5 of them among the 200
most-liked films, "answers" with up to 10 of those; the rest of their likes are the truth. Of
more than 4,000 such cases, 4,000 are drawn.

Recall@50 = hits / min(50, number of true likes); NDCG@50 with binary gains and log2 discount
(both as in D. Liang et al., "Variational autoencoders for collaborative filtering", WWW 2018);
coverage = share of all films that at least one list contains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt

from common.errors import DataError
from common.progress import Report, silent
from recommend.scoring import LIST_SIZE, Weights
from recommend.training import rankings
from recommend.training.als import AlsModel, AlsParameters, fit_als
from recommend.training.data import RatingData, pool_of
from recommend.training.rankings import Cases
from recommend.training.stars import fit_stars, predicted_stars

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HELD_OUT = 0.15
MINIMUM_LIKES = 15
MINIMUM_IN_POOL = 5
MOST_CASES = 4_000
ROWS = ("popularity", "twin", "taste", "blend")


@dataclass(frozen=True)
class Simulation:
    """Training data, simulated respondents, and the films (columns) each of them likes besides."""

    train: RatingData
    cases: Cases
    truths: Sequence[Ints]


@dataclass(frozen=True)
class Quality:
    """One row of the table; `milliseconds` is the time to rank for one case, measured in bulk."""

    ranking: str
    recall: float
    ndcg: float
    coverage: float
    milliseconds: float


def simulate_survey(data: RatingData, *, seed: int, picks: int = 10) -> Simulation:
    """Hold users out and draw their picks; the same seed draws the same."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data.user_ids))
    held_out = np.sort(order[: int(HELD_OUT * len(order))])
    train = data.of_users(np.setdiff1d(order, held_out))
    pool = pool_of(train)
    rows: list[int] = []
    drawn: list[Ints] = []
    truths: list[Ints] = []
    for row in held_out.tolist():
        liked = data.liked[row].indices.astype(np.int64)
        in_pool = np.intersect1d(liked, pool)
        if len(liked) < MINIMUM_LIKES or len(in_pool) < MINIMUM_IN_POOL:
            continue
        answer = rng.choice(in_pool, min(picks, len(in_pool)), replace=False)
        rows.append(row)
        drawn.append(np.sort(answer))
        truths.append(np.setdiff1d(liked, answer))
    if not rows:
        raise DataError(
            f"{data.name} has too few active users for an evaluation: none of the held-out ones "
            f"has {MINIMUM_LIKES} likes"
        )
    if len(rows) > MOST_CASES:
        kept = np.sort(rng.choice(len(rows), MOST_CASES, replace=False)).tolist()
        rows = [rows[place] for place in kept]
        drawn = [drawn[place] for place in kept]
        truths = [truths[place] for place in kept]
    return Simulation(train, Cases(data.genders[rows], data.age_bands[rows], drawn), truths)


def hits(top: Ints, truths: Sequence[Ints]) -> npt.NDArray[np.bool_]:
    """(n_cases, n_ranks): whether the film at each rank is truly liked."""
    return np.array([np.isin(row, truth) for row, truth in zip(top, truths, strict=True)])


def recall_and_ndcg(top: Ints, truths: Sequence[Ints]) -> tuple[float, float]:
    """Means over the cases; formulas in the module's docstring."""
    found = hits(top, truths)
    size = top.shape[1]
    best = np.minimum([len(truth) for truth in truths], size)
    discounts = 1.0 / np.log2(np.arange(2, size + 2))
    ideal = np.cumsum(discounts)[best - 1]
    return float((found.sum(axis=1) / best).mean()), float(((found @ discounts) / ideal).mean())


def evaluate(
    data: RatingData,
    *,
    seed: int,
    weights: Weights,
    picks: int = 10,
    als: AlsParameters | None = None,
    rating_algorithm: str = "SVD",
    report: Report = silent,
) -> list[Quality]:
    """The table of one split: popularity, the literal twin, own taste, and the blend."""
    simulation = simulate_survey(data, seed=seed, picks=picks)
    train, cases = simulation.train, simulation.cases
    report(f"seed {seed}: taste vectors", 0, None)
    model = fit_als(train.liked, seed=seed, parameters=als)
    report(f"seed {seed}: stars", 0, None)
    stars = fit_stars(train, algorithm=rating_algorithm, seed=seed)
    report(f"seed {seed}: ranking {len(cases)} respondents", 0, None)

    def literal(block: Cases) -> Floats:
        twins = rankings.jaccard_twins(train, block)
        return rankings.literal_twin(train, twins, predicted_stars(stars, train, twins))

    rankers: dict[str, Callable[[Cases], Floats]] = {
        "popularity": lambda block: rankings.popularity(train, block),
        "twin": literal,
        "taste": lambda block: blended(train, model, block, weights.of_strategy("taste")),
        "blend": lambda block: blended(train, model, block, weights),
    }
    rows = []
    for name in ROWS:
        started = perf_counter()
        top = rankings.ranked_lists(rankers[name], cases, LIST_SIZE)
        milliseconds = 1000 * (perf_counter() - started) / len(cases)
        recall, ndcg = recall_and_ndcg(top, simulation.truths)
        coverage = len(np.unique(top)) / len(data.movie_ids)
        rows.append(Quality(name, recall, ndcg, coverage, milliseconds))
    return rows


def blended(
    train: RatingData,
    model: AlsModel,
    cases: Cases,
    weights: Weights,
    tastes: Floats | None = None,
) -> Floats:
    """Scores (n_cases, n_movies) of the blend; twins are searched only if they have a weight.

    `tastes` (n_cases, f): those of the cases, if not their plain fold-in.
    """
    if tastes is None:
        tastes = rankings.own_tastes(model, cases)
    twins = (
        rankings.jaccard_twins(train, cases)
        if weights.twin
        else np.zeros(len(cases), dtype=np.int64)
    )
    return rankings.blend(train, model, tastes, twins, weights)


def mean_quality(tables: Sequence[Sequence[Quality]]) -> list[Quality]:
    """Row by row the mean over several splits."""
    means = []
    for rows in zip(*tables, strict=True):
        columns = [asdict(row) for row in rows]
        means.append(
            Quality(
                rows[0].ranking,
                *(
                    float(np.mean([column[name] for column in columns]))
                    for name in ("recall", "ndcg", "coverage", "milliseconds")
                ),
            )
        )
    return means
