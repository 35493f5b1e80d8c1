"""From measurements to the figures of a comparison: means, intervals, tests, groups. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.bench import CASE_MEASURES, ComparisonPlan, Measured
from recommend.lab.simulation.bootstrap import Interval, Means, Paired, resampled_means
from recommend.lab.simulation.groups import WITHOUT, people_groups

BOOTSTRAP_SEED = 1
GROUP_SEED = 1  # of the clusters of taste
HEADLINE = 10  # picks
FEWEST_PEOPLE = 20  # of a group; with fewer, the interval is too wide to tell anything
NDCG = CASE_MEASURES.index("ndcg")
RECALL = CASE_MEASURES.index("recall")


@dataclass(frozen=True)
class RecommenderQuality:
    """One recommender: `measures` of each case, NDCG as a `ratio` to the baseline, and `lists`.

    `by_split`: the ratio of each split. `lists` are means over the splits.
    """

    model: str
    splits: int
    cases: int
    people: int
    measures: dict[str, Interval]
    ratio: Interval
    by_split: list[float]
    lists: dict[str, float]


@dataclass(frozen=True)
class Pair:
    """NDCG of `model` against that of `rival`, on the splits that both have."""

    model: str
    rival: str
    paired: Paired


@dataclass(frozen=True)
class GroupQuality:
    """One recommender in one group; `ratio` of NDCG to the baseline's in the same group."""

    ndcg: Interval
    recall: Interval
    ratio: Interval


@dataclass(frozen=True)
class GroupComparison:
    axis: str
    name: str
    people: int
    cases: int
    models: dict[str, GroupQuality]


@dataclass(frozen=True)
class QualityByPicks:
    """By recommender and number of nested picks: NDCG, and its ratio to the baseline's."""

    people: int
    ndcg: dict[str, dict[int, Interval]]
    ratio: dict[str, dict[int, Interval]]


@dataclass(frozen=True)
class Seconds:
    """Means over the splits, of one process; they depend on the machine."""

    fit: float
    rank_milliseconds: float
    splits: int


@dataclass(frozen=True)
class RecommenderComparison:
    """`tables` and `pairs` by number of picks; `groups` are of `group_picks` picks."""

    data: str
    digest: str
    users: int
    films: int
    ratings: int
    seeds: list[int]
    folds: int | None
    baseline: str
    rivals: list[str]
    draws: int
    tables: dict[int, list[RecommenderQuality]]
    pairs: dict[int, list[Pair]]
    group_picks: int
    groups: list[GroupComparison]
    curve: QualityByPicks | None
    seconds: dict[str, Seconds]

    def row(self, model: str, picks: int) -> RecommenderQuality:
        return next(row for row in self.tables[picks] if row.model == model)

    def pair(self, model: str, rival: str, picks: int) -> Paired:
        return next(
            pair.paired for pair in self.pairs[picks] if (pair.model, pair.rival) == (model, rival)
        )

    def worst_group(self, model: str, axis: str) -> GroupComparison | None:
        """Where the recommender gains least over the baseline; None without groups of that axis.

        By the ratio and not by NDCG itself, which differs between groups whatever the recommender:
        people who like more films are easier to please.
        """
        groups = [one for one in self.groups if one.axis == axis and model in one.models]
        return min(groups, key=lambda one: one.models[model].ratio.value, default=None)


def figures_of(
    data: RatingData, by_name: Mapping[str, Sequence[Measured]], plan: ComparisonPlan
) -> RecommenderComparison:
    """`by_name`: what was measured of each recommender, on all splits or only the first ones.

    The same measurements give the same figures: the draws have a seed of their own.
    """
    found = _Measurements(by_name, plan)
    picks = sorted(set(plan.picks))
    group_picks = HEADLINE if HEADLINE in picks else picks[-1]
    rivals = list(dict.fromkeys([plan.baseline, *plan.against]))
    return RecommenderComparison(
        data=data.name,
        digest=data.digest,
        users=len(data.user_ids),
        films=len(data.movie_ids),
        ratings=len(data.ratings),
        seeds=list(plan.seeds),
        folds=plan.folds,
        baseline=plan.baseline,
        rivals=rivals,
        draws=plan.draws,
        tables={number: [_row(found, name, number) for name in by_name] for number in picks},
        pairs={number: _pairs(found, rivals, number) for number in picks},
        group_picks=group_picks,
        groups=_groups(found, data, group_picks),
        curve=_curve(found, picks),
        seconds={name: _seconds(measured) for name, measured in by_name.items()},
    )


class _Measurements:
    """Cases by recommender and measure, of the first splits, and their resampled means.

    A recommender that was measured on the first 2 of 5 splits is compared with others on these 2.
    """

    def __init__(self, by_name: Mapping[str, Sequence[Measured]], plan: ComparisonPlan) -> None:
        self.by_name, self.baseline, self._draws = by_name, plan.baseline, plan.draws
        self.means = cache(self._means)

    def splits(self, name: str) -> int:
        return len(self.by_name[name])

    def names(self, splits: int) -> list[str]:
        """Recommenders that were measured on at least this many splits."""
        return [name for name in self.by_name if self.splits(name) >= splits]

    def people(self, picks: int, splits: int) -> Ints:
        base = self.by_name[self.baseline][:splits]
        return np.concatenate([one.independent[picks].people for one in base])

    def values(self, picks: int, splits: int) -> Floats:
        """(n_cases, names x measures)"""
        return np.column_stack(
            [
                np.vstack([one.independent[picks].cases for one in self.by_name[name][:splits]])
                for name in self.names(splits)
            ]
        )

    def column(self, name: str, measure: int, splits: int) -> int:
        return self.names(splits).index(name) * len(CASE_MEASURES) + measure

    def resampled(self, values: Floats, people: Ints) -> Means:
        return resampled_means(values, people, seed=BOOTSTRAP_SEED, draws=self._draws)

    def _means(self, picks: int, splits: int) -> Means:
        return self.resampled(self.values(picks, splits), self.people(picks, splits))


def _row(found: _Measurements, name: str, picks: int) -> RecommenderQuality:
    splits = found.splits(name)
    means, people = found.means(picks, splits), found.people(picks, splits)
    own = [one.independent[picks] for one in found.by_name[name]]
    base = [one.independent[picks] for one in found.by_name[found.baseline][:splits]]
    ndcg, baseline = (found.column(one, NDCG, splits) for one in (name, found.baseline))
    return RecommenderQuality(
        model=name,
        splits=splits,
        cases=len(people),
        people=len(np.unique(people)),
        measures={
            measure: means.interval(found.column(name, place, splits))
            for place, measure in enumerate(CASE_MEASURES)
        },
        ratio=means.ratio(ndcg, baseline),
        by_split=[
            float(a.cases[:, NDCG].mean() / b.cases[:, NDCG].mean())
            for a, b in zip(own, base, strict=True)
        ],
        lists={
            measure: float(np.mean([one.lists[measure] for one in own])) for measure in own[0].lists
        },
    )


def _pairs(found: _Measurements, rivals: Sequence[str], picks: int) -> list[Pair]:
    pairs = []
    for rival in rivals:
        for name in found.by_name:
            if name != rival:
                splits = min(found.splits(name), found.splits(rival))
                own, other = (found.column(one, NDCG, splits) for one in (name, rival))
                pairs.append(Pair(name, rival, found.means(picks, splits).against(own, other)))
    return pairs


def _groups(found: _Measurements, data: RatingData, picks: int) -> list[GroupComparison]:
    """The groups with enough people: by axis, then by name."""
    everyone = found.people(picks, found.splits(found.baseline))
    groups = []
    for axis, labels in people_groups(data, seed=GROUP_SEED).items():
        names = sorted({*labels.tolist()} - {WITHOUT})
        names.sort(key=lambda name: not name.startswith("under"))  # before "18 to 24"
        for name in names:
            members = data.user_ids[labels == name]
            inside = everyone[np.isin(everyone, members)]
            people = len(np.unique(inside))
            if people >= FEWEST_PEOPLE:
                models = _in_group(found, picks, members)
                groups.append(GroupComparison(axis, name, people, len(inside), models))
    return groups


def _in_group(found: _Measurements, picks: int, members: Ints) -> dict[str, GroupQuality]:
    """By recommender; without those whose splits have no member of the group."""
    models = {}
    for splits in {found.splits(name) for name in found.by_name}:
        people = found.people(picks, splits)
        inside = np.isin(people, members)
        if not inside.any():
            continue
        means = found.resampled(found.values(picks, splits)[inside], people[inside])
        for name in found.names(splits):
            if found.splits(name) == splits:
                ndcg, recall, base = (
                    found.column(*one, splits)
                    for one in ((name, NDCG), (name, RECALL), (found.baseline, NDCG))
                )
                models[name] = GroupQuality(
                    means.interval(ndcg), means.interval(recall), means.ratio(ndcg, base)
                )
    return {name: models[name] for name in found.by_name if name in models}


def _curve(found: _Measurements, numbers: Sequence[int]) -> QualityByPicks | None:
    """None if in every split too few people like enough films."""
    ndcg: dict[str, dict[int, Interval]] = {}
    ratio: dict[str, dict[int, Interval]] = {}
    most = 0
    for name, measured in found.by_name.items():
        base = found.by_name[found.baseline][: len(measured)]
        both = [(a, b) for a, b in zip(measured, base, strict=True) if a.nested]
        if not both:
            continue
        people = np.concatenate([a.nested_people for a, _b in both])
        most = max(most, len(np.unique(people)))
        values = np.column_stack(
            [
                np.concatenate([pair[side].nested[picks] for pair in both])
                for side in (0, 1)
                for picks in numbers
            ]
        )
        means = found.resampled(values, people)
        ndcg[name] = {picks: means.interval(place) for place, picks in enumerate(numbers)}
        ratio[name] = {
            picks: means.ratio(place, len(numbers) + place) for place, picks in enumerate(numbers)
        }
    return QualityByPicks(most, ndcg, ratio) if ndcg else None


def _seconds(measured: Sequence[Measured]) -> Seconds:
    return Seconds(
        fit=float(np.mean([one.fit_seconds for one in measured])),
        rank_milliseconds=float(np.mean([one.rank_milliseconds for one in measured])),
        splits=len(measured),
    )
