"""Recommenders side by side: the figures, the splits, the groups, the processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pytest

from common.errors import DataError
from recommend.lab.data.cases import best_columns
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation import bench as measurement
from recommend.lab.evaluation.bench import ComparisonPlan
from recommend.lab.evaluation.comparison import compare_recommenders
from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.recommenders.popular import Popularity
from recommend.lab.recommenders.registry import recommender
from recommend.lab.reports import words
from recommend.lab.simulation import survey
from recommend.lab.simulation.groups import film_genres, people_groups, taste_groups
from recommend.lab.simulation.survey import nested_survey, simulate_survey, simulate_surveys
from tests.recommend.lab.kinds import KINDS, compare, kinds_data

NAMES = ["popularity", "ease", "als"]


@pytest.fixture(scope="module")
def data() -> RatingData:
    return kinds_data()


@pytest.fixture(scope="module")
def found(data: RatingData) -> RecommenderComparison:
    return compare(data, names=NAMES, seeds=[1, 2], picks=[1, 3, 10], against=["ease"])


def _without_seconds(found: RecommenderComparison) -> dict[str, Any]:
    figures = asdict(found)
    del figures["seconds"]
    return figures


def test_the_figures_are_those_of_the_simulated_survey(
    data: RatingData, found: RecommenderComparison
) -> None:
    """The headline protocol: independent picks for each number of picks."""
    for picks in (3, 10):
        means, sizes = [], []
        for seed in (1, 2):
            simulation = simulate_survey(data, seed=seed, picks=picks)
            scorer = recommender("als").fit(simulation.train, seed=seed)
            scores = scorer.score(simulation.cases.picks, simulation.cases.demographics)
            for row, own in enumerate(simulation.cases.picks):
                scores[row, own] = -np.inf
            top = np.argsort(-scores, axis=1, kind="stable")[:, :50]
            means.append(survey.recall_and_ndcg(top, simulation.truths))
            sizes.append(len(simulation.cases))
        row = found.row("als", picks)
        recall, ndcg = np.average(means, axis=0, weights=sizes)
        assert row.cases == sum(sizes)
        assert row.measures["recall"].value == pytest.approx(recall)
        assert row.measures["ndcg"].value == pytest.approx(ndcg)
        assert row.measures["ndcg"].low < ndcg < row.measures["ndcg"].high


def test_ratios_and_tests_are_to_the_baseline_on_the_same_people(
    found: RecommenderComparison,
) -> None:
    als, base = found.row("als", 10), found.row("popularity", 10)
    assert als.ratio.value == pytest.approx(
        als.measures["ndcg"].value / base.measures["ndcg"].value
    )
    assert base.ratio.value == base.ratio.low == base.ratio.high == 1
    assert als.ratio.low > 1.2
    assert min(als.by_split) < als.ratio.value < max(als.by_split)
    pair = found.pair("als", "popularity", 10)
    assert pair.p_value < 0.001
    assert pair.ratio.value == pytest.approx(als.ratio.value)
    there, back = found.pair("als", "ease", 10), found.pair("popularity", "ease", 10)
    assert there.ratio.value / back.ratio.value == pytest.approx(als.ratio.value)


def test_who_is_in_two_splits_is_one_person(found: RecommenderComparison, data: RatingData) -> None:
    row = found.row("als", 10)
    people = {
        *simulate_survey(data, seed=1).user_ids.tolist(),
        *simulate_survey(data, seed=2).user_ids.tolist(),
    }
    assert row.people == len(people) < row.cases


def test_the_same_seeds_give_the_same_figures_in_one_process_or_two(
    data: RatingData, found: RecommenderComparison
) -> None:
    again = compare(
        data, names=NAMES, seeds=[1, 2], picks=[1, 3, 10], against=["ease"], processes=2
    )
    assert _without_seconds(again) == _without_seconds(found)
    other = compare(data, names=NAMES, seeds=[1, 3], picks=[1, 3, 10], against=["ease"])
    assert _without_seconds(other) != _without_seconds(found)


def test_lists_of_the_baseline_are_the_same_for_all_and_of_taste_are_not(
    found: RecommenderComparison,
) -> None:
    popular, personal = found.row("popularity", 10).lists, found.row("als", 10).lists
    assert set(popular) == set(words.LIST_WORDS)
    assert popular["overlap"] > personal["overlap"]
    assert popular["coverage"] < personal["coverage"]
    assert popular["gini"] > personal["gini"]
    assert popular["genre_diversity"] > personal["genre_diversity"] > 0


def test_in_k_folds_everybody_is_a_case_once_a_seed(data: RatingData) -> None:
    found = compare(data, names=["popularity"], seeds=[5], picks=[10], folds=4)
    row = found.row("popularity", 10)
    assert (row.splits, row.cases, row.people) == (4, 240, 240)


def test_a_slow_recommender_is_compared_on_the_splits_it_has(data: RatingData) -> None:
    recommenders = {name: recommender(name) for name in NAMES}
    plan = ComparisonPlan(seeds=[1, 2], picks=[10], against=["ease"], fewer={"als": 1}, draws=200)
    found = compare_recommenders(data, recommenders, plan=plan)
    alone = compare(data, names=NAMES, seeds=[1], picks=[10], against=["ease"])
    row = found.row("als", 10)
    assert (row.splits, found.row("ease", 10).splits) == (1, 2)
    assert row.ratio.value == pytest.approx(alone.row("als", 10).ratio.value)
    assert found.pair("als", "ease", 10).ratio.value == pytest.approx(
        alone.pair("als", "ease", 10).ratio.value
    )
    assert set(found.groups[0].models) == set(NAMES)


def test_the_curve_is_of_the_same_people_with_one_truth(
    data: RatingData, found: RecommenderComparison
) -> None:
    assert found.curve is not None
    assert list(found.curve.ndcg["als"]) == [1, 3, 10]
    popular = {interval.value for interval in found.curve.ndcg["popularity"].values()}
    assert len(popular) == 1  # the same lists and the same truth for any number of picks
    curve = found.curve.ratio["als"]
    assert curve[1].value < curve[3].value < curve[10].value
    one = nested_survey(simulate_survey(data, seed=1), most=10, seed=1)
    two = nested_survey(simulate_survey(data, seed=1, picks=3), most=10, seed=1)
    assert [own.tolist() for own in one.cases.picks] == [own.tolist() for own in two.cases.picks]
    assert one.user_ids.tolist() == two.user_ids.tolist()


def test_one_number_of_picks_or_too_few_people_give_no_curve(
    data: RatingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compare(data, names=["popularity"], seeds=[1], picks=[10]).curve is None
    monkeypatch.setattr(measurement, "FEWEST_NESTED", 1_000)
    assert compare(data, names=["popularity"], seeds=[1], picks=[1, 10]).curve is None


def test_all_numbers_of_picks_have_the_same_people_and_one_training_set(data: RatingData) -> None:
    drawn = simulate_surveys(data, seed=6, picks=(3, 10))
    assert drawn[3].train is drawn[10].train
    assert drawn[3].user_ids.tolist() == drawn[10].user_ids.tolist()
    for picks, one in drawn.items():
        alone = simulate_survey(data, seed=6, picks=picks)
        assert [own.tolist() for own in one.cases.picks] == [
            own.tolist() for own in alone.cases.picks
        ]


class TestGroups:
    def test_clusters_of_taste_find_the_kinds_and_bear_their_genres(self, data: RatingData) -> None:
        genres = film_genres(data)
        assert genres is not None
        labels = taste_groups(data, genres, seed=1)
        kinds = np.array([KINDS[user % 4] for user in data.user_ids.tolist()])
        for kind in KINDS:
            own = labels[kinds == kind]
            assert sum(label.startswith(kind) for label in own.tolist()) > 0.95 * len(own)
        assert labels.tolist() == taste_groups(data, genres, seed=1).tolist()

    def test_they_are_the_same_people_in_every_split(
        self, data: RatingData, found: RecommenderComparison
    ) -> None:
        labels = people_groups(data, seed=1)
        assert set(labels) == {"gender", "age", "taste"}
        assert set(labels["gender"]) == {"women", "men"}
        assert set(labels["age"]) == {"18 to 24", "25 to 34", "56 and over"}
        by_axis = [
            sum(group.people for group in found.groups if group.axis == axis)
            for axis in ("gender", "age")
        ]
        assert by_axis == [found.row("als", 10).people] * 2

    def test_a_group_has_the_mean_of_its_people(
        self, data: RatingData, found: RecommenderComparison
    ) -> None:
        women = next(group for group in found.groups if group.name == "women")
        bench = measurement.Bench(data, (10,))
        values = []
        for seed in (1, 2):
            measured = bench.measure("als", recommender("als"), measurement.Split(seed))
            figures = measured.independent[10]
            rows = np.searchsorted(data.user_ids, figures.people)
            values.append(figures.cases[data.genders[rows] == "female", 1])
        assert women.cases == sum(map(len, values))
        assert women.models["als"].ndcg.value == pytest.approx(np.concatenate(values).mean())

    def test_the_worst_group_is_where_the_gain_is_least(self, found: RecommenderComparison) -> None:
        worst = found.worst_group("als", "taste")
        assert worst is not None
        others = [group for group in found.groups if group.axis == "taste"]
        assert all(
            worst.models["als"].ratio.value <= group.models["als"].ratio.value for group in others
        )
        assert found.worst_group("als", "income") is None

    def test_without_genres_there_are_no_groups_of_taste(self, data: RatingData) -> None:
        plain = replace(data, content=None)
        found = compare(plain, names=["popularity"], seeds=[1], picks=[10])
        assert {group.axis for group in found.groups} <= {"gender", "age"}
        assert "genre_diversity" not in found.row("popularity", 10).lists

    def test_too_few_people_are_no_group(self, data: RatingData) -> None:
        found = compare(data, names=["popularity"], seeds=[1], picks=[10])  # 36 people
        assert all(group.people >= 20 for group in found.groups)
        assert "women" not in {group.name for group in found.groups}


def test_best_columns_are_those_of_a_stable_sort() -> None:
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 9, (40, 60)).astype(float)  # many ties
    scores[0] = 0.0
    scores[1, :55] = -np.inf
    expected = np.argsort(-scores, axis=1, kind="stable")
    for size in (1, 7, 50, 60, 99):
        assert best_columns(scores, size).tolist() == expected[:, :size].tolist()


class TestMistakes:
    def test_a_rival_must_be_among_the_recommenders(self, data: RatingData) -> None:
        with pytest.raises(DataError, match="ease is compared with"):
            compare(data, names=["popularity"], seeds=[1], against=["ease"])
        with pytest.raises(DataError, match="popularity is compared with"):
            compare(data, names=["als"], seeds=[1])

    def test_an_unknown_name_says_what_is_known(self, data: RatingData) -> None:
        with pytest.raises(ValueError, match=r"unknown recommender 'magic'.*popularity"):
            compare(data, names=["popularity", "magic"], seeds=[1])

    @pytest.mark.parametrize("processes", [1, 2])
    def test_a_recommender_that_cannot_learn_is_named(
        self, data: RatingData, processes: int
    ) -> None:
        recommenders = {"popularity": Popularity(), "broken": Broken()}
        plan = ComparisonPlan(seeds=[1], picks=[10], processes=processes)
        with pytest.raises(DataError, match=r"broken: four kinds has nothing for me"):
            compare_recommenders(data, recommenders, plan=plan)

    def test_not_a_number_is_no_score(self, data: RatingData) -> None:
        plan = ComparisonPlan(seeds=[1], picks=[10], baseline="nan")
        with pytest.raises(ValueError, match="gave NaN"):
            compare_recommenders(data, {"nan": Nan()}, plan=plan)


@dataclass(frozen=True)
class Broken:
    def fit(self, data: RatingData, *, seed: int) -> Any:
        raise DataError(f"{data.name} has nothing for me")


@dataclass(frozen=True)
class Nan:
    def fit(self, data: RatingData, *, seed: int) -> Nan:
        return self

    def score(self, liked: Any, demographics: Any) -> Any:
        return np.full((len(liked), 120), np.nan)
