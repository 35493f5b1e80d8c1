"""Conformance: every recommender of the registry on tiny data whose answer is known by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.errors import DataError
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import registry
from recommend.lab.recommenders.base import Scorer
from recommend.lab.recommenders.ease import ItemWeights
from recommend.lab.recommenders.hybrid import Hybrid, fitted_weights
from recommend.lab.recommenders.item_knn import ItemKnn
from recommend.lab.recommenders.popular import DemographicPopularity
from recommend.lab.recommenders.registry import RECOMMENDERS, available, recommender
from tests.recommend.lab.camps import (
    CAMP_A,
    CAMP_B,
    FILMS,
    UNKNOWN,
    UNRATED_LIKE_A,
    asked,
    camps,
    quick,
    scores_of,
)

TWINS = [name for name in RECOMMENDERS if name.startswith("twin")]
BY_LIKES = [name for name in RECOMMENDERS if name not in TWINS]
PERSONAL = [name for name in BY_LIKES if "popularity" not in name]
WITHOUT_SEED = ("popularity", "demographic_popularity", "content", "item_knn", "ease")
BY_CHANCE = "twin_NormalPredictor"  # every rating a new random number, so its ranking is chance


@pytest.fixture(scope="module", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """JAX keeps what it compiles, which takes most of a fit, for the next fit and other process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
        yield


@cache
def learned(name: str) -> tuple[RatingData, Scorer]:
    """What was learned from, as it is afterwards, and what was learned."""
    data = camps()
    return data, quick(name).fit(data, seed=3)


def fitted(name: str) -> Scorer:
    return learned(name)[1]


@cache
def scores(name: str) -> Any:
    return fitted(name).score(*asked())


def order(row: Any, picks: Any) -> list[int]:
    """Columns, best first, without the picks and the two films that nobody rated."""
    hidden = {*picks.tolist(), UNRATED_LIKE_A, UNKNOWN}
    return [column for column in np.argsort(-row, kind="stable").tolist() if column not in hidden]


@pytest.mark.parametrize("name", RECOMMENDERS)
class TestEveryRecommender:
    def test_scores_are_finite_numbers_for_every_film(self, name: str) -> None:
        found = scores(name)
        assert found.shape == (7, FILMS)
        assert found.dtype == np.float64
        assert np.isfinite(found).all()

    def test_one_respondent_gets_the_same_as_in_a_batch(self, name: str) -> None:
        liked, people = asked()
        for row, picks in enumerate(liked):
            one = Demographics(people.genders[[row]], people.age_bands[[row]])
            single = fitted(name).score([picks], one)
            np.testing.assert_allclose(single[0], scores(name)[row], rtol=1e-9, atol=1e-9)

    def test_nobody_asked_gives_no_rows(self, name: str) -> None:
        people = Demographics(np.array([], np.str_), np.array([], np.int64))
        assert fitted(name).score([], people).shape == (0, FILMS)

    def test_asking_changes_nothing(self, name: str) -> None:
        assert fitted(name).score(*asked()).tolist() == scores(name).tolist()

    def test_the_same_seed_gives_the_same_scores(self, name: str) -> None:
        assert scores_of(name).tolist() == scores(name).tolist()

    def test_respondents_who_answered_the_same_get_the_same(self, name: str) -> None:
        picks = CAMP_A[2:5]
        people = Demographics(np.array(["female"] * 2), np.array([18, 18]))
        first, second = fitted(name).score([picks, picks[::-1].copy()], people)
        np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)

    def test_the_training_data_stay_as_they_were(self, name: str) -> None:
        data, before = learned(name)[0], camps()
        scores(name)
        assert (data.liked != before.liked).nnz == 0
        for part in ("user_ids", "movie_ids", "users", "movies", "ratings", "genders", "age_bands"):
            assert getattr(data, part).tolist() == getattr(before, part).tolist(), part
        assert repr(data.content) == repr(before.content)

    def test_parameters_are_a_frozen_dataclass_of_documented_ranges(self, name: str) -> None:
        parameters: Any = recommender(name)
        assert is_dataclass(parameters)
        assert parameters == recommender(name)
        for field in fields(parameters):
            with pytest.raises(FrozenInstanceError):
                setattr(parameters, field.name, 1)
            value = getattr(parameters, field.name)
            if isinstance(value, int | float):
                low, high = field.metadata["range"]
                assert low <= value <= high
                with pytest.raises(ValueError, match=field.name):
                    replace(parameters, **{field.name: low - 1})

    def test_a_wrong_name_of_a_parameter_is_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match=f"{name} has no parameter 'magic'"):
            recommender(name, magic=1)


@pytest.mark.parametrize("name", PERSONAL)
def test_films_of_the_own_camp_come_first(name: str) -> None:
    liked, _ = asked()
    of_a = order(scores(name)[0], liked[0])
    of_b = order(scores(name)[1], liked[1])
    # By content all films of a camp are equal; else film 0 is in both, as half of camp B likes it.
    assert set(of_a[:7]) == set(CAMP_A) - set(liked[0].tolist())
    assert set(CAMP_B) - set(liked[1].tolist()) <= set(of_b[:8])


@pytest.mark.parametrize("name", TWINS)
def test_the_literal_rule_puts_what_the_twin_has_seen_last(name: str) -> None:
    """The respondent's picks are what the first person of camp A has rated, so that is the twin."""
    data = camps()
    seen = data.watched[0].indices
    people = Demographics(np.array(["female"]), np.array([18]))
    found = fitted(name).score([seen.astype(np.int64)], people)[0]
    unseen = np.setdiff1d(np.arange(FILMS), seen)
    assert found[seen].max() < found[unseen].min()
    assert (found[unseen] >= 1.0).all()
    assert (found[unseen] <= 5.0).all()


def test_the_twin_of_a_camp_recommends_its_films() -> None:
    data = camps()
    seen = data.watched[0].indices
    people = Demographics(np.array(["female"]), np.array([18]))
    found = fitted("twin_SVD").score([seen.astype(np.int64)], people)[0]
    assert order(found, seen)[0] in CAMP_A


@pytest.mark.parametrize("name", TWINS)
def test_without_a_pick_there_is_no_twin(name: str) -> None:
    assert not scores(name)[4].any()


@pytest.mark.parametrize("name", RECOMMENDERS)
def test_only_what_is_random_depends_on_the_seed(name: str) -> None:
    if name in WITHOUT_SEED:
        assert scores_of(name, seed=4).tolist() == scores(name).tolist()
    if name == BY_CHANCE:
        assert scores_of(name, seed=4).tolist() != scores(name).tolist()


def test_another_process_with_other_threads_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    names = list(RECOMMENDERS)
    code = (
        f"from tests.recommend.lab.camps import save_scores; save_scores({str(path)!r}, {names!r})"
    )
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "5"}
    subprocess.run([sys.executable, "-c", code], env=os.environ | threads, check=True)
    with np.load(path) as there:
        for name in names:
            np.testing.assert_allclose(there[name], scores(name), rtol=1e-9, atol=1e-9)


class TestPopularity:
    def test_the_most_liked_film_is_first_for_everybody(self) -> None:
        found = scores("popularity")
        assert found[:, 0].tolist() == [45.0] * 7  # camp A and half of camp B
        assert (found == found[0]).all()
        assert found[0, 10] == 30.0
        assert found[0, UNKNOWN] == 0.0

    def test_a_group_has_its_own_favourites(self) -> None:
        found = scores("demographic_popularity")
        assert set(np.argsort(-found[0])[:10]) == set(CAMP_A)
        assert np.argsort(-found[1], kind="stable")[0] == 10

    def test_shares_are_drawn_towards_everybody_s(self) -> None:
        """n_g(0) = 30 of 210 likes in camp A; of everybody 45 + 1 of 435 + 22."""
        model = DemographicPopularity(strength=100.0).fit(camps(), seed=0)
        found = model.score(
            [np.array([], np.int64)], Demographics(np.array(["female"]), np.array([18]))
        )
        everybody = (45 + 1) / (435 + FILMS)
        assert found[0, 0] == pytest.approx(np.log((30 + 100 * everybody) / (210 + 100)))

    def test_an_unknown_gender_is_everybody_of_the_age(self) -> None:
        model = fitted("demographic_popularity")
        nothing = np.array([], np.int64)
        people = Demographics(np.array(["", "female", "female"]), np.array([18, 0, 18]))
        of_age, of_gender, of_both = model.score([nothing] * 3, people)
        assert of_age.tolist() == of_gender.tolist() == of_both.tolist()

    def test_an_empty_group_is_everybody(self) -> None:
        model = fitted("demographic_popularity")
        nothing = np.array([], np.int64)
        people = Demographics(np.array(["female", ""]), np.array([56, 0]))
        empty, everybody = model.score([nothing] * 2, people)
        assert (
            np.argsort(-empty, kind="stable").tolist()
            == np.argsort(-everybody, kind="stable").tolist()
        )


class TestContent:
    def test_a_film_that_nobody_rated_is_found_by_its_genre(self) -> None:
        of_a, of_b = scores("content")[:2]
        assert of_a[UNRATED_LIKE_A] > of_a[CAMP_B].max()
        assert of_b[UNRATED_LIKE_A] < of_b[CAMP_B].min()

    def test_a_film_of_which_nothing_is_known_scores_nothing(self) -> None:
        assert not scores("content")[:, UNKNOWN].any()

    def test_data_without_content_are_refused(self) -> None:
        with pytest.raises(DataError, match="camps was read without the content"):
            recommender("content").fit(replace(camps(), content=None), seed=1)


@pytest.mark.parametrize(
    "name", ["popularity", "demographic_popularity", "item_knn", "ease", "als", "taste_neighbours"]
)
def test_films_without_ratings_have_equal_scores_by_ratings_alone(name: str) -> None:
    liked, people = asked()
    found = fitted(name).score(liked[:6], Demographics(people.genders[:6], people.age_bands[:6]))
    assert found[:, UNKNOWN] == pytest.approx(found[:, UNRATED_LIKE_A], abs=1e-6)


@pytest.mark.parametrize("weighting", ["cosine", "tfidf", "bm25"])
def test_item_neighbours_by_any_weighting(weighting: str) -> None:
    found = ItemKnn(weighting=weighting).fit(camps(), seed=1).score(*asked())
    liked, _ = asked()
    assert set(order(found[0], liked[0])[:7]) == set(CAMP_A) - set(liked[0].tolist())


def test_an_unknown_weighting_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown weighting 'okapi'; known: cosine, tfidf, bm25"):
        ItemKnn(weighting="okapi")


def test_ease_by_hand() -> None:
    """Two films, liked together by one person, and one of them by another: P = (X'X + I)^-1."""
    data = camps()
    small = replace(
        data,
        user_ids=np.array([1, 2]),
        movie_ids=np.array([1, 2]),
        users=np.array([0, 0, 1]),
        movies=np.array([0, 1, 0]),
        ratings=np.array([5.0, 5.0, 5.0]),
        genders=data.genders[:2],
        age_bands=data.age_bands[:2],
        content=None,
    )
    model = recommender("ease", regularization=1.0).fit(small, seed=1)
    everybody = Demographics(np.array([""] * 2), np.array([0, 0]))
    found = model.score([np.array([0]), np.array([1])], everybody)
    # X'X + I = [[3, 1], [1, 2]], P = [[2, -1], [-1, 3]] / 5: B_01 = 1/3, B_10 = 1/2
    assert found == pytest.approx(np.array([[0.0, 1 / 3], [1 / 2, 0.0]]))


def test_of_scaled_weights_each_pick_keeps_the_strongest() -> None:
    weights = np.array([[0.0, 0.3, -0.4], [0.1, 0.0, 0.2], [0.5, 0.0, 0.0]])
    kept = ItemWeights(weights, np.arange(3), 3).scaled(10.0, each=1)
    assert kept.weights.tolist() == [[0.0, 0.0, -4.0], [0.0, 0.0, 2.0], [5.0, 0.0, 0.0]]
    assert ItemWeights(weights, np.arange(3), 3).scaled(1.0, each=3).weights.tolist() == (
        weights.tolist()
    )


class TestHybrid:
    def test_the_weight_goes_to_what_is_right(self) -> None:
        """One component knows which film of four is liked, one says the opposite."""
        right = np.zeros((4, 1, 4), np.float32)
        right[np.arange(4), 0, np.arange(4)] = 1.0
        found = fitted_weights(
            np.concatenate([right, -right], axis=1), np.full((4, 4), 0.1, np.float32)
            + 0.6 * right[:, 0],
        )  # fmt: skip
        assert found[1] == 0.0
        # likelihood is best where the chance of the right film is 0.7: e^w / (e^w + 3) = 0.7
        assert found[0] == pytest.approx(np.log(7.0), abs=1e-2)

    def test_nothing_better_than_chance_is_refused(self) -> None:
        noise = np.ones((2, 1, 3), np.float32) * np.array([1, 0, 0], np.float32)
        truths = np.array([[0, 0.5, 0.5]] * 2, np.float32)
        with pytest.raises(DataError, match="no component is better than chance"):
            fitted_weights(noise, truths)

    def test_components_without_weight_are_left_out(self) -> None:
        model: Any = quick("hybrid").fit(camps(), seed=3)
        assert 1 <= len(model.components) <= 3
        assert (model.weights > 0).all()

    def test_at_least_one_component(self) -> None:
        with pytest.raises(ValueError, match="components is empty"):
            Hybrid(components=())

    def test_fewest_picks_are_not_more_than_most(self) -> None:
        with pytest.raises(ValueError, match="fewest_picks is 5, but most_picks 4"):
            Hybrid(fewest_picks=5, most_picks=4)


class TestRegistry:
    def test_an_unknown_name_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(ValueError, match="unknown recommender 'magic'; known: popularity, "):
            recommender("magic")

    def test_parameters_take_the_place_of_defaults(self) -> None:
        assert recommender("twin_SVD") == recommender("twin", algorithm="SVD")
        assert recommender("ease", regularization=5.0) != recommender("ease")

    def test_without_the_extra_the_neural_one_is_left_out_with_the_reason(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert available() == tuple(RECOMMENDERS)
        monkeypatch.setattr(registry, "find_spec", lambda module: None)
        assert set(RECOMMENDERS) - set(available()) == {"vae"}
        assert registry.unavailable() == {
            "vae": "needs jax and optax: pip install 'ottwin[neural]'"
        }

    def test_without_the_extra_fitting_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "optax", None)
        with pytest.raises(
            DataError, match=r"optax is not installed: pip install 'ottwin\[neural\]'"
        ):
            quick("vae").fit(camps(), seed=1)

    def test_an_unknown_star_algorithm_is_refused(self) -> None:
        with pytest.raises(ValueError, match="unknown star algorithm 'magic'"):
            recommender("twin", algorithm="magic")


@pytest.mark.parametrize("name", ["encoder", "vae", "hybrid", "blend"])
def test_people_who_like_too_little_teach_nothing(name: str) -> None:
    data = camps()
    chosen = data.ratings < 3
    nobody = replace(
        data, users=data.users[chosen], movies=data.movies[chosen], ratings=data.ratings[chosen]
    )
    with pytest.raises(DataError, match="like"):
        quick(name).fit(nobody, seed=1)
