"""What one pick more or less changes, and the film that would settle the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommend.decision import what_if
from recommend.decision.what_if import Scored, decisive_pick, next_question
from recommend.models import ModelRun
from recommend.ranking.answers import Answers
from recommend.ranking.vectors import run_factors
from recommend.results.forecast import WhatIf
from recommend.results.recommendation import recommend
from recommend.scoring.calibration import Calibration
from tests.worlds import film_ids

ODDS_ARE_SHARES = Calibration((0.0, 1.0, 0.0, 0.0, 0.0, 0.0))


def films(shares: list[float], carried: list[list[float]]) -> Scored:
    """Films with one number each in the code of the answers."""
    size = len(shares)
    return Scored(
        log_shares=np.log(shares),
        ratings=np.full(size, 100),
        decoders=np.eye(size),
        carried=np.array(carried, dtype=np.float64),
        calibration=ODDS_ARE_SHARES,
    )


def chance(share: float) -> float:
    return share / (1 + share)


LIST = films([0.5, 0.3, 0.2], [[1, 0], [0, 1], [0, 1]])
TWICE = np.log(2)


def test_the_platforms_are_scored_by_the_changed_shares() -> None:
    nothing, first_twice = LIST.after(np.array([[0, 0, 0], [TWICE, 0, 0]]))

    assert nothing == pytest.approx([chance(0.5), chance(0.3) + chance(0.2)])
    others = chance(0.3 / 1.5) + chance(0.2 / 1.5)
    assert first_twice == pytest.approx([chance(1.0 / 1.5), others])


def test_films_with_small_shares_keep_their_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "MOVED", 2)

    (found,) = replace(LIST, decoders=np.eye(2)).after(np.array([[TWICE, 0]]))

    others = chance(0.3 / 1.5) + chance(0.2)
    assert found == pytest.approx([chance(1.0 / 1.5), others])


def test_the_film_whose_answer_separates_the_platforms_most_is_asked_about() -> None:
    changes = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, TWICE], [0.0, 0.0, TWICE]])

    found = next_question(LIST, changes, np.array([0.5, 0.5, 0.01]))

    assert found is not None
    moved = np.diff(LIST.after(changes[:2]), axis=0)[0]
    assert (found.place, found.platform) == (1, 1)
    assert found.value == pytest.approx(0.25 * ((moved - moved.mean()) ** 2).sum())


def test_of_equal_answers_the_earlier_film_is_asked_about() -> None:
    found = next_question(LIST, np.full((3, 3), [0.0, 0.0, TWICE]), np.full(3, 0.5))

    assert found is not None
    assert found.place == 0


@pytest.mark.parametrize(
    "scored", [films([1.0], [[1.0]]), replace(LIST, carried=LIST.carried[:, :1])]
)
def test_one_platform_alone_leaves_nothing_to_ask(scored: Scored) -> None:
    assert next_question(scored, np.zeros((1, len(scored.log_shares))), np.array([0.5])) is None
    assert decisive_pick(scored, np.zeros((1, len(scored.log_shares)))) is None


def test_the_decisive_pick_is_the_one_without_which_another_platform_leads_most() -> None:
    one_platform = films([0.5, 0.3, 0.2], [[1, 0], [0, 1], [0, 0]])
    stays, changes = [0.0, 0.0, 0.0], [-TWICE, 0.0, 0.0]

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
