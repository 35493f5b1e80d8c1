"""What held-out people at home say of a ranking: how good it is, and what should weigh. Pure.

Films are ranked among those that home knows (somebody there was asked about them): of the others
nothing says whether people at home like them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit, log_expit, logit

from common.arrays import Bools, Floats, Ints
from recommend.lab.data.cases import Cases, top_movies
from recommend.lab.data.home import HomeData
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import BlendModel, rows_at_home
from recommend.lab.simulation.home import HomeCases, folds_of, home_cases
from recommend.lab.simulation.survey import ndcg_of
from recommend.scoring.calibration import Calibration
from recommend.scoring.likelihood import log_shares
from recommend.scoring.weights import Weights

CUTOFF = 10  # films of a list that is judged
FOLDS = 3
MOST_CASES = 2_000
FEWEST_CASES = 20  # fewer say nothing of weights
FEWEST_PEOPLE = 30  # from here on the encoder weighs more, whatever so few cases say
USUAL_ANSWERS = 10.0  # as docs/evaluation.md measured with 50 people
ANSWERS = (30.0, 10.0, 3.0, 1.0)  # weights that are tried, first the safest
NEIGHBOURS = (1.0, 3.0, 10.0, 30.0)
SLOPES = (0.25, 4.0)  # of P(like) at home, by the logit of MovieLens
CERTAIN = 100.0  # cases that would have to speak against a slope of 1


@dataclass(frozen=True)
class HomeFit:
    """What cross-validation over people at home found, and NDCG@10 there of it and of MovieLens
    alone, None with too few `cases`. `calibration`: P(like) with a slope from home."""

    weights: Weights
    calibration: Calibration
    cases: int
    ndcg: float | None = None
    movielens_ndcg: float | None = None


def ndcg_at_home(scores: Callable[[Cases], Floats], people: HomeCases, known: Bools) -> Floats:
    """(n_cases,) NDCG@10 among the films `known` (n_movies,)."""
    found = [np.empty(0)]
    first = 0
    for block in people.cases.blocks():
        among = np.where(known, scores(block), -np.inf)
        top = top_movies(among, block, min(CUTOFF, int(known.sum())))
        found.append(ndcg_of(top, people.truths[first : first + len(block)]))
        first += len(block)
    return np.concatenate(found)


def fit_to_home(
    model: BlendModel,
    home: HomeData,
    learning: HomeLearning,
    *,
    calibration: Calibration,
    seed: int,
) -> HomeFit | None:
    """The weights that rank best for held-out people, each of whom is held out once.

    Of weights that are as good, within one standard error of the difference, the encoder's is the
    highest and that of neighbours the lowest: what counts little with three picks, and is chance
    with few people, counts much with one. With fewer than `FEWEST_CASES` cases P(like) stays as it
    is, and the weights nearly so. None if MovieLens alone ranks better by more than that error.
    """
    known = home.asked_counts > 0
    folds = list(_held_out(model, home, learning, seed))
    count = sum(len(people) for _learned, people in folds)
    if count < FEWEST_CASES:
        learned_from = len(rows_at_home(home))
        answers = USUAL_ANSWERS if learned_from >= FEWEST_PEOPLE else model.weights.answers
        return HomeFit(replace(model.weights, answers=answers), calibration, count)
    tried = [
        replace(model.weights, answers=answers, neighbours=neighbours)
        for answers, neighbours in product(ANSWERS, NEIGHBOURS)
    ]
    parts = [_Parts.of(learned, people, known) for learned, people in folds]
    found = [np.concatenate([one.ndcg(weights) for one in parts]) for weights in tried]
    best = max(found, key=np.mean)
    chosen = next(place for place, one in enumerate(found) if not _worse(one, best))
    alone = np.concatenate([ndcg_at_home(model.of_cases, people, known) for _, people in folds])
    if _worse(found[chosen], alone):
        return None
    return HomeFit(
        weights=tried[chosen],
        calibration=steeper(calibration, *_slope(folds, calibration, known)),
        cases=count,
        ndcg=float(found[chosen].mean()),
        movielens_ndcg=float(alone.mean()),
    )


def _worse(one: Floats, other: Floats) -> bool:
    """Whether the first figures (n_cases,) are lower, by more than one standard error."""
    lost = other - one
    return bool(lost.mean() > lost.std() / np.sqrt(len(lost)))


def _held_out(
    model: BlendModel, home: HomeData, learning: HomeLearning, seed: int
) -> Iterator[tuple[BlendModel, HomeCases]]:
    """For each fold, the model that has learned from the others, and the people of the fold."""
    most = -(-MOST_CASES // FOLDS)
    for learn, held_out in folds_of(len(home.people), FOLDS, seed=seed):
        learned = model.at_home(home.of_people(learn), learning, seed=seed)
        yield learned, home_cases(home.of_people(held_out), seed=seed, most=most)


@dataclass(frozen=True)
class _Parts:
    """The parts of the scores of some cases, each for the films that home knows, by `columns`."""

    people: HomeCases
    columns: Ints
    rest: Floats
    shares: Floats
    answers: Floats

    @classmethod
    def of(cls, model: BlendModel, people: HomeCases, known: Bools) -> _Parts:
        columns = np.flatnonzero(known)
        nothing = replace(model.weights, answers=0.0, neighbours=0.0)
        rest, shares, answers = [], [], []
        for block in people.cases.blocks():
            prepared = model.prepared(block)
            rest.append(prepared.score(nothing)[:, columns])
            with_shares = prepared.score(replace(nothing, neighbours=1.0))[:, columns]
            shares.append(with_shares - rest[-1])
            answers.append(prepared.answered[:, columns])
        empty = np.empty((0, len(columns)))
        joined = [np.vstack([empty, *part]) for part in (rest, shares, answers)]
        return cls(people, columns, *joined)

    def ndcg(self, weights: Weights) -> Floats:
        """(n_cases,) NDCG@10."""
        scores = self.rest + weights.neighbours * self.shares + weights.answers * self.answers
        for row, picks in enumerate(self.people.cases.picks):
            scores[row, np.searchsorted(self.columns, picks)] = -np.inf
        best = np.argsort(-scores, axis=1, kind="stable")[:, :CUTOFF]
        return ndcg_of(self.columns[best], self.people.truths)


def _slope(
    folds: list[tuple[BlendModel, HomeCases]], calibration: Calibration, known: Bools
) -> tuple[float, float]:
    """Slope and shift of the logit of P(like) at home.

    The shift keeps the expected number of likes: somebody who rated three films of a portal has
    not said that they like no other, so home says which films people like and not how many.
    """
    logits, liked = [], []
    for model, people in folds:
        ratings = model.train.rating_counts
        first = 0
        for block in people.cases.blocks():
            asked = np.tile(known, (len(block), 1))
            truths = np.zeros_like(asked)
            for row, picks in enumerate(block.picks):
                asked[row, picks] = False
                truths[row, people.truths[first + row]] = True
            first += len(block)
            shares = log_shares(model.answers.of_cases(block), ratings > 0)
            chances = calibration.probabilities(shares, ratings)
            logits.append(logit(np.clip(chances[asked], 1e-9, 1 - 1e-9)))
            liked.append(truths[asked])
    said, happened = np.concatenate(logits), np.concatenate(liked)

    def shift_to(likes: float, slope: float) -> float:
        return float(brentq(lambda one: expit(slope * said + one).sum() - likes, -60.0, 60.0))

    def loss(slope: float) -> float:
        found = slope * said + shift_to(max(happened.sum(), 0.5), slope)
        likelihood = np.where(happened, log_expit(found), log_expit(-found)).sum()
        return float(-likelihood + 0.5 * CERTAIN * (slope - 1.0) ** 2)

    slope = float(minimize_scalar(loss, bounds=SLOPES, method="bounded").x)
    return slope, shift_to(float(expit(said).sum()), slope)


def steeper(calibration: Calibration, slope: float, shift: float) -> Calibration:
    """P(like) with the logit s x + t in place of x; `spread` stays."""

    def moved(coefficients: tuple[float, ...]) -> tuple[float, ...]:
        first, *others = (round(slope * one, 6) for one in coefficients)
        return (round(first + shift, 6), *others)

    return replace(
        calibration,
        coefficients=moved(calibration.coefficients),
        resampled=tuple(moved(draw) for draw in calibration.resampled),
    )
