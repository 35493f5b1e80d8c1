"""The survey simulation: held-out people "answer" with some of what they like.

15 % of the users are held out whole. Each one with at least 15 likes, 5 of them among the 200
most-liked films, "answers" with up to 10 of those; the rest of their likes are the truth. Of
more than 4,000 such cases, 4,000 are drawn. With folds over the users instead, each user is held
out exactly once for each seed.

Recall@50 = hits / min(50, number of true likes); NDCG@50 with binary gains and log2 discount
(both as in D. Liang et al., "Variational autoencoders for collaborative filtering", WWW 2018).
`recommend.lab.simulation.metrics` has these and all other measures case by case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from common.arrays import Bools, Floats, Ints
from common.errors import DataError
from recommend.lab.data.cases import Cases
from recommend.lab.data.ratings import RatingData, pool_of
from recommend.lab.simulation import metrics

Fold = tuple[int, int]
"""(i, k): fold i of 0 to k - 1, of k folds over the users."""

SEEDS = (21, 22, 23, 24, 25)  # of the splits that results are given for; nothing is tuned on them
HELD_OUT = 0.15
MINIMUM_LIKES = 15
MINIMUM_IN_POOL = 5
MOST_CASES = 4_000
NESTED_REST = 5  # likes other than the nested picks
MOST_NESTED = 500  # people of one split: enough for a percent


@dataclass(frozen=True)
class Simulation:
    """Training data, simulated respondents, and the other films (columns) that each of them likes.

    `user_ids` (n_cases,): the same person may be in several splits, which resampling must respect.
    """

    train: RatingData
    cases: Cases
    truths: Sequence[Ints]
    user_ids: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def first(self, most: int) -> Simulation:
        """The first cases, at most `most`."""
        return self.at(np.arange(min(most, len(self.cases))))

    def at(self, rows: Ints) -> Simulation:
        """The cases at `rows`, in that order."""
        picks, truths = ([part[row] for row in rows] for part in (self.cases.picks, self.truths))
        cases = Cases(self.cases.genders[rows], self.cases.age_bands[rows], picks)
        return Simulation(self.train, cases, truths, self.user_ids[rows])


def held_out_rows(data: RatingData, *, seed: int, fold: Fold | None = None) -> Ints:
    """Rows (ascending) of the users that are held out: 15 %, or one of k folds of equal size."""
    return _held_out(np.random.default_rng(seed), len(data.user_ids), fold)


def tuning_users(data: RatingData, seeds: Sequence[int]) -> Ints:
    """Rows (ascending) of the users that are held out in none of these seeds' splits.

    What is tuned on them alone has seen none of the people on whom the splits of `seeds` test it.
    Folds leave no users, because each is held out once. Raises `DataError` if none is left.
    """
    tested = [held_out_rows(data, seed=seed) for seed in seeds]
    left = np.setdiff1d(np.arange(len(data.user_ids)), np.concatenate([*tested, []]))
    if not len(left):
        raise DataError(
            f"every user of {data.name} is held out in one of {len(seeds)} splits; nobody is left "
            "for tuning: keep fewer seeds for the evaluation"
        )
    return left.astype(np.int64)


def simulate_survey(
    data: RatingData, *, seed: int, picks: int = 10, fold: Fold | None = None
) -> Simulation:
    """Hold users out and draw their picks; the same seed (and fold) draws the same."""
    return simulate_surveys(data, seed=seed, picks=(picks,), fold=fold)[picks]


def simulate_surveys(
    data: RatingData, *, seed: int, picks: Sequence[int], fold: Fold | None = None
) -> dict[int, Simulation]:
    """For each number of picks the result of `simulate_survey`, all with the same `train`.

    The held-out people do not depend on the number of picks, so one fit serves all of them. Picks
    of different numbers are drawn independently of each other, and the truths differ.
    """
    held_out = held_out_rows(data, seed=seed, fold=fold)
    train = data.of_users(np.setdiff1d(np.arange(len(data.user_ids)), held_out))
    pool = pool_of(train)
    simulations = {}
    for number in picks:
        rng = np.random.default_rng(seed)
        _held_out(rng, len(data.user_ids), fold)  # the picks are drawn after the people
        simulations[number] = _answered(data, train, held_out, pool, number, rng)
    return simulations


def nested_survey(simulation: Simulation, *, most: int, seed: int) -> Simulation:
    """People who like at least `most` films of the pool and 5 others, with `most` picks in random
    order.

    The first 3 picks of a person are among their first 5, and the truth is the same for any number
    of picks: the likes other than the `most` picks. So numbers of picks can be compared with each
    other. At most 500 people, drawn at random; possibly none.
    """
    rng = np.random.default_rng(seed)
    pool = pool_of(simulation.train)
    parts = zip(simulation.cases.picks, simulation.truths, strict=True)
    likes = [np.union1d(picks, truth) for picks, truth in parts]
    in_pool = [np.intersect1d(liked, pool) for liked in likes]
    rows = [
        row
        for row, (liked, offered) in enumerate(zip(likes, in_pool, strict=True))
        if len(offered) >= most and len(liked) >= most + NESTED_REST
    ]
    if len(rows) > MOST_NESTED:
        rows = np.sort(rng.choice(rows, MOST_NESTED, replace=False)).tolist()
    drawn = [rng.permutation(in_pool[row])[:most] for row in rows]
    truths = [np.setdiff1d(likes[row], picks) for row, picks in zip(rows, drawn, strict=True)]
    people = simulation.at(np.array(rows, dtype=np.int64))
    return replace(people, cases=replace(people.cases, picks=drawn), truths=truths)


def _held_out(rng: np.random.Generator, users: int, fold: Fold | None) -> Ints:
    order = rng.permutation(users)
    if fold is None:
        return np.sort(order[: int(HELD_OUT * users)])
    place, folds = fold
    if not 0 <= place < folds or folds < 2:
        raise ValueError(f"there is no fold {place} of {folds}")
    return np.sort(np.array_split(order, folds)[place])


def _answered(
    data: RatingData, train: RatingData, held_out: Ints, pool: Ints, picks: int,
    rng: np.random.Generator,
) -> Simulation:  # fmt: skip
    """Picks and truths of the held-out people who like enough; `DataError` if none does."""
    rows: list[int] = []
    drawn: list[Ints] = []
    truths: list[Ints] = []
    for row in held_out.tolist():
        liked = data.liked[row].indices.astype(np.int64)
        in_pool = np.intersect1d(liked, pool)
        if len(liked) < MINIMUM_LIKES or len(in_pool) < MINIMUM_IN_POOL:
            continue
        answer = rng.choice(in_pool, min(picks, len(in_pool)), replace=False)
        truth = np.setdiff1d(liked, answer)
        if not len(truth):  # many picks, few likes: nothing is left to find
            continue
        rows.append(row)
        drawn.append(np.sort(answer))
        truths.append(truth)
    if not rows:
        raise DataError(
            f"{data.name} has too few active users for an evaluation: none of the held-out ones "
            f"has {MINIMUM_LIKES} likes, with one left after {picks} picks"
        )
    chosen = np.array(rows, dtype=np.int64)
    cases = Cases(data.genders[chosen], data.age_bands[chosen], drawn)
    simulation = Simulation(train, cases, truths, data.user_ids[chosen])
    if len(rows) > MOST_CASES:
        return simulation.at(np.sort(rng.choice(len(rows), MOST_CASES, replace=False)))
    return simulation


def hits(top: Ints, truths: Sequence[Ints]) -> Bools:
    """(n_cases, n_ranks): whether the film at each rank is truly liked."""
    return np.array([np.isin(row, truth) for row, truth in zip(top, truths, strict=True)])


def sizes_of(truths: Sequence[Ints]) -> Ints:
    """(n_cases,): how many films each person truly likes."""
    return np.array([len(truth) for truth in truths], np.int64)


def ndcg_of(top: Ints, truths: Sequence[Ints]) -> Floats:
    """(n_cases,) NDCG of the lists `top` (n_cases, n_ranks)."""
    return metrics.ndcg(hits(top, truths), sizes_of(truths))


def recall_and_ndcg(top: Ints, truths: Sequence[Ints]) -> tuple[float, float]:
    """Means over the cases; formulas in the module's docstring."""
    found, sizes = hits(top, truths), sizes_of(truths)
    return float(metrics.recall(found, sizes).mean()), float(metrics.ndcg(found, sizes).mean())
