"""A household's set equals the best of all sets of products on small cases, and is fair."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.decision.household import Household, Shared, household_of
from recommend.decision.offers import MustHave, ProductOffer, Wishes
from recommend.decision.outlook import Outlook
from tests.recommend.decision.outlooks import outlook_with

PLATFORMS = "abc"
MUST_HAVE = [
    MustHave("series", frozenset({("a", ""), ("unheard of", "")})),
    MustHave("sport", frozenset({("b", "product 0"), ("d", "product 1")})),
    MustHave("nowhere", frozenset({("elsewhere", "")})),
]


class Case(NamedTuple):
    outlooks: list[Outlook]
    offers: list[ProductOffer]
    budget: int
    wishes: list[Wishes]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """People with evidence of different platforms and wishes; few products, prices that tie."""
    names = [f"product {number}" for number in range(draw(st.integers(0, 5)))]
    given_by_one = st.frozensets(st.sampled_from([*PLATFORMS, "unheard of"]), max_size=2)
    offers = [
        ProductOffer(
            name,
            draw(st.sampled_from([0, 500, 700, 1000])),
            draw(given_by_one),
            draw(st.frozensets(st.sampled_from([*names, "not sold"]), max_size=1)),
            has_ads=draw(st.booleans()),
            streams=draw(st.sampled_from([1, 2])),
        )
        for name in names
    ]
    outlooks, wishes = [], []
    for _ in range(draw(st.integers(1, 4))):
        own = draw(st.sampled_from(["abc", "abc", "ab", "cb", "c"]))
        states = st.text("01?", min_size=len(own), max_size=len(own))
        expected = st.sampled_from([0.0, 0.5, 1.0, 2.5])
        outlooks.append(
            outlook_with(
                own,
                draw(st.dictionaries(states, expected, max_size=4)),
                prior=draw(st.sampled_from([0.25, 0.5])),
                evidence=draw(st.one_of(st.just(own), st.frozensets(st.sampled_from(own)))),
            )
        )
        wishes.append(
            Wishes(
                no_ads=draw(st.sampled_from([False, False, False, True])),
                min_streams=draw(st.sampled_from([0, 0, 2])),
                must_have=tuple(draw(st.lists(st.sampled_from(MUST_HAVE), max_size=2))),
            )
        )
    return Case(outlooks, offers, draw(st.sampled_from([0, 500, 700, 1200, 2500])), wishes)


class Tried(NamedTuple):
    """The price of a set, the expected films of each person, and how many must-haves it meets."""

    price: int
    films: tuple[float, ...]
    met: int


def films_of(outlook: Outlook, platforms: frozenset[str]) -> float:
    columns, total = outlook.columns(), 0.0
    for group, expected in enumerate(outlook.expected):
        missed = math.prod(1.0 - columns[one][group] for one in platforms & columns.keys())
        total += expected * (1.0 - missed)
    return round(total, 7)


def tried(case: Case, people: Sequence[int] = ()) -> list[Tried]:
    """Every set of products that these people, or all, can buy together within the budget."""
    wishes = [case.wishes[person] for person in people] or case.wishes
    wanted = {one.slug: one for each in wishes for one in each.must_have}
    found = []
    for size in range(len(case.offers) + 1):
        for chosen in itertools.combinations(case.offers, size):
            barred = any(
                one.product in other.excludes for one, other in itertools.permutations(chosen, 2)
            )
            price = sum(offer.monthly_price for offer in chosen)
            fits = all(one.allows(offer) for one in wishes for offer in chosen)
            if barred or price > case.budget or not fits:
                continue
            platforms = frozenset(one for offer in chosen for one in offer.platforms)
            films = tuple(films_of(outlook, platforms) for outlook in case.outlooks)
            met = [
                one.met_by([each.product for each in chosen], platforms) for one in wanted.values()
            ]
            found.append(Tried(price, films, sum(met)))
    return found


def is_set(shared: Shared, wanted: Tried) -> None:
    assert shared.choice.monthly_price == wanted.price
    assert shared.choice.coverage == pytest.approx(sum(part.films for part in shared.parts))


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_most_films_of_all_are_found_the_cheapest_way(case: Case) -> None:
    best = min(tried(case), key=lambda one: (-one.met, -round(sum(one.films), 6), one.price))
    household = household_of(case.outlooks, case.offers, case.wishes)
    shared = household.most_together(case.budget)
    is_set(shared, best)
    assert shared.met == best.met
    assert shared.met + shared.lacking == len(household.together.must_have)
    assert shared.choice.coverage == pytest.approx(sum(best.films), abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_fairest_set_has_the_largest_smallest_share(case: Case) -> None:
    every = tried(case)
    alone = [
        max(one.films[person] for one in tried(case, [person]))
        for person in range(len(case.outlooks))
    ]

    def smallest(one: Tried) -> float:
        shares = [
            films / most if most else 1.0 for films, most in zip(one.films, alone, strict=True)
        ]
        return round(min(shares), 6)

    best = min(every, key=lambda one: (-one.met, -smallest(one), one.price))
    shared = household_of(case.outlooks, case.offers, case.wishes).fairest(case.budget)
    is_set(shared, best)
    least = min(part.share for part in shared.parts)
    assert least == pytest.approx(smallest(best), abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_each_person_is_compared_with_their_own_best_set(case: Case) -> None:
    household = household_of(case.outlooks, case.offers, case.wishes)
    for shared in (household.most_together(case.budget), household.fairest(case.budget)):
        for person, part in enumerate(shared.parts):
            every = tried(case, [person])
            own = min(every, key=lambda one: (-one.met, -round(one.films[person], 6), one.price))
            assert part.alone.coverage == pytest.approx(own.films[person], abs=1e-6)
            assert part.alone.monthly_price == own.price
            assert 0.0 <= part.share <= 1.0 + 1e-9
            if most := max(one.films[person] for one in every):
                assert part.share == pytest.approx(part.films / most, abs=1e-6)
            else:
                assert (part.films, part.share) == (0.0, 1.0)
        alone = sum(part.alone.monthly_price for part in shared.parts)
        assert shared.saved == alone - shared.choice.monthly_price


# --- cases by hand -------------------------------------------------------------------

OFFERS = [
    ProductOffer("A", 7000, frozenset("a")),
    ProductOffer("B", 8000, frozenset("b")),
    ProductOffer("both", 12000, frozenset("ab")),
]


def two_people() -> Household:
    """The first likes ten films of a and one of b, the second three of b."""
    return household_of(
        [outlook_with("ab", {"10": 10.0, "01": 1.0}), outlook_with("ab", {"01": 3.0})], OFFERS
    )


def test_the_sum_and_the_fairest_can_differ() -> None:
    household = two_people()
    most, fairest = household.most_together(8000), household.fairest(8000)
    assert most.choice.products == ("A",)
    assert [part.share for part in most.parts] == [1.0, 0.0]
    assert fairest.choice.products == ("B",)
    assert [part.share for part in fairest.parts] == [pytest.approx(0.1), 1.0]


def test_the_fairest_looks_at_the_smallest_share_alone() -> None:
    """Not at the mean: A gives 1 and 0.3 of what each has alone, B gives both a half."""
    people = [
        outlook_with("abc", {"100": 4.0, "010": 2.0}),
        outlook_with("abc", {"100": 3.0, "010": 5.0, "001": 10.0}),
    ]
    offers = [
        ProductOffer("A", 7000, frozenset("a")),
        ProductOffer("B", 7000, frozenset("b")),
        ProductOffer("C", 7000, frozenset("c")),
    ]
    fairest = household_of(people, offers).fairest(7000)
    assert fairest.choice.products == ("B",)
    assert [part.share for part in fairest.parts] == [0.5, 0.5]


def test_shares_that_differ_by_rounding_alone_are_the_same() -> None:
    """A third is the smallest share of A, for the first, and of the cheaper B, for the second."""
    people = [
        outlook_with("abcd", {"1000": 0.1, "0100": 0.2, "0010": 0.3}),
        outlook_with("abcd", {"1000": 1.0, "0100": 0.7, "0001": 2.1}),
    ]
    offers = [
        ProductOffer(name, price, frozenset(name.lower()))
        for name, price in {"A": 800, "B": 700, "C": 1000, "D": 1000}.items()
    ]
    assert 0.7 / 2.1 < 0.1 / 0.3
    assert household_of(people, offers).fairest(1000).choice.products == ("B",)


def test_together_they_pay_less_than_each_alone() -> None:
    shared = two_people().most_together(12000)
    assert shared.choice.products == ("both",)
    assert [part.alone.products for part in shared.parts] == [("both",), ("B",)]
    assert shared.saved == 12000 + 8000 - 12000


def test_a_platform_without_evidence_for_a_person_adds_nothing_for_them() -> None:
    household = household_of([outlook_with("a", {"1": 4.0}), outlook_with("b", {"1": 2.0})], OFFERS)
    shared = household.most_together(12000)
    assert [part.films for part in shared.parts] == [4.0, 2.0]
    assert household.together.platforms == ["a", "b"]


def test_what_one_of_them_wishes_holds_for_all_and_alone_only_for_them() -> None:
    offers = [
        ProductOffer("A with ads", 5000, frozenset("a"), has_ads=True),
        ProductOffer("A", 9000, frozenset("a")),
        ProductOffer("B", 8000, frozenset("b")),
    ]
    people = [outlook_with("ab", {"10": 5.0}), outlook_with("ab", {"10": 5.0})]
    wishes = [Wishes(), Wishes(no_ads=True, must_have=(MustHave("cup", frozenset({("b", "")})),))]
    household = household_of(people, offers, wishes)
    shared = household.most_together(17000)
    assert shared.choice.products == ("B", "A")
    assert [part.alone.products for part in shared.parts] == [("A with ads",), ("B", "A")]
    assert (shared.met, shared.lacking) == (1, 0)
    few = household.most_together(7000)
    assert (few.choice.products, few.lacking) == ((), 1)


def test_what_a_person_already_has_stays_theirs() -> None:
    people = [outlook_with("ab", {"10": 4.0}), outlook_with("ab", {"10": 4.0})]
    plain = household_of(people, OFFERS).most_together(12000)
    owned = Wishes(owned=(ProductOffer("A", 0, frozenset("a")),))
    assert household_of(people, OFFERS, [owned, Wishes()]).most_together(12000) == plain


def test_a_person_without_expectations_does_not_decide_what_is_fair() -> None:
    household = household_of([outlook_with("a", {"1": 4.0}), outlook_with("a", {})], OFFERS)
    fairest = household.fairest(8000)
    assert fairest.choice.products == ("A",)
    assert [part.share for part in fairest.parts] == [1.0, 1.0]


def test_of_more_products_than_can_be_searched_the_dearest_are_left_out() -> None:
    outlook = outlook_with("a", {"1": 1.0})
    offers = [
        ProductOffer(
            f"product {number:02}", 1000 + number, frozenset("a"), frozenset({"product 00"})
        )
        for number in range(25)
    ]
    household = household_of([outlook, outlook], offers)
    assert len(household.together.offers) <= 20


def test_an_empty_household_and_a_negative_budget_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one person"):
        household_of([], OFFERS)
    with pytest.raises(ValueError, match="below 0"):
        two_people().most_together(-1)
