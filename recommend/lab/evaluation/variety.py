"""What variety costs and brings: the lists that are shown, at several settings. Pure.

The survey simulation. Each setting is a weight of novelty (`recommend.scoring.weights.Weights`), a
diversity and a limit of films of one series (`recommend.scoring.variety`); the first one is the
ranking without any of them, with which the others are compared on the same people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films, ServedLists
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation import metrics
from recommend.lab.simulation.bootstrap import Paired, resampled_means
from recommend.lab.simulation.groups import FilmGenres, film_genres
from recommend.lab.simulation.survey import Simulation, hits, simulate_surveys
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
    """One setting with so many picks, means over the splits; measures of `metrics`.

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
    """The plain ranking first, what is served second, then the curves."""
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
    """Of all settings, first with 10 picks, then with 3; `series` of the films, by column.

    Raises `DataError` if no genres are known of the films.
    """
    genres = film_genres(data)
    if data.content is None or genres is None:
        raise DataError(f"nothing is known of the films of {data.name} but who likes them")
    films = Films(data.content.genres, series)
    settings = settings_to_try(blend.weights, served)
    shown: dict[tuple[int, int], list[_Lists]] = {}
    for seed in seeds:
        simulations = simulate_surveys(data, seed=seed, picks=PICKS)
        report(f"seed {seed}: fitting", 0, None)
        model = blend.fit(simulations[PICKS[0]].train, seed=seed)
        for picks, simulation in simulations.items():
            report(f"seed {seed}: lists after {picks} picks", 0, None)
            for place, lists in enumerate(_lists(simulation, model, films, settings)):
                shown.setdefault((picks, place), []).append(lists)
    return [
        _quality(setting, picks, shown[picks, place], shown[picks, 0], genres)
        for picks in PICKS
        for place, setting in enumerate(settings)
    ]


@dataclass(frozen=True)
class _Lists:
    """The lists (c, 50) of one split, with what they are judged by."""

    top: Ints
    ndcg: Floats
    people: Ints
    likes: Floats
    users: int


def _lists(
    simulation: Simulation, model: BlendModel, films: Films, settings: Sequence[Setting]
) -> list[_Lists]:
    """One for each setting."""
    train = simulation.train
    served = ServedLists(model, films, simulation.cases)
    plain = replace(model, weights=replace(model.weights, novelty=0.0))
    rated = np.log1p(train.rating_counts)
    tops: list[list[Ints]] = [[] for _ in settings]
    for block in simulation.cases.blocks():
        scores = plain.of_cases(block)
        for place, setting in enumerate(settings):
            novel = scores - setting.novelty * rated
            tops[place].append(served.of(novel, block, setting.variety))
    sizes = np.array([len(truth) for truth in simulation.truths])
    found = []
    for parts in tops:
        top = np.vstack(parts)
        ndcg = metrics.ndcg(hits(top, simulation.truths), sizes)
        found.append(_Lists(top, ndcg, simulation.user_ids, train.like_counts, len(train.user_ids)))
    return found


def _quality(
    setting: Setting,
    picks: int,
    lists: Sequence[_Lists],
    plain: Sequence[_Lists],
    genres: FilmGenres,
) -> VarietyQuality:
    films = genres.belongs.shape[0]
    own, base = (np.concatenate([one.ndcg for one in some]) for some in (lists, plain))
    people = np.concatenate([one.people for one in lists])
    means = resampled_means(np.column_stack([own, base]), people, seed=1)

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    return VarietyQuality(
        setting=setting,
        picks=picks,
        ndcg=float(own.mean()),
        against=means.against(0, 1),
        overlap=mean([metrics.overlap(one.top, films) for one in lists]),
        coverage=mean([metrics.coverage(one.top, films) for one in lists]),
        genre_diversity=mean([metrics.diversity(one.top, genres.belongs) for one in lists]),
        novelty=mean([metrics.novelty(one.top, one.likes, one.users) for one in lists]),
    )
