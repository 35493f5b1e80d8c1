"""Wishes and must-haves: the solver equals trying every set of products; small cases by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from recommend.decision.bundles import Choice, all_choices, ladder, solve
from recommend.decision.decide import Decision, Unmet, decide, market_of, tips
from recommend.decision.offers import MustHave, ProductOffer, Wishes, WishKind, allowed
from tests.recommend.decision.outlooks import outlook_with
from tests.recommend.decision.wished import Tried, Wished, cases, every_set


def affordable(case: Wished) -> list[Tried]:
    return [one for one in every_set(case) if case.budget is None or one.price <= case.budget]


@settings(max_examples=1000, deadline=None)
@given(cases())
def test_the_best_set_is_that_of_trying_every_set(case: Wished) -> None:
    best = min(affordable(case), key=lambda one: one.rank)
    fitting = allowed(case.offers, case.wishes)
    choices = all_choices(
        fitting,
        case.outlook.expected,
        case.outlook.columns(),
        must_have=case.wishes.must_have,
        owned=case.wishes.owned,
    )

    found = solve(choices, case.budget).best

    assert found.products == best.products
    assert found.monthly_price == best.price
    assert found.coverage == pytest.approx(best.films, abs=1e-7)
    assert choices.fulfilled[choices.place_of(found)].tolist() == list(best.met)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_the_decision_is_as_good_without_the_products_that_others_beat(case: Wished) -> None:
    market = market_of(case.outlook, case.offers, case.wishes)
    limit = case.budget if case.budget is not None else 10**9

    found = decide(market, budget=limit)

    best = min((one for one in every_set(case) if one.price <= limit), key=lambda one: one.rank[:3])
    assert (found.best.monthly_price, len(found.must_have)) == (best.price, len(best.met))
    assert found.best.coverage == pytest.approx(best.films, abs=1e-7)
    assert sum(one.is_met for one in found.must_have) == sum(best.met)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_must_have_saves_what_the_cheapest_set_without_it_costs_less(case: Wished) -> None:
    market = market_of(case.outlook, case.offers, case.wishes)
    found = decide(market, budget=case.budget)

    for place, one in enumerate(found.must_have):
        if not one.is_met:
            assert one.saves == 0
            continue
        others = [other.is_met and at != place for at, other in enumerate(found.must_have)]
        enough = [
            tried.price
            for tried in every_set(case)
            if tried.films >= found.best.coverage - 1e-7
            and all(has or not wanted for has, wanted in zip(tried.met, others, strict=True))
        ]
        assert one.saves == found.best.monthly_price - min(enough)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_what_cannot_be_met_says_what_giving_up_each_wish_would_cost(case: Wished) -> None:
    found = decide(market_of(case.outlook, case.offers, case.wishes), budget=case.budget)
    if found.unmet is None:
        assert all(one.is_met for one in found.must_have)
        return

    missing = [one.slug for one in found.must_have if not one.is_met]
    assert found.unmet.must_have == missing
    assert found.unmet.monthly_price == lowest(case)
    for row in found.unmet.dropping:
        if row.wish is WishKind.MUST_HAVE:
            assert row.monthly_price == lowest(case, without=row.slug)
        else:
            assert row.monthly_price == lowest(case._replace(wishes=case.wishes.without(row.wish)))
        if row.saves is not None:
            assert found.unmet.monthly_price == row.monthly_price + row.saves
    rows = [*case.wishes.must_have, *case.wishes.of_products]
    assert len(found.unmet.dropping) == len(rows)


def lowest(case: Wished, without: str = "") -> int | None:
    """The lowest price at which as many must-haves as possible are met, or of any film."""
    kept = [one.slug != without for one in case.wishes.must_have]
    every = every_set(case)
    if not kept:
        return min((one.price for one in every if one.films > 0), default=None)

    def number(one: Tried) -> int:
        return sum(has for has, counts in zip(one.met, kept, strict=True) if counts)

    most = max(map(number, every))
    return min(one.price for one in every if number(one) == most)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_each_step_of_the_ladder_meets_as_many_must_haves_as_possible(case: Wished) -> None:
    every = every_set(case)
    most = max(sum(one.met) for one in every)

    steps = ladder(market_of(case.outlook, case.offers, case.wishes).choices)

    for step in steps:
        best = max(
            one.films
            for one in every
            if sum(one.met) == most and one.price <= step.choice.monthly_price
        )
        assert step.choice.coverage == pytest.approx(best, abs=1e-7)
    assert steps[0].choice.monthly_price == min(one.price for one in every if sum(one.met) == most)


# --- cases by hand -------------------------------------------------------------------------------

ADS = ProductOffer("ads", 5000, frozenset("a"), has_ads=True, streams=2, resolution=1080)
PLAN = ProductOffer("plan", 9000, frozenset("a"), frozenset({"ads"}), streams=2, resolution=1080)
BEST = ProductOffer("best", 14_000, frozenset("a"), frozenset({"ads", "plan"}), "", False, 4, 2160)
B = ProductOffer("b", 8000, frozenset("b"), streams=1, resolution=1080)
CLUB = ProductOffer("club", 7000, frozenset("c"), has_ads=True, streams=2, resolution=2160)
PASS = ProductOffer("pass", 9900, frozenset("c"), requires="club", streams=2, resolution=2160)
EVERYTHING = [ADS, PLAN, BEST, B, CLUB, PASS]
# Of c nothing is known.
OUTLOOK = outlook_with("abc", {"10?": 6.0, "01?": 5.0, "11?": 1.0}, evidence="ab")
LEAGUE = MustHave("league", frozenset({("c", "pass")}))
SERIES = MustHave("series", frozenset({("a", ""), ("b", "")}))
SHOW = MustHave("show", frozenset({("c", "")}))


def decided(budget: int | None, *, subscribed: str = "", **wishes: object) -> Decision:
    market = market_of(OUTLOOK, EVERYTHING, Wishes(**wishes))  # type: ignore[arg-type]
    return decide(market, budget=budget, subscribed=list(subscribed))


def test_without_advertising_the_tier_without_it_is_bought() -> None:
    assert decided(10_000).best.products == ("ads",)
    assert decided(10_000, no_ads=True).best.products == ("plan",)


def test_what_is_not_published_does_not_meet_a_wish() -> None:
    unknown = ProductOffer("unknown", 100, frozenset("a"))
    for wishes in (Wishes(min_streams=1), Wishes(min_resolution=480)):
        assert not wishes.allows(unknown)
        assert wishes.allows(PLAN)
    assert Wishes(no_ads=True).allows(unknown)


def test_four_streams_in_4k_leave_one_product() -> None:
    found = decided(30_000, min_streams=4, min_resolution=2160)

    assert found.best == Choice(("best",), 14_000, 7.0)
    assert found.unmet is None


def test_owned_products_cost_nothing_and_count_though_they_break_a_wish() -> None:
    found = decided(8000, no_ads=True, owned=(ADS,))

    assert found.best == Choice(("b",), 8000, 12.0)
    assert found.ladder[0].choice == Choice((), 0, 7.0)


def test_an_add_on_is_bought_with_what_it_requires_or_beside_what_is_owned() -> None:
    bought = decided(30_000, must_have=(LEAGUE,))
    assert bought.best == Choice(("ads", "club", "b", "pass"), 29_900, 12.0)

    owned = decided(30_000, must_have=(LEAGUE,), owned=(CLUB,))
    assert owned.best == Choice(("ads", "b", "pass"), 22_900, 12.0)


def test_what_is_lost_without_a_product_includes_its_add_ons() -> None:
    outlook = outlook_with("abc", {"100": 6.0, "001": 3.0, "010": 2.0})
    market = market_of(outlook, [ADS, CLUB, replace(PASS, platforms=frozenset("cb"))])
    everything = market.choices.of(["ads", "club", "pass"])

    lost = {row.product: row.films for row in market.marginals(everything)}

    assert lost == {"ads": 6.0, "club": 5.0, "pass": 2.0}
    with pytest.raises(KeyError, match="pass"):
        market.choices.of(["ads", "pass"])


def test_the_best_change_never_adds_an_add_on_alone_and_meets_more_must_haves_first() -> None:
    found = decided(30_000, subscribed="b", must_have=(SHOW, LEAGUE))

    assert found.current == Choice(("b",), 8000, 6.0)
    assert found.change is not None
    assert found.change.products == ("club", "b")
    again = decided(30_000, subscribed="b", must_have=(LEAGUE,), owned=(CLUB,))
    assert again.change is not None
    assert again.change.products == ("b", "pass")


def test_a_must_have_of_a_platform_without_known_films_says_so() -> None:
    found = decided(20_000, must_have=(SHOW,))

    assert found.best == Choice(("ads", "club", "b"), 20_000, 12.0)
    assert found.unknown == ["c"]
    assert decided(20_000).unknown == []
    assert [row.films for row in found.add] == [7.0 - 1.0, 0.0, 5.0]


def test_a_must_have_says_what_it_adds_and_where_else_it_is() -> None:
    found = decided(30_000, must_have=(LEAGUE, SHOW, SERIES))

    league, show, series = found.must_have
    assert (league.is_met, league.saves, league.platforms) == (True, 9900, ["c"])
    assert (show.saves, show.elsewhere) == (0, []), "the league needs the club anyway"
    assert (series.saves, series.platforms, series.elsewhere) == (0, ["a", "b"], [])
    alone = decided(8000, must_have=(SERIES,)).must_have[0]
    assert (alone.platforms, alone.elsewhere) == (["a"], ["b"])


def test_if_the_money_is_short_it_says_what_each_wish_costs() -> None:
    found = decided(12_000, must_have=(LEAGUE, SERIES))

    assert found.best.products == ("ads",)
    assert [one.is_met for one in found.must_have] == [False, True]
    unmet = found.unmet
    assert unmet is not None
    assert (unmet.must_have, unmet.monthly_price, unmet.impossible) == (["league"], 21_900, [])
    assert [(row.slug, row.monthly_price, row.saves) for row in unmet.dropping] == [
        ("league", 5000, 16_900),
        ("series", 16_900, 5000),
    ]


def test_a_must_have_that_another_wish_rules_out_names_that_wish() -> None:
    unmet = decided(40_000, must_have=(LEAGUE,), no_ads=True, min_streams=2).unmet

    assert unmet is not None
    assert (unmet.must_have, unmet.impossible, unmet.monthly_price) == (["league"], ["league"], 0)
    rows = {row.wish: (row.monthly_price, row.unmet) for row in unmet.dropping}
    assert rows[WishKind.NO_ADS] == (16_900, [])
    assert rows[WishKind.MIN_STREAMS] == (0, ["league"])
    assert rows[WishKind.MUST_HAVE] == (0, [])


def test_a_wish_that_leaves_nothing_in_the_budget_says_what_it_costs() -> None:
    found = decided(6000, no_ads=True, min_resolution=2160)

    assert found.best.products == ()
    assert isinstance(found.unmet, Unmet)
    assert found.unmet.monthly_price == 14_000
    rows = {row.wish: (row.monthly_price, row.saves) for row in found.unmet.dropping}
    assert rows == {
        WishKind.NO_ADS: (14_000, 0),
        WishKind.MIN_RESOLUTION: (8000, 6000),
    }
    assert decided(4000).unmet is None, "no wish is the reason"


def test_the_certainty_compares_sets_that_meet_the_same_must_haves() -> None:
    found = decided(15_000, must_have=(SHOW,))

    assert found.best == Choice(("ads", "club"), 12_000, 7.0)
    # Both a and b are within the budget too, but not with the show.
    assert found.solution.runner_up == Choice(("club", "b"), 15_000, 6.0)
    assert decided(15_000).best == Choice(("ads", "b"), 13_000, 12.0)
    assert found.certainty.flip_probability == pytest.approx(0.39, abs=0.1)


def test_a_tip_is_what_saves_under_a_condition_and_fits_the_wishes() -> None:
    phone = ProductOffer("phone", 3500, frozenset("a"), requires="line:X", has_ads=True)
    included = ProductOffer("included", 0, frozenset("a"), requires="line:Y")
    again = ProductOffer("again", 0, frozenset("a"), requires="line:Y")
    dear = ProductOffer("dear", 9000, frozenset("b"), requires="line:X")
    conditional = [phone, again, included, dear]
    market = market_of(OUTLOOK, EVERYTHING)
    best = decide(market, budget=13_000).best

    assert best.products == ("ads", "b")
    assert [(tip.product, tip.saves) for tip in tips(market, best, conditional)] == [
        ("again", 5000),
        ("phone", 1500),
    ]
    market = market_of(OUTLOOK, EVERYTHING, Wishes(no_ads=True))
    best = decide(market, budget=13_000).best
    assert [(tip.product, tip.saves) for tip in tips(market, best, conditional)] == [
        ("again", 9000)
    ]
