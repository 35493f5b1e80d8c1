"""Do people find a film without ratings? Measured by taking films out of training. Pure.

A tenth of the films with at least 20 likes lose all their ratings; then 15 % of the people are held
out as in `recommend.lab.simulation.survey`. Their picks are never among the films taken out. Models
are fitted on what is left; the films come back with the vectors that their content gives them
(`recommend.lab.recommenders.content_map`), or with another ranking that needs no ratings of them.
Two kinds of rows are there for scale: how many people like a film, and what a model learns of it
when it is rated. Neither is known of a new film.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.cases import Cases
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.als import Als
from recommend.lab.recommenders.als_factors import AlsParameters
from recommend.lab.recommenders.base import Scorer
from recommend.lab.recommenders.content_based import ContentBased
from recommend.lab.recommenders.content_map import fit_content_map
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation.metrics import ndcg
from recommend.lab.simulation.survey import Simulation, simulate_survey
from recommend.scoring.weights import LIST_SIZE

SERVED = Als(**asdict(AlsParameters()), enough_picks=4)  # the ALS that is part of the blend
Score = Callable[[Cases], Floats]
"""Scores (n, n_movies) of cases, columns as of all films."""

FEWEST_LIKES = 20  # of a film taken out, so that a held-out person likes it
TOP_COLD = 10
ENCODER, TASTE, BOTH = "content vector (encoder)", "content vector (ALS)", "content vector (both)"


@dataclass(frozen=True)
class ColdRow:
    """How well one ranking finds the films taken out; means over people.

    Among these films alone: `auc`, the chance that a liked one comes before one that is not, and
    `ndcg` of the first 10. In the whole catalogue, for rankings that score every film (else None):
    mean `percentile` of the liked ones (1: before all others), and the share of lists of 50 with a
    liked one (`found`) and with any of them (`shown`).
    """

    ranking: str
    cases: int
    films: int
    auc: float
    ndcg: float
    percentile: float | None = None
    found: float | None = None
    shown: float | None = None


@dataclass(frozen=True)
class ColdSplit:
    """`data` of all films; `warm` and `cold` are columns of it, ascending. `simulation` is of the
    warm films, renumbered; `truths` are the cold films (columns of `data`) that each case likes."""

    data: RatingData
    warm: Ints
    cold: Ints
    simulation: Simulation
    truths: Sequence[Ints]

    @property
    def content(self) -> FilmContent:
        """The content of all films."""
        if self.data.content is None:
            raise DataError(f"{self.data.name} was read without the content of its films")
        return self.data.content

    def of_all_films(self, scorer: Scorer) -> Score:
        """The scores of a recommender that was fitted on all films."""
        return lambda cases: scorer.score(
            [self.warm[picks] for picks in cases.picks], cases.demographics
        )


def cold_split(data: RatingData, *, seed: int, share: float) -> ColdSplit:
    """Take films out and hold people out; the cases like at least one of the films taken out.

    Raises `DataError` if no film has enough likes, or no held-out person likes one of them.
    """
    likes = data.like_counts
    often = np.flatnonzero(likes >= FEWEST_LIKES)
    count = int(share * len(often))
    if not count:
        raise DataError(f"{data.name}: too few films have {FEWEST_LIKES} likes to take some out")
    rng = np.random.default_rng([seed, 1])  # not the draws of the people
    cold = np.sort(rng.choice(often, count, replace=False))
    warm = np.setdiff1d(np.arange(len(data.movie_ids)), cold)
    simulation = simulate_survey(data.of_films(warm), seed=seed)
    rows = np.searchsorted(data.user_ids, simulation.user_ids)
    truths = [np.intersect1d(data.liked[row].indices, cold) for row in rows.tolist()]
    chosen = np.array([case for case, truth in enumerate(truths) if len(truth)], np.int64)
    if not len(chosen):
        raise DataError(f"{data.name}: no held-out person likes one of {count} films taken out")
    kept = [truths[case] for case in chosen.tolist()]
    return ColdSplit(data, warm, cold, simulation.at(chosen), kept)


def evaluate_cold_films(
    data: RatingData, *, seed: int, share: float = 0.1, report: Report = silent
) -> list[ColdRow]:
    """All rankings on one split; `share` of the films with at least 20 likes are taken out.

    Raises `DataError` for data without content or with too few films or people.
    """
    split = cold_split(data, seed=seed, share=share)
    report(f"seed {seed}: fitting without {len(split.cold)} films", 0, None)
    rows = [_row(*ranking, split) for ranking in _content_rankings(split, seed).items()]
    report(f"seed {seed}: fitting with them", 0, None)
    return rows + [_row(*ranking, split) for ranking in _rated_rankings(split, seed).items()]


def _content_rankings(split: ColdSplit, seed: int) -> Mapping[str, Score]:
    """The rankings that know only the content of the films taken out."""
    content, train = split.content, split.simulation.train
    counts = np.bincount(train.movies, minlength=len(train.movie_ids))
    encoder = SurveyEncoder().fit(train, seed=seed)
    tastes = SERVED.fit(train, seed=seed)

    def mapped(vectors: npt.NDArray[np.floating]) -> Floats:
        """All films: as learned where warm, by content where cold."""
        found = fit_content_map(content.of_films(split.warm), vectors, counts, seed=seed)
        whole = np.empty((len(split.data.movie_ids), vectors.shape[1]))
        whole[split.warm] = vectors
        whole[split.cold] = found.vectors(content.of_films(split.cold))
        return whole

    decoders = mapped(np.column_stack([encoder.decoders, encoder.biases]))
    factors = mapped(tastes.model.movies)

    def by_encoder(cases: Cases) -> Floats:
        codes = encoder.codes(cases.picks, cases.demographics)
        return np.asarray(codes @ decoders[:, :-1].T + decoders[:, -1])

    def by_taste(cases: Cases) -> Floats:
        return np.asarray(tastes.of(cases.picks, cases.demographics) @ factors.T)

    similar = _similar_popularity(split)
    chance = np.random.default_rng([seed, 2])
    return {
        ENCODER: by_encoder,
        TASTE: by_taste,
        BOTH: lambda cases: by_encoder(cases) + by_taste(cases),
        "content profile": split.of_all_films(ContentBased().fit(split.data, seed=seed)),
        "popularity of similar films": lambda cases: np.tile(similar, (len(cases), 1)),
        "random": lambda cases: chance.random((len(cases), len(similar))),
    }


def _rated_rankings(split: ColdSplit, seed: int) -> Mapping[str, Score]:
    """The rankings that learn the films taken out from the training users' ratings of them."""
    trained = np.isin(split.data.user_ids, split.simulation.train.user_ids)
    train = split.data.of_users(np.flatnonzero(trained))
    return {
        "true popularity (nobody has it)": lambda cases: formulas.popularity(train, cases),
        "learned vector (encoder, when rated)": split.of_all_films(
            SurveyEncoder().fit(train, seed=seed)
        ),
        "learned vector (ALS, when rated)": split.of_all_films(SERVED.fit(train, seed=seed)),
    }


def _similar_popularity(split: ColdSplit) -> Floats:
    """(n_movies,): for the films taken out, the mean number of likes of the other films with the
    same genres and decade, or the same genres, or else of all; 0 for the others."""
    likes = np.zeros(len(split.data.movie_ids))
    likes[split.warm] = split.simulation.train.like_counts
    content = split.content
    genres = [frozenset(one) for one in content.genres]
    decades = (content.years // 10).tolist()
    by_genres: dict[object, list[float]] = {}
    for column in split.warm.tolist():
        for key in ((genres[column], decades[column]), genres[column]):
            by_genres.setdefault(key, []).append(float(likes[column]))
    means = np.zeros(len(likes))
    for column in split.cold.tolist():
        near = by_genres.get((genres[column], decades[column])) or by_genres.get(genres[column])
        means[column] = np.mean(near) if near else likes[split.warm].mean()
    return means


def _row(name: str, score: Score, split: ColdSplit) -> ColdRow:
    """Block by block, because the scores of all cases would not fit into memory."""
    everywhere = name in (ENCODER, TASTE, BOTH) or name.startswith("learned")
    areas: list[float] = []
    gains: list[Floats] = []
    places: list[tuple[float, bool, bool]] = []
    start = 0
    for block in split.simulation.cases.blocks():
        scores = score(block)
        truths = split.truths[start : start + len(block)]
        start += len(block)
        among = scores[:, split.cold]
        liked = np.array([np.isin(split.cold, truth) for truth in truths])
        areas += [_auc(row, hit) for row, hit in zip(among, liked, strict=True)]
        top = np.argsort(-among, axis=1, kind="stable")[:, :TOP_COLD]
        gains.append(ndcg(np.take_along_axis(liked, top, axis=1), liked.sum(axis=1)))
        if everywhere:
            places += _places(split, block, scores, truths)
    row = ColdRow(
        name, start, len(split.cold), float(np.mean(areas)), float(np.concatenate(gains).mean())
    )
    if not everywhere:
        return row
    percentile, found, shown = np.mean(np.array(places, np.float64), axis=0).tolist()
    return replace(row, percentile=percentile, found=found, shown=shown)


def _auc(scores: Floats, liked: npt.NDArray[np.bool_]) -> float:
    """Chance that a liked film has a higher score than another one; ties count half."""
    count, others = int(liked.sum()), int((~liked).sum())
    if not others:
        return 0.5
    ranks = stats.rankdata(scores)
    return float((ranks[liked].sum() - count * (count + 1) / 2) / (count * others))


def _places(
    split: ColdSplit, block: Cases, scores: Floats, truths: Sequence[Ints]
) -> list[tuple[float, bool, bool]]:
    """Percentile of the liked cold films among all films but the picks; whether the list of 50
    has a liked one, and any."""
    found = []
    for row, (picks, truth) in enumerate(zip(block.picks, truths, strict=True)):
        own = scores[row].copy()
        own[split.warm[picks]] = -np.inf
        ranks = np.empty(len(own))
        order = np.argsort(-own, kind="stable")
        ranks[order] = np.arange(len(own))
        top = order[:LIST_SIZE]
        percentile = 1.0 - float(ranks[truth].mean()) / max(len(own) - len(picks) - 1, 1)
        found.append(
            (percentile, bool(np.isin(top, truth).any()), bool(np.isin(top, split.cold).any()))
        )
    return found


def mean_rows(tables: Sequence[Sequence[ColdRow]]) -> list[ColdRow]:
    """Row by row the mean over several seeds; cases add up, films are those of one split."""
    means = []
    for rows in zip(*tables, strict=True):
        known = {name: one for name, one in asdict(rows[0]).items() if isinstance(one, float)}
        values = {name: float(np.mean([getattr(row, name) for row in rows])) for name in known}
        means.append(replace(rows[0], cases=sum(row.cases for row in rows), **values))
    return means
