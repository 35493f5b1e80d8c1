"""`python -m benchmarks.rotation`: how long a rotation plan of a year takes, and its proven gap.

Invented instances of real size with fixed seeds: 16 products of ten platforms, real Korean prices,
450 films with a known platform, each platform with its own share of them. Plans are computed for
few and many films a month, low and high caps, and both goals, compared with the best bundle of
each cap and of a small budget in every month. Times are processor times, the faster of two runs,
so that other load on the machine matters little. The last line is the ratio to comparing every set
of products once, which is the work of one recommendation.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from itertools import product
from time import process_time
from typing import NamedTuple, TypeVar

import numpy as np

from recommend.rotation import Film, Goal, Plan, always, rotate
from recommend.subscriptions import Offer, Solution, all_choices, solve, undominated

Result = TypeVar("Result")

MONTHS = 12
FILMS = 450
LIMIT_MS = 300
SMALL_BUDGET = 8_000
NO_CAP_BUDGET = 25_000
FILMS_A_MONTH = (1, 2, 4, 8, 15, 30)
CAPS = (10_000, 15_000, 25_000, 40_000, None)

# Platform: the share of films that it carries, the prices of its tiers.
PLATFORMS: dict[str, tuple[float, tuple[int, ...]]] = {
    "netflix": (0.30, (7_000, 13_500, 17_000)),
    "tving": (0.22, (5_500, 9_500)),
    "wavve": (0.30, (7_900,)),
    "coupang_play": (0.25, (7_890,)),
    "disney_plus": (0.12, (9_900, 13_900)),
    "watcha": (0.45, (7_900,)),
    "apple_tv_plus": (0.04, (6_500,)),
    "prime_video": (0.20, (5_900,)),
    "uplus_mobile_tv": (0.15, (6_600,)),
    "laftel": (0.05, (9_900,)),
}
BUNDLES = {("tving", "wavve"): 7_900, ("tving", "wavve", "disney_plus"): 15_000}


class Instance(NamedTuple):
    offers: list[Offer]
    films: list[Film]


def invented(seed: int) -> Instance:
    """Tiers of a platform exclude each other; P(like) is mostly low, as it is for most films."""
    rng = np.random.default_rng(seed)
    offers = [
        Offer(
            f"{platform} {tier}",
            price,
            frozenset({platform}),
            frozenset(f"{platform} {other}" for other in range(len(prices)) if other != tier),
        )
        for platform, (_, prices) in PLATFORMS.items()
        for tier, price in enumerate(prices)
    ]
    offers += [Offer(" ".join(names), price, frozenset(names)) for names, price in BUNDLES.items()]
    films: list[Film] = []
    for number, liked in enumerate(rng.beta(2, 3.5, 4 * FILMS)):
        draws = zip(PLATFORMS.items(), rng.random(len(PLATFORMS)), strict=True)
        on = frozenset(name for (name, (share, _)), draw in draws if draw < share)
        if on and len(films) < FILMS:
            films.append(Film(number, float(liked), on))
    return Instance(offers, films)


def bundle(instance: Instance, budget: int) -> Solution:
    """The bundle recommended for every month."""
    liked = np.array([film.liked for film in instance.films])
    carried = {
        platform: np.array([float(platform in film.platforms) for film in instance.films])
        for platform in PLATFORMS
    }
    return solve(all_choices(undominated(instance.offers), liked, carried), budget)


def quickest(action: Callable[[], Result]) -> tuple[float, Result]:
    """Processor milliseconds of the faster of two runs, and its plan."""
    times = []
    for _ in range(2):
        started = process_time()
        result = action()
        times.append(1000 * (process_time() - started))
    return min(times), result


def planned(
    instance: Instance, films_a_month: int, cap: int | None, budget: int, goal: Goal
) -> tuple[float, Plan]:
    products = bundle(instance, budget).best.products
    against = always(
        [offer for offer in instance.offers if offer.product in products],
        instance.films,
        months=MONTHS,
        films_a_month=films_a_month,
    )
    return quickest(
        lambda: rotate(
            instance.offers,
            instance.films,
            months=MONTHS,
            films_a_month=films_a_month,
            monthly_cap=cap,
            against=against,
            goal=goal,
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--instances", type=int, default=3)
    instances = [invented(seed) for seed in range(parser.parse_args().instances)]
    print(
        f"{'films a month, goal':<24}{'p50':>7}{'p95':>7}{'max ms':>8}{'worst gap':>12}  unproven"
    )
    every: list[float] = []
    for films_a_month, goal in product(FILMS_A_MONTH, Goal):
        runs = []
        for instance, cap in product(instances, CAPS):
            budgets = {SMALL_BUDGET, min(cap or NO_CAP_BUDGET, NO_CAP_BUDGET)}
            runs += [planned(instance, films_a_month, cap, one, goal) for one in sorted(budgets)]
        times, gaps = sorted(ms for ms, _ in runs), [plan.gap for _, plan in runs]
        print(
            f"{films_a_month:>4}  {goal.value:<18}{statistics.median(times):>7.0f}"
            f"{times[int(0.95 * len(times))]:>7.0f}{times[-1]:>8.0f}{max(gaps):>12.2%}"
            f"{sum(gap > 0 for gap in gaps):>7} of {len(gaps)}"
        )
        every += times
    once = statistics.median(
        quickest(lambda one=one: [bundle(one, NO_CAP_BUDGET) for _ in range(20)])[0] / 20
        for one in instances
    )
    every.sort()
    p95 = every[int(0.95 * len(every))]
    print(
        f"All {len(every)}: p50 {statistics.median(every):.0f} ms, p95 {p95:.0f} ms, "
        f"max {every[-1]:.0f} ms; the limit is {LIMIT_MS} ms\n"
        f"Every set of products once: {once:.1f} ms; a plan takes "
        f"{statistics.median(every) / once:.1f} times as long (p50)"
    )


if __name__ == "__main__":
    main()
