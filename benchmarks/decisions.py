"""`python -m benchmarks.decisions`: the exact best products under a budget, and the whole ladder.

Products, prices and availability are invented with a fixed seed. There are as many films as in
MovieLens 1M, each separate instead of in groups, which is more than the result page ever needs. No
database. Also prints the ratio to trying every set of products one after the other.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from itertools import combinations
from time import perf_counter
from typing import Any

import numpy as np

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


def median(action: Callable[[], Any]) -> float:
    """Milliseconds."""
    seconds = []
    for _ in range(TIMES):
        started = perf_counter()
        action()
        seconds.append(perf_counter() - started)
    return 1000 * statistics.median(seconds)


def one_by_one(offers: list[ProductOffer], liked: Floats, carried: dict[str, Floats]) -> float:
    """The most films within the budget, set by set."""
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
        offers, liked, carried = market(products, platforms)

        def solved() -> None:
            solve(all_choices(offers, liked, carried), BUDGET)  # noqa: B023

        def whole_ladder() -> None:
            ladder(all_choices(offers, liked, carried))  # noqa: B023

        solving, climbing = median(solved), median(whole_ladder)
        missed += (solving > limit) + (climbing > 1.5 * solving)
        print(
            f"{products:>8} {platforms:>9} {solving:>6.1f} ms {limit:>4} ms {climbing:>6.1f} ms "
            f"{climbing / solving:>6.2f}"
        )
    offers, liked, carried = market(TRIED_ONE_BY_ONE, TRIED_ONE_BY_ONE)
    at_once = median(lambda: solve(all_choices(offers, liked, carried), BUDGET))
    tried = median(lambda: one_by_one(offers, liked, carried))
    same = solve(all_choices(offers, liked, carried), BUDGET).best.coverage
    assert abs(same - one_by_one(offers, liked, carried)) < 1e-6  # noqa: S101
    print(
        f"{TRIED_ONE_BY_ONE} products: {at_once:.1f} ms, one set after the other {tried:.1f} ms, "
        f"ratio {tried / at_once:.0f}"
    )
    print(f"{missed} limits missed")


if __name__ == "__main__":
    main()
