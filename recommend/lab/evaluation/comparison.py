"""Recommenders side by side: fitted on the same splits, judged on the same people. Pure.

    compare_recommenders(data, {"als": Als(), …}, plan=ComparisonPlan(seeds=[21, 22]))

Each split is a task of its own for each recommender, and no task knows of another, so the figures
do not depend on the number of processes. Two kinds of picks are drawn (`evaluation`):

- independent ones for each number of picks, as in the simulation of docs/algorithms.md: the
  tables, and the headline figures for 10 and for 3 picks;
- nested ones of the same people with one truth: the curve, the only place where figures of
  different numbers of picks may be compared with each other.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.bench import Bench, Measured, Split
from recommend.lab.evaluation.figures import Measurements, RecommenderComparison, figures_of
from recommend.lab.recommenders.base import Recommender
from recommend.lab.simulation.bootstrap import DRAWS
from recommend.lab.simulation.groups import people_groups

PICKS = (1, 3, 5, 10, 20)
BASELINE = "popularity"
GROUP_SEED = 1  # of the clusters of taste


@dataclass(frozen=True)
class ComparisonPlan:
    """What is compared with what, on which splits.

    `folds`: k-fold over the users with each seed in place of 15 % held out. `against`: rivals that
    every recommender is tested against besides the baseline. `fewer`: of a recommender that takes
    long, on how many splits (the first ones) it is measured.
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
        if self.folds is None:
            return [Split(seed) for seed in self.seeds]
        return [
            Split(seed, (fold, self.folds)) for seed in self.seeds for fold in range(self.folds)
        ]

    def tasks(self, names: Sequence[str]) -> list[tuple[str, Split]]:
        """Split by split, so that a process rarely simulates another one."""
        return [
            (name, split)
            for place, split in enumerate(self.splits())
            for name in names
            if place < self.fewer.get(name, len(self.splits()))
        ]


def compare_recommenders(
    data: RatingData,
    recommenders: Mapping[str, Recommender],
    *,
    plan: ComparisonPlan,
    report: Report = silent,
) -> RecommenderComparison:
    """Any recommenders, by the names that they shall have in the tables.

    Raises `DataError` if the baseline or a rival is not among them, or for data that are too few.
    """
    for name in (plan.baseline, *plan.against):
        if name not in recommenders:
            raise DataError(f"{name} is compared with, so it must be among the recommenders")
    if plan.fewer.get(plan.baseline):
        raise ValueError("the baseline is measured on every split")
    tasks = plan.tasks(list(recommenders))
    measured: dict[tuple[str, Split], Measured] = {}
    report(f"{data.name}: fits of {len(recommenders)} recommenders", 0, len(tasks))
    for done, one in enumerate(_measured(data, recommenders, plan, tasks)):
        measured[one.name, one.split] = one
        report(f"{data.name}: fits of {len(recommenders)} recommenders", done + 1, len(tasks))
    report(f"{data.name}: intervals of {len(recommenders)} recommenders", 0, None)
    found = Measurements(
        data=data,
        groups=people_groups(data, seed=GROUP_SEED),
        by_name={
            name: [measured[task] for task in tasks if task[0] == name] for name in recommenders
        },
        baseline=plan.baseline,
        rivals=list(dict.fromkeys([plan.baseline, *plan.against])),
        picks=sorted(set(plan.picks)),
        draws=plan.draws,
    )
    return figures_of(found, seeds=plan.seeds, folds=plan.folds)


def _measured(
    data: RatingData,
    recommenders: Mapping[str, Recommender],
    plan: ComparisonPlan,
    tasks: Sequence[tuple[str, Split]],
) -> Iterator[Measured]:
    """In the order in which they are done."""
    if plan.processes == 1:
        bench = Bench(data, plan.picks)
        for name, split in tasks:
            yield bench.measure(name, recommenders[name], split)
        return
    # A forked copy of a process with threads may hang; a spawned one starts clean.
    with ProcessPoolExecutor(
        max_workers=plan.processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(data, plan.picks),
    ) as pool:
        futures = [pool.submit(_measure, name, recommenders[name], split) for name, split in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


_bench: Bench | None = None  # of a worker process


def _start(data: RatingData, picks: Sequence[int]) -> None:
    global _bench
    _bench = Bench(data, picks)


def _measure(name: str, recommender: Recommender, split: Split) -> Measured:
    assert _bench is not None  # noqa: S101
    return _bench.measure(name, recommender, split)
