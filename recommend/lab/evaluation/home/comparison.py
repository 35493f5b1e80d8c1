"""Measures rankings on people at home who were not learned from. Pure: no Django import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Bools, Floats, Ints
from recommend.lab.data.cases import top_movies
from recommend.lab.data.home import HomeData
from recommend.lab.evaluation.home.scorers import Scorer
from recommend.lab.simulation import metrics
from recommend.lab.simulation.bootstrap import Means, Paired, resampled_means
from recommend.lab.simulation.home import HomeCases, home_cases
from recommend.lab.simulation.survey import hits, sizes_of

PICKS = (1, 3, 5, 10)
CUTOFFS = (10, 50)
MOST_CASES = 2_000  # of one number of picks


@dataclass(frozen=True)
class HomeRow:
    """A measure, with its 95 % interval (None: it has none, for it is of all lists together).

    `home_people`: how many people at home were learned from.
    """

    recommender: str
    picks: int
    metric: str
    value: float
    low: float | None
    high: float | None
    cases: int
    home_people: int


@dataclass(frozen=True)
class HomeSplit:
    """People to judge on, and the rankings, which have learned from `learned` others at home."""

    people: HomeData
    scorers: Mapping[str, Scorer]
    learned: int


class MeasuredAtHome:
    """The cases of all splits together."""

    def __init__(self, splits: Iterable[HomeSplit], *, seed: int) -> None:
        self._values: dict[tuple[str, int], list[Floats]] = defaultdict(list)
        self._tops: dict[tuple[str, int], list[Ints]] = defaultdict(list)
        self._people: dict[int, int] = defaultdict(int)
        self._learned: list[int] = []
        self._films = 0
        for split in splits:
            known = split.people.asked_counts > 0
            self._films = max(self._films, int(known.sum()))
            self._learned.append(split.learned)
            for picks in PICKS:
                cases = home_cases(split.people, seed=seed, picks=picks, most=MOST_CASES)
                self._people[picks] += len(cases)
                for name, score in split.scorers.items():
                    values, top = _judged(score, cases, known)
                    self._values[name, picks].append(values)
                    self._tops[name, picks].append(top)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for name, _picks in self._values))

    def rows(self) -> Iterator[HomeRow]:
        learned = round(float(np.mean(self._learned)))
        for (name, picks), parts in self._values.items():
            values = np.vstack(parts)
            if not len(values):
                continue
            means = resampled_means(values, np.arange(len(values)), seed=1)
            for column, metric in enumerate(_names()):
                one = means.interval(column)
                yield HomeRow(
                    name, picks, metric, one.value, one.low, one.high, len(values), learned
                )
            shown = np.unique(np.concatenate([top.ravel() for top in self._tops[name, picks]]))
            covered = len(shown) / self._films
            yield HomeRow(name, picks, "coverage@10", covered, None, None, len(values), learned)

    def ndcg_against(self, picks: int, name: str, other: str) -> Paired | None:
        """NDCG@10 of one ranking against another on the same people; None without people."""
        if not self._people[picks] or not {name, other} <= set(self.names):
            return None
        pair = [np.vstack(self._values[one, picks])[:, 0] for one in (name, other)]
        means: Means = resampled_means(np.column_stack(pair), np.arange(len(pair[0])), seed=1)
        return means.against(0, 1)


def _names() -> Sequence[str]:
    return [f"{metric}@{size}" for size in CUTOFFS for metric in ("ndcg", "recall")]


def _judged(score: Scorer, people: HomeCases, known: Bools) -> tuple[Floats, Ints]:
    """(n_cases, 4) by `_names`, and the first ten films (n_cases, 10), among those `known`."""
    longest = min(max(CUTOFFS), int(known.sum()))
    values, firsts = [np.empty((0, 2 * len(CUTOFFS)))], [np.empty((0, CUTOFFS[0]), np.int64)]
    first = 0
    for block in people.cases.blocks():
        top = top_movies(np.where(known, score(block), -np.inf), block, longest)
        truths = people.truths[first : first + len(block)]
        first += len(block)
        found, sizes = hits(top, truths), sizes_of(truths)
        values.append(
            np.column_stack(
                [
                    measure(found[:, :size], sizes)
                    for size in CUTOFFS
                    for measure in (metrics.ndcg, metrics.recall)
                ]
            )
        )
        firsts.append(top[:, : CUTOFFS[0]])
    return np.vstack(values), np.vstack([one for one in firsts if len(one)] or firsts[:1])
