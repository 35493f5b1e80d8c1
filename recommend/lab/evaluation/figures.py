"""The figures of a comparison out of its measurements: means, intervals, tests, groups. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from common.arrays import Floats, Ints, Strings
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.bench import CASE_MEASURES, Measured
from recommend.lab.simulation.bootstrap import Interval, Means, Paired, resampled_means
from recommend.lab.simulation.groups import WITHOUT

BOOTSTRAP_SEED = 1
HEADLINE = 10  # picks
FEWEST_PEOPLE = 20  # of a group; the interval of fewer says nothing
NDCG = CASE_MEASURES.index("ndcg")
RECALL = CASE_MEASURES.index("recall")


@dataclass(frozen=True)
class Measurements:
    """`by_name`: of each recommender the first splits, all or fewer of them, in one order."""

    data: RatingData
    groups: Mapping[str, Strings]
    by_name: Mapping[str, Sequence[Measured]]
    baseline: str
    rivals: Sequence[str]
    picks: Sequence[int]
    draws: int

    def splits(self, name: str) -> int:
        return len(self.by_name[name])


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

        By the ratio and not by NDCG itself, which differs between groups for reasons that no
        recommender can help: people who like more films are easier to please.
        """
        groups = [one for one in self.groups if one.axis == axis and model in one.models]
        return min(groups, key=lambda one: one.models[model].ratio.value, default=None)


def figures_of(
    found: Measurements, *, seeds: Sequence[int], folds: int | None
) -> RecommenderComparison:
    """The same measurements give the same figures: the draws have a seed of their own."""
    data, names = found.data, list(found.by_name)
    frames = _Frames(found)
    group_picks = HEADLINE if HEADLINE in found.picks else found.picks[-1]
    return RecommenderComparison(
        data=data.name,
        digest=data.digest,
        users=len(data.user_ids),
        films=len(data.movie_ids),
        ratings=len(data.ratings),
        seeds=list(seeds),
        folds=folds,
        baseline=found.baseline,
        rivals=list(found.rivals),
        draws=found.draws,
        tables={
            picks: [_row(found, frames, name, picks) for name in names] for picks in found.picks
        },
        pairs={picks: _pairs(found, frames, picks) for picks in found.picks},
        group_picks=group_picks,
        groups=_groups(found, frames, group_picks),
        curve=_curve(found),
        seconds={name: _seconds(found.by_name[name]) for name in names},
    )


class _Frames:
    """Cases by recommender and measure, of the first splits, and their resampled means.

    A recommender that was measured on the first 2 of 5 splits is compared with others on these 2.
    """

    def __init__(self, found: Measurements) -> None:
        self._found = found
        self.means = cache(self._means)

    def names(self, splits: int) -> list[str]:
        """Those that have so many splits."""
        return [name for name in self._found.by_name if self._found.splits(name) >= splits]

    def people(self, picks: int, splits: int) -> Ints:
        base = self._found.by_name[self._found.baseline][:splits]
        return np.concatenate([one.independent[picks].people for one in base])

    def values(self, picks: int, splits: int) -> Floats:
        """(n_cases, names x measures)"""
        return np.column_stack(
            [
                np.vstack([one.independent[picks].cases for one in measured[:splits]])
                for measured in (self._found.by_name[name] for name in self.names(splits))
            ]
        )

    def column(self, name: str, measure: int, splits: int) -> int:
        return self.names(splits).index(name) * len(CASE_MEASURES) + measure

    def _means(self, picks: int, splits: int) -> Means:
        return resampled_means(
            self.values(picks, splits),
            self.people(picks, splits),
            seed=BOOTSTRAP_SEED,
            draws=self._found.draws,
        )


def _row(found: Measurements, frames: _Frames, name: str, picks: int) -> RecommenderQuality:
    splits = found.splits(name)
    means, people = frames.means(picks, splits), frames.people(picks, splits)
    own = [one.independent[picks] for one in found.by_name[name]]
    base = [one.independent[picks] for one in found.by_name[found.baseline][:splits]]
    ndcg, baseline = (frames.column(one, NDCG, splits) for one in (name, found.baseline))
    return RecommenderQuality(
        model=name,
        splits=splits,
        cases=len(people),
        people=len(np.unique(people)),
        measures={
            measure: means.interval(frames.column(name, place, splits))
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


def _pairs(found: Measurements, frames: _Frames, picks: int) -> list[Pair]:
    pairs = []
    for rival in found.rivals:
        for name in found.by_name:
            if name == rival:
                continue
            splits = min(found.splits(name), found.splits(rival))
            own, other = (frames.column(one, NDCG, splits) for one in (name, rival))
            pairs.append(Pair(name, rival, frames.means(picks, splits).against(own, other)))
    return pairs


def _groups(found: Measurements, frames: _Frames, picks: int) -> list[GroupComparison]:
    """In the order of the axes, and there by name; those with enough people."""
    groups = []
    for axis, labels in found.groups.items():
        for name in sorted({*labels.tolist()} - {WITHOUT}, key=_by_age):
            members = found.data.user_ids[labels == name]
            group = _group(found, frames, picks, members)
            if group is not None:
                groups.append(GroupComparison(axis, name, *group))
    return groups


def _by_age(name: str) -> tuple[bool, str]:
    """ "under 18" before "18 to 24"."""
    return not name.startswith("under"), name


def _group(
    found: Measurements, frames: _Frames, picks: int, members: Ints
) -> tuple[int, int, dict[str, GroupQuality]] | None:
    all_splits = found.splits(found.baseline)
    everybody = frames.people(picks, all_splits)
    inside = np.isin(everybody, members)
    people = len(np.unique(everybody[inside]))
    if people < FEWEST_PEOPLE:
        return None
    models = {}
    for splits in sorted({found.splits(name) for name in found.by_name}, reverse=True):
        inside = np.isin(frames.people(picks, splits), members)
        if not inside.any():
            continue
        means = resampled_means(
            frames.values(picks, splits)[inside],
            frames.people(picks, splits)[inside],
            seed=BOOTSTRAP_SEED,
            draws=found.draws,
        )
        for name in frames.names(splits):
            if found.splits(name) == splits:
                ndcg, recall, base = (
                    frames.column(*one, splits)
                    for one in ((name, NDCG), (name, RECALL), (found.baseline, NDCG))
                )
                models[name] = GroupQuality(
                    means.interval(ndcg), means.interval(recall), means.ratio(ndcg, base)
                )
    ordered = {name: models[name] for name in found.by_name if name in models}
    return people, int(np.isin(everybody, members).sum()), ordered


def _curve(found: Measurements) -> QualityByPicks | None:
    """None where too few people like so many films in every split."""
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
            [np.concatenate([a.nested[picks] for a, _b in both]) for picks in found.picks]
            + [np.concatenate([b.nested[picks] for _a, b in both]) for picks in found.picks]
        )
        means = resampled_means(values, people, seed=BOOTSTRAP_SEED, draws=found.draws)
        count = len(found.picks)
        ndcg[name] = {picks: means.interval(place) for place, picks in enumerate(found.picks)}
        ratio[name] = {
            picks: means.ratio(place, count + place) for place, picks in enumerate(found.picks)
        }
    return QualityByPicks(most, ndcg, ratio) if ndcg else None


def _seconds(measured: Sequence[Measured]) -> Seconds:
    return Seconds(
        fit=float(np.mean([one.fit_seconds for one in measured])),
        rank_milliseconds=float(np.mean([one.rank_milliseconds for one in measured])),
        splits=len(measured),
    )
