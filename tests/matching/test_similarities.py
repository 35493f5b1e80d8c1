"""Conformance: what holds for every similarity, in SQL and in bulk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.models import Method
from matching.twins import Twin, find_twin
from movies.fingerprints import bit_text, simhash, watched_bits
from movies.models import MovieLensUser
from recommend.lab.data.cases import Cases
from recommend.lab.recommenders.formulas import jaccard_twins
from recommend.models import TasteVector
from recommend.scoring.weights import FACTORS
from tests.recommend.lab.camps import camps
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db

LOWEST = {Method.JACCARD: 0.0, Method.SIMHASH: 0.0, Method.TASTE: -1.0}


def taste_of(films: list[int]) -> np.typing.NDArray[np.float64]:
    """A vector that says which films: entry n for film n."""
    vector = np.zeros(FACTORS)
    vector[films] = 1.0
    return vector


def load(people: dict[int, list[int]]) -> Any:
    """MovieLens users by number with what they have watched; their taste vectors."""
    MovieLensUser.objects.all().delete()
    run = bare_run()
    for number, films in people.items():
        MovieLensUser.objects.create(
            ml_user_id=number, gender="female", age=25, watched=bit_text(watched_bits(films)),
            simhash=bit_text(simhash(films)), watched_count=len(films),
        )  # fmt: skip
        TasteVector.objects.create(run=run, ml_user_id=number, taste=taste_of(films).tolist())
    return TasteVector.objects.filter(run=run)


def similarity(method: str, own: list[int], other: list[int]) -> float:
    """Of a respondent with the films `own` to the only person loaded, with `other`."""
    twin = ask(method, own, load({1: other}))
    assert twin is not None
    return twin.similarity


def ask(method: str, films: list[int], vectors: Any) -> Twin | None:
    return find_twin(
        liked=films,
        fingerprint_bits=films,
        gender="female",
        age=25,
        taste=taste_of(films),
        method=method,
        vectors=vectors,
    )


@pytest.mark.parametrize("method", Method.values)
class TestEverySimilarity:
    def test_the_same_films_are_as_similar_as_can_be(self, method: str) -> None:
        assert similarity(method, [1, 2, 3], [1, 2, 3]) == pytest.approx(1.0)

    def test_it_is_the_same_in_both_directions(self, method: str) -> None:
        one, other = [1, 2, 3, 4], [3, 4, 5]
        assert similarity(method, one, other) == pytest.approx(similarity(method, other, one))

    def test_it_stays_within_its_range(self, method: str) -> None:
        rng = np.random.default_rng(2)
        vectors = load({n: rng.choice(60, 1 + n, replace=False).tolist() for n in range(1, 20)})
        for size in (1, 5, 40):
            twin = ask(method, rng.choice(60, size, replace=False).tolist(), vectors)
            assert twin is not None
            assert LOWEST[Method(method)] <= twin.similarity <= 1.0

    def test_more_in_common_is_more_similar(self, method: str) -> None:
        vectors = load({1: [1, 2, 30, 31], 2: [1, 2, 3, 30], 3: [30, 31, 32, 33]})
        twin = ask(method, [1, 2, 3, 4], vectors)
        assert twin is not None
        assert twin.ml_user_id == 2

    def test_equal_people_go_by_the_lower_id(self, method: str) -> None:
        twin = ask(method, [1, 2], load({7: [1, 2, 3], 5: [1, 2, 3], 6: [1, 2, 3]}))
        assert twin is not None
        assert twin.ml_user_id == 5

    def test_it_is_the_same_for_any_other_people_loaded(self, method: str) -> None:
        alone = similarity(method, [1, 2, 3], [1, 2, 9])
        twin = ask(method, [1, 2, 3], load({1: [1, 2, 9], 2: [40, 41], 3: [42]}))
        assert twin is not None
        assert (twin.ml_user_id, twin.similarity) == (1, pytest.approx(alone))

    def test_films_are_a_set(self, method: str) -> None:
        """In any order."""
        assert similarity(method, [3, 1, 2], [5, 3]) == similarity(method, [1, 2, 3], [3, 5])


@pytest.mark.parametrize("method", [Method.JACCARD, Method.SIMHASH])
def test_no_films_at_all_and_films_that_nobody_knows_give_a_number(method: str) -> None:
    """Taste has no vector for these: then there is no twin by taste to ask for."""
    vectors = load({1: [1, 2], 2: []})
    for films, places in (([], []), ([999_999], [])):
        twin = find_twin(
            liked=films,
            fingerprint_bits=places,
            gender="female",
            age=25,
            method=method,
            vectors=vectors,
        )
        assert twin is not None
        assert 0.0 <= twin.similarity <= 1.0
        if method == Method.JACCARD:
            assert twin.similarity == 0.0


class TestJaccardInBulk:
    """What training computes for many at once is what is served for one."""

    def cases(self, picks: list[list[int]]) -> Cases:
        size = len(picks)
        return Cases(
            np.array(["female", "male"] * size)[:size], np.array([18, 35] * size)[:size],
            [np.array(one, np.int64) for one in picks],
        )  # fmt: skip

    def test_one_is_a_batch_of_one(self) -> None:
        data = camps()
        picks = [[1, 2], [11, 12, 13], [0, 10], [5]]
        together = jaccard_twins(data, self.cases(picks))
        cases = self.cases(picks)
        alone = [
            jaccard_twins(
                data, Cases(cases.genders[[n]], cases.age_bands[[n]], [cases.picks[n]])
            )[0]
            for n in range(len(picks))
        ]  # fmt: skip
        assert together.tolist() == alone

    def test_equal_people_go_by_more_overlap_then_the_lower_id(self) -> None:
        data = camps()
        rows = np.array([0, 0, 1, 1, 2, 2])
        same = replace(
            data, user_ids=np.array([1, 2, 3]), users=rows, movies=np.array([1, 2, 1, 2, 1, 2]),
            ratings=np.full(6, 5.0), genders=np.array(["female"] * 3), age_bands=np.full(3, 18),
        )  # fmt: skip
        assert jaccard_twins(same, self.cases([[1, 2]])).tolist() == [0]

    def test_it_is_the_twin_that_is_served(self) -> None:
        data = camps()
        people = {int(data.user_ids[row]): data.watched[row].indices.tolist() for row in range(30)}
        load(people)
        women = data.of_users(np.arange(30))
        for picks in ([1, 2, 3], [0], [9, 11, 5, 6]):
            served = find_twin(liked=picks, fingerprint_bits=picks, gender="female", age=25)
            cases = Cases(np.array(["female"]), np.array([18]), [np.array(picks)])
            assert served is not None
            assert served.ml_user_id == women.user_ids[jaccard_twins(women, cases)[0]]
