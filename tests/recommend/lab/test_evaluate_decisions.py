"""`evaluate --decisions`: regret, bounds, calibration and questions, on people held out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from common.errors import DataError
from recommend.decision.bundles import ProductOffer
from recommend.decision.outlook import ABSENT, THERE
from recommend.lab.data.database import read_market, read_observed_ratings
from recommend.lab.data.market import EvaluatedMarket, FilmAvailability
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.decisions import (
    BOUND,
    CONSTANT,
    OTTWIN,
    Bin,
    evaluate_decisions,
    mean_decisions,
)
from recommend.lab.evaluation.invented_market import PLATFORMS, SHARE, invented_market
from recommend.lab.evaluation.questions import ask_people
from recommend.models import ModelRun
from recommend.scoring.weights import Weights
from tests.worlds import GENRES, film_ids


def market(columns: Sequence[int], genres: dict[str, str]) -> EvaluatedMarket:
    """Platforms, each with all films of one genre, at 5,000 won; "a" is used by most."""
    states = np.full((len(columns), len(genres)), ABSENT)
    for place, genre in enumerate(genres.values()):
        states[np.isin(columns, film_ids(genre)), place] = THERE
    offers = [ProductOffer(name, 5000, frozenset([name])) for name in genres]
    return EvaluatedMarket(FilmAvailability.as_seen(list(genres), states), offers, {"a": 50.0})


BY_GENRE = dict(zip("abcd", GENRES, strict=True))


@pytest.fixture
def data(live_model: ModelRun) -> RatingData:
    return read_observed_ratings()


@pytest.fixture
def by_genre(data: RatingData) -> EvaluatedMarket:
    return market(data.movie_ids.tolist(), BY_GENRE)


def test_a_person_who_likes_one_genre_is_sent_to_its_platform(
    data: RatingData, by_genre: EvaluatedMarket
) -> None:
    found = evaluate_decisions(data, by_genre, seed=1, weights=Weights(0.1, 3.0, 10))

    regrets = found.regrets
    assert regrets[OTTWIN]["platform"] == pytest.approx(0.0, abs=0.05)
    assert regrets[CONSTANT]["platform"] > 0.3
    assert regrets["most used"]["platform"] >= regrets[CONSTANT]["platform"]
    assert regrets[OTTWIN]["10000"] <= regrets[CONSTANT]["10000"]
    assert regrets[OTTWIN]["20000"] == 0  # all four platforms
    assert regrets[f"{BOUND}, on the other half"]["platform"] < 0.1
    assert 0 <= found.errors["all films"] < 0.2
    assert sum(one.answers for one in found.sureness) == 7 * found.cases
    assert 0.25 <= found.winners["platform"] < 0.6
    assert found.winners["20000"] == 1, "everybody gets all four"


def test_where_one_platform_has_everything_nothing_beats_naming_it(data: RatingData) -> None:
    everything = np.full((len(data.movie_ids), 2), THERE)
    everything[::2, 1] = ABSENT
    offers = [ProductOffer(name, 5000, frozenset([name])) for name in "ab"]
    one_sided = EvaluatedMarket(FilmAvailability.as_seen(["a", "b"], everything), offers, {})

    found = evaluate_decisions(data, one_sided, seed=1, weights=Weights())

    assert found.regrets[OTTWIN]["platform"] == found.regrets[CONSTANT]["platform"] == 0


def test_fewer_than_two_known_platforms_cannot_be_judged(data: RatingData) -> None:
    with pytest.raises(DataError, match="fewer than two platforms"):
        evaluate_decisions(
            data, market(data.movie_ids.tolist(), {"a": "Drama"}), seed=1, weights=Weights()
        )


def test_several_splits_are_put_together_by_their_answers(
    data: RatingData, by_genre: EvaluatedMarket
) -> None:
    parts = [evaluate_decisions(data, by_genre, seed=seed, weights=Weights()) for seed in (1, 2)]

    mean = mean_decisions(parts)

    assert mean.cases == sum(part.cases for part in parts)
    assert mean.regrets[OTTWIN]["platform"] == pytest.approx(
        np.mean([part.regrets[OTTWIN]["platform"] for part in parts])
    )
    answers = [one.answers for part in parts for one in part.chances]
    assert sum(one.answers for one in mean.chances) == sum(answers)
    assert all(isinstance(one, Bin) for one in mean.sureness)


def test_both_ways_of_asking_reach_an_answer_in_at_least_one_pick(
    data: RatingData, by_genre: EvaluatedMarket
) -> None:
    found = ask_people(data, by_genre, seed=1)

    assert found.people == len(found.fixed.picks) > 0
    assert (found.fixed.picks >= 1).all()
    assert (found.informed.questions >= found.informed.picks).all()
    assert 0 <= found.settled <= found.people


def test_the_invented_platforms_have_the_same_share_of_all_likes(data: RatingData) -> None:
    invented = invented_market(data, seed=3)

    likes = np.asarray(data.liked.sum(axis=0)).ravel()
    shares = likes @ (invented.availability.states == THERE) / likes.sum()
    assert list(invented.availability.platforms) == list(PLATFORMS)
    assert shares == pytest.approx(SHARE, abs=0.03)
    again = invented_market(data, seed=3)
    assert (again.availability.states == invented.availability.states).all()


def test_the_market_is_what_is_known_on_sale_and_used_today(data: RatingData) -> None:
    found = read_market(data)

    assert set(found.platforms()) == {"netflix", "watcha"}
    assert frozenset(["netflix"]) in found.sets(10_000)
    assert found.sets(100) == [frozenset()]
    assert found.usage["netflix"] > 0


def test_the_command_writes_the_tables_and_the_figures(
    live_model: ModelRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = tmp_path / "figures.json"

    call_command("evaluate", "--decisions", "--seeds", "1", "--json", str(figures))

    said = capsys.readouterr().out
    assert "less than the best constant choice by" in said
    assert "until the platform stays" in said
    assert "platform regret" in said.splitlines()[-1]
    stored = json.loads(figures.read_text())["decisions"]
    assert stored["mean"]["regrets"][OTTWIN].keys() >= {"platform", "10000"}
    assert stored["splits"][0]["seed"] == 1


def test_invented_platforms_are_for_decisions_only(live_model: ModelRun) -> None:
    with pytest.raises(CommandError, match="--decisions"):
        call_command("evaluate", "--invented")
