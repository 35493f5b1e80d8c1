"""A linear autoencoder that is trained on simulated answers to the survey.

The answers of a person are encoded, and every film decoded, with f numbers each:

    z = (sum over the k picks of e_l) / sqrt(k)  +  g_gender  +  g_band  +  g_0
    score(m) = z . d_m  +  b_m        P(the next film they like is m) = softmax of the scores

e_l, d_m: encoder and decoder of a film; b_m: its bias; g: of a gender, an age band, and everybody.
It minimises the multinomial loss of D. Liang et al., "Variational autoencoders for collaborative
filtering", WWW 2018 (their Mult-DAE, without the hidden tanh), with one difference that is worth
more than any other choice (docs/evaluation.md): what is encoded is not a person's whole history
with some of it dropped, but what the survey would know of them, which is 1 to 15 of the films they
like, most often well-known ones, drawn again in each pass; their other likes are decoded.

The gradient of a bilinear softmax is four matrix products, written out below; a library for
automatic differentiation would weigh more than everything else that is installed (ADR 0023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Floats32, Ints
from movies.demographics import GENDERS, GROUPS
from recommend.lab.data.cases import Cases, Demographics, group_places
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.answers import (
    BATCH,
    GROUP_COLUMNS,
    SurveyDraw,
    batches,
    log_shares,
    people_to_learn_from,
)
from recommend.lab.recommenders.ranges import INFINITE, within
from recommend.scoring.weights import FACTORS

Parameters = dict[str, Floats32]

ADAM = (0.9, 0.999, 1e-8)  # D. Kingma, J. Ba, "Adam", ICLR 2015


@dataclass(frozen=True)
class EncoderModel:
    """`encoders` and `decoders` (n_movies, f), `biases` (n_movies,), `groups` (3, 8, f).

    The places of `groups` are those of `movies.demographics.group_of`, 0 in both for unknown.
    """

    encoders: Floats32
    decoders: Floats32
    biases: Floats32
    groups: Floats32

    def codes(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        """z (n, f) of n respondents."""
        films = self.encoders.astype(np.float64)
        codes = self.groups[group_places(demographics)].astype(np.float64)
        for row, picks in enumerate(liked):
            if len(picks):
                codes[row] += films[picks].sum(axis=0) / np.sqrt(len(picks))
        return codes

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        return self.decoded(self.codes(liked, demographics))

    def of_cases(self, cases: Cases) -> Floats:
        """The scores of simulated respondents."""
        return self.score(cases.picks, cases.demographics)

    def decoded(self, codes: Floats) -> Floats:
        """(n, n_movies) scores."""
        return np.asarray(codes @ self.decoders.T.astype(np.float64) + self.biases)


@dataclass(frozen=True)
class SurveyEncoder(SurveyDraw):
    """Defaults: chosen on MovieLens 1M; docs/evaluation.md says how.

    `pool_share`: how often the picks are drawn from the 200 films with the most likes, as most
    answers to the survey are; else from all likes. `unknown`: how often gender, and age, are
    hidden, as people may leave both unanswered. `passes` over all people, each time with other
    picks; more of them where that makes fewer than `fewest_steps`. `regularization` of encoders,
    decoders and groups.
    """

    factors: int = within(FACTORS, 1, 1024)
    passes: int = within(40, 1, 10_000)
    fewest_steps: int = within(500, 1, 1_000_000)
    learning_rate: float = within(2e-3, 1e-9, 1.0)
    regularization: float = within(2e-5, 0.0, INFINITE)

    def fit(self, data: RatingData, *, seed: int) -> EncoderModel:
        """One thread, so that sums are always added up in the same order."""
        rows = people_to_learn_from(data)
        rng = np.random.default_rng(seed)
        answers = self.answers(data)
        with threadpool_limits(1, "blas"):
            parameters = self._start(data, rng)
            optimiser = Adam(parameters)
            steps = batches(rows, self._passes(len(rows)), rng)
            for number, batch in enumerate(steps):
                rate = self.learning_rate * 0.5 * (1.0 + np.cos(np.pi * number / len(steps)))
                slope = self._gradient(parameters, *answers.draw(batch, rng))
                optimiser.step(parameters, slope, rate)
        return _model(parameters)

    def _passes(self, people: int) -> int:
        each = -(-people // BATCH)  # steps
        return max(self.passes, -(-self.fewest_steps // each))

    def _start(self, data: RatingData, rng: np.random.Generator) -> Parameters:
        """Small random films, with the biases of `log_shares`."""
        size = len(data.movie_ids), self.factors
        return {
            "encoders": (0.3 * rng.standard_normal(size)).astype(np.float32),
            "decoders": (0.1 * rng.standard_normal(size)).astype(np.float32),
            "biases": log_shares(data),
            "groups": np.zeros((GROUP_COLUMNS, self.factors), np.float32),
        }

    def _gradient(
        self,
        at: Parameters,
        picks: sparse.csr_matrix,
        groups: sparse.csr_matrix,
        truths: sparse.csr_matrix,
    ) -> Parameters:
        """The gradient of a batch's mean loss: `picks` (n, n_movies), `groups` (n, 11), `truths`.

        With p the softmax over the films that were not picked, and t the truth, both adding up
        to 1, the gradient by the scores is p - t.
        """
        codes = picks @ at["encoders"] + groups @ at["groups"]
        scores = codes @ at["decoders"].T + at["biases"]
        scores[picks.nonzero()] = -np.inf
        scores -= scores.max(axis=1, keepdims=True)
        errors = np.exp(scores, out=scores)
        errors /= errors.sum(axis=1, keepdims=True)
        rows, columns = truths.nonzero()
        errors[rows, columns] -= np.asarray(truths[rows, columns]).ravel()
        errors /= len(errors)
        by_code = errors @ at["decoders"]
        shrink = 2.0 * self.regularization
        return {
            "encoders": picks.T @ by_code + shrink * at["encoders"],
            "decoders": errors.T @ codes + shrink * at["decoders"],
            "biases": errors.sum(axis=0),
            "groups": groups.T @ by_code + shrink * at["groups"],
        }


class Adam:
    """Steps along running means of the gradient, each number with its own scale."""

    def __init__(self, parameters: Parameters) -> None:
        self._means = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._squares = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._count = 0

    def step(self, parameters: Parameters, gradient: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        first, second, tiny = ADAM
        self._count += 1
        scale = rate * np.sqrt(1.0 - second**self._count) / (1.0 - first**self._count)
        for name, slope in gradient.items():
            mean, square = self._means[name], self._squares[name]
            mean += (1.0 - first) * (slope - mean)
            square += (1.0 - second) * (slope * slope - square)
            parameters[name] -= np.float32(scale) * mean / (np.sqrt(square) + np.float32(tiny))


def _model(parameters: Parameters) -> EncoderModel:
    """Groups added up: (3, 8, f) for every gender with every band."""
    genders, bands = np.split(parameters["groups"], [len(GENDERS)])
    groups = genders[:, None, :] + bands[None, :, :]
    assert groups.shape[:2] == GROUPS  # noqa: S101
    return EncoderModel(
        parameters["encoders"], parameters["decoders"], parameters["biases"], groups
    )
