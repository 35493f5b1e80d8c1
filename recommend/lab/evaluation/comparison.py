"""Recommenders compared: fitted on the same splits, judged on the same people. Pure.

    compare_recommenders(data, {"als": Als(), …}, plan=ComparisonPlan(seeds=[21, 22]))

Each recommender on each split is a task, and no task depends on another, so the figures do not
depend on the number of processes. Two kinds of picks are drawn (`recommend.lab.simulation.survey`):

- independent ones for each number of picks, as in the simulation of docs/algorithms.md: the
  tables, and the headline figures for 10 and for 3 picks;
- nested ones of the same people with one truth: the curve, the only place where figures of
  different numbers of picks may be compared with each other.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.bench import Bench, ComparisonPlan, Measured, Split
from recommend.lab.evaluation.figures import RecommenderComparison, figures_of
from recommend.lab.recommenders.base import Recommender


def compare_recommenders(
    data: RatingData,
    recommenders: Mapping[str, Recommender],
    *,
    plan: ComparisonPlan,
    report: Report = silent,
) -> RecommenderComparison:
    """Compare any recommenders, given by their names in the tables.

    Raises `DataError` if the baseline or a rival is not among them, or if the data are too few.
    """
    for name in (plan.baseline, *plan.against):
        if name not in recommenders:
            raise DataError(f"{name} is compared with, so it must be among the recommenders")
    if plan.fewer.get(plan.baseline):
        raise ValueError("the baseline is measured on every split")
    tasks = plan.tasks(list(recommenders))
    measured: dict[tuple[str, Split], Measured] = {}
    fits = f"{data.name}: fits of {len(recommenders)} recommenders"
    report(fits, 0, len(tasks))
    for done, one in enumerate(_measured(data, recommenders, plan, tasks), start=1):
        measured[one.name, one.split] = one
        report(fits, done, len(tasks))
    report(f"{data.name}: intervals of {len(recommenders)} recommenders", 0, None)
    by_name = {name: [measured[task] for task in tasks if task[0] == name] for name in recommenders}
    return figures_of(data, by_name, plan)


def _measured(
    data: RatingData,
    recommenders: Mapping[str, Recommender],
    plan: ComparisonPlan,
    tasks: Sequence[tuple[str, Split]],
) -> Iterator[Measured]:
    """Each result as soon as it is ready, in any order."""
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
