"""The encoder of answers goes on learning from people at home. Pure: no Django import.

It begins as MovieLens users taught it and is drawn towards that (L2-SP: X. Li, Y. Grandvalet,
F. Davoine, "Explicit inductive bias for transfer learning with convolutional networks", ICML 2018),
the less the more people there are. A few people move little, thousands whatever they like.

Every film that somebody at home was asked about has an audience prior: ln((L + k) / (E + k)), with
L likes at home, E the likes that MovieLens would expect there, and k likes that draw it to 0. Who
passed over posters chose from those that they were shown, everybody else from all films that home
knows. A code of the audience, which is added to everybody's, reaches the films that nobody at home
was asked about. Together the films that home knows keep the share that they had, because home says
nothing of the others.

What people at home like together also counts directly, by links between films (EASE of their likes,
see `ease`): a code of 64 numbers cannot say everything that thousands of people say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import logsumexp, softmax
from threadpoolctl import threadpool_limits

from common.arrays import Bools, Floats, Ints
from recommend.home_file import NO_DAY
from recommend.lab.data.home import HomeData
from recommend.lab.recommenders.answers import BATCH, SurveyDraw, batches, group_rows
from recommend.lab.recommenders.ease import Ease, ItemWeights
from recommend.lab.recommenders.encoder import Adam, EncoderModel, Parameters
from recommend.lab.recommenders.ranges import INFINITE, Ranged, within

Drawn = tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix, Bools]
Scored = tuple[Floats, Floats]

FEWEST_LIKES = 2  # of a person to learn from: a pick, and something to find
LINKED_FILMS = 1_000  # those with the most likes at home
LINKS_EACH = 200  # of a film, the strongest


@dataclass(frozen=True)
class AtHome:
    """An encoder that has learned at home, and the log odds (n_movies,) of each film among the
    people there against MovieLens users; 0 for films that home does not know. `links`: what each
    pick adds to the score of other films, beside the code."""

    answers: EncoderModel
    audience: Floats
    links: ItemWeights


@dataclass(frozen=True)
class HomeLearning(Ranged):
    """Defaults: chosen by cross-validation over people at home; docs/evaluation.md says how.

    `transfer`: how strongly MovieLens holds, divided by the number of people; `prior`: likes that
    draw a film's log odds to 0; `half_life`: of a like, in days (0: it keeps its weight). There are
    `passes` over all people, but at most `most_steps` steps. `links`: how much a link between films
    adds to a score (0: none); `ridge`: likes that draw a link to 0.
    """

    transfer: float = within(0.5, 0.0, INFINITE)
    prior: float = within(1.0, 1e-6, INFINITE)
    half_life: float = within(0.0, 0.0, INFINITE)
    regularization: float = within(5e-5, 0.0, INFINITE)
    learning_rate: float = within(2e-3, 1e-9, 1.0)
    passes: int = within(140, 1, 10_000)
    most_steps: int = within(1_000, 1, 1_000_000)
    links: float = within(10.0, 0.0, INFINITE)
    ridge: float = within(200.0, 1e-6, INFINITE)

    def fit(self, model: EncoderModel, home: HomeData, *, seed: int) -> AtHome:
        """`home.movie_ids` are the films of `model`. One thread, so that sums are always added up
        in the same order."""
        audience = np.zeros(len(home.movie_ids))
        known = np.flatnonzero(home.asked_counts > 0)
        people = _Learners(home, known, self.half_life)
        if not len(people.rows):
            return AtHome(model, audience, ItemWeights.none(len(audience)))
        audience[known] = self._prior(model.biases[known].astype(np.float64), people)
        with threadpool_limits(1, "blas"):
            start = _start(model, known, audience[known])
            found = self._learned(start, people, np.random.default_rng(seed))
            lowered = _gained_share(start, found, people)
        return AtHome(_moved(model, known, found, lowered), audience, self._links(home))

    def _links(self, home: HomeData) -> ItemWeights:
        ease = Ease(regularization=self.ridge, most_films=LINKED_FILMS)
        return ease.fit(home.as_ratings(), seed=0).scaled(self.links, each=LINKS_EACH)

    def _prior(self, biases: Floats, people: _Learners) -> Floats:
        """ln((L + k) / (E + k)) of the films that home knows."""
        weights = people.weights
        likes = np.asarray(weights.sum(axis=0)).ravel()
        each = np.asarray(weights.sum(axis=1)).ravel()
        free = ~people.bounded
        expected = each[free].sum() * softmax(biases)
        for row in np.flatnonzero(people.bounded):
            offered = people.offered[row].indices
            expected[offered] += each[row] * softmax(biases[offered])
        found: Floats = np.log((likes + self.prior) / (expected + self.prior))
        return found

    def _learned(
        self, start: Parameters, people: _Learners, rng: np.random.Generator
    ) -> Parameters:
        rows = people.rows
        fixed = {name: start[name] for name in ("biases", "groups")}
        learned = {name: value.copy() for name, value in start.items() if name not in fixed}
        origin = {name: value.copy() for name, value in learned.items()}
        pull = 2.0 * self.transfer / len(rows)
        optimiser = Adam(learned)
        steps = batches(rows, self._passes(len(rows)), rng)[: self.most_steps]
        for number, batch in enumerate(steps):
            rate = self.learning_rate * 0.5 * (1.0 + np.cos(np.pi * number / len(steps)))
            slope = _slope(learned | fixed, *people.draw(batch, rng))
            for name in ("encoders", "decoders", "code"):
                slope[name] = (
                    slope[name]
                    + pull * (learned[name] - origin[name])
                    + (2.0 * self.regularization if name != "code" else 0.0) * learned[name]
                )
            optimiser.step(learned, slope, rate)
        return learned | fixed

    def _passes(self, people: int) -> int:
        each = -(-people // BATCH)  # steps
        return min(self.passes, -(-self.most_steps // each))


class _Learners:
    """People at home and the films that they know of, as columns 0 to f - 1.

    `rows` (n,) of those with enough likes. `weights` (p, f): of each like, by its age. `offered`
    0/1 (p, f): what a person was asked about; `bounded` (p,): whether it was all that they could
    choose from, because they passed over posters.
    """

    def __init__(self, home: HomeData, known: Ints, half_life: float) -> None:
        size = len(home.people), len(known)
        liked, asked = home.liked, home.asked
        columns = np.searchsorted(known, home.movies)  # wrong only where nobody was asked
        passed_over = asked & ~liked & np.isnan(home.ratings)
        self.weights = _matrix(home.users[liked], columns[liked], _ages(home, half_life), size)
        self.offered = _matrix(home.users[asked], columns[asked], np.ones(asked.sum()), size)
        self.bounded = np.bincount(home.users[passed_over], minlength=size[0]) > 0
        self.rows = np.flatnonzero(np.diff(self.weights.indptr) >= FEWEST_LIKES)
        likes = home.of_films(known).as_ratings()
        self.likes = likes.liked
        self._answers = SurveyDraw(pool_share=0.0).answers(likes)

    def draw(self, batch: Ints, rng: np.random.Generator) -> Drawn:
        picks, groups, truths = self._answers.draw(batch, rng)
        left_out = self.bounded[batch, None] & (self.offered[batch].toarray() == 0)
        left_out[picks.nonzero()] = True
        return picks, groups, truths.multiply(self.weights[batch]).tocsr(), left_out


def _matrix(users: Ints, columns: Ints, values: Floats, size: tuple[int, int]) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((values.astype(np.float32), (users, columns)), shape=size)
    matrix.sort_indices()
    return matrix


def _ages(home: HomeData, half_life: float) -> Floats:
    """The weight of each like: half of the newest one's after `half_life` days."""
    days = home.days[home.liked]
    if not half_life or not len(days):
        return np.ones(len(days))
    ages = np.where(days == NO_DAY, 0, days.max() - days)
    return np.asarray(0.5 ** (ages / half_life), np.float64)


def _start(model: EncoderModel, known: Ints, prior: Floats) -> Parameters:
    """The parts of the model that home knows; a code for each gender and each band."""
    groups = model.groups
    bands = groups[0] - groups[0, 0]
    return {
        "encoders": model.encoders[known],
        "decoders": model.decoders[known],
        "biases": model.biases[known],
        "groups": np.vstack([groups[:, 0], bands]).astype(np.float32),
        "audience": prior.astype(np.float32),
        "code": np.zeros(groups.shape[-1], np.float32),
    }


def _scores(at: Parameters, picks: sparse.csr_matrix, groups: sparse.csr_matrix) -> Scored:
    """Codes (n, f) and scores (n, films) of answers."""
    codes: Floats = np.asarray(picks @ at["encoders"] + groups @ at["groups"] + at["code"])
    return codes, codes @ at["decoders"].T + at["biases"] + at["audience"]


def _slope(
    at: Parameters,
    picks: sparse.csr_matrix,
    groups: sparse.csr_matrix,
    truths: sparse.csr_matrix,
    left_out: Bools,
) -> Parameters:
    """The gradient of a batch's mean loss, as in `encoder`; rows of `truths` may add up to less
    than 1, and then count less."""
    codes, scores = _scores(at, picks, groups)
    scores[left_out] = -np.inf
    errors = softmax(scores, axis=1) * np.asarray(truths.sum(axis=1))
    rows, columns = truths.nonzero()
    errors[rows, columns] -= np.asarray(truths[rows, columns]).ravel()
    errors /= len(errors)
    by_code = errors @ at["decoders"]
    return {
        "encoders": picks.T @ by_code,
        "decoders": errors.T @ codes,
        "audience": errors.sum(axis=0),
        "code": by_code.sum(axis=0),
    }


def _gained_share(start: Parameters, found: Parameters, people: _Learners) -> float:
    """How much higher, as a logarithm, the films that home knows would stand among all films."""
    rows = people.rows
    likes = people.likes[rows]
    picks = sparse.diags(1.0 / np.sqrt(np.asarray(likes.sum(axis=1)).ravel())) @ likes
    unknown = np.zeros(len(rows), np.int64)
    nobody = group_rows(unknown, unknown)
    before = _scores(start | {"audience": np.zeros_like(start["audience"])}, picks, nobody)[1]
    after = _scores(found, picks, nobody)[1]
    return float((logsumexp(after, axis=1) - logsumexp(before, axis=1)).mean())


def _moved(model: EncoderModel, known: Ints, found: Parameters, lowered: float) -> EncoderModel:
    encoders, decoders, biases = (
        part.copy() for part in (model.encoders, model.decoders, model.biases)
    )
    encoders[known], decoders[known] = found["encoders"], found["decoders"]
    biases[known] += found["audience"] - np.float32(lowered)
    return EncoderModel(encoders, decoders, biases, model.groups + found["code"])
