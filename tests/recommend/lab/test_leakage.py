"""Nothing of a held-out person reaches a recommender but their picks, and luck is not skill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from common.errors import DataError
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.evaluation import bench as measurement
from recommend.lab.evaluation.bench import Bench, ComparisonPlan, Split, case_measures
from recommend.lab.evaluation.comparison import compare_recommenders
from recommend.lab.recommenders.base import Recommender, Scorer
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.recommenders.popular import Popularity
from recommend.lab.recommenders.registry import available, recommender
from recommend.lab.simulation import metrics, survey
from recommend.lab.simulation.survey import held_out_rows, simulate_survey, tuning_users
from tests.recommend.lab.kinds import kinds_data, shuffled_likes

SLOW = {"vae", "hybrid"}
QUICK = [name for name in available() if name not in SLOW and not name.startswith("twin_")]
FEW_STEPS: dict[str, Any] = {"passes": 60, "fewest_steps": 60, "learning_rate": 0.02}
"""Of the encoder: on so few people it learns as much by these as by its default of 500 small ones,
as `test_the_same_check_sees_a_recommender_that_was_fitted_on_everybody` shows."""
PARAMETERS: dict[str, dict[str, Any]] = {
    "encoder": FEW_STEPS,
    "blend": {"encoder": SurveyEncoder(**FEW_STEPS)},
}


@pytest.fixture(scope="module")
def data() -> RatingData:
    return kinds_data()


@pytest.fixture(scope="module")
def nothing_to_learn(data: RatingData) -> RatingData:
    return shuffled_likes(data, seed=1)


@dataclass
class Spy:
    """Popularity that notes what it is given."""

    fitted: list[RatingData] = field(default_factory=list)
    asked: list[tuple[Sequence[Any], Demographics]] = field(default_factory=list)

    def fit(self, data: RatingData, *, seed: int) -> Spy:
        self.fitted.append(data)
        self._scorer = Popularity().fit(data, seed=seed)
        return self

    def score(self, liked: Sequence[Any], demographics: Demographics) -> Any:
        self.asked.append((liked, demographics))
        return self._scorer.score(liked, demographics)


def chance(cases: survey.Simulation, size: int) -> float:
    """Mean NDCG of lists in random order."""
    films = len(cases.train.movie_ids)
    discounts = 1.0 / np.log2(np.arange(2, size + 2))
    expected = [
        len(truth)
        / (films - len(picks))
        * discounts.sum()
        / discounts[: min(len(truth), size)].sum()
        for picks, truth in zip(cases.cases.picks, cases.truths, strict=True)
    ]
    return float(np.mean(expected))


@pytest.mark.parametrize("name", QUICK)
def test_where_likes_are_random_every_recommender_is_at_chance(
    nothing_to_learn: RatingData, name: str
) -> None:
    bench = Bench(nothing_to_learn, (10,))
    found, expected = [], []
    for seed in (1, 2, 3):
        measured = bench.measure(name, recommender(name, **PARAMETERS.get(name, {})), Split(seed))
        found.append(measured.independent[10].cases[:, 1])
        expected.append(chance(bench.simulations(Split(seed))[0][10], 50))
    values = np.concatenate(found)
    error = values.std() / np.sqrt(len(values))
    assert abs(values.mean() - np.mean(expected)) < 4 * error


def test_the_same_check_sees_a_recommender_that_knows_the_answers(
    nothing_to_learn: RatingData,
) -> None:
    """Otherwise being at chance would prove nothing."""
    likes = nothing_to_learn.liked

    class Cheat:
        def fit(self, data: RatingData, *, seed: int) -> Cheat:
            return self

        def score(self, liked: Sequence[Any], demographics: Demographics) -> Any:
            rows = [np.asarray(likes[:, picks].sum(axis=1)).argmax() for picks in liked]
            return likes[rows].toarray().astype(np.float64)

    bench = Bench(nothing_to_learn, (10,))
    measured = bench.measure("cheat", Cheat(), Split(1))
    assert measured.independent[10].cases[:, 1].mean() > 0.99


@pytest.mark.parametrize("name", ["encoder", "blend"])
def test_the_same_check_sees_a_recommender_that_was_fitted_on_everybody(
    nothing_to_learn: RatingData, name: str
) -> None:
    class Leaking:
        def fit(self, data: RatingData, *, seed: int) -> Scorer:
            return recommender(name, **PARAMETERS[name]).fit(nothing_to_learn, seed=seed)

    bench = Bench(nothing_to_learn, (10,))
    found = bench.measure(name, Leaking(), Split(1)).independent[10].cases[:, 1]
    expected = chance(bench.simulations(Split(1))[0][10], 50)
    assert found.mean() - expected > 4 * found.std() / np.sqrt(len(found))


@pytest.mark.parametrize("name", ["als", "ease"])
def test_with_the_likes_of_another_person_as_truth_the_gain_is_gone(
    data: RatingData, name: str
) -> None:
    simulation = simulate_survey(data, seed=1)
    others = [*simulation.truths[1:], simulation.truths[0]]

    def ndcg(one: Recommender, truths: Sequence[Any]) -> float:
        scorer = one.fit(simulation.train, seed=1)
        return float(case_measures(measurement._lists(scorer, simulation), truths)[:, 1].mean())

    popular = Popularity()
    real = ndcg(recommender(name), simulation.truths) / ndcg(popular, simulation.truths)
    swapped = ndcg(recommender(name), others) / ndcg(popular, others)
    assert real > 1.4
    assert swapped < 1.05


@pytest.mark.parametrize("folds", [None, 4])
def test_a_held_out_person_never_reaches_fit(data: RatingData, folds: int | None) -> None:
    spy = Spy()
    plan = ComparisonPlan(seeds=[1, 2], picks=(3, 10), folds=folds, baseline="spy", draws=100)
    compare_recommenders(data, {"spy": spy}, plan=plan)
    splits = plan.splits()
    assert len(spy.fitted) == len(splits)  # one fit serves all numbers of picks
    for given, split in zip(spy.fitted, splits, strict=True):
        held_out = data.user_ids[held_out_rows(data, seed=split.seed, fold=split.fold)]
        assert not {*given.user_ids.tolist()} & {*held_out.tolist()}
        assert len(given.user_ids) + len(held_out) == len(data.user_ids)
        rated_by = data.user_ids[data.users]
        assert len(given.ratings) == int((~np.isin(rated_by, held_out)).sum())


def test_a_scorer_is_told_the_picks_and_nothing_else(data: RatingData) -> None:
    spy, bench = Spy(), Bench(data, (3, 10))
    bench.measure("spy", spy, Split(1))
    told = [len(picks) for liked, _demographics in spy.asked for picks in liked]
    assert set(told) == {3, 10}
    drawn, nested = bench.simulations(Split(1))
    assert nested is not None
    people = len(drawn[3].cases)
    assert told == [3] * people + [10] * people + [3] * len(nested.cases) + [10] * len(nested.cases)


@pytest.mark.parametrize("picks", [1, 10])
def test_picks_are_neither_in_the_list_nor_in_the_truth(data: RatingData, picks: int) -> None:
    simulation = simulate_survey(data, seed=3, picks=picks)
    scorer = Popularity().fit(simulation.train, seed=3)
    lists = measurement._lists(scorer, simulation)
    for own, truth, listed in zip(simulation.cases.picks, simulation.truths, lists, strict=True):
        assert len(own) == picks
        assert not {*own} & ({*truth} | {*listed})
        assert len({*listed}) == 50


def test_nested_lists_leave_out_the_picks_that_are_not_made_yet(data: RatingData) -> None:
    _drawn, nested = Bench(data, (1, 20)).simulations(Split(1))
    assert nested is not None
    scorer = Popularity().fit(nested.train, seed=1)
    for own, listed in zip(nested.cases.picks, measurement._lists(scorer, nested, 1), strict=True):
        assert not {*own} & {*listed}


def test_the_cases_of_a_seed_do_not_depend_on_who_is_measured(data: RatingData) -> None:
    spies = [Spy(), Spy()]
    plan = ComparisonPlan(seeds=[4], picks=(3,), baseline="spy", draws=100)
    compare_recommenders(data, {"spy": spies[0]}, plan=plan)
    more = {"als": recommender("als"), "spy": spies[1], "ease": recommender("ease")}
    compare_recommenders(data, more, plan=plan)
    first, second = ([picks.tolist() for (picks,) in _pairs(spy)] for spy in spies)
    assert first == second


def _pairs(spy: Spy) -> list[tuple[Any]]:
    return [(picks,) for liked, _demographics in spy.asked for picks in liked]


def test_tuning_users_are_held_out_in_no_split_of_the_evaluation(data: RatingData) -> None:
    seeds = [21, 22, 23]
    left = tuning_users(data, seeds)
    tested = {row for seed in seeds for row in held_out_rows(data, seed=seed).tolist()}
    assert not {*left.tolist()} & tested
    assert len(left) + len(tested) == len(data.user_ids)
    assert left.tolist() == sorted(left.tolist())
    for seed in seeds:
        assert not {*simulate_survey(data, seed=seed).user_ids} & {*data.user_ids[left]}
    assert tuning_users(data, []).tolist() == list(range(len(data.user_ids)))


def test_with_too_many_seeds_nobody_is_left_to_tune_on(data: RatingData) -> None:
    with pytest.raises(DataError, match="nobody is left for tuning"):
        tuning_users(data, range(100))


def test_every_person_is_held_out_exactly_once_in_k_folds(data: RatingData) -> None:
    rows = [held_out_rows(data, seed=2, fold=(place, 7)) for place in range(7)]
    assert sorted(np.concatenate(rows).tolist()) == list(range(len(data.user_ids)))
    assert {len(one) for one in rows} == {34, 35}
    other = held_out_rows(data, seed=3, fold=(0, 7))
    assert other.tolist() != rows[0].tolist()
    cases = [simulate_survey(data, seed=2, fold=(place, 7)).user_ids for place in range(7)]
    assert len(np.unique(np.concatenate(cases))) == sum(map(len, cases)) == len(data.user_ids)
    with pytest.raises(ValueError, match="no fold 7 of 7"):
        held_out_rows(data, seed=2, fold=(7, 7))


def test_metrics_of_the_leakage_check_are_those_of_the_tables(data: RatingData) -> None:
    simulation = simulate_survey(data, seed=1)
    top = measurement._lists(Popularity().fit(simulation.train, seed=1), simulation)
    recall, ndcg = survey.recall_and_ndcg(top, simulation.truths)
    columns = case_measures(top, simulation.truths).mean(axis=0)
    assert columns[:2].tolist() == [pytest.approx(recall), pytest.approx(ndcg)]
    found = survey.hits(top, simulation.truths)
    assert columns[4] == pytest.approx(metrics.reciprocal_rank(found).mean())


def test_a_person_who_picks_all_that_they_like_is_no_case() -> None:
    """With 20 picks of 15 likes nothing is left to be found."""
    rng = np.random.default_rng(4)
    rows = [
        (user, film + 1, 5.0)
        for user in range(1, 81)
        for film in rng.choice(60, 15 if user % 2 else 30, replace=False)
    ]
    ratings = pd.DataFrame(rows, columns=["ml_user_id", "movie_id", "rating"])
    people = pd.DataFrame({"ml_user_id": range(1, 81), "gender": "", "age_band": 0})
    data = rating_data(ratings, people, name="few likes", digest="")

    ten, twenty = (simulate_survey(data, seed=1, picks=picks) for picks in (10, 20))

    assert all(len(truth) for truth in twenty.truths)
    assert set(twenty.user_ids) < set(ten.user_ids)
    assert {int(user) % 2 for user in twenty.user_ids} == {0}
