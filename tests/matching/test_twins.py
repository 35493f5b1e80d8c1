"""The taste twin: every method against answers known by hand, relaxation and ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.models import Method, Relaxation
from matching.twins import Twin, find_twin
from movies.fingerprints import FINGERPRINT_BITS, bit_text, simhash, watched_bits
from movies.models import MovieLensUser
from recommend.models import TasteVector
from recommend.scoring.weights import FACTORS
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db


def person(number: int, films: list[int], *, gender: str = "female", age: int | None = 25) -> None:
    """A MovieLens user whose film n has the fingerprint bit n."""
    MovieLensUser.objects.create(
        ml_user_id=number,
        gender=gender,
        age=age,
        watched=bit_text(watched_bits(films)),
        simhash=bit_text(simhash(films)),
        watched_count=len(films),
    )


def taste(*values: float) -> list[float]:
    return [*values, *([0.0] * (FACTORS - len(values)))]


def run_with(tastes: dict[int, list[float]]) -> Any:
    run = bare_run()
    for number, vector in tastes.items():
        TasteVector.objects.create(run=run, ml_user_id=number, taste=vector)
    return TasteVector.objects.filter(run=run)


def ask(
    films: list[int],
    *,
    method: str = Method.JACCARD,
    gender: str = "female",
    age: int | None = 27,
    own: list[float] | None = None,
    vectors: Any = None,
) -> Twin | None:
    return find_twin(
        liked=films,
        fingerprint_bits=films,
        gender=gender,
        age=age,
        taste=np.array(own) if own else None,
        method=method,
        vectors=vectors,
    )


def test_jaccard_is_shared_films_over_all_films_of_both() -> None:
    person(1, [1, 2, 3, 4, 5, 6])
    person(2, [1, 2, 9])
    twin = ask([1, 2, 3])
    assert twin == Twin(1, pytest.approx(3 / 6), "jaccard", "none")


def test_simhash_of_the_same_films_is_identical() -> None:
    person(1, [1, 2, 3])
    person(2, [7, 8, 9])
    twin = ask([7, 8, 9], method=Method.SIMHASH)
    assert twin == Twin(2, 1.0, "simhash", "none")


def test_simhash_similarity_is_one_minus_the_share_of_differing_bits() -> None:
    person(1, [1, 2, 3])
    differing = int((simhash([1, 2, 3]) != simhash([4, 5])).sum())
    twin = ask([4, 5], method=Method.SIMHASH)
    assert twin is not None
    assert twin.similarity == pytest.approx(1 - differing / 64)


def test_taste_is_the_cosine_whatever_the_lengths() -> None:
    person(1, [1])
    person(2, [2])
    vectors = run_with({1: taste(3.0, 4.0), 2: taste(-1.0)})
    twin = ask([1], method=Method.TASTE, own=taste(0.1), vectors=vectors)
    assert twin == Twin(1, pytest.approx(0.6), "taste", "none")


def test_taste_sees_only_the_vectors_of_the_run_it_is_given() -> None:
    person(1, [1])
    person(2, [2])
    run_with({1: taste(1.0)})
    vectors = run_with({2: taste(0.5, 0.5)})
    twin = ask([1], method=Method.TASTE, own=taste(1.0), vectors=vectors)
    assert twin is not None
    assert twin.ml_user_id == 2


@pytest.mark.parametrize("method", Method.values)
class TestEveryMethod:
    """Conformance: what holds for each similarity."""

    def vectors(self, method: str, numbers: list[int]) -> Any:
        return run_with({n: taste(1.0) for n in numbers}) if method == Method.TASTE else None

    def find(self, method: str, numbers: list[int], **answers: Any) -> Twin | None:
        return ask(
            [1, 2], method=method, own=taste(1.0), vectors=self.vectors(method, numbers), **answers
        )

    def test_nobody_loaded_gives_no_twin(self, method: str) -> None:
        assert self.find(method, []) is None

    def test_candidates_are_of_the_same_gender_and_age_band(self, method: str) -> None:
        person(1, [1, 2], gender="male")
        person(2, [1, 2], age=35)
        person(3, [1, 9], age=34)
        twin = self.find(method, [1, 2, 3], age=25)
        assert twin is not None
        assert (twin.ml_user_id, twin.relaxation) == (3, Relaxation.NONE)

    def test_an_empty_cell_relaxes_to_a_neighbouring_band(self, method: str) -> None:
        person(1, [1, 2], age=45)
        person(2, [1, 2], age=35)
        person(3, [1, 2], gender="male")
        twin = self.find(method, [1, 2, 3], age=25)
        assert twin is not None
        assert (twin.ml_user_id, twin.relaxation) == (2, Relaxation.NEIGHBOURING_BAND)

    def test_then_to_the_gender_and_then_to_everyone(self, method: str) -> None:
        person(1, [1, 2], gender="male", age=56)
        twin = self.find(method, [1], age=18)
        assert twin is not None
        assert twin.relaxation == Relaxation.EVERYONE
        person(2, [1, 2], gender="female", age=56)
        twin = self.find(method, [1, 2], age=18)
        assert twin is not None
        assert (twin.ml_user_id, twin.relaxation) == (2, Relaxation.GENDER)

    def test_answers_left_out_are_not_asked_of_the_twin(self, method: str) -> None:
        person(1, [1, 2], gender="male", age=60)
        person(2, [1, 2], gender="female", age=27)
        by_age = self.find(method, [1, 2], gender="", age=61)
        by_gender = self.find(method, [1, 2], gender="female", age=None)
        by_nothing = self.find(method, [1, 2], gender="", age=None)
        assert by_age is not None
        assert by_gender is not None
        assert by_nothing is not None
        assert (by_age.ml_user_id, by_age.relaxation) == (1, Relaxation.AGE_BAND)
        assert (by_gender.ml_user_id, by_gender.relaxation) == (2, Relaxation.GENDER)
        assert (by_nothing.ml_user_id, by_nothing.relaxation) == (1, Relaxation.EVERYONE)

    def test_a_data_set_without_demographics_asks_everyone(self, method: str) -> None:
        person(1, [1, 2], gender="", age=None)
        twin = self.find(method, [1])
        assert twin is not None
        assert twin.relaxation == Relaxation.EVERYONE

    def test_ties_go_to_the_nearer_age_then_the_lower_id(self, method: str) -> None:
        person(4, [1, 2], age=33)
        person(3, [1, 2], age=28)
        person(2, [1, 2], age=26)
        person(9, [1, 2], age=28)
        twin = self.find(method, [2, 3, 4, 9], age=29)
        assert twin is not None
        assert twin.ml_user_id == 3

    def test_it_is_one_statement(self, method: str) -> None:
        person(1, [1, 2], gender="male", age=56)
        vectors = self.vectors(method, [1])
        with CaptureQueriesContext(connection) as queries:
            ask([1, 2], method=method, age=18, own=taste(1.0), vectors=vectors)
        assert len(queries) == 1


def test_ties_of_similarity_go_to_more_overlap() -> None:
    person(1, [5])
    person(2, [1, 2, 8])
    person(3, [1, 9])
    vectors = run_with({1: taste(1.0), 2: taste(2.0), 3: taste(3.0)})
    twin = ask([1, 2], method=Method.TASTE, own=taste(1.0), vectors=vectors)
    assert twin is not None
    assert twin.ml_user_id == 2


def test_liked_films_outside_the_fingerprint_still_give_a_twin() -> None:
    person(1, [1])
    twin = find_twin(liked=[99], fingerprint_bits=[], gender="female", age=25)
    assert twin == Twin(1, 0.0, "jaccard", "none")


def test_an_unknown_method_and_a_missing_vector_are_refused() -> None:
    with pytest.raises(ValueError, match="known: jaccard, simhash, taste"):
        ask([1], method="cosine")
    with pytest.raises(ValueError, match="taste vector"):
        ask([1], method=Method.TASTE)


def test_the_fingerprint_has_room_for_4096_films() -> None:
    bits = watched_bits([0, FINGERPRINT_BITS - 1])
    assert bit_text(bits)[0] == bit_text(bits)[-1] == "1"
    assert bits.sum() == 2
