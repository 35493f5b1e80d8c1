"""Conformance of all star algorithms: equal to Surprise, single = batch, seeds, empty rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from common.errors import DataError
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.stars import algorithms, surprise
from recommend.scoring.star_algorithms import STAR_ALGORITHMS, Family
from tests.worlds import write_world

BY_FILMS = {"sim_options": {"name": "msd", "user_based": False}, "k": 5}
BY_USERS = {"sim_options": {"name": "cosine", "user_based": True}, "k": 5, "min_k": 3}
FEW = {"k": 3, "min_k": 2, "sim_options": {"name": "pearson", "user_based": True}}
NEIGHBOURS = [name for name, one in STAR_ALGORITHMS.items() if one.family is Family.NEIGHBOURS]
OPTIONS: list[tuple[str, dict[str, Any] | None]] = [
    *((name, None) for name in STAR_ALGORITHMS),
    *((name, options) for name in NEIGHBOURS for options in (BY_FILMS, BY_USERS, FEW)),
    ("NMF", {"biased": True, "n_factors": 4}),
    ("SVD", {"biased": False}),
]
EMPTY_ROW, EMPTY_COLUMN = 80, 79


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    """The tiny world, with a person who rated nothing and a film that nobody rated."""
    folder = write_world(tmp_path_factory.mktemp("world"))
    ratings = pd.read_csv(folder / "rating.csv").rename(columns={"user_id": "ml_user_id"})
    people = pd.DataFrame({"ml_user_id": range(1, 82), "gender": [""] * 81, "age_band": [0] * 81})
    whole = rating_data(ratings, people, name="world", digest="")
    kept = whole.movies != EMPTY_COLUMN
    return RatingData(
        whole.name,
        whole.digest,
        whole.user_ids,
        whole.movie_ids,
        whole.users[kept],
        whole.movies[kept],
        whole.ratings[kept],
        whole.genders,
        whole.age_bands,
    )


@pytest.mark.parametrize(("algorithm", "options"), OPTIONS)
class TestEveryAlgorithm:
    def test_a_block_equals_the_users_one_by_one(
        self, data: RatingData, algorithm: str, options: dict[str, Any] | None
    ) -> None:
        model = algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)
        rows = np.array([7, EMPTY_ROW, 0, 55])
        block = algorithms.predicted_stars(model, data, rows)
        for place, row in enumerate(rows):
            single = algorithms.predicted_stars(model, data, np.array([row]))
            assert single.shape == (1, 80)
            assert block[place] == pytest.approx(single[0], abs=1e-6)
        again = algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)
        assert algorithms.predicted_stars(again, data, rows).tolist() == block.tolist()

    def test_stars_are_on_the_scale_for_empty_people_and_films_too(
        self, data: RatingData, algorithm: str, options: dict[str, Any] | None
    ) -> None:
        model = algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)
        every = algorithms.predicted_stars(model, data, np.arange(81))
        assert np.isfinite(every).all()
        assert every.min() >= 1
        assert every.max() <= 5
        if algorithm != "NormalPredictor" and options != {"biased": False}:
            # Nothing is known of either: the mean of all ratings, or near it.
            assert every[EMPTY_ROW, EMPTY_COLUMN] == pytest.approx(data.ratings.mean(), abs=0.2)

    def test_pairs_equal_the_blocks(
        self, data: RatingData, algorithm: str, options: dict[str, Any] | None
    ) -> None:
        model = algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)
        users, movies = np.array([9, 0, 80, 9]), np.array([0, 79, 3, 40])
        every = algorithms.predicted_stars(model, data, np.arange(81))
        pairs = algorithms.stars_of_pairs(model, data, users, movies)
        assert pairs == pytest.approx(every[users, movies], abs=1e-6)

    def test_the_best_films_are_unseen_and_ranked(
        self, data: RatingData, algorithm: str, options: dict[str, Any] | None
    ) -> None:
        model = algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)
        frame = pd.concat(algorithms.top_unseen(model, data, size=10))
        assert frame.groupby("ml_user_id")["rank"].apply(list).map(len).eq(10).all()
        assert frame["rating"].between(1, 5).all()
        for user, rows in frame.groupby("ml_user_id"):
            row = int(np.searchsorted(data.user_ids, user))
            seen = data.movie_ids[data.watched[row].indices]
            assert not set(rows["movie_id"]) & set(seen)
            assert rows["rating"].is_monotonic_decreasing
            assert rows["rank"].tolist() == list(range(1, 11))

    def test_surprise_itself_says_the_same(
        self, data: RatingData, algorithm: str, options: dict[str, Any] | None
    ) -> None:
        if algorithm in ("StarBlend", "NormalPredictor"):
            pytest.skip("not of Surprise, or random")
        model = algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)
        rows = np.array([0, 3, 41, EMPTY_ROW])
        block = algorithms.predicted_stars(model, data, rows)
        for place, row in enumerate(rows.tolist()):
            single = [model.fitted.predict(row, column).est for column in range(80)]
            assert block[place] == pytest.approx(single, abs=1e-9)


def test_ties_at_the_last_neighbour_are_those_of_surprise() -> None:
    """Similarities of stars in whole numbers are equal in many pairs."""
    rng = np.random.default_rng(5)
    pairs = [(user, film) for user in range(12) for film in range(9) if rng.random() < 0.6]
    frame = pd.DataFrame(pairs, columns=["ml_user_id", "movie_id"])
    frame["rating"] = rng.choice([2.0, 4.0], len(frame))
    frame = frame.sample(frac=1, random_state=3)  # the order of the ratings decides between ties
    people = pd.DataFrame({"ml_user_id": range(12), "gender": [""] * 12, "age_band": [0] * 12})
    data = rating_data(frame, people, name="ties", digest="")
    for name in NEIGHBOURS:
        for by_users in (True, False):
            options = {"k": 2, "sim_options": {"name": "msd", "user_based": by_users}}
            model = algorithms.fit_stars(data, algorithm=name, seed=1, parameters=options)
            block = algorithms.predicted_stars(model, data, np.arange(12))
            single = [[model.fitted.predict(u, m).est for m in range(9)] for u in range(12)]
            assert block == pytest.approx(np.array(single), abs=1e-9)


@pytest.mark.parametrize(
    ("algorithm", "options", "things"),
    [
        ("KNNBasic", None, "81 users"),
        ("KNNWithMeans", BY_FILMS, "80 films"),
        ("SlopeOne", None, "80 films"),
    ],
)
def test_data_too_large_to_compare_are_refused(
    data: RatingData,
    monkeypatch: pytest.MonkeyPatch,
    algorithm: str,
    options: dict[str, Any] | None,
    things: str,
) -> None:
    monkeypatch.setattr(surprise, "MOST_COMPARED", 79)
    with pytest.raises(DataError, match=f"{algorithm} compares each two of the {things}"):
        algorithms.fit_stars(data, algorithm=algorithm, seed=1, parameters=options)


def test_the_usual_algorithm_is_the_blend_up_to_a_size(
    data: RatingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert algorithms.usual_algorithm(data) == "StarBlend"
    monkeypatch.setattr(algorithms, "BLEND_FILMS", 79)
    assert algorithms.usual_algorithm(data) == "SVD"
    monkeypatch.setattr(algorithms, "BLEND_FILMS", 80)
    monkeypatch.setattr(algorithms, "BLEND_RATINGS", len(data.ratings) - 1)
    assert algorithms.usual_algorithm(data) == "SVD"
