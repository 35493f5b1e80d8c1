"""The encoder of answers: its formula, its gradient, and that it learns what the survey asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from common.errors import DataError
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.recommenders.answers import SurveyAnswers
from recommend.lab.recommenders.encoder import EncoderModel, SurveyEncoder


@pytest.fixture(scope="module")
def data() -> RatingData:
    """240 people of two kinds, 40 films; women like the first 20, men the others, nearly always."""
    rng = np.random.default_rng(8)
    rows = []
    for user in range(1, 241):
        odds = np.where(np.arange(40) // 20 == user % 2, 15.0, 1.0)
        liked = rng.choice(40, 12, replace=False, p=odds / odds.sum())
        rows += [(user, film + 1, 5.0) for film in liked]
    ratings = pd.DataFrame(rows, columns=["ml_user_id", "movie_id", "rating"])
    people = pd.DataFrame({"ml_user_id": range(1, 241), "age_band": 25})
    people["gender"] = np.where(people["ml_user_id"] % 2 == 0, "female", "male")
    return rating_data(ratings, people, name="two kinds", digest="")


@pytest.fixture(scope="module")
def model(data: RatingData) -> EncoderModel:
    """With default parameters."""
    return SurveyEncoder().fit(data, seed=1)


def who(gender: str, band: int) -> Demographics:
    return Demographics(np.array([gender]), np.array([band]))


def test_a_score_is_the_product_of_code_and_decoder_and_the_bias() -> None:
    groups = np.zeros((3, 8, 2), np.float32)
    groups[1, 3] = [0.5, -1.0]
    model = EncoderModel(
        encoders=np.array([[1, 0], [0, 2], [3, 1], [2, 2]], np.float32),
        decoders=np.array([[1, 1], [0, 1], [2, 0], [1, -1]], np.float32),
        biases=np.array([0.0, 0.25, -1.0, 4.0], np.float32),
        groups=groups,
    )

    scores = model.score([np.array([0, 1, 2, 3])], who("female", 25))

    code = np.array([6.0, 5.0]) / 2.0 + np.array([0.5, -1.0])  # four picks, so sqrt(4)
    assert code.tolist() == [3.5, 1.5]
    assert scores[0].tolist() == [5.0, 1.75, 6.0, 6.0]


def test_without_picks_and_answers_the_bias_decides() -> None:
    model = EncoderModel(
        np.ones((3, 2), np.float32),
        np.ones((3, 2), np.float32),
        np.array([0.1, 0.3, 0.2], np.float32),
        np.zeros((3, 8, 2), np.float32),
    )
    scores = model.score([np.array([], np.int64)], who("", 0))
    assert np.argsort(-scores[0]).tolist() == [1, 2, 0]


def test_the_gradient_is_that_of_the_loss(data: RatingData) -> None:
    """By central differences, in float64."""
    encoder = SurveyEncoder(factors=3, regularization=0.01)
    rng = np.random.default_rng(2)
    answers = SurveyAnswers(data, most_picks=5, pool_share=0.5, unknown=0.3)
    picks, groups, truths = (
        one.astype(np.float64) for one in answers.draw(np.arange(0, 40, 5), rng)
    )
    at = {
        name: rng.standard_normal(shape)
        for name, shape in (
            ("encoders", (40, 3)),
            ("decoders", (40, 3)),
            ("biases", (40,)),
            ("groups", (11, 3)),
        )
    }

    def loss() -> float:
        codes = picks @ at["encoders"] + groups @ at["groups"]
        scores = codes @ at["decoders"].T + at["biases"]
        scores[picks.nonzero()] = -np.inf
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        rows, columns = truths.nonzero()
        likelihood = np.asarray(truths[rows, columns]).ravel() * np.log(shares[rows, columns])
        penalty = sum((at[name] ** 2).sum() for name in ("encoders", "decoders", "groups"))
        return float(-likelihood.sum() / picks.shape[0] + encoder.regularization * penalty)

    gradient = encoder._gradient(at, picks, groups, truths)

    for name, values in at.items():
        places = [tuple(rng.integers(0, size) for size in values.shape) for _ in range(12)]
        for place in places:
            before = values[place]
            values[place] = before + 1e-5
            above = loss()
            values[place] = before - 1e-5
            below = loss()
            values[place] = before
            assert gradient[name][place] == pytest.approx((above - below) / 2e-5, abs=1e-6)


def test_it_finds_the_kind_of_films_that_were_picked(model: EncoderModel) -> None:
    for first in (0, 20):
        picks = np.arange(first, first + 4)
        scores = model.score([picks], who("", 0))[0]
        scores[picks] = -np.inf
        best = np.argsort(-scores)[:10]
        assert ((best >= first) & (best < first + 20)).sum() >= 9


def test_without_picks_it_goes_by_gender(model: EncoderModel) -> None:
    nothing = [np.array([], np.int64)]
    women = np.argsort(-model.score(nothing, who("female", 25))[0])[:10]
    men = np.argsort(-model.score(nothing, who("male", 25))[0])[:10]
    assert (women < 20).sum() >= 9
    assert (men >= 20).sum() >= 9


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(data: RatingData) -> None:
    encoder = SurveyEncoder(passes=3, fewest_steps=1)
    first, again, other = (encoder.fit(data, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first.decoders, again.decoders)
    assert not np.array_equal(first.decoders, other.decoders)


def test_where_nobody_likes_three_films_it_says_so(data: RatingData) -> None:
    low = replace(data, ratings=np.ones(len(data.ratings)))
    with pytest.raises(DataError, match="nobody in two kinds likes 3 films"):
        SurveyEncoder().fit(low, seed=1)
