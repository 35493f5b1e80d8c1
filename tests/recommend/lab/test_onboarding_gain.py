"""What the choice of films for the survey is measured by: one truth, no leak, entropies by hand."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.core.management import call_command

from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.data.release import read_release
from recommend.lab.evaluation.onboarding import (
    BASELINE,
    NO_QUOTAS,
    SCREEN,
    SCREENS,
    SURVEY,
    TAPS,
    Show,
    SurveyedPerson,
    answered,
    evaluate_onboarding,
    person_of,
    star_entropies,
    strategies,
)
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation.survey import Simulation, simulate_survey
from tests.worlds import write_world

QUICK = Blend(encoder=SurveyEncoder(passes=30, fewest_steps=30, learning_rate=0.02))
ADAPTED = (NO_QUOTAS, SURVEY)
NAMES = (BASELINE, "random", "entropy", "pop-entropy", "survey, not adaptive", *ADAPTED)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    return read_release(write_world(tmp_path_factory.mktemp("gain") / "world"))


@pytest.fixture(scope="module")
def simulation(data: RatingData) -> Simulation:
    return simulate_survey(data, seed=1)


@pytest.fixture(scope="module")
def people(data: RatingData, simulation: Simulation) -> list[SurveyedPerson]:
    rng = np.random.default_rng(1)
    return [person_of(data, simulation, row, rng) for row in range(len(simulation.cases))]


@pytest.fixture(scope="module")
def shows(data: RatingData, simulation: Simulation) -> dict[str, Show]:
    model = QUICK.fit(simulation.train, seed=1)
    return strategies(simulation.train, model, [""] * len(data.movie_ids), seed=1)


def test_the_entropy_of_stars_is_in_bits() -> None:
    stars = {10: [5, 5, 5, 5], 20: [1, 5, 1, 5], 30: [1, 2, 3, 4], 40: [4, 4, 4, 1]}
    rows = [(user, film, star) for film, own in stars.items() for user, star in enumerate(own)]
    frame = pd.DataFrame(rows, columns=["ml_user_id", "movie_id", "rating"])
    persons = pd.DataFrame({"ml_user_id": range(4), "gender": "", "age_band": None})
    data = rating_data(frame, persons, name="stars", digest="")
    # -(3/4 log2 3/4 + 1/4 log2 1/4) = 0.8113
    assert star_entropies(data) == pytest.approx([0.0, 1.0, 2.0, 0.8113], abs=1e-4)


class TestPeople:
    def test_half_of_their_likes_may_be_picked_and_the_others_are_to_be_found(
        self, data: RatingData, simulation: Simulation, people: list[SurveyedPerson]
    ) -> None:
        for user, person in zip(simulation.user_ids.tolist(), people, strict=True):
            own = data.liked[int(np.searchsorted(data.user_ids, user))].indices.tolist()
            assert {*person.pickable, *person.truth.tolist()} == {*own}
            assert len(person.truth) == len(own) - len(own) // 2
            assert not person.pickable & {*person.truth.tolist()}
            assert person.pickable <= person.seen
            assert not person.seen & {*person.truth.tolist()}

    def test_no_person_who_answers_was_trained_on(self, simulation: Simulation) -> None:
        assert not {*simulation.user_ids.tolist()} & {*simulation.train.user_ids.tolist()}


class TestStrategies:
    def test_all_are_there(self, shows: dict[str, Show]) -> None:
        assert tuple(shows) == NAMES

    @pytest.mark.parametrize("name", NAMES)
    def test_nothing_is_shown_twice_and_nothing_to_be_found_is_picked(
        self, name: str, shows: dict[str, Show], people: list[SurveyedPerson]
    ) -> None:
        screens = 0
        for shown, picks in answered(people, shows[name]):
            screens += 1
            for person, films, own in zip(people, shown, picks, strict=True):
                assert len(films) == len({*films}) == SCREEN * screens
                assert {*own} == person.pickable & {*films}
                assert not {*own} & {*person.truth.tolist()}
        assert screens == SCREENS

    def test_popularity_shows_most_likes_first(
        self, shows: dict[str, Show], simulation: Simulation
    ) -> None:
        likes = np.asarray(simulation.train.liked.sum(axis=0)).ravel()
        first = shows[BASELINE]([], [])
        assert first == np.argsort(-likes, kind="stable")[:SCREEN].tolist()
        assert shows[BASELINE]([], first)[0] == np.argsort(-likes, kind="stable")[SCREEN]

    def test_only_the_survey_adapts(self, shows: dict[str, Show], data: RatingData) -> None:
        # Films of one genre are picked; 1..20 Action, 61..80 Horror.
        action, horror = (np.searchsorted(data.movie_ids, ids) for ids in ([1, 2, 3], [61, 62, 63]))
        before = [*action.tolist(), *horror.tolist()]
        for name, show in shows.items():
            screens = [show(picks.tolist(), before) for picks in (action, horror)]
            assert (screens[0] != screens[1]) == (name in ADAPTED)

    def test_without_picks_and_series_the_survey_shows_what_is_popular(
        self, shows: dict[str, Show], data: RatingData
    ) -> None:
        popular = shows[BASELINE]([], [])
        assert shows[NO_QUOTAS]([], []) == popular
        # Quotas change the end of the screen alone: a film of every kind of taste is on it.
        assert len({*shows[SURVEY]([], [])} & {*popular}) >= SCREEN // 2


class TestEvaluation:
    def test_all_strategies_are_measured_on_the_same_people(self, data: RatingData) -> None:
        series = [""] * len(data.movie_ids)
        rows = evaluate_onboarding(data, series=series, seeds=[1], blend=QUICK)
        assert [(row.strategy, row.films) for row in rows] == [
            (name, films)
            for name in NAMES
            for films in [SCREEN, 2 * SCREEN, *[3 * SCREEN] * (4 if name in ADAPTED else 1)]
        ]
        assert [row.taps for row in rows if row.strategy == SURVEY] == [0, 0, 0, *TAPS]
        for row in rows:
            assert row.picked <= row.recognised <= row.films
            assert 0 < row.ndcg <= 1
        base = {row.films: row for row in rows if row.strategy == BASELINE}
        without = {row.taps: row for row in rows if row.strategy == NO_QUOTAS}
        for row in rows:
            other = without[row.taps] if row.taps else base[row.films]
            difference = row.ndcg - other.ndcg
            assert row.against.difference.value == pytest.approx(difference)
        again = evaluate_onboarding(data, series=series, seeds=[1], blend=QUICK)
        assert rows == again


class TestCommand:
    @pytest.mark.usefixtures("few_steps")
    @pytest.mark.parametrize("of_release", [True, False])
    def test_it_says_and_writes_what_the_survey_gains(
        self, world: str, tmp_path: Path, of_release: bool
    ) -> None:
        path, page, out = tmp_path / "gain.json", tmp_path / "page.md", StringIO()
        options = ["--onboarding", "--seeds", "1", "--json", str(path), "--markdown", str(page)]
        if of_release:
            options += ["--release", str(write_world(tmp_path / "world"))]
        call_command("evaluate", *options, stdout=out)
        (rows,) = json.loads(path.read_text()).values()
        first = next(row for row in rows if row["strategy"] == SURVEY)
        assert f"{first['ndcg']:.4f}" in out.getvalue()
        summary = out.getvalue().splitlines()[-1]
        assert f"to popularity {first['against']['ratio']['value']:.3f} (" in summary
        assert "<!-- generated: onboarding world -->" in page.read_text()
        assert f"| 24 | {SURVEY} |" in page.read_text()
