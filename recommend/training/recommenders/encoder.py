"""A linear autoencoder that is trained on simulated answers to the survey.

The answers of a person are encoded, and every film decoded, with f numbers each:

    z = (sum over the k picks of e_l) / sqrt(k)  +  g_gender  +  g_band  +  g_0
    score(m) = z . d_m  +  b_m        P(the next film they like is m) = softmax of the scores

e_l, d_m: encoder and decoder of a film; b_m: its bias; g: of a gender, an age band, and everybody.
Minimised is the multinomial loss of D. Liang et al., "Variational autoencoders for collaborative
filtering", WWW 2018 (their Mult-DAE, without the hidden tanh), with one difference that is worth
more than any other choice (docs/evaluation.md): what is encoded is not a person's whole history
with some of it dropped, but what the survey would know of them, which is 1 to 15 of the films they
like, most often well-known ones, drawn anew in each pass; decoded are their other likes.

The gradient of a bilinear softmax is four matrix products, written out below; a library for
automatic differentiation would weigh more than everything else that is installed (ADR 0023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from common.errors import DataError
from movies.demographics import AGE_BANDS, GENDERS, GROUPS
from recommend.scoring import FACTORS
from recommend.training.data import RatingData, pool_of
from recommend.training.recommenders.base import Demographics

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Parameters = dict[str, Floats32]

FEWEST_LIKES = 3  # of a person who is trained on: a pick, and something to decode
BATCH = 256
ADAM = (0.9, 0.999, 1e-8)  # D. Kingma, J. Ba, "Adam", ICLR 2015
BANDS = (0, *AGE_BANDS)
UNKNOWN = 0  # the place of an unknown gender or band


@dataclass(frozen=True)
class EncoderModel:
    """`encoders` and `decoders` (n_movies, f), `biases` (n_movies,), `groups` (3, 8, f).

    The places of `groups` are those of `movies.demographics.group_of`, 0 of both for unknown.
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
        decoded = self.codes(liked, demographics) @ self.decoders.T.astype(np.float64)
        return np.asarray(decoded + self.biases)


@dataclass(frozen=True)
class SurveyEncoder:
    """Defaults: found by `manage.py tune_model` on MovieLens 1M (docs/evaluation.md).

    `pool_share`: how often the picks are drawn from the 200 films with the most likes, as most
    answers to the survey are; else from all likes. `unknown`: how often gender, and age, are
    hidden, as people may leave both unanswered. `passes` over all people, each time with other
    picks. `regularization` of encoders, decoders and groups.
    """

    factors: int = FACTORS
    passes: int = 40
    learning_rate: float = 2e-3
    regularization: float = 2e-5
    most_picks: int = 15
    pool_share: float = 0.8
    unknown: float = 0.1

    def fit(self, data: RatingData, *, seed: int) -> EncoderModel:
        """One thread, so that sums are always added up in the same order."""
        rows = np.flatnonzero(np.diff(data.liked.indptr) >= FEWEST_LIKES)
        if not len(rows):
            raise DataError(f"nobody in {data.name} likes {FEWEST_LIKES} films")
        rng = np.random.default_rng(seed)
        answers = _Answers(data, self)
        with threadpool_limits(1, "blas"):
            parameters = self._start(data, rng)
            optimiser = _Adam(parameters)
            steps = self.passes * -(-len(rows) // BATCH)
            for number, batch in enumerate(_batches(rows, self.passes, rng)):
                rate = self.learning_rate * 0.5 * (1.0 + np.cos(np.pi * number / steps))
                optimiser.step(parameters, self._gradient(parameters, *answers.draw(batch, rng)),
                               rate)  # fmt: skip
        return _model(parameters)

    def _start(self, data: RatingData, rng: np.random.Generator) -> Parameters:
        """Small random films; the bias of each is the logarithm of its share of all likes."""
        size = len(data.movie_ids), self.factors
        likes = np.asarray(data.liked.sum(axis=0)).ravel() + 1.0
        return {
            "encoders": (0.3 * rng.standard_normal(size)).astype(np.float32),
            "decoders": (0.1 * rng.standard_normal(size)).astype(np.float32),
            "biases": np.log(likes / likes.sum()).astype(np.float32),
            "groups": np.zeros((len(GENDERS) + len(BANDS), self.factors), np.float32),
        }

    def _gradient(
        self,
        at: Parameters,
        picks: sparse.csr_matrix,
        groups: sparse.csr_matrix,
        truths: sparse.csr_matrix,
    ) -> Parameters:
        """Of the mean loss of a batch: `picks` (n, n_movies), `groups` (n, 11), `truths`.

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


def group_places(demographics: Demographics) -> tuple[Ints, Ints]:
    """The places (n,), (n,) of each respondent's gender and age band."""
    genders = np.array([GENDERS.index(one) for one in demographics.genders.tolist()], np.int64)
    bands = np.array([BANDS.index(one) for one in demographics.age_bands.tolist()], np.int64)
    return genders, bands


def _batches(rows: Ints, passes: int, rng: np.random.Generator) -> list[Ints]:
    """All rows in random order, as often as there are passes, in batches of equal size."""
    batches = []
    for _ in range(passes):
        order = rng.permutation(rows)
        count = -(-len(order) // BATCH)
        batches += np.array_split(order, count)
    return batches


class _Answers:
    """Draws what people would answer to the survey, out of what they like."""

    def __init__(self, data: RatingData, parameters: SurveyEncoder) -> None:
        self._parameters = parameters
        self._liked = data.liked
        self._pool = np.zeros(len(data.movie_ids), dtype=bool)
        self._pool[pool_of(data)] = True
        self._places = group_places(Demographics(data.genders, data.age_bands))

    def draw(
        self, batch: Ints, rng: np.random.Generator
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
        """`picks` weighted 1 / sqrt(k), `groups` 0/1, and `truths` of which each row adds up
        to 1, of the people at the rows `batch`."""
        drawn = [self._picks(row, rng) for row in batch.tolist()]
        size = len(batch), self._liked.shape[1]
        picks = _rows(drawn, [1.0 / np.sqrt(len(one)) for one in drawn], size)
        likes = [self._liked[row].indices for row in batch.tolist()]
        others = [np.setdiff1d(a, b) for a, b in zip(likes, drawn, strict=True)]
        truths = _rows(others, [1.0 / len(one) for one in others], size)
        return picks, self._groups(batch, rng), truths

    def _picks(self, row: int, rng: np.random.Generator) -> Ints:
        liked = self._liked[row].indices.astype(np.int64)
        if rng.random() < self._parameters.pool_share:
            known = liked[self._pool[liked]]
            liked = known if len(known) >= FEWEST_LIKES else liked
        count = int(rng.integers(1, self._parameters.most_picks + 1))
        return np.sort(rng.choice(liked, max(min(count, len(liked) - 2), 1), replace=False))

    def _groups(self, batch: Ints, rng: np.random.Generator) -> sparse.csr_matrix:
        """One column a gender, one a band; hidden ones are unknown."""
        genders, bands = (
            np.where(rng.random(len(batch)) < self._parameters.unknown, UNKNOWN, places[batch])
            for places in self._places
        )
        places = [np.array(pair) for pair in zip(genders, len(GENDERS) + bands, strict=True)]
        return _rows(places, [1.0] * len(batch), (len(batch), len(GENDERS) + len(BANDS)))


def _rows(
    columns: Sequence[Ints], values: Sequence[float], size: tuple[int, int]
) -> sparse.csr_matrix:
    """A matrix with one value in each row, at some columns of it."""
    lengths = [len(one) for one in columns]
    return sparse.csr_matrix(
        (
            np.repeat(np.asarray(values, np.float32), lengths),
            np.concatenate(columns),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=size,
    )


class _Adam:
    """Steps along running means of the gradient, each number's by its own scale."""

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
