"""What variety costs and brings: the lists that are shown, at several settings. Pure.

The survey simulation. Each setting is a weight of novelty (`recommend.scoring.Weights`), a
diversity and a limit of films of one series (`recommend.diversity`); the first one is the ranking
without any of them, with which the others are compared on the same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from common.errors import DataError
from common.progress import Report, silent
from recommend.diversity import CANDIDATES, Variety, film_vectors, varied
from recommend.scoring import LIST_SIZE, Weights
from recommend.training import metrics
from recommend.training.bootstrap import Paired, resampled_means
from recommend.training.content import FilmContent
from recommend.training.data import RatingData
from recommend.training.evaluation import Simulation, hits, simulate_surveys
from recommend.training.rankings import Cases, top_movies
from recommend.training.recommenders.blend import Blend, BlendModel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

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

    Raises `DataError` if nothing is known of the films.
    """
    if data.content is None:
        raise DataError(f"nothing is known of the films of {data.name} but who likes them")
    settings = settings_to_try(blend.weights, served)
    shown: dict[tuple[int, int], list[_Lists]] = {}
    for seed in seeds:
        simulations = simulate_surveys(data, seed=seed, picks=PICKS)
        report(f"seed {seed}: fitting", 0, None)
        model = blend.fit(simulations[PICKS[0]].train, seed=seed)
        shelf = Shelf(data.content, series, model)
        for picks, simulation in simulations.items():
            report(f"seed {seed}: lists after {picks} picks", 0, None)
            for place, lists in enumerate(shelf.lists(simulation, settings)):
                shown.setdefault((picks, place), []).append(lists)
    return [
        _quality(setting, picks, shown[picks, place], shown[picks, 0], data)
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


class Shelf:
    """The films of one fitted model, as lists are made of them."""

    def __init__(self, content: FilmContent, series: Sequence[str], model: BlendModel) -> None:
        self._model = replace(model, weights=replace(model.weights, novelty=0.0))
        self._vectors = film_vectors(model.tastes.movies.astype(np.float64), content.genres)
        self._series = series
        self._rated = np.log1p(np.asarray(model.train.watched.sum(axis=0), np.float64).ravel())

    def shown(self, block: Cases, setting: Setting) -> Ints:
        """(c, 50) columns of the films that each of them is shown."""
        return self.tops(self._model.of_cases(block), block, setting)

    def lists(self, simulation: Simulation, settings: Sequence[Setting]) -> list[_Lists]:
        """One for each setting."""
        tops: list[list[Ints]] = [[] for _ in settings]
        for block in simulation.cases.blocks():
            scores = self._model.of_cases(block)
            for place, setting in enumerate(settings):
                tops[place].append(self.tops(scores, block, setting))
        train = simulation.train
        likes = np.asarray(train.liked.sum(axis=0), np.float64).ravel()
        sizes = np.array([len(truth) for truth in simulation.truths])
        found = []
        for parts in tops:
            top = np.vstack(parts)
            ndcg = metrics.ndcg(hits(top, simulation.truths), sizes)
            found.append(_Lists(top, ndcg, simulation.user_ids, likes, len(train.user_ids)))
        return found

    def tops(self, scores: Floats, block: Cases, setting: Setting) -> Ints:
        """(c, 50) columns, for scores (c, n) without novelty."""
        novel = scores - setting.novelty * self._rated
        ranked = top_movies(novel, block, CANDIDATES * LIST_SIZE)
        best = np.take_along_axis(novel, ranked, axis=1)
        return np.array(
            [
                films[self._chosen(own, films, setting.variety)]
                for own, films in zip(best, ranked, strict=True)
            ]
        )

    def _chosen(self, scores: Floats, films: Ints, variety: Variety) -> Ints:
        series = [self._series[film] for film in films.tolist()]
        return varied(scores, self._vectors[films], series, variety, size=LIST_SIZE)


def _quality(
    setting: Setting,
    picks: int,
    lists: Sequence[_Lists],
    plain: Sequence[_Lists],
    data: RatingData,
) -> VarietyQuality:
    assert data.content is not None  # noqa: S101 - checked before
    films = len(data.movie_ids)
    own, base = (np.concatenate([one.ndcg for one in some]) for some in (lists, plain))
    people = np.concatenate([one.people for one in lists])
    means = resampled_means(np.column_stack([own, base]), people, seed=1)
    names = sorted({name for genres in data.content.genres for name in genres})
    genres = np.array([[name in own for name in names] for own in data.content.genres], np.float64)

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    return VarietyQuality(
        setting=setting,
        picks=picks,
        ndcg=float(own.mean()),
        against=means.against(0, 1),
        overlap=mean([metrics.overlap(one.top, films) for one in lists]),
        coverage=mean([metrics.coverage(one.top, films) for one in lists]),
        genre_diversity=mean([metrics.diversity(one.top, genres) for one in lists]),
        novelty=mean([metrics.novelty(one.top, one.likes, one.users) for one in lists]),
    )
