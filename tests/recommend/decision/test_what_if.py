"""One pick more or less equals a new fold-in, and the film that would settle the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommend.decision.what_if import Scored, decisive_pick, next_question
from recommend.models import ModelRun
from recommend.ranking.answers import Answers
from recommend.ranking.vectors import run_factors
from recommend.results.forecast import WhatIf
from recommend.results.recommendation import recommend
from recommend.scoring.calibration import Calibration
from recommend.scoring.fold_in import FoldIn
from tests.worlds import film_ids

RNG = np.random.default_rng(4)
FACTORS = RNG.normal(size=(40, 6)) * 0.4
GRAM = FACTORS.T @ FACTORS
SETTINGS = {"confidence": 20.0, "regularization": 10.0}
BY_RANK = Calibration((0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0))


def test_one_more_pick_gives_the_taste_of_folding_all_of_them_in() -> None:
    moved = FoldIn.of(GRAM, FACTORS[:4], **SETTINGS).with_film(FACTORS[10:12])

    for row, film in ((0, 10), (1, 11)):
        refolded = FoldIn.of(GRAM, FACTORS[[0, 1, 2, 3, film]], **SETTINGS).taste
        assert moved[row] == pytest.approx(refolded, abs=1e-9)


def test_one_pick_less_gives_the_taste_of_folding_the_others_in() -> None:
    moved = FoldIn.of(GRAM, FACTORS[:4], **SETTINGS).without_pick()

    assert moved[1] == pytest.approx(
        FoldIn.of(GRAM, FACTORS[[0, 2, 3]], **SETTINGS).taste, abs=1e-9
    )


def test_films_without_interest_stay_in_the_system() -> None:
    whole = FoldIn.of(GRAM, FACTORS[:3], not_interested=FACTORS[5:6], **SETTINGS)
    fewer = FoldIn.of(GRAM, FACTORS[:2], not_interested=FACTORS[5:6], **SETTINGS)

    assert whole.without_pick()[2] == pytest.approx(fewer.taste, abs=1e-9)


def films(scores: list[float], carried: list[list[float]]) -> Scored:
    """Films with one factor each; by default the first platform has the even ones."""
    size = len(scores)
    return Scored(
        scores=np.array(scores),
        ratings=np.full(size, 100),
        factors=np.eye(size),
        carried=np.array(carried, dtype=np.float64),
        calibration=BY_RANK,
    )


LIST = films([0.4, 0.3, 0.2], [[1, 0], [0, 1], [0, 1]])  # 0.5 against 1/3 + 1/4


def test_the_platforms_are_scored_by_the_changed_list() -> None:
    nothing, first_last = LIST.after(np.array([[0, 0, 0], [-1.0, 0, 0]]))

    assert nothing == pytest.approx([1 / 2, 1 / 3 + 1 / 4])
    assert first_last == pytest.approx([1 / 4, 1 / 2 + 1 / 3])


def test_the_film_whose_answer_separates_the_platforms_most_is_asked_about() -> None:
    nothing, much, unlikely = [0.0, 0.0, 0.0], [0.0, 0.0, 0.25], [0.0, 0.0, 0.25]

    found = next_question(LIST, np.array([nothing, much, unlikely]), np.array([0.5, 0.5, 0.01]))

    assert found is not None  # the third film is first, the others one rank lower
    moved = np.array([1 / 3 - 1 / 2, (1 / 4 + 1 / 2) - (1 / 3 + 1 / 4)])
    assert (found.place, found.platform) == (1, 1)
    assert found.value == pytest.approx(0.25 * ((moved - moved.mean()) ** 2).sum())


def test_of_equal_answers_the_earlier_film_is_asked_about() -> None:
    found = next_question(LIST, np.full((3, 3), [0.0, 0.0, 0.25]), np.full(3, 0.5))

    assert found is not None
    assert found.place == 0


def test_many_lists_of_the_same_films_have_the_chances_of_each() -> None:
    calibration = Calibration((-2.7, -0.7, 1.3, -0.16, 0.11, -0.12, 0.01))
    ranks = np.array([[1, 2, 3], [3, 1, 2]])
    ratings = np.array([5, 100, 3000])

    found = calibration.probabilities_of(ranks, ratings)

    for row in (0, 1):
        assert found[row] == pytest.approx(calibration.probabilities(ranks[row], ratings))


@pytest.mark.parametrize(
    "scored", [films([0.4], [[1.0]]), replace(LIST, carried=LIST.carried[:, :1])]
)
def test_one_platform_alone_leaves_nothing_to_ask(scored: Scored) -> None:
    assert next_question(scored, np.zeros((1, len(scored.scores))), np.array([0.5])) is None
    assert decisive_pick(scored, np.zeros((1, len(scored.scores)))) is None


def test_the_decisive_pick_is_the_one_without_which_another_platform_leads_most() -> None:
    one_platform = films([0.4, 0.3, 0.2], [[1, 0], [0, 1], [0, 0]])  # 1/2 against 1/3
    stays, changes = [0.0, 0.0, 0.0], [-0.3, 0.0, 0.0]

    assert decisive_pick(one_platform, np.array([stays, changes])) == (1, 1)
    assert decisive_pick(one_platform, np.array([stays, stays])) is None


def test_a_recommendation_says_what_to_ask_next_and_only_of_other_films(
    live_model: ModelRun,
) -> None:
    picks = film_ids("Action")[:5]

    found = recommend(Answers(gender="female", age=27, liked=picks)).what_if

    assert found.ask is not None
    assert found.ask not in picks
    assert found.ask_platform in {"netflix", "watcha"}
    assert found.pick is None or found.pick in picks


def test_the_literal_twin_has_no_what_if(live_model: ModelRun) -> None:
    picks = film_ids("Action")[:5]

    assert (
        recommend(Answers(gender="female", age=27, liked=picks, strategy="twin")).what_if
        == WhatIf()
    )


def test_the_factors_of_a_run_are_those_stored_by_ascending_id(live_model: ModelRun) -> None:
    run_factors.cache_clear()
    stored = dict(live_model.movie_factors.values_list("movie_id", "factors"))

    found = run_factors(live_model.pk)

    assert found.movie_ids.tolist() == sorted(stored)
    for movie_id in (1, 40, 80):
        factors = found.of(np.array([movie_id])).factors[0]
        assert factors == pytest.approx(np.array(stored[movie_id]))
    assert not found.of(np.array([10**6])).factors.any()
