"""`evaluate --home` finds nothing where nothing is to be found: nobody's truth is learned from."""

from __future__ import annotations

import numpy as np
import pytest

from recommend.lab.data.home import HomeData
from recommend.lab.evaluation.home.comparison import HomeSplit, MeasuredAtHome
from recommend.lab.evaluation.home.scorers import MovieLens, scorers
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.simulation.home import folds_of
from tests.recommend.lab.home_people import people
from tests.worlds import world_data

LEARNING = HomeLearning(passes=60)


@pytest.fixture(scope="module")
def movielens(tmp_path_factory: pytest.TempPathFactory) -> MovieLens:
    data = world_data(tmp_path_factory.mktemp("leak") / "world")
    model = Blend(encoder=SurveyEncoder(passes=1, fewest_steps=100)).fit(data, seed=1)
    return MovieLens(model, np.arange(len(data.movie_ids)), len(data.movie_ids))


def measured(movielens: MovieLens, home: HomeData) -> dict[str, float]:
    """NDCG@10 with three picks, in two folds."""
    splits = []
    for learn, held_out in folds_of(len(home.people), 2, seed=1):
        found = scorers(movielens, home.of_people(learn), LEARNING, seed=1)
        splits.append(HomeSplit(home.of_people(held_out), found, len(learn)))
    rows = MeasuredAtHome(splits, seed=1).rows()
    return {row.recommender: row.value for row in rows if (row.picks, row.metric) == (3, "ndcg@10")}


def test_likes_by_chance_are_found_by_chance(movielens: MovieLens) -> None:
    """Eight of eighty films each: every place of a list is right in 5 of 77 cases."""
    ids = movielens.model.train.movie_ids
    rng = np.random.default_rng(6)
    found = measured(movielens, people(ids, [rng.choice(ids, 8, False) for _ in range(300)]))
    assert set(found) >= {"served", "home_ease", "home_popularity", "movielens"}
    gains = 1.0 / np.log2(np.arange(2, 12))
    by_chance = 5 / 77 * gains.sum() / gains[:5].sum()
    for name, value in found.items():
        assert value == pytest.approx(by_chance, abs=0.02), name
