"""One recommender on one split: fitted once, ranked for every number of picks, measured. Pure.

The training data of a split have no row of a held-out person, and `fit` is given nothing else;
`tests/recommend/lab/test_leakage.py` makes sure of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.lab.data.cases import Cases, ranked_lists
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.base import Recommender, Scorer
from recommend.lab.simulation import metrics, survey
from recommend.lab.simulation.bootstrap import DRAWS
from recommend.lab.simulation.groups import film_genres
from recommend.lab.simulation.survey import Fold, Simulation
from recommend.scoring.weights import LIST_SIZE

SHORT = 10  # films in view without scrolling
CASE_MEASURES = ("recall", "ndcg", "precision", "precision_short", "mrr")
PICKS = (1, 3, 5, 10, 20)
BASELINE = "popularity"
FEWEST_NESTED = 30  # people; the figures of fewer tell nothing about the number of picks


@dataclass(frozen=True)
class Split:
    """15 % of the users by the seed, or one of k folds of the users in the seed's order."""

    seed: int
    fold: Fold | None = None


@dataclass(frozen=True)
class ComparisonPlan:
    """What is compared with what, on which splits.

    `folds`: k folds over the users with each seed instead of 15 % held out. `against`: rivals that
    every recommender is tested against, as well as the baseline. `fewer`: on how many splits (the
    first ones) a slow recommender is measured.
    """

    seeds: Sequence[int]
    picks: Sequence[int] = PICKS
    folds: int | None = None
    baseline: str = BASELINE
    against: Sequence[str] = ()
    fewer: Mapping[str, int] = field(default_factory=dict)
    processes: int = 1
    draws: int = DRAWS

    def splits(self) -> list[Split]:
        seeds, folds = self.seeds, self.folds
        if folds is None:
            return [Split(seed) for seed in seeds]
        return [Split(seed, (fold, folds)) for seed in seeds for fold in range(folds)]

    def tasks(self, names: Sequence[str]) -> list[tuple[str, Split]]:
        """Split by split, so that a process rarely has to simulate another one."""
        return [
            (name, split)
            for place, split in enumerate(self.splits())
            for name in names
            if place < self.fewer.get(name, len(self.splits()))
        ]


@dataclass(frozen=True)
class SplitQuality:
    """`cases`: `CASE_MEASURES` of each case (n_cases, 5); `lists`: the measures of all lists
    together, where there are data for them."""

    people: Ints
    cases: Floats
    lists: dict[str, float]


@dataclass(frozen=True)
class Measured:
    """By number of picks: the independent draws, and NDCG of the nested picks of `people`.

    Seconds depend on the machine; everything else is the same for the same seed.
    """

    name: str
    split: Split
    independent: dict[int, SplitQuality]
    nested_people: Ints
    nested: dict[int, Floats]
    fit_seconds: float
    rank_milliseconds: float  # of one list, measured in bulk


class Bench:
    """The data and splits that all recommenders share; keeps the simulations of the last split."""

    def __init__(self, data: RatingData, picks: Sequence[int]) -> None:
        self.data, self.picks = data, sorted(set(picks))
        self.genres = film_genres(data)
        self._last: tuple[Split, dict[int, Simulation], Simulation | None] | None = None

    def simulations(self, split: Split) -> tuple[dict[int, Simulation], Simulation | None]:
        """By number of picks, and the one with nested picks if enough people like enough films."""
        if self._last is None or self._last[0] != split:
            drawn = survey.simulate_surveys(
                self.data, seed=split.seed, picks=self.picks, fold=split.fold
            )
            self._last = split, drawn, self._nested(drawn, split.seed)
        return self._last[1], self._last[2]

    def _nested(self, drawn: dict[int, Simulation], seed: int) -> Simulation | None:
        most = self.picks[-1]
        if len(self.picks) < 2:
            return None
        nested = survey.nested_survey(drawn[most], most=most, seed=seed)
        return nested if len(nested.cases) >= FEWEST_NESTED else None

    def measure(self, name: str, recommender: Recommender, split: Split) -> Measured:
        """Raises `DataError`, naming the recommender, if it cannot learn from the data."""
        drawn, nested = self.simulations(split)
        train = drawn[self.picks[0]].train
        with threadpool_limits(1, "blas"):  # the same sums with any number of processes
            started = perf_counter()
            try:
                scorer = recommender.fit(train, seed=split.seed)
            except DataError as error:
                raise DataError(f"{name}: {error}") from error
            fitted = perf_counter()
            tops = {picks: _lists(scorer, one) for picks, one in drawn.items()}
            ranked = perf_counter()
            by_nested = {} if nested is None else self._nested_quality(scorer, nested)
        lists = sum(len(top) for top in tops.values())
        return Measured(
            name=name,
            split=split,
            independent={picks: self._figures(tops[picks], drawn[picks]) for picks in tops},
            nested_people=np.empty(0, np.int64) if nested is None else nested.user_ids,
            nested=by_nested,
            fit_seconds=fitted - started,
            rank_milliseconds=1000 * (ranked - fitted) / lists,
        )

    def _figures(self, top: Ints, simulation: Simulation) -> SplitQuality:
        train, films = simulation.train, len(self.data.movie_ids)
        likes = train.like_counts
        lists = {
            "coverage": metrics.coverage(top, films),
            "gini": metrics.gini(top, films),
            "novelty": metrics.novelty(top, likes, len(train.user_ids)),
            "like_diversity": metrics.diversity(top, train.liked.T.tocsr()),
            "popular_share": metrics.popular_share(top, likes),
            "overlap": metrics.overlap(top, films),
        }
        if self.genres is not None:
            lists["genre_diversity"] = metrics.diversity(top, self.genres.belongs)
        return SplitQuality(simulation.user_ids, case_measures(top, simulation.truths), lists)

    def _nested_quality(self, scorer: Scorer, nested: Simulation) -> dict[int, Floats]:
        """NDCG (n_people,) after the first picks; every list leaves out all picks."""
        ndcg = CASE_MEASURES.index("ndcg")
        return {
            picks: case_measures(_lists(scorer, nested, picks), nested.truths)[:, ndcg]
            for picks in self.picks
        }


def case_measures(top: Ints, truths: Sequence[Ints]) -> Floats:
    """(n_cases, 5): `CASE_MEASURES` of the lists `top` (n_cases, n_ranks)."""
    found = survey.hits(top, truths)
    sizes = survey.sizes_of(truths)
    return np.column_stack(
        [
            metrics.recall(found, sizes),
            metrics.ndcg(found, sizes),
            metrics.precision(found, found.shape[1]),
            metrics.precision(found, SHORT),
            metrics.reciprocal_rank(found),
        ]
    )


def _lists(scorer: Scorer, simulation: Simulation, first: int | None = None) -> Ints:
    """(n_cases, 50) columns, best first.

    The scorer is told the picks, or only the `first` ones; all picks are left out of the lists.
    """

    def score(block: Cases) -> Floats:
        told = [picks[:first] for picks in block.picks]
        scores = np.array(scorer.score(told, block.demographics), dtype=np.float64)
        if np.isnan(scores).any():
            raise ValueError(f"{type(scorer).__name__} gave NaN as a score")
        return scores

    longest = max(len(picks) for picks in simulation.cases.picks)
    size = min(LIST_SIZE, len(simulation.train.movie_ids) - longest)
    return ranked_lists(score, simulation.cases, size)
