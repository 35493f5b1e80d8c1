"""The blend of stars: covariance of the films, film neighbours, learned weights."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from common.commands.progress import silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.stars import algorithms, covariance, surprise
from recommend.lab.stars import blend as star_blend
from recommend.lab.stars.blend import FilmNeighbours, StarBlend
from recommend.lab.stars.covariance import FilmCovariance, fit_covariance
from recommend.lab.stars.factors import Factors, fit_factors
from recommend.lab.stars.neighbours import neighbour_means
from recommend.lab.training import train
from tests.worlds import write_world


def small(rows: list[tuple[int, int, float]], people: int = 3) -> RatingData:
    frame = pd.DataFrame(rows, columns=["ml_user_id", "movie_id", "rating"])
    users = pd.DataFrame(
        {"ml_user_id": range(1, people + 1), "gender": [""] * people, "age_band": [0] * people}
    )
    return rating_data(frame, users, name="small", digest="")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    folder = write_world(tmp_path_factory.mktemp("world"))
    ratings = pd.read_csv(folder / "rating.csv").rename(columns={"user_id": "ml_user_id"})
    people = pd.DataFrame({"ml_user_id": range(1, 81), "gender": [""] * 80, "age_band": [0] * 80})
    return rating_data(ratings, people, name="world", digest="")


def flat_svd(mean: float, users: list[float], films: list[float]) -> Factors:
    """Factors of one dimension and no biases."""
    return Factors(
        mean,
        np.zeros(len(users), dtype=np.float32),
        np.zeros(len(films), dtype=np.float32),
        np.array(users, dtype=np.float32)[:, None],
        np.array(films, dtype=np.float32)[:, None],
    )


class TestNeighbours:
    def test_the_weighted_mean_by_hand(self) -> None:
        similarities = np.array([[0.5, 0.25, 0.9], [0.5, -0.2, 0.1]])
        found = neighbour_means(similarities, np.array([1.0, 3.0, 5.0]), k=2)
        assert found == pytest.approx([(0.5 * 1 + 0.9 * 5) / 1.4, (0.5 * 1 + 0.1 * 5) / 0.6])

    def test_of_equal_similarities_the_first_ones_count(self) -> None:
        similarities = np.array([[0.5, 0.9, 0.5, 0.5]])
        found = neighbour_means(similarities, np.array([1.0, 2.0, 30.0, 40.0]), k=2)
        assert found == pytest.approx([(0.5 * 1 + 0.9 * 2) / 1.4])

    def test_nobody_alike_gives_no_value(self) -> None:
        similarities = np.array([[0.0, -1.0], [0.2, 0.0]])
        found = neighbour_means(similarities, np.array([1.0, 2.0]), k=1)
        assert np.isnan(found[0])
        assert found[1] == pytest.approx(1.0)
        assert np.isnan(neighbour_means(np.empty((1, 0)), np.empty(0), k=3)).all()
        assert np.isnan(neighbour_means(similarities, np.array([1.0, 2.0]), k=2, least=2)).all()


class TestCovarianceOfFilms:
    def test_the_prediction_by_hand(self) -> None:
        data = small([(1, 10, 5.0), (1, 20, 4.0), (2, 10, 2.0), (2, 30, 3.0), (3, 20, 1.0)])
        model = fit_covariance(data, flat_svd(3.0, [1.0, 0.0, -1.0], [0.5, 1.0, 0.2]), steps=0)
        mean, films, noise = model.learnt.mean, model.learnt.films, model.learnt.noise
        # No biases; the people's factors have mean 0 and variance 2/3.
        factors = np.array([0.5, 1.0, 0.2])
        own = covariance.OWN_SHARE * noise
        assert films == pytest.approx(
            2 / 3 * np.outer(factors, factors) + own * np.eye(3), abs=1e-6
        )
        fitted = [3.5, 4.0, 3.0, 3.0, 2.0]
        assert noise == pytest.approx(np.mean((np.array(fitted) - [5, 4, 2, 3, 1]) ** 2))
        rated = [0, 1]
        pull = np.linalg.solve(films[np.ix_(rated, rated)] + noise * np.eye(2), [2.0, 1.0])
        assert model.stars(np.array([0]))[0] == pytest.approx(
            mean + films[:, rated] @ pull, abs=1e-5
        )

    def test_a_step_is_the_em_step_of_a_normal_distribution(self) -> None:
        """Against the expectation of the full vectors, written down without any shortcut."""
        data = small([(1, 10, 5.0), (1, 20, 4.0), (2, 10, 2.0), (2, 30, 3.0), (3, 20, 1.0)])
        svd = flat_svd(3.0, [1.0, 0.0, -1.0], [0.5, 1.0, 0.2])
        before = fit_covariance(data, svd, steps=0).learnt
        after = fit_covariance(data, svd, steps=1).learnt
        films = before.films.astype(np.float64)
        means, second, errors = [], np.zeros((3, 3)), []
        for user in range(3):
            rated = data.movies[data.users == user]
            seen = data.ratings[data.users == user]
            gain = films[:, rated] @ np.linalg.inv(
                films[np.ix_(rated, rated)] + before.noise * np.eye(len(rated))
            )
            mean = gain @ (seen - before.mean[rated])
            spread = films - gain @ films[rated]
            means.append(mean)
            second += np.outer(mean, mean) + spread
            left = seen - before.mean[rated] - mean[rated]
            errors += (left**2 + np.diag(spread)[rated]).tolist()
        assert after.films == pytest.approx(second / 3, abs=1e-5)
        assert after.mean == pytest.approx(before.mean + np.mean(means, axis=0), abs=1e-5)
        assert after.noise == pytest.approx(np.mean(errors), rel=1e-5)

    def test_pairs_equal_the_block(self, data: RatingData) -> None:
        model = fit_covariance(data, fit_factors(data, seed=1, options={"n_factors": 5}))
        users, movies = np.array([3, 0, 3]), np.array([7, 1, 0])
        expected = model.stars(np.array([3, 0]))[[0, 1, 0], movies]
        assert model.stars_of_pairs(users, movies) == pytest.approx(expected, abs=1e-5)


def test_pairs_equal_the_block_for_every_component(data: RatingData) -> None:
    blend = algorithms.fit_stars(data, algorithm="StarBlend", seed=1).fitted
    users, movies = np.array([3, 0, 3, 79]), np.array([7, 1, 0, 5])
    for component in blend.components.values():
        block = component.stars(np.arange(80))[users, movies]
        assert component.stars_of_pairs(users, movies) == pytest.approx(block, abs=1e-5)


def test_film_neighbours_are_those_of_surprise(data: RatingData) -> None:
    options = {"k": 4, "sim_options": {"name": "pearson_baseline", "user_based": False}}
    theirs = surprise.fit_surprise(data, algorithm="KNNBaseline", seed=1, options=options)
    ours = star_blend._neighbours(data, 1, 4)
    for row in (0, 33):
        single = [theirs.predict(row, column, clip=False).est for column in range(80)]
        assert ours.stars(np.array([row]))[0] == pytest.approx(single, abs=1e-4)


def test_the_blend_is_the_weighted_sum_by_hand() -> None:
    ratings = sparse.csr_matrix(np.array([[0.0, 1.0]], dtype=np.float32))
    similarities = np.array([[1.0, 0.5], [0.5, 1.0]], dtype=np.float32)
    nothing = np.zeros(1, dtype=np.float32)
    near = FilmNeighbours(3.0, nothing, np.zeros(2, dtype=np.float32), similarities, ratings, 40)
    blend = StarBlend(3.0, (1.0, 5.0), {"near": 0.5}, {"near": near})
    # One neighbour, 1 above the baseline of 3: 4 for both films, half the way from the mean.
    assert blend.stars(np.array([0])).tolist() == [[3.5, 3.5]]


class TestLearnedWeights:
    def test_the_models_do_not_see_the_ratings_that_judge_them(
        self, data: RatingData, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fitted_on = []
        fit = star_blend._fit_components

        def noted(part: RatingData, seed: int, parameters: dict[str, object]) -> object:
            fitted_on.append(part)
            return fit(part, seed, parameters)

        monkeypatch.setattr(star_blend, "_fit_components", noted)
        algorithms.fit_stars(data, algorithm="StarBlend", seed=1)
        first, second = fitted_on
        assert len(first.ratings) == len(data.ratings) - int(0.1 * len(data.ratings))
        assert second is data

    def test_few_ratings_leave_the_weights_about_equal(self) -> None:
        data = small([(1, 10, 5.0), (1, 20, 4.0), (2, 10, 2.0), (2, 30, 3.0), (3, 20, 1.0)])
        weights = algorithms.fit_stars(data, algorithm="StarBlend", seed=1).fitted.weights
        assert list(weights) == ["covariance", "neighbours"]
        assert list(weights.values()) == pytest.approx([1 / 2] * 2, abs=0.1)

    def test_a_component_that_says_nothing_gets_little_weight(
        self, data: RatingData, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(star_blend, "PRIOR", 1.0)
        fit = star_blend._neighbours

        def noise(part: RatingData, seed: int, k: int) -> FilmNeighbours:
            rng = np.random.default_rng(seed)
            near = fit(part, seed, k)
            above = near.above.copy()
            above.data = rng.normal(0, 3, len(above.data)).astype(np.float32)
            return replace(near, above=above)

        honest = algorithms.fit_stars(data, algorithm="StarBlend", seed=1).fitted.weights
        monkeypatch.setattr(star_blend, "_neighbours", noise)
        fooled = algorithms.fit_stars(data, algorithm="StarBlend", seed=1).fitted.weights
        assert abs(fooled["neighbours"]) < honest["neighbours"] / 2

    def test_they_are_told_in_the_parameters(self, data: RatingData) -> None:
        model = algorithms.fit_stars(data, algorithm="StarBlend", seed=1)
        assert model.parameters["weights"] == model.fitted.weights
        assert model.parameters["neighbours"] == 40


def test_too_few_or_too_many_are_refused(data: RatingData, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="at least two ratings"):
        algorithms.fit_stars(small([(1, 10, 5.0)]), algorithm="StarBlend", seed=1)
    monkeypatch.setattr(surprise, "MOST_COMPARED", 79)
    with pytest.raises(DataError, match="StarBlend compares each two of the 80 films"):
        algorithms.fit_stars(data, algorithm="StarBlend", seed=1)


def test_ratings_that_are_all_equal_say_what_to_choose() -> None:
    data = small([(user, film, 4.0) for user in (1, 2, 3) for film in (10, 20, 30)])
    with pytest.raises(DataError, match="train_model --rating-algorithm SVD"):
        algorithms.fit_stars(data, algorithm="StarBlend", seed=1)
    model = algorithms.fit_stars(data, algorithm="SVD", seed=1)
    assert algorithms.predicted_stars(model, data, np.arange(3)).tolist() == [[4.0] * 3] * 3


@pytest.mark.parametrize(
    "rows",
    [
        [(user, film, 4.0) for user in (1, 2, 3) for film in (10, 20, 30)],
        [(1, 10, 5.0), (1, 20, 5.0)],
        [(1, 10, 0.5), (2, 10, 5.0)],
        [(user, film, 3.0) for user in (1, 2) for film in (10, 20)],
    ],
)
def test_training_takes_svd_where_ratings_are_too_few_or_too_much_alike_for_the_blend(
    rows: list[tuple[int, int, float]],
) -> None:
    said: list[str] = []

    def report(stage: str, _done: int, _total: int | None) -> None:
        said.append(stage)

    plan, stars, errors = train._fit_stars(small(rows), train.TrainingPlan(), report)
    assert (plan.rating_algorithm, stars.algorithm) == ("SVD", "SVD")
    assert set(errors) == {"rmse", "mae"}
    assert "StarBlend needs more ratings, or ones that differ more; SVD in its place" in said
    chosen = train.TrainingPlan(rating_algorithm="StarBlend")
    with pytest.raises(DataError):
        train._fit_stars(small(rows), chosen, report)


def test_a_single_rating_trains_nothing_and_says_what_to_load() -> None:
    with pytest.raises(DataError, match="fewer than 2 ratings; load more of them with `manage.py"):
        train._fit_stars(small([(1, 10, 5.0)]), train.TrainingPlan(), silent)


def test_a_stored_blend_predicts_the_same(data: RatingData, tmp_path: Path) -> None:
    model = algorithms.fit_stars(data, algorithm="StarBlend", seed=1)
    path = tmp_path / "blend.pickle"
    path.write_bytes(pickle.dumps(model))
    again = pickle.loads(path.read_bytes())  # noqa: S301 - written a line above
    rows = np.array([0, 50])
    assert isinstance(again.fitted.components["covariance"], FilmCovariance)
    expected = algorithms.predicted_stars(model, data, rows)
    assert algorithms.predicted_stars(again, data, rows).tolist() == expected.tolist()
