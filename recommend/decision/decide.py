"""What to subscribe to: the best products within a budget, what to keep, drop and add. Pure.

Everything is computed from a person's outlook and the products of the day, so that another budget
or price needs no new recommendation. Platforms of which nothing at all is known add nothing: a
guess from other platforms is no reason to pay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommend.decision import certainty
from recommend.decision.bundles import (
    MOST_OFFERS,
    AllChoices,
    Choice,
    ProductOffer,
    Solution,
    Step,
    all_choices,
    best_change,
    cheapest_giving,
    ladder,
    solve,
    worth_considering,
)
from recommend.decision.outlook import Outlook

RIVALS = 32  # the choices with the most films, which the best one is compared with


@dataclass(frozen=True)
class Marginal:
    """A product, and the films that are lost without it, given the others beside it."""

    product: str
    monthly_price: int
    films: float


@dataclass(frozen=True)
class Certainty:
    """`flip_probability`: that another choice within the budget turns out to be better.

    `is_toss_up`: the runner-up is about as likely to be better.
    """

    flip_probability: float
    beats_runner_up: float | None

    @property
    def is_toss_up(self) -> bool:
        return self.beats_runner_up is not None and self.beats_runner_up < certainty.TOSS_UP


@dataclass(frozen=True)
class Market:
    """The products that one can choose from, without those that are never worth choosing.

    `choices` has every set of them.
    """

    outlook: Outlook
    offers: Sequence[ProductOffer]
    choices: AllChoices

    @cached_property
    def outcomes(self) -> certainty.Outcomes:
        return certainty.simulate(self.outlook)

    def interval(self, choice: Choice) -> tuple[float, float]:
        """Expected films of a choice if nothing, and if all, is where nobody knows."""
        platforms = self.platforms_of(choice)
        ends = []
        for carried in (self.outlook.known_states(), self.outlook.possible_states()):
            columns = self.outlook.columns(carried)
            missed = np.ones(len(self.outlook.expected))
            for platform in platforms & columns.keys():
                missed = missed * (1.0 - columns[platform])
            ends.append(float(self.outlook.expected @ (1.0 - missed)))
        return ends[0], ends[1]

    def platforms_of(self, choice: Choice) -> frozenset[str]:
        """All platforms that its products give, also those of which nothing is known."""
        chosen = [offer for offer in self.offers if offer.product in choice.products]
        return frozenset().union(*(offer.platforms for offer in chosen))

    def _counted(self, choice: Choice) -> frozenset[str]:
        """Those of them of which something is known."""
        return self.platforms_of(choice) & frozenset(self.choices.platforms)

    def without(self, choice: Choice, product: str) -> Choice:
        return self.choices.of([one for one in choice.products if one != product])

    def marginals(self, choice: Choice) -> list[Marginal]:
        """What each product of a choice brings that the others do not."""
        prices = {offer.product: offer.monthly_price for offer in self.offers}
        return [
            Marginal(
                product, prices[product], choice.coverage - self.without(choice, product).coverage
            )
            for product in choice.products
        ]

    def certainty_of(self, solution: Solution, budget: int | None) -> Certainty:
        """Against the choices within the budget that have the most films."""
        choices = self.choices
        affordable = np.arange(len(choices.prices))
        if budget is not None:
            affordable = np.flatnonzero(choices.prices <= budget)
        _sets, first = np.unique(choices.given[affordable], return_index=True)
        rivals = affordable[first]
        rivals = rivals[np.argsort(-choices.coverages[rivals], kind="stable")][:RIVALS]
        best = self._counted(solution.best)
        others = [self._counted(choices[int(place)]) for place in rivals]
        compared = [best, *(other for other in others if other != best)]
        if solution.runner_up is None:
            return Certainty(1.0 - certainty.sureness(self.outcomes.of_sets(compared), 0), None)
        second = self._counted(solution.runner_up)
        values = self.outcomes.of_sets([*compared, second])
        return Certainty(
            flip_probability=1.0 - certainty.sureness(values, 0),
            beats_runner_up=certainty.beats(values, 0, len(compared)),
        )


@dataclass(frozen=True)
class Decision:
    """The answer at one budget. `budget` None: none was named, so the knee of the ladder counts.

    `solution` has the best choice and the runner-up; `current` is the cheapest that gives all
    that the person pays for and that is on sale with something known of it, None if nothing is;
    `keep`, `drop` and `add` are what to do with it; `change` the best set that is one product
    away from it.
    """

    budget: int | None
    solution: Solution
    low: float
    high: float
    certainty: Certainty
    ladder: Sequence[Step]
    current: Choice | None
    keep: Sequence[Marginal]
    drop: Sequence[Marginal]
    add: Sequence[Marginal]
    change: Choice | None

    @property
    def best(self) -> Choice:
        return self.solution.best


def market_of(outlook: Outlook, offers: Sequence[ProductOffer]) -> Market:
    """Prepare the products for a person; of more than 20 the dearest are left out."""
    kept = worth_considering(offers, outlook.columns())[:MOST_OFFERS]
    return Market(
        outlook=outlook,
        offers=kept,
        choices=all_choices(kept, outlook.expected, outlook.columns()),
    )


def decide(market: Market, *, budget: int | None, subscribed: Collection[str] = ()) -> Decision:
    """The best products for at most `budget` won a month, and what that means for what one has.

    Raises `ValueError` for a budget below 0.
    """
    steps = ladder(market.choices)
    limit = knee_price(steps) if budget is None else budget
    solution = solve(market.choices, limit)
    low, high = market.interval(solution.best)
    sold = set(subscribed) & set(market.choices.platforms)
    current = cheapest_giving(market.choices, sold) if sold or not subscribed else None
    has = set(current.products) if current else set()
    chosen = market.marginals(solution.best)
    return Decision(
        budget=budget,
        solution=solution,
        low=low,
        high=high,
        certainty=market.certainty_of(solution, limit),
        ladder=steps,
        current=current,
        keep=[one for one in chosen if one.product in has],
        add=[one for one in chosen if one.product not in has],
        drop=[
            one
            for one in (market.marginals(current) if current else [])
            if one.product not in solution.best.products
        ],
        change=best_change(market.choices, current, limit) if current else None,
    )


def knee_price(steps: Sequence[Step]) -> int:
    """What to spend if nobody says: up to the knee, or the last step where there is none."""
    for step in steps:
        if step.is_knee:
            return step.choice.monthly_price
    return steps[-1].choice.monthly_price
