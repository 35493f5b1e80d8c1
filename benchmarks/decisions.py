"""`python -m benchmarks.decisions`: time of the exact best products under a budget, and the ladder.

Products, prices and availability are invented with a fixed seed; there is no database. There are as
many films as in MovieLens 1M, none of them grouped, which is more than the result page ever needs.
Then a whole decision with wishes: no ads, two streams, HD, owned products, add-ons and must-haves.
Also prints the ratio to trying every set of products, one after the other.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from benchmarks.measuring import median
from common.arrays import Floats
from recommend.decision.bundles import all_choices, ladder, solve
from recommend.decision.decide import decide, market_of
from recommend.decision.offers import MustHave, ProductOffer, Wishes
from recommend.decision.outlook import ABSENT, THERE, UNKNOWN, Outlook

FILMS = 3_883
BUDGET = 60_000
TIMES = 15
# Products, platforms, and the limit in ms.
CASES = ((16, 11, 20), (16, 16, 20), (20, 11, 200), (20, 20, 200), (60, 11, 200), (60, 16, 200))
TRIED_ONE_BY_ONE = 12  # products
WISHED = (60, 11, 200)  # a whole decision
GROUPS = 800  # of films in the same state everywhere


def market(products: int, platforms: int) -> tuple[list[ProductOffer], Floats, dict[str, Floats]]:
    """Every fourth product is a bundle of two platforms, every fifth excludes the next one."""
    rng = np.random.default_rng(1)
    names = [f"platform {place}" for place in range(platforms)]
    carried = {name: rng.choice([0.0, 0.1, 1.0], FILMS, p=[0.3, 0.6, 0.1]) for name in names}
    offers = [
        ProductOffer(
            f"product {place}",
            int(rng.integers(45, 170)) * 100,
            frozenset({names[place % platforms], names[3 * place % platforms]})
            if place % 4 == 0
            else frozenset({names[place % platforms]}),
            frozenset({f"product {place + 1}"} if place % 5 == 0 else ()),
        )
        for place in range(products)
    ]
    return offers, rng.random(FILMS) ** 4, carried


def one_by_one(offers: list[ProductOffer], liked: Floats, carried: dict[str, Floats]) -> float:
    """The most liked films within the budget, found by trying each set."""
    best = 0.0
    for size in range(len(offers) + 1):
        for chosen in combinations(offers, size):
            names = {offer.product for offer in chosen}
            if sum(offer.monthly_price for offer in chosen) > BUDGET:
                continue
            if any(offer.excludes & names for offer in chosen):
                continue
            missed = liked.copy()
            for platform in {one for offer in chosen for one in offer.platforms}:
                missed *= 1.0 - carried[platform]
            best = max(best, float(liked.sum() - missed.sum()))
    return best


def wished(products: int, platforms: int) -> tuple[Outlook, list[ProductOffer], Wishes]:
    """The same market, where every seventh product is an add-on of the one before."""
    rng = np.random.default_rng(2)
    offers = [
        replace(
            offer,
            requires=f"product {place - 1}" if place % 7 == 6 else "",
            has_ads=place % 6 == 5,
            streams=1 + place % 4,
            resolution=(720, 1080, 2160)[place % 3],
        )
        for place, offer in enumerate(market(products, platforms)[0])
    ]
    names = [f"platform {place}" for place in range(platforms)]
    states = rng.choice([ABSENT, UNKNOWN, THERE], (GROUPS, platforms), p=[0.6, 0.3, 0.1])
    outlook = Outlook(
        platforms=names,
        films=np.full(GROUPS, 5),
        expected=rng.random(GROUPS) * 0.5,
        noise=np.full(GROUPS, 0.1),
        states=states,
        carried=np.where(states == UNKNOWN, 0.1, np.asarray(states == THERE, np.float64)),
        spread=0.6,
        evidence=frozenset(names[:-2]),
        rates=dict.fromkeys(names, (100.0, 0.1)),
    )
    wishes = Wishes(
        no_ads=True,
        min_streams=2,
        min_resolution=1080,
        must_have=(
            MustHave("any of two", frozenset({(names[0], ""), (names[1], "")})),
            MustHave("an add-on", frozenset({(names[2], "product 13")})),
            MustHave("not compared", frozenset({(names[-1], "")})),
            MustHave("too dear", frozenset({(names[3], "product 47"), (names[4], "product 59")})),
        ),
        owned=(ProductOffer("with the phone", 0, frozenset(names[5:6])),),
    )
    return outlook, offers, wishes


def main() -> None:
    missed = 0
    print(f"{'products':>8} {'platforms':>9} {'solve':>9} {'limit':>7} {'ladder':>9} {'ratio':>6}")
    for products, platforms, limit in CASES:
        case = market(products, platforms)
        solving = median(lambda case=case: solve(all_choices(*case), BUDGET), TIMES)
        climbing = median(lambda case=case: ladder(all_choices(*case)), TIMES)
        missed += (solving > limit) + (climbing > 1.5 * solving)
        print(
            f"{products:>8} {platforms:>9} {solving:>6.1f} ms {limit:>4} ms {climbing:>6.1f} ms "
            f"{climbing / solving:>6.2f}"
        )
    outlook, offers, wishes = wished(*WISHED[:2])
    deciding = median(lambda: decide(market_of(outlook, offers, wishes), budget=BUDGET), TIMES)
    missed += deciding > WISHED[2]
    print(
        f"{WISHED[0]} products, {WISHED[1]} platforms, {len(wishes.must_have)} must-haves, "
        f"with certainty: {deciding:.1f} ms, limit {WISHED[2]} ms"
    )
    case = market(TRIED_ONE_BY_ONE, TRIED_ONE_BY_ONE)
    at_once = median(lambda: solve(all_choices(*case), BUDGET), TIMES)
    tried = median(lambda: one_by_one(*case), TIMES)
    assert abs(solve(all_choices(*case), BUDGET).best.coverage - one_by_one(*case)) < 1e-6  # noqa: S101
    print(
        f"{TRIED_ONE_BY_ONE} products: {at_once:.1f} ms, one set after the other {tried:.1f} ms, "
        f"ratio {tried / at_once:.0f}"
    )
    print(f"{missed} limits missed")


if __name__ == "__main__":
    main()
