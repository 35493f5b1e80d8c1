"""`python -m benchmarks.rotation`: how long a rotation plan of a year takes, and its proven gap.

Instances of real size are invented with fixed seeds: 16 products of ten platforms at Korean prices,
and 450 films with a known platform, of which each platform carries its own share. Plans are made
for few and many films a month, low and high caps, and both goals, against the best bundle of each
cap and of a small budget in every month. Times are processor times, the shorter of two runs, so
that other load on the machine matters little. The last line is the ratio to one look at every set
of products, which is what a recommendation takes.

`--milp` compares with `scipy.optimize.milp` (`benchmarks.milp_search`): both make each plan once,
in turn, under several limits of time and gap. HiGHS measures its limit by the clock, so that limit
is extended by the slowdown that other load caused in our run just before.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from operator import itemgetter
from time import process_time
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from benchmarks.measuring import Result, arguments_of, spread, timed
from benchmarks.milp_search import MilpSearch
from recommend.decision.bundles import Solution, all_choices, solve
from recommend.decision.offers import ProductOffer, undominated
from recommend.rotation.plan import Goal, RotationFilm, RotationPlan, always, rotate

MONTHS = 12
FILMS = 450
LIMIT_MS = 300
SMALL_BUDGET = 8_000
NO_CAP_BUDGET = 25_000
MILP_LIMITS = ((0.3, 0.0), (0.5, 0.01))  # seconds, relative gap
VISIBLE = 1e-7  # share of cost or films: a smaller difference counts as none
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
    offers: list[ProductOffer]
    films: list[RotationFilm]


class MeasuredPlan(NamedTuple):
    """A plan and its time; `unanswered`: a greedy plan had to stand in."""

    ms: float
    plan: RotationPlan
    unanswered: bool


def invented(seed: int) -> Instance:
    """Tiers of a platform exclude each other; P(like) is mostly low, as it is for most films."""
    rng = np.random.default_rng(seed)
    offers = [
        ProductOffer(
            f"{platform} {tier}",
            price,
            frozenset({platform}),
            frozenset(f"{platform} {other}" for other in range(len(prices)) if other != tier),
        )
        for platform, (_, prices) in PLATFORMS.items()
        for tier, price in enumerate(prices)
    ]
    offers += [
        ProductOffer(" ".join(names), price, frozenset(names)) for names, price in BUNDLES.items()
    ]
    films: list[RotationFilm] = []
    for number, liked in enumerate(rng.beta(2, 3.5, 4 * FILMS)):
        draws = zip(PLATFORMS.items(), rng.random(len(PLATFORMS)), strict=True)
        on = frozenset(name for (name, (share, _)), draw in draws if draw < share)
        if on and len(films) < FILMS:
            films.append(RotationFilm(number, float(liked), on))
    return Instance(offers, films)


def bundle(instance: Instance, budget: int) -> Solution:
    """The bundle recommended for every month."""
    liked = np.array([film.liked for film in instance.films])
    carried = {
        platform: np.array([float(platform in film.platforms) for film in instance.films])
        for platform in PLATFORMS
    }
    return solve(all_choices(undominated(instance.offers), liked, carried), budget)


def once(action: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of the processor, and the result."""
    return timed(action, clock=process_time)


def quickest(action: Callable[[], Result]) -> tuple[float, Result]:
    """The shorter time of two runs, and its result."""
    return min(once(action), once(action), key=itemgetter(0))


def asked(
    instance: Instance, films_a_month: int, cap: int | None, budget: int, goal: Goal
) -> Callable[[], RotationPlan]:
    """A function that makes the plan, against the best bundle of the budget in every month."""
    products = bundle(instance, budget).best.products
    chosen = [offer for offer in instance.offers if offer.product in products]
    period = {"months": MONTHS, "films_a_month": films_a_month}
    against = always(chosen, instance.films, **period)
    offers, films = instance
    return lambda: rotate(offers, films, monthly_cap=cap, against=against, goal=goal, **period)


def plans_asked(
    instances: list[Instance], films_a_month: int, goal: Goal
) -> list[Callable[[], RotationPlan]]:
    """The plans of all instances and caps, each against a small budget and that of its cap."""
    return [
        asked(instance, films_a_month, cap, budget, goal)
        for instance, cap in product(instances, CAPS)
        for budget in sorted({SMALL_BUDGET, min(cap or NO_CAP_BUDGET, NO_CAP_BUDGET)})
    ]


def by_milp(action: Callable[[], RotationPlan], seconds: float, gap: float) -> MeasuredPlan:
    """The same plan by `MilpSearch`."""
    with (
        patch("recommend.rotation.plan.RotationSearch", MilpSearch),
        patch.multiple(MilpSearch, time_limit=seconds, relative_gap=gap, unanswered=0),
    ):
        ms, plan = once(action)
        return MeasuredPlan(ms, plan, bool(MilpSearch.unanswered))


def compare(instances: list[Instance]) -> None:
    """Plans of ours and of `milp` in turn, compared by cost or by films, depending on the goal."""
    print(f"{'goal, search':<27}{'p50':>6}{'p95':>6}{'max ms':>8}  unproven, worst gap; than ours")
    for goal in Goal:
        ours: list[MeasuredPlan] = []
        others = {limits: list[MeasuredPlan]() for limits in MILP_LIMITS}
        for films_a_month in FILMS_A_MONTH:
            for action in plans_asked(instances, films_a_month, goal):
                elapsed, (ms, plan) = timed(lambda action=action: once(action))
                ours.append(MeasuredPlan(ms, plan, False))
                slowdown = max(1.0, elapsed / ms)
                for (seconds, gap), runs in others.items():
                    runs.append(by_milp(action, seconds * slowdown, gap))
        report(f"{goal.value}, ours", ours, ours, goal)
        for (seconds, gap), runs in others.items():
            report(f"{goal.value}, milp {seconds} s, {gap:.0%}", runs, ours, goal)


def report(name: str, runs: list[MeasuredPlan], ours: list[MeasuredPlan], goal: Goal) -> None:
    times, gaps = spread([run.ms for run in runs]), [run.plan.gap for run in runs]
    worse = [
        run.plan.cost / our.plan.cost - 1
        if goal is Goal.CHEAPER
        else 1 - run.plan.expected / our.plan.expected
        for run, our in zip(runs, ours, strict=True)
    ]
    print(
        f"{name:<27}{times.p50:>6.0f}{times.p95:>6.0f}{times.most:>8.0f}"
        f"  {sum(gap > 0 for gap in gaps)} of {len(gaps)}, {max(gaps):.2%};"
        f" worse {sum(one > VISIBLE for one in worse)}, at most {max(0.0, *worse):.2%},"
        f" better {sum(one < -VISIBLE for one in worse)}, at most {-min(0.0, *worse):.2%};"
        f" {sum(run.unanswered for run in runs)} without an answer of its own",
        flush=True,
    )


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--milp", action="store_true", help="compare with SciPy's milp instead")
    arguments = parser.parse_args()
    instances = [invented(seed) for seed in range(arguments.instances)]
    if arguments.milp:
        compare(instances)
    else:
        measure(instances)


def measure(instances: list[Instance]) -> None:
    print(
        f"{'films a month, goal':<24}{'p50':>7}{'p95':>7}{'max ms':>8}{'worst gap':>12}  unproven"
    )
    every: list[float] = []
    for films_a_month, goal in product(FILMS_A_MONTH, Goal):
        runs = [quickest(action) for action in plans_asked(instances, films_a_month, goal)]
        times, gaps = spread([ms for ms, _ in runs]), [plan.gap for _, plan in runs]
        print(
            f"{films_a_month:>4}  {goal.value:<18}{times.p50:>7.0f}{times.p95:>7.0f}"
            f"{times.most:>8.0f}{max(gaps):>12.2%}{sum(gap > 0 for gap in gaps):>7} of {len(gaps)}"
        )
        every += [ms for ms, _ in runs]
    total = spread(every)
    looks = [
        quickest(lambda one=one: [bundle(one, NO_CAP_BUDGET) for _ in range(20)])[0] / 20
        for one in instances
    ]
    every_set = spread(looks).p50
    print(
        f"All {len(every)}: p50 {total.p50:.0f} ms, p95 {total.p95:.0f} ms, "
        f"max {total.most:.0f} ms; the limit is {LIMIT_MS} ms\n"
        f"Every set of products once: {every_set:.1f} ms; a plan takes "
        f"{total.p50 / every_set:.1f} times as long (p50)"
    )


if __name__ == "__main__":
    main()
