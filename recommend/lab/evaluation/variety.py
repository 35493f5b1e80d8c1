"""What variety costs and brings: the lists that are shown, at several settings. Pure.

Measured by the survey simulation. Each setting is a weight of novelty
(`recommend.scoring.weights.Weights`), a diversity and a limit of films of one series
(`recommend.scoring.variety`); the first one is the ranking without any of them, with which the
others are compared on the same people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.bench import SplitQuality
from recommend.lab.evaluation.served_lists import Films, ServedLists
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation import metrics
from recommend.lab.simulation.bootstrap import Paired, resampled_means
from recommend.lab.simulation.groups import FilmGenres, film_genres
from recommend.lab.simulation.survey import Simulation, ndcg_of, simulate_surveys
from recommend.scoring.variety import Variety
from recommend.scoring.weights import Weights

NOVELTIES = (0.0, 0.1, 0.2, 0.4, 0.6)  # without diversity
DIVERSITIES = (0.05, 0.1, 0.3, 0.4, 0.5)  # with the novelty of the weights that are served
PICKS = (10, 3)


@dataclass(frozen=True)
class Setting:
    """`name`: "" for a point of a curve."""

    novelty: float
    variety: Variety
    name: str = ""


@dataclass(frozen=True)
class VarietyQuality:
    """One setting with one number of picks: means over the splits of the measures of `metrics`.

    `against`: NDCG@50 compared with the ranking that has neither novelty nor diversity.
    """

    setting: Setting
    picks: int
    ndcg: float
    against: Paired
    overlap: float
    coverage: float
    genre_diversity: float
    novelty: float


def settings_to_try(weights: Weights, served: Variety) -> list[Setting]:
    """The plain ranking first, then what is served, then the curves."""
    plain = Setting(0.0, Variety(), "plain ranking")
    chosen = Setting(weights.novelty, served, "as served")
    curves = [Setting(one, Variety()) for one in NOVELTIES[1:]]
    curves += [
        Setting(weights.novelty, Variety(one, served.series_limit)) for one in (0.0, *DIVERSITIES)
    ]
    return [plain, chosen, *curves]


def evaluate_variety(
    data: RatingData,
    *,
    series: Sequence[str],
    seeds: Sequence[int],
    blend: Blend,
    served: Variety,
    report: Report = silent,
) -> list[VarietyQuality]:
    """Measure all settings, first with 10 picks, then with 3; `series` of the films is by column.

    Raises `DataError` if no genres of the films are known.
    """
    genres = film_genres(data)
    if data.content is None or genres is None:
        raise DataError(f"nothing is known of the films of {data.name} but who likes them")
    films = Films(data.content.genres, series)
    settings = settings_to_try(blend.weights, served)
    found: dict[tuple[int, int], list[SplitQuality]] = {}
    for seed in seeds:
        simulations = simulate_surveys(data, seed=seed, picks=PICKS)
        report(f"seed {seed}: fitting", 0, None)
        model = blend.fit(simulations[PICKS[0]].train, seed=seed)
        for picks, simulation in simulations.items():
            report(f"seed {seed}: lists after {picks} picks", 0, None)
            for place, one in enumerate(_split(simulation, model, films, settings, genres)):
                found.setdefault((picks, place), []).append(one)
    return [
        _mean(setting, picks, found[picks, place], found[picks, 0])
        for picks in PICKS
        for place, setting in enumerate(settings)
    ]


def _split(
    simulation: Simulation,
    model: BlendModel,
    films: Films,
    settings: Sequence[Setting],
    genres: FilmGenres,
) -> Iterator[SplitQuality]:
    """The quality of each setting; `cases` are NDCG alone."""
    train = simulation.train
    served = ServedLists(model, films, simulation.cases)
    plain = replace(model, weights=replace(model.weights, novelty=0.0))
    rated = np.log1p(train.rating_counts)
    parts: list[list[Ints]] = [[] for _ in settings]
    for block in simulation.cases.blocks():
        scores = plain.of_cases(block)
        for setting, tops in zip(settings, parts, strict=True):
            tops.append(served.of(scores - setting.novelty * rated, block, setting.variety))
    for tops in parts:
        top = np.vstack(tops)
        lists = {
            "overlap": metrics.overlap(top, len(rated)),
            "coverage": metrics.coverage(top, len(rated)),
            "genre_diversity": metrics.diversity(top, genres.belongs),
            "novelty": metrics.novelty(top, train.like_counts, len(train.user_ids)),
        }
        yield SplitQuality(simulation.user_ids, ndcg_of(top, simulation.truths), lists)


def _mean(
    setting: Setting, picks: int, splits: Sequence[SplitQuality], plain: Sequence[SplitQuality]
) -> VarietyQuality:
    own, base = (np.concatenate([one.cases for one in some]) for some in (splits, plain))
    people = np.concatenate([one.people for one in splits])
    means = resampled_means(np.column_stack([own, base]), people, seed=1)
    return VarietyQuality(
        setting=setting,
        picks=picks,
        ndcg=float(own.mean()),
        against=means.against(0, 1),
        **{name: float(np.mean([one.lists[name] for one in splits])) for name in splits[0].lists},
    )
