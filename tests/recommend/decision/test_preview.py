"""How many personas get another answer: examples by hand, and properties of any change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.decision.bundles import ProductOffer
from recommend.decision.outlook import THERE, UNKNOWN
from recommend.decision.platform import choose_platform
from recommend.decision.preview import (
    Conditions,
    FilmMove,
    Shift,
    Simulated,
    TopAnswer,
    _most_frequent,
    answers,
    compare,
    moved,
)
from tests.recommend.decision.outlooks import outlook_with

A, B = ProductOffer("a", 5_000, frozenset("A")), ProductOffer("b", 9_000, frozenset("B"))
FILM = 7


def person(
    groups: Mapping[str, float],
    *,
    budget: int | None = 10_000,
    usage: Mapping[str, float] | None = None,
    likely: Mapping[int, float] | None = None,
    evidence: str = "AB",
) -> Simulated:
    """Of the platforms A and B; `usage` has the ratio behind the weight of a platform."""
    outlook = outlook_with("AB", groups, evidence=evidence)
    ratios = {platform: [ratio] for platform, ratio in (usage or {}).items()}
    scores = choose_platform(outlook, ratios, exponent=0.5)
    return Simulated(outlook, scores, ratios, budget, likely or {})


def under(*offers: ProductOffer, exponent: float = 0.5, film: FilmMove | None = None) -> Conditions:
    return Conditions(offers, exponent, film)


LOVES_A = {"10": 6.0, "01": 2.0}
LOVES_B = {"10": 2.0, "01": 6.0}


def test_an_answer_is_the_first_platform_and_the_best_products_for_the_budget() -> None:
    people = [person(LOVES_A), person(LOVES_B), person(LOVES_B, budget=8_000)]
    assert answers(people, under(A, B)) == [
        TopAnswer("A", ("a",)),
        TopAnswer("B", ("b",)),
        TopAnswer("B", ("a",)),  # all that 8,000 won buys
    ]


def test_without_a_budget_the_knee_of_the_ladder_counts() -> None:
    both = ProductOffer("both", 30_000, frozenset("AB"))
    (answer,) = answers([person({"10": 10.0, "01": 1.0}, budget=None)], under(A, B, both))
    assert answer.products == ("a",)


def test_a_person_without_money_and_one_without_films_buy_nothing() -> None:
    poor, bored = person(LOVES_A, budget=0), person({"00": 3.0})
    assert [answer.products for answer in answers([poor, bored], under(A, B))] == [(), ()]


def test_no_people_and_no_platforms_are_no_error() -> None:
    assert compare([], under(A), under(B)).people == 0
    nowhere = outlook_with("", {})
    assert answers([Simulated(nowhere, [], {}, None)], under(A)) == [TopAnswer("", ())]


def test_a_dearer_product_changes_the_subscription_and_not_the_platform() -> None:
    people = [person(LOVES_A), person(LOVES_B), person(LOVES_B), person(LOVES_A, budget=20_000)]
    dearer = ProductOffer("b", 10_500, frozenset("B"))
    found = compare(people, under(A, B), under(A, dearer))
    assert (found.people, found.platform, found.subscription, found.either) == (4, 0, 2, 2)
    assert found.subscription_shifts == [Shift(("b",), ("a",), 2)]
    assert found.platform_shifts == []
    assert found.touched is None


def test_the_same_products_in_another_order_are_the_same_answer() -> None:
    """Offers come by price, and so do the products of a choice."""
    people = [person(LOVES_A, budget=30_000)]
    dearer = ProductOffer("a", 9_500, frozenset("A"))
    assert answers(people, under(A, B)) == [TopAnswer("A", ("a", "b"))]
    assert compare(people, under(A, B), under(B, dearer)).either == 0


def test_another_weight_of_the_statistics_changes_the_platform_and_not_the_subscription() -> None:
    near = {"10": 5.0, "01": 5.2}
    people = [person(near, usage={"A": 1.3}), person(near), person(LOVES_B, usage={"A": 1.3})]
    found = compare(people, under(A, B, exponent=0.0), under(A, B, exponent=1.0))
    assert (found.platform, found.subscription, found.either) == (1, 0, 1)
    assert found.platform_shifts == [Shift(("B",), ("A",), 1)]


def test_a_person_with_another_platform_and_other_products_is_counted_once() -> None:
    film = FilmMove(FILM, {"A": True, "B": False}, {"A": False, "B": True})
    stays = FilmMove(FILM, film.before, film.before)
    people = [
        person({"10": 4.0, "01": 3.6}, likely={FILM: 0.9}),
        person({"10": 4.0, "01": 3.6}),  # has never heard of the film
        person({"10": 6.0, "01": 3.6}, likely={FILM: 0.9}),
    ]
    found = compare(people, under(A, B, film=stays), under(A, B, film=film))
    assert (found.platform, found.subscription, found.either) == (1, 1, 1)
    assert found.touched == 2


def test_the_most_frequent_changes_come_first_and_only_five_of_them() -> None:
    """Without the offers nothing is bought."""
    offers = [ProductOffer(f"p{n}", 1_000 * n, frozenset("A")) for n in range(1, 8)]
    rungs = [ProductOffer("p1", 1_000, frozenset("A")), ProductOffer("p2", 2_000, frozenset("AB"))]
    people = [person({"10": 3.0, "01": 1.0}, budget=won) for won in (2_500, 1_500, 2_000)]
    found = compare(people, under(*rungs), under())
    assert found.subscription_shifts == [Shift(("p2",), (), 2), Shift(("p1",), (), 1)]
    before = [answers([person({"10": 3.0})], under(offer))[0].products for offer in offers]
    assert len(_most_frequent([(products, ()) for products in before])) == 5


def test_a_film_is_moved_between_groups() -> None:
    outlook = outlook_with("AB", {"10": 4.0, "01": 3.0, "1?": 2.0})
    after = moved(outlook, 0.5, {"A": True, "B": False}, {"A": False, "B": True})
    assert after.expected.tolist() == [3.5, 3.5, 2.0]
    assert after.films.tolist() == [9, 11, 10]
    assert outlook.expected.tolist() == [4.0, 3.0, 2.0]  # the argument is unchanged


def test_a_film_may_make_a_group_of_its_own() -> None:
    outlook = outlook_with("AB", {"10": 4.0}, noise=0.1)
    after = moved(outlook, 0.5, {"A": True, "B": False}, {"A": True, "B": True})
    assert after.expected.tolist() == [3.5, 0.5]
    assert after.states.tolist() == [[2, 0], [2, 2]]
    assert after.carried.tolist() == [[1.0, 0.0], [1.0, 1.0]]
    assert after.noise.tolist() == [0.1, 0.1]


def test_a_film_that_becomes_unknown_is_there_as_often_as_others() -> None:
    outlook = outlook_with("AB", {"11": 3.0, "1?": 1.0}, prior=0.5, rate=(100.0, 0.2))
    after = moved(outlook, 1.0, {"A": True, "B": True}, {"A": True})
    assert after.carried[1].tolist() == pytest.approx([1.0, 0.35])  # between 0.5 and 0.2
    alone = moved(
        outlook_with("AB", {"11": 3.0}, rate=(100.0, 0.2)), 1.0, {"A": True, "B": True}, {}
    )
    assert alone.carried[1].tolist() == pytest.approx([0.2, 0.2])


def test_a_film_that_stays_unknown_keeps_its_prior() -> None:
    outlook = outlook_with("AB", {"1?": 3.0}, prior=0.4, rate=(100.0, 0.9))
    after = moved(outlook, 1.0, {"A": True}, {"A": False})
    assert after.carried[1].tolist() == pytest.approx([0.0, 0.4])


def test_no_more_is_moved_than_there_is() -> None:
    """P(like) of the film and of its group are rounded separately."""
    after = moved(outlook_with("AB", {"10": 0.49996}), 0.5, {"A": True, "B": False}, {"A": True})
    assert after.expected.tolist() == [0.0, 0.49996]


def test_a_film_that_is_in_no_group_moves_nothing() -> None:
    outlook = outlook_with("AB", {"10": 4.0})
    assert moved(outlook, 0.5, {"A": False, "B": True}, {"A": True}) is outlook


def test_the_first_word_on_a_platform_brings_it_into_the_answer_and_the_last_takes_it_out() -> None:
    """Unknown films then count by their prior, also for people who do not know the film."""
    quiet = person({"1?": 4.0, "0?": 8.0}, evidence="A")
    stays = FilmMove(FILM, {}, {})
    heard = FilmMove(FILM, {}, {"B": True}, heard=frozenset("B"))
    assert answers([quiet], under(A, B, film=stays)) == [TopAnswer("A", ("a",))]
    assert answers([quiet], under(A, B, film=heard)) == [TopAnswer("B", ("b",))]
    loud = person({"1?": 4.0, "0?": 8.0})
    silenced = FilmMove(FILM, {}, {}, unheard=frozenset("B"))
    assert answers([loud], under(A, B, film=silenced)) == [TopAnswer("A", ("a",))]


states = st.text("01?", min_size=2, max_size=2)
groups = st.dictionaries(states, st.floats(0.0, 30.0), min_size=1, max_size=6)
people_drawn = st.lists(
    st.builds(
        person,
        groups,
        budget=st.none() | st.integers(0, 40_000),
        usage=st.fixed_dictionaries({"A": st.floats(0.0, 3.0), "B": st.floats(0.0, 3.0)}),
        likely=st.just({FILM: 0.4}) | st.just({}),
    ),
    max_size=6,
)
offers_drawn = st.lists(
    st.builds(
        ProductOffer,
        st.sampled_from("abcd"),
        st.integers(1, 30_000),
        st.frozensets(st.sampled_from("AB"), min_size=1),
    ),
    max_size=4,
    unique_by=lambda offer: offer.product,
)
exponents = st.floats(0.0, 1.0)
film_states = st.fixed_dictionaries(
    {}, optional={"A": st.none() | st.booleans(), "B": st.none() | st.booleans()}
)


@settings(max_examples=60, deadline=None)
@given(people_drawn, offers_drawn, exponents, st.none() | film_states)
def test_without_a_change_nobody_gets_another_answer(
    people: list[Simulated],
    offers: list[ProductOffer],
    exponent: float,
    where: dict[str, bool | None],
) -> None:
    film = None if where is None else FilmMove(FILM, where, where)
    conditions = under(*offers, exponent=exponent, film=film)
    found = compare(people, conditions, conditions)
    assert (found.platform, found.subscription, found.either) == (0, 0, 0)
    assert [*found.platform_shifts, *found.subscription_shifts] == []


@settings(max_examples=60, deadline=None)
@given(people_drawn, offers_drawn, exponents)
def test_a_product_that_nobody_can_afford_is_in_no_answer(
    people: list[Simulated], offers: list[ProductOffer], exponent: float
) -> None:
    named = [one for one in people if one.budget is not None]
    dear = ProductOffer("dear", 1_000_000, frozenset("AB"))
    conditions = under(*offers, dear, exponent=exponent)
    assert all("dear" not in answer.products for answer in answers(named, conditions))
    assert compare(named, under(*offers, exponent=exponent), conditions).either == 0


@settings(max_examples=60, deadline=None)
@given(people_drawn, offers_drawn, exponents, film_states, film_states)
def test_the_counts_belong_together(
    people: list[Simulated],
    offers: list[ProductOffer],
    exponent: float,
    before: dict[str, bool | None],
    after: dict[str, bool | None],
) -> None:
    found = compare(
        people,
        under(*offers, exponent=exponent, film=FilmMove(FILM, before, before)),
        under(*offers, exponent=exponent, film=FilmMove(FILM, before, after)),
    )
    assert found.people == len(people)
    assert max(found.platform, found.subscription) <= found.either
    assert found.either <= found.platform + found.subscription
    assert found.touched is not None
    assert found.either <= found.touched
    for count, shifts in (
        (found.platform, found.platform_shifts),
        (found.subscription, found.subscription_shifts),
    ):
        assert sum(shift.people for shift in shifts) <= count
        assert all(shift.before != shift.after for shift in shifts)


@settings(max_examples=60, deadline=None)
@given(groups, st.floats(0.0, 1.0), film_states, film_states)
def test_moving_a_film_keeps_the_total_and_sound_groups(
    drawn: dict[str, float],
    chance: float,
    before: dict[str, bool | None],
    after: dict[str, bool | None],
) -> None:
    outlook = outlook_with("AB", drawn)
    found = moved(outlook, chance, before, after)
    assert found.expected.sum() == pytest.approx(outlook.expected.sum(), abs=1e-9)
    assert found.films.sum() == outlook.films.sum()
    assert (found.expected >= 0).all()
    assert ((found.carried >= 0) & (found.carried <= 1)).all()
    assert len(np.unique(found.states, axis=0)) == len(found.states)
    known = found.states != UNKNOWN
    assert (found.carried[known] == (found.states[known] == THERE)).all()


full_groups = st.dictionaries(states, st.floats(0.25, 30.0), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(full_groups, film_states, film_states)
def test_a_film_that_is_moved_back_leaves_every_group_as_it_was(
    drawn: dict[str, float], before: dict[str, bool | None], after: dict[str, bool | None]
) -> None:
    outlook = outlook_with("AB", drawn)
    there = moved(outlook, 0.25, before, after)
    back = moved(there, 0.25, after, before) if there is not outlook else outlook
    expected = dict(zip(map(tuple, back.states.tolist()), back.expected.tolist(), strict=True))
    for row, worth in zip(outlook.states.tolist(), outlook.expected.tolist(), strict=True):
        assert expected[tuple(row)] == pytest.approx(worth, abs=1e-9)
