"""Cross-validation of predicted stars: the same folds for all, nothing leaks, tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from common.errors import DataError
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.reports.stars import star_section
from recommend.lab.stars import algorithms, validation
from recommend.lab.stars.validation import StarErrors, cross_validate, fold_of_each_rating
from tests.worlds import write_world


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    folder = write_world(tmp_path_factory.mktemp("world"))
    ratings = pd.read_csv(folder / "rating.csv").rename(columns={"user_id": "ml_user_id"})
    people = pd.DataFrame({"ml_user_id": range(1, 81), "gender": [""] * 80, "age_band": [0] * 80})
    return rating_data(ratings, people, name="world", digest="")


class TestFolds:
    def test_each_rating_is_in_one_fold_of_equal_size(self, data: RatingData) -> None:
        numbers = fold_of_each_rating(data, folds=7, seed=1)
        sizes = np.bincount(numbers, minlength=7)
        assert sizes.sum() == len(data.ratings)
        assert sizes.max() - sizes.min() <= 1

    def test_a_seed_gives_the_same_folds_and_another_seed_others(self, data: RatingData) -> None:
        first, again, other = (fold_of_each_rating(data, folds=5, seed=s) for s in (1, 1, 2))
        assert first.tolist() == again.tolist()
        assert first.tolist() != other.tolist()

    def test_one_fold_or_too_few_ratings_are_refused(self, data: RatingData) -> None:
        with pytest.raises(DataError, match="at least two folds"):
            fold_of_each_rating(data, folds=1, seed=1)
        with pytest.raises(DataError, match="1840 ratings are too few for 921 folds"):
            fold_of_each_rating(data, folds=921, seed=1)


def test_every_rating_is_tested_once_and_never_trained_on_in_its_fold(
    data: RatingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, trained = algorithms.fit_stars, []

    def noted(train: RatingData, **options: object) -> object:
        trained.append(set(zip(train.users.tolist(), train.movies.tolist(), strict=True)))
        return fit(train, **options)

    monkeypatch.setattr(algorithms, "fit_stars", noted)
    cross_validate(data, algorithm="BaselineOnly", folds=3, seed=1)
    every = set(zip(data.users.tolist(), data.movies.tolist(), strict=True))
    left_out = [every - seen for seen in trained]
    assert [len(seen) + len(left) for seen, left in zip(trained, left_out, strict=True)] == [
        len(every)
    ] * 3
    assert set.union(*left_out) == every
    assert sum(map(len, left_out)) == len(every)


@pytest.mark.parametrize("algorithm", ["StarBlend", "SVD", "KNNBaseline"])
def test_shuffled_stars_are_predicted_no_better_than_by_the_mean(
    data: RatingData, algorithm: str
) -> None:
    rng = np.random.default_rng(3)
    shuffled = replace(data, ratings=rng.permutation(data.ratings))
    errors = cross_validate(shuffled, algorithm=algorithm, folds=3, seed=1)
    assert errors.rmse > 0.99 * shuffled.ratings.std()
    assert cross_validate(data, algorithm=algorithm, folds=3, seed=1).rmse < 0.9 * errors.rmse


def test_the_figures_by_hand(data: RatingData, monkeypatch: pytest.MonkeyPatch) -> None:
    """All stars predicted as 3: the errors are those of the test ratings around 3."""
    monkeypatch.setattr(
        algorithms, "stars_of_pairs", lambda model, train, users, movies: np.full(len(users), 3.0)
    )
    found = cross_validate(data, algorithm="BaselineOnly", folds=2, seed=4)
    numbers = fold_of_each_rating(data, folds=2, seed=4)
    off = [data.ratings[numbers == fold] - 3 for fold in (0, 1)]
    assert found.rmse_by_fold == pytest.approx([np.sqrt((one**2).mean()) for one in off])
    assert found.mae_by_fold == pytest.approx([np.abs(one).mean() for one in off])
    assert found.rmse == pytest.approx(np.mean(found.rmse_by_fold))
    half = (found.rmse_by_fold[0] - found.rmse_by_fold[1]) / 2
    assert found.rmse_deviation == pytest.approx(np.sqrt(2) * abs(half))


def test_the_held_out_error_is_that_of_a_random_tenth(data: RatingData) -> None:
    one = algorithms.held_out_error(data, algorithm="SVD", seed=1)
    assert one == algorithms.held_out_error(data, algorithm="SVD", seed=1)
    assert 0 < one["mae"] < one["rmse"] < data.ratings.std()


def test_the_tables_have_a_row_for_each_algorithm_and_compare_in_folds(data: RatingData) -> None:
    told = []
    rows = [
        cross_validate(
            data,
            algorithm=name,
            folds=3,
            seed=1,
            report=lambda stage, done, total: told.append((stage, done, total)),
        )
        for name in ("BaselineOnly", "NormalPredictor")
    ]
    assert rows[0].rmse < rows[1].rmse
    assert told[1] == ("stars (BaselineOnly), fold", 1, 3)
    assert len(told) == 6
    section = star_section("Stars", rows)
    lines = list(section.lines())[2:]
    assert f"{rows[0].rmse:.4f}" in lines[1]
    assert "3/3" in lines[1]
    assert "0/3" in lines[2]
    table = list(section.markdown())[2:-1]
    assert f"| NormalPredictor | {rows[1].rmse:.4f} ±" in table[3]
    assert len(table) == 4


def test_a_single_row_is_compared_with_nothing() -> None:
    row = StarErrors("SVD", (0.85, 0.87), (0.66, 0.68), 1234.5)
    section = star_section("Stars", [row])
    assert list(section.markdown())[4] == "| SVD | 0.8600 ± 0.0141 | 0.6700 ± 0.0141 |  |"
    assert "/" not in list(section.lines())[3]
    assert validation.FOLDS == 5
