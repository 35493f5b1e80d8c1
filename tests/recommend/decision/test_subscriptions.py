"""The best set of products within a budget equals the best of all sets; small cases by hand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.arrays import Floats
from recommend.decision.bundles import (
    AllChoices,
    Choice,
    ProductOffer,
    all_choices,
    best_change,
    cheapest_giving,
    ladder,
    solve,
    undominated,
)

PLATFORMS = "abcde"


class Market(NamedTuple):
    offers: list[ProductOffer]
    liked: Floats
    carried: dict[str, Floats]


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Few products with prices that often tie, some excluding each other, few films."""
    names = [f"product {number}" for number in range(draw(st.integers(0, 6)))]
    films = draw(st.integers(0, 5))
    chances = st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=films, max_size=films)
    return Market(
        [
            ProductOffer(
                name,
                draw(st.sampled_from([0, 500, 1000, 1500])),
                draw(st.frozensets(st.sampled_from(PLATFORMS), max_size=3)),
                draw(st.frozensets(st.sampled_from([*names, "not sold"]), max_size=1)),
            )
            for name in names
        ],
        np.array(draw(st.lists(st.floats(0, 1), min_size=films, max_size=films))),
        {
            platform: np.array(draw(chances))
            for platform in draw(st.frozensets(st.sampled_from(PLATFORMS)))
        },
    )


def coverage(market: Market, platforms: set[str]) -> float:
    """Film by film, as the module's docstring defines it."""
    total = 0.0
    for film, liked in enumerate(market.liked):
        nowhere = 1.0
        for platform in platforms & market.carried.keys():
            nowhere *= 1.0 - market.carried[platform][film]
        total += liked * (1.0 - nowhere)
    return round(total, 9)


def tried(market: Market, budget: int | None) -> Choice:
    """The best of every set of products, one after the other."""
    found: list[tuple[tuple[float, int, int, tuple[int, ...]], Choice]] = []
    offers = market.offers
    for size in range(len(offers) + 1):
        for places in itertools.combinations(range(len(offers)), size):
            chosen = [offers[place] for place in places]
            if any(
                one.product in other.excludes - {other.product}
                for one in chosen
                for other in chosen
            ):
                continue
            price = sum(offer.monthly_price for offer in chosen)
            if budget is not None and price > budget:
                continue
            films = coverage(market, set().union(*(offer.platforms for offer in chosen)))
            choice = Choice(tuple(offer.product for offer in chosen), price, films)
            found.append(((-films, price, size, places), choice))
    return min(found)[1]


def same(one: Choice, other: Choice) -> bool:
    """Equal up to the rounding of sums in another order."""
    near = one.coverage == pytest.approx(other.coverage, abs=1e-8)
    return (one.products, one.monthly_price) == (other.products, other.monthly_price) and near


@settings(max_examples=200, deadline=None)
@given(markets(), st.sampled_from([None, 0, 700, 1000, 2000, 10**9]))
def test_the_optimum_is_that_of_trying_every_set(market: Market, budget: int | None) -> None:
    choices = all_choices(market.offers, market.liked, market.carried)

    assert same(solve(choices, budget).best, tried(market, budget))


@settings(max_examples=100, deadline=None)
@given(markets())
def test_each_step_of_the_ladder_is_the_optimum_at_its_price(market: Market) -> None:
    steps = ladder(all_choices(market.offers, market.liked, market.carried))

    assert steps[0].choice.monthly_price == 0
    for before, step in itertools.pairwise(steps):
        assert step.choice.monthly_price > before.choice.monthly_price
        assert step.choice.coverage > before.choice.coverage
        assert step.more_won == step.choice.monthly_price - before.choice.monthly_price
    for step in steps:
        assert same(step.choice, tried(market, step.choice.monthly_price))
    assert same(steps[-1].choice, tried(market, None))


@settings(max_examples=60, deadline=None)
@given(markets(), st.sampled_from([None, 0, 1000, 2000]))
def test_no_choice_gets_worse_without_dominated_products(
    market: Market, budget: int | None
) -> None:
    every = solve(all_choices(market.offers, market.liked, market.carried), budget).best
    fewer = undominated(market.offers)

    best = solve(all_choices(fewer, market.liked, market.carried), budget).best

    assert best.coverage == pytest.approx(every.coverage, abs=1e-8)
    assert best.monthly_price == every.monthly_price


def shop(*offers: ProductOffer, **platforms: Sequence[float]) -> Market:
    """Four films with P(like) 1."""
    carried = {name: np.array(films, dtype=np.float64) for name, films in platforms.items()}
    return Market(list(offers), np.ones(4), carried)


def choices_of(market: Market) -> AllChoices:
    return all_choices(market.offers, market.liked, market.carried)


A = ProductOffer("A", 5000, frozenset("a"))
B = ProductOffer("B", 6000, frozenset("b"))
AB = ProductOffer("AB", 9000, frozenset("ab"))
MARKET = shop(A, B, AB, a=[1, 1, 0, 0], b=[0, 1, 1, 1])


def test_a_film_counts_once_and_the_bundle_is_cheaper_than_its_parts() -> None:
    best = solve(choices_of(MARKET), 20_000).best

    assert best == Choice(("AB",), 9000, 4.0)


def test_the_runner_up_gives_other_platforms_and_the_gap_is_its_distance() -> None:
    solution = solve(choices_of(MARKET), 20_000)

    assert solution.runner_up == Choice(("B",), 6000, 3.0)
    assert solution.gap == 1.0


def test_a_film_of_unknown_availability_counts_with_its_probability() -> None:
    market = shop(A, B, a=[0.5, 0, 0, 0], b=[0.5, 0, 0, 0])

    assert solve(choices_of(market)).best.coverage == 0.75


def test_two_tiers_that_exclude_each_other_are_never_bought_together() -> None:
    cheap = ProductOffer("cheap", 100, frozenset("a"), excludes=frozenset({"dear"}))
    dear = ProductOffer("dear", 200, frozenset("b"))
    market = shop(cheap, dear, a=[1, 0, 0, 0], b=[0, 1, 1, 0])

    assert solve(choices_of(market)).best.products == ("dear",)


def test_of_equal_films_the_cheaper_is_chosen() -> None:
    other = ProductOffer("A again", 4000, frozenset("a"))

    assert solve(choices_of(shop(A, other, a=[1, 0, 0, 0]))).best.products == ("A again",)


@pytest.mark.parametrize("market", [shop(), shop(A), shop(ProductOffer("empty", 100, frozenset()))])
def test_products_without_films_are_not_bought(market: Market) -> None:
    solution = solve(choices_of(market), 50_000)

    assert solution.best == Choice((), 0, 0.0)
    assert solution.runner_up is None
    assert solution.gap is None


def test_a_budget_of_zero_buys_nothing_and_a_negative_one_is_refused() -> None:
    assert solve(choices_of(MARKET), 0).best == Choice((), 0, 0.0)
    with pytest.raises(ValueError, match="below 0"):
        solve(choices_of(MARKET), -1)


def test_the_same_product_twice_or_too_many_platforms_are_refused() -> None:
    with pytest.raises(ValueError, match="each once"):
        choices_of(shop(A, A))
    many = [ProductOffer(one, 1, frozenset(one)) for one in "abcdefghijklmnopqrstu"]
    with pytest.raises(ValueError, match="at most 20"):
        choices_of(shop(*many, **dict.fromkeys("abcdefghijklmnopqrstu", [1, 0, 0, 0])))


def test_the_knee_is_where_more_money_begins_to_bring_little() -> None:
    dear = ProductOffer("C", 30_000, frozenset("c"))
    market = shop(A, B, dear, a=[1, 1, 0, 0], b=[0, 0, 1, 0.9], c=[0, 0, 0, 1])

    steps = ladder(choices_of(market))

    assert [step.choice.monthly_price for step in steps] == [0, 5000, 11_000, 41_000]
    assert [step.is_knee for step in steps] == [False, False, True, False]


def test_a_ladder_of_two_steps_has_no_knee() -> None:
    assert [step.is_knee for step in ladder(choices_of(shop(A, a=[1, 0, 0, 0])))] == [False, False]


def test_the_cheapest_choice_that_gives_the_platforms_is_found() -> None:
    choices = choices_of(MARKET)

    assert cheapest_giving(choices, {"a", "b"}) == Choice(("AB",), 9000, 4.0)
    assert cheapest_giving(choices, {"b"}) == Choice(("B",), 6000, 3.0)
    assert cheapest_giving(choices, set()) == Choice((), 0, 0.0)
    assert cheapest_giving(choices, {"a", "nowhere sold"}) is None


def test_no_choice_gives_platforms_whose_products_exclude_each_other() -> None:
    only_a = ProductOffer("A", 5000, frozenset("a"), excludes=frozenset("B"))
    choices = choices_of(shop(only_a, B, a=[1, 0, 0, 0], b=[0, 1, 0, 0]))

    assert cheapest_giving(choices, {"a", "b"}) is None
    assert cheapest_giving(choices, {"b"}) == Choice(("B",), 6000, 1.0)


def test_the_best_change_is_one_product_more_or_less_or_another_one() -> None:
    choices = choices_of(MARKET)
    only_a = Choice(("A",), 5000, 2.0)

    assert best_change(choices, only_a, 8000) == Choice(("B",), 6000, 3.0)
    assert best_change(choices, only_a, 11_000) == Choice(("AB",), 9000, 4.0)
    assert best_change(choices, Choice(("AB",), 9000, 4.0), 20_000) is None
