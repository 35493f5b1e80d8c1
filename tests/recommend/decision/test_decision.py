"""What to subscribe to: small hand-made outlooks, and what holds for every outlook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.decision.bundles import Choice, ProductOffer
from recommend.decision.decide import (
    Certainty,
    Decision,
    Marginal,
    Market,
    decide,
    knee_price,
    market_of,
)
from recommend.decision.outlook import Outlook
from tests.recommend.decision.outlooks import outlook_with

A = ProductOffer("A", 5000, frozenset("a"))
B = ProductOffer("B", 6000, frozenset("b"))
AB = ProductOffer("AB", 9000, frozenset("ab"))
C = ProductOffer("C", 30_000, frozenset("c"))
# 6 films on both, 3 on a alone, 5 on b alone, 1 on c alone, and 4 nowhere.
OUTLOOK = outlook_with("abc", {"110": 6.0, "100": 3.0, "010": 5.0, "001": 1.0, "000": 4.0})
NOTHING = Choice((), 0, 0.0)


def market(*offers: ProductOffer, outlook: Outlook = OUTLOOK) -> Market:
    return market_of(outlook, offers)


def decided(
    *offers: ProductOffer,
    budget: int | None,
    subscribed: Sequence[str] = (),
    outlook: Outlook = OUTLOOK,
) -> Decision:
    return decide(market(*offers, outlook=outlook), budget=budget, subscribed=subscribed)


def names(marginals: Sequence[Marginal]) -> list[str]:
    return [one.product for one in marginals]


# --- the best choice -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "best"),
    [
        (0, NOTHING),
        (4999, NOTHING),
        (5000, Choice(("A",), 5000, 9.0)),
        (6000, Choice(("B",), 6000, 11.0)),
        (9000, Choice(("AB",), 9000, 14.0)),
        (38_999, Choice(("AB",), 9000, 14.0)),
        (39_000, Choice(("AB", "C"), 39_000, 15.0)),
        (10**9, Choice(("AB", "C"), 39_000, 15.0)),
    ],
)
def test_the_best_choice_has_the_most_films_within_the_budget(budget: int, best: Choice) -> None:
    found = decided(A, B, AB, C, budget=budget)

    assert found.best == best
    assert found.budget == budget
    assert (found.low, found.high) == (best.coverage, best.coverage), "everything is known"


def test_the_runner_up_gives_other_platforms() -> None:
    found = decided(A, B, AB, C, budget=9000)

    assert found.solution.runner_up == Choice(("B",), 6000, 11.0)
    assert found.solution.gap == 3.0


def test_money_that_is_left_is_not_spent_on_next_to_nothing() -> None:
    outlook = outlook_with("abc", {"100": 9.0, "010": 0.08, "001": 0.5})

    found = decided(A, B, C, budget=10**9, outlook=outlook)

    assert found.best == Choice(("A", "C"), 35_000, 9.5), "0.08 films are below 1 % of 9"


def test_what_one_pays_for_next_to_nothing_is_to_be_dropped() -> None:
    outlook = outlook_with("ab", {"10": 9.0, "01": 0.08})

    found = decided(A, B, budget=10**9, subscribed="ab", outlook=outlook)

    assert (names(found.keep), names(found.drop)) == (["A"], ["B"])


def test_without_a_budget_the_knee_of_the_ladder_counts() -> None:
    found = decided(A, B, AB, C, budget=None)

    assert found.budget is None
    assert [step.choice.monthly_price for step in found.ladder] == [0, 5000, 6000, 9000, 39_000]
    assert [step.choice.monthly_price for step in found.ladder if step.is_knee] == [9000]
    assert found.best == Choice(("AB",), 9000, 14.0)
    assert knee_price(found.ladder) == 9000


def test_where_the_ladder_has_no_knee_its_last_step_counts() -> None:
    assert decided(A, budget=None).best == Choice(("A",), 5000, 9.0)
    assert decided(budget=None).best == NOTHING


@pytest.mark.parametrize("offers", [(A, B), ()])
def test_a_negative_budget_is_refused(offers: Sequence[ProductOffer]) -> None:
    with pytest.raises(ValueError, match="below 0"):
        decided(*offers, budget=-1)


@pytest.mark.parametrize(
    "offers",
    [
        (),
        (ProductOffer("empty", 1000, frozenset()),),
        (ProductOffer("elsewhere", 1000, frozenset("xyz")),),
        (ProductOffer("guessed", 1000, frozenset("c")),),
    ],
    ids=["nothing on sale", "no platform", "unknown platform", "no evidence"],
)
def test_where_nothing_is_worth_paying_for_nothing_is_bought(
    offers: Sequence[ProductOffer],
) -> None:
    outlook = outlook_with("abc", {"11?": 6.0}, evidence="ab")

    found = decided(*offers, budget=50_000, outlook=outlook)

    assert found.best == NOTHING
    assert (found.low, found.high) == (0.0, 0.0)
    assert (found.keep, found.drop, found.add) == ([], [], [])
    assert found.certainty == Certainty(0.0, None)
    assert len(found.ladder) == 1


def test_a_guess_from_other_platforms_is_no_reason_to_pay() -> None:
    guessed = ProductOffer("guessed", 1, frozenset("b"))
    outlook = outlook_with("ab", {"1?": 1.0, "0?": 50.0}, prior=0.9, evidence="a")

    assert decided(A, guessed, budget=10_000, outlook=outlook).best == Choice(("A",), 5000, 1.0)


def test_a_bundle_is_worth_what_is_known_of_its_platforms() -> None:
    bundle = ProductOffer("bundle", 5500, frozenset("ac"))
    outlook = outlook_with("abc", {"10?": 4.0, "01?": 3.0}, prior=0.9, evidence="ab")

    found = decided(bundle, B, budget=6000, outlook=outlook)

    assert found.best == Choice(("bundle",), 5500, 4.0)
    assert (found.low, found.high) == (4.0, 4.0)


def test_without_films_nothing_is_bought() -> None:
    assert decided(A, B, budget=50_000, outlook=outlook_with("ab", {})).best == NOTHING


# --- keep, drop, add -----------------------------------------------------------------------------

CHEAP = ProductOffer("C", 4000, frozenset("c"))
OVERLAPPING = outlook_with("abc", {"110": 2.0, "100": 3.0, "010": 4.0, "001": 5.0})


def test_products_are_kept_dropped_and_added() -> None:
    found = decided(A, B, CHEAP, budget=10_000, subscribed=["a", "c"], outlook=OVERLAPPING)

    assert found.current == Choice(("C", "A"), 9000, 10.0)
    assert found.best == Choice(("C", "B"), 10_000, 11.0)
    assert found.keep == [Marginal("C", 4000, 5.0)]
    assert found.add == [Marginal("B", 6000, 6.0)]
    assert found.drop == [Marginal("A", 5000, 5.0)]


def test_a_product_counts_with_the_films_that_the_others_lack() -> None:
    found = decided(A, B, budget=11_000)

    assert found.best == Choice(("A", "B"), 11_000, 14.0)
    assert found.add == [Marginal("A", 5000, 3.0), Marginal("B", 6000, 5.0)]


def test_a_dropped_product_counts_with_the_films_that_the_present_ones_lack() -> None:
    found = decided(A, B, budget=6000, subscribed=["a", "b"])

    assert names(found.keep) == ["B"]
    assert found.drop == [Marginal("A", 5000, 3.0)]
    assert found.add == []


def test_the_best_choice_is_kept_by_its_subscriber() -> None:
    found = decided(A, B, AB, budget=9000, subscribed=["b", "a"])

    assert found.current == found.best == Choice(("AB",), 9000, 14.0)
    assert found.keep == [Marginal("AB", 9000, 14.0)]
    assert (found.drop, found.add, found.change) == ([], [], None)


def test_without_subscriptions_everything_is_added() -> None:
    found = decided(A, B, budget=6000)

    assert found.current == NOTHING
    assert names(found.add) == ["B"]
    assert (found.keep, found.drop) == ([], [])


def test_a_platform_no_longer_on_sale_does_not_count_as_paid_for() -> None:
    found = decided(A, B, budget=6000, subscribed=["b", "c", "gone"])

    assert found.current == Choice(("B",), 6000, 11.0)
    assert names(found.keep) == ["B"]
    assert found.drop == []


def test_subscribed_platforms_that_exclude_each_other_have_no_current_choice() -> None:
    one = ProductOffer("one", 1000, frozenset("a"), excludes=frozenset({"other"}))
    other = ProductOffer("other", 1000, frozenset("b"))

    found = decided(one, other, budget=5000, subscribed=["a", "b"])

    assert found.current is None
    assert names(found.add) == ["other"]
    assert (found.keep, found.drop, found.change) == ([], [], None)


def test_the_best_single_change_is_one_product_away_and_within_the_budget() -> None:
    found = decided(A, B, CHEAP, budget=10_000, subscribed=["a"], outlook=OVERLAPPING)

    assert found.best == Choice(("C", "B"), 10_000, 11.0)
    assert found.change == Choice(("C", "A"), 9000, 10.0)


# --- tiers ---------------------------------------------------------------------------------------


def test_of_two_tiers_of_a_plan_the_cheaper_is_bought_and_never_both() -> None:
    plan = ProductOffer("plan", 13_500, frozenset("a"), excludes=frozenset({"with ads"}))
    ads = ProductOffer("with ads", 5500, frozenset("a"), excludes=frozenset({"plan"}))

    found = decided(plan, ads, B, budget=50_000, subscribed=["a"])

    assert found.best.products == ("with ads", "B")
    assert found.current == Choice(("with ads",), 5500, 9.0)
    assert names(found.keep) == ["with ads"]


def test_of_more_products_than_can_be_searched_the_dearest_are_left_out() -> None:
    letters = "abcdefghijklmnopqrstuvw"
    outlook = outlook_with(letters, {"1" * len(letters): 5.0})
    offers = [ProductOffer(one, 1000 + place, frozenset(one)) for place, one in enumerate(letters)]

    found = market(*offers, outlook=outlook)

    assert [offer.product for offer in found.offers] == list(letters[:20])


# --- how sure ------------------------------------------------------------------------------------


def test_the_interval_runs_from_no_unknown_film_to_every_one() -> None:
    outlook = outlook_with("ab", {"1?": 4.0, "0?": 3.0, "?0": 2.0, "00": 9.0}, prior=0.4)

    only_a = decided(A, budget=5000, outlook=outlook)
    both = decided(A, B, budget=11_000, outlook=outlook)

    assert only_a.best.coverage == pytest.approx(4 + 0.4 * 2)
    assert (only_a.low, only_a.high) == (4.0, 6.0)
    assert both.best.coverage == pytest.approx(4 + 0.4 * 3 + 0.4 * 2)
    assert (both.low, both.high) == (4.0, 9.0)


def test_a_single_choice_is_certain() -> None:
    found = decided(A, B, budget=4000)

    assert found.solution.runner_up is None
    assert found.certainty == Certainty(0.0, None)
    assert not found.certainty.is_toss_up


def test_a_choice_of_everything_is_certain() -> None:
    assert decided(A, B, C, budget=100_000).certainty.flip_probability == 0.0


def test_two_platforms_with_as_many_films_each_are_a_toss_up() -> None:
    outlook = outlook_with("ab", {"10": 8.1, "01": 8.0})
    one, other = ProductOffer("A", 5000, frozenset("a")), ProductOffer("B", 5000, frozenset("b"))

    certainty = decided(one, other, budget=5000, outlook=outlook).certainty

    assert certainty.is_toss_up
    assert certainty.beats_runner_up == pytest.approx(0.5, abs=0.08)
    assert certainty.flip_probability == pytest.approx(0.5, abs=0.08)


def test_a_platform_with_ten_times_as_much_is_no_toss_up() -> None:
    outlook = outlook_with("ab", {"10": 40.0, "01": 4.0})

    certainty = decided(A, B, budget=6000, outlook=outlook).certainty

    assert not certainty.is_toss_up
    assert certainty.flip_probability < 0.05


def test_the_answer_is_deterministic() -> None:
    outlook = outlook_with("ab", {"1?": 8.0, "?1": 7.0})

    first, again = (decided(A, B, budget=6000, outlook=outlook) for _ in range(2))

    assert first == again


# --- what holds for every outlook ----------------------------------------------------------------

PRODUCTS = st.lists(
    st.builds(
        ProductOffer,
        st.sampled_from("PQRSTU"),
        st.sampled_from([0, 1000, 2500, 4000]),
        st.frozensets(st.sampled_from("abcx"), max_size=3),
        st.frozensets(st.sampled_from("PQRSTU"), max_size=2),
    ),
    max_size=5,
    unique_by=lambda offer: offer.product,
)
OUTLOOKS = st.builds(
    outlook_with,
    st.just("abc"),
    st.dictionaries(st.text("01?", min_size=3, max_size=3), st.floats(0, 40), max_size=6),
    prior=st.floats(0, 1),
    evidence=st.frozensets(st.sampled_from("abc")),
    rate=st.tuples(st.floats(10, 500), st.floats(0, 1)),
    noise=st.floats(0, 1),
    spread=st.floats(0, 1),
)


@settings(max_examples=80, deadline=None)
@given(
    PRODUCTS,
    OUTLOOKS,
    st.sampled_from([None, 0, 1000, 3000, 10**7]),
    st.frozensets(st.sampled_from("abcx")),
)
def test_what_holds_for_every_decision(
    offers: list[ProductOffer], outlook: Outlook, budget: int | None, subscribed: Any
) -> None:
    found = decided(*offers, budget=budget, subscribed=sorted(subscribed), outlook=outlook)

    best, certainty = found.best, found.certainty
    limit = knee_price(found.ladder) if budget is None else budget
    assert best.monthly_price <= limit
    assert found.low - 1e-6 <= best.coverage <= found.high + 1e-6
    assert 0 <= found.low <= found.high <= outlook.expected.sum() + 1e-6
    assert 0.0 <= certainty.flip_probability <= 1.0
    if found.solution.runner_up is None:
        assert certainty == Certainty(0.0, None)
    else:
        assert certainty.beats_runner_up is not None
        assert 0.0 <= certainty.beats_runner_up <= 1.0
        assert found.solution.gap is not None
        assert found.solution.gap >= 0
    assert sorted(names([*found.keep, *found.add])) == sorted(best.products)
    has = found.current.products if found.current else ()
    assert sorted(names([*found.keep, *found.drop])) == sorted(has)
    assert all(one.films >= 0 for one in [*found.keep, *found.add, *found.drop])
    # Nothing is paid for that brings nothing.
    assert all(one.films > 0 or one.monthly_price == 0 for one in [*found.keep, *found.add])


@settings(max_examples=50, deadline=None)
@given(PRODUCTS, OUTLOOKS)
def test_more_money_never_buys_fewer_films(offers: list[ProductOffer], outlook: Outlook) -> None:
    prepared = market_of(outlook, offers)

    films = [decide(prepared, budget=budget).best.coverage for budget in (0, 1000, 3000, 9000)]

    assert films == sorted(films)
