"""`python -m benchmarks.decisions`: time of the exact best products under a budget, and the ladder.

Products, prices and availability are invented with a fixed seed; there is no database. There are as
many films as in MovieLens 1M, none of them grouped, which is more than the result page ever needs.
Also prints the ratio to trying every set of products, one after the other.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from benchmarks.measuring import median
from common.arrays import Floats
from recommend.decision.bundles import ProductOffer, all_choices, ladder, solve

FILMS = 3_883
BUDGET = 60_000
TIMES = 15
# Products, platforms, and the limit in ms.
CASES = ((16, 11, 20), (16, 16, 20), (20, 11, 200), (20, 20, 200))
TRIED_ONE_BY_ONE = 12  # products


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
