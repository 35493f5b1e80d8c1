"""Training: seeds, calibration, the survey simulation, what a run stores."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from scipy import sparse

from common.errors import DataError
from movies.models import Movie, Platform
from recommend.decision.outlook import ABSENT, THERE, UNKNOWN
from recommend.lab.calibration.spread import CANDIDATES
from recommend.lab.data.cases import Cases, top_movies
from recommend.lab.data.database import read_availability
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.data.survey_films import survey_films
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.als_factors import AlsParameters, fit_als
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation.survey import recall_and_ndcg, simulate_survey
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import ModelRun, Rating
from recommend.ranking.answers import Answers
from recommend.results.recommendation import recommend
from recommend.scoring.calibration import Calibration
from tests.worlds import GENRES, USERS, film_ids, world_data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    """The tiny invented world, without the database."""
    return world_data(tmp_path_factory.mktemp("world"))


def test_als_with_the_same_seed_is_the_same_to_the_digit(data: RatingData) -> None:
    first, second = (fit_als(data.liked, seed=4) for _ in range(2))
    assert first.users.tolist() == second.users.tolist()
    assert first.movies.tolist() == second.movies.tolist()


def test_taste_vectors_find_the_genre(data: RatingData) -> None:
    model = fit_als(data.liked, seed=1)
    columns = np.searchsorted(data.movie_ids, film_ids("Drama")[:4])
    cases = Cases(np.array([""]), np.array([0]), [columns])
    scores = model.tastes(cases.picks) @ model.movies.T
    top = data.movie_ids[top_movies(scores, cases, 10)[0]]
    assert set(top) <= set(film_ids("Drama"))


def test_recall_and_ndcg_by_hand() -> None:
    top = np.array([[10, 11, 12]])
    truths = [np.array([11, 99])]
    recall, ndcg = recall_and_ndcg(top, truths)
    assert recall == pytest.approx(1 / 2)
    assert ndcg == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))


def test_the_literal_twin_by_hand() -> None:
    frame = pd.DataFrame(
        [(1, 1, 5), (1, 2, 5), (2, 1, 5), (2, 3, 5), (2, 4, 1), (3, 1, 5), (3, 2, 5)],
        columns=["ml_user_id", "movie_id", "rating"],
    )
    people = pd.DataFrame(
        {"ml_user_id": [1, 2, 3], "gender": ["male", "female", "male"], "age_band": [25, 25, 25]}
    )
    data = rating_data(frame, people, name="", digest="")
    cases = Cases(
        np.array(["female", "male", "male"]),
        np.array([25, 25, 56]),
        [np.array([0, 1]), np.array([0, 1]), np.array([0, 2])],
    )
    twins = formulas.jaccard_twins(data, cases)
    assert data.user_ids[twins].tolist() == [2, 1, 2]
    scores = formulas.literal_twin(data, twins, np.ones((3, 4)))
    assert np.isneginf(scores[0]).tolist() == [True, False, True, True]


class TestSurveySimulation:
    def test_held_out_users_are_not_in_training(self, data: RatingData) -> None:
        simulation = simulate_survey(data, seed=1)
        assert len(simulation.train.user_ids) == USERS - int(0.15 * USERS)
        assert len(simulation.cases) + len(simulation.train.user_ids) <= USERS

    def test_picks_and_truth_are_the_likes_of_one_person(self, data: RatingData) -> None:
        simulation = simulate_survey(data, seed=2, picks=5)
        for picks, truth in zip(simulation.cases.picks, simulation.truths, strict=True):
            assert len(picks) == 5
            assert not set(picks) & set(truth)
            genres = {int(data.movie_ids[c] - 1) // 20 for c in [*picks, *truth]}
            assert len(genres) == 1

    def test_the_same_seed_draws_the_same(self, data: RatingData) -> None:
        first, second = (simulate_survey(data, seed=3) for _ in range(2))
        other = simulate_survey(data, seed=4)
        assert first.user_ids.tolist() == second.user_ids.tolist() != other.user_ids.tolist()
        for one, two in zip(first.cases.picks, second.cases.picks, strict=True):
            assert one.tolist() == two.tolist()

    def test_too_small_a_data_set_says_so(self) -> None:
        frame = pd.DataFrame({"ml_user_id": [1], "movie_id": [1], "rating": [5.0]})
        people = pd.DataFrame({"ml_user_id": [1], "gender": [""], "age_band": [None]})
        with pytest.raises(DataError, match="too few active users"):
            simulate_survey(rating_data(frame, people, name="tiny", digest=""), seed=1)


class TestFilmsForTheSurvey:
    def test_they_are_the_films_that_most_people_like(
        self, data: RatingData, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        likes = np.bincount(data.movies[data.ratings >= 4], minlength=len(data.movie_ids))
        order = np.lexsort((np.arange(len(likes)), -likes))
        factors = fit_als(data.liked, seed=1).movies
        factors[order[0]] = 0.0  # as of a film that nobody likes
        monkeypatch.setattr("recommend.lab.data.survey_films.MOST_FILMS", 30)
        films = survey_films(data.like_counts, factors)
        assert films.columns.tolist() == sorted(order[1:31].tolist())
        assert films.likes.tolist() == likes[films.columns].tolist()

    def test_a_run_stores_them(self, live_model: ModelRun) -> None:
        films = live_model.survey_films.all()
        assert {film.movie_id for film in films} == set(
            live_model.movie_factors.values_list("movie_id", flat=True)
        )
        likes = Rating.objects.observed().filter(movie=1, rating__gte=4)
        assert films.get(movie=1).likes == likes.count()


def test_a_run_stores_parameters_metrics_and_vectors(live_model: ModelRun) -> None:
    assert live_model.parameters["rating_algorithm"] == "StarBlend"
    weights = live_model.parameters["rating_parameters"]["weights"]
    assert list(weights) == ["covariance", "neighbours"]
    assert live_model.parameters["als"]["factors"] == 64
    assert 0 < live_model.metrics["rmse"] < 2
    assert live_model.metrics["blend_ndcg_at_50"] > live_model.metrics["popularity_ndcg_at_50"]
    assert live_model.taste_vectors.count() == USERS
    assert live_model.movie_factors.count() == 20 * len(GENRES)
    assert live_model.data_name == "world"


def test_a_run_stores_how_likely_its_films_are_liked(live_model: ModelRun) -> None:
    stored = live_model.chances
    assert len(stored.coefficients) == 6
    assert len(stored.resampled) == 30
    assert stored.spread in CANDIDATES
    large, small = stored.probabilities(np.log([1 / 5, 1 / 5000]), [20, 20])
    assert 0.5 < large < 1
    assert 0 < small < 0.2


@pytest.mark.usefixtures("few_steps")
def test_without_availability_the_spread_is_the_default(world: str) -> None:
    Movie.objects.update(platforms_fetched={}, platforms_staff={})
    run = train_model(plan=TrainingPlan())
    assert run.chances.spread == Calibration.spread


def test_training_knows_where_the_films_are_of_platforms_that_can_be_compared(world: str) -> None:
    Platform.objects.exclude(slug__in=["netflix", "watcha", "tving"]).update(is_active=False)
    Movie.objects.filter(movie_id=4).update(platforms_staff={"netflix": False, "gone": True})
    availability = read_availability(np.array([4, 22, 60]))
    assert list(availability.platforms) == ["netflix", "watcha"], "of TVING nothing is known"
    assert availability.states.tolist() == [[ABSENT, THERE], [THERE, UNKNOWN], [UNKNOWN, UNKNOWN]]
    assert availability.expected.tolist() == [[0, 1], [1, 0], [0, 0]]
    assert availability.actual.tolist() == [[0, 1], [1, 0], [0, 0]]


def test_predictions_are_of_unseen_films_only(live_model: ModelRun) -> None:
    predicted = Rating.objects.filter(run=live_model)
    assert predicted.count() == USERS * (20 * len(GENRES) - 23)
    observed = set(Rating.objects.observed().values_list("ml_user_id", "movie_id"))
    assert not observed & set(predicted.values_list("ml_user_id", "movie_id"))
    assert set(predicted.values_list("kind", flat=True)) == {"predicted"}


@pytest.mark.usefixtures("few_steps")
def test_somebody_who_likes_nothing_has_no_taste_vector(world: str) -> None:
    Rating.objects.filter(ml_user=1, rating__gte=4).delete()
    run = train_model(plan=TrainingPlan())
    assert not run.taste_vectors.filter(ml_user=1).exists()
    assert run.taste_vectors.filter(ml_user=2).exists()


@pytest.mark.django_db
def test_training_without_data_says_what_to_run() -> None:
    with pytest.raises(CommandError, match="load_movielens"):
        call_command("train_model")
    with pytest.raises(CommandError, match="train_model"):
        call_command("predict_ratings")
    with pytest.raises(CommandError, match="load_movielens"):
        call_command("evaluate")


@pytest.mark.usefixtures("few_steps")
def test_the_commands_lead_from_data_to_a_live_model(world: str, tmp_path: Path) -> None:
    out = StringIO()
    call_command("train_model", "--rating-algorithm", "BaselineOnly", "--seed", "3", stdout=out)
    file = tmp_path / "predictions.csv"
    call_command("predict_ratings", "--output", str(file), "--size", "5", stdout=out)
    call_command("load_predictions", str(file), stdout=out)
    call_command("publish_model", stdout=out)
    assert f"Wrote {USERS * 5:,} predicted ratings" in out.getvalue()
    live = ModelRun.objects.live()
    assert live is not None
    assert live.parameters["rating_algorithm"] == "BaselineOnly"
    assert file.read_text().splitlines()[0] == "ml_user_id,movie_id,rating,rank"


def test_predicting_needs_the_file_of_the_run_and_a_known_suffix(
    live_model: ModelRun, tmp_path: Path, settings: Any
) -> None:
    settings.MODEL_DIR = tmp_path / "elsewhere"
    with pytest.raises(CommandError, match=r"must end in \.csv or \.parquet"):
        call_command("predict_ratings", "--output", str(tmp_path / "x.txt"))
    with pytest.raises(CommandError, match="not on this machine"):
        call_command("predict_ratings")
    with pytest.raises(CommandError, match="there is no model run 999"):
        call_command("predict_ratings", "--run", "999")


@pytest.mark.usefixtures("few_steps")
def test_the_model_file_of_another_database_is_refused(world: str) -> None:
    run = train_model(plan=TrainingPlan())
    ModelRun.objects.filter(pk=run.pk).update(seed=77)
    with pytest.raises(CommandError, match="of another database"):
        call_command("predict_ratings")


@pytest.mark.usefixtures("few_steps")
def test_fewer_factors_than_64_are_stored_padded(world: str) -> None:
    run = train_model(
        plan=TrainingPlan(
            blend=Blend(als=AlsParameters(factors=4), encoder=SurveyEncoder(factors=4))
        )
    )
    vector = np.asarray(run.movie_factors.first().factors)
    assert len(vector) == 64
    assert not vector[4:].any()
    ModelRun.objects.filter(pk=run.pk).update(state="live", published_at=timezone.now())
    films = recommend(Answers(gender="female", age=27, liked=film_ids("Drama")[:5])).films
    assert len(films) == 50


def test_a_film_nobody_likes_does_not_break_als() -> None:
    liked = sparse.csr_matrix(np.array([[1, 0, 1], [1, 0, 0]], dtype=np.float32))
    model = fit_als(liked, seed=1, parameters=AlsParameters(factors=2))
    assert np.isfinite(model.movies).all()
