"""What to subscribe to: the best products within a budget; what to keep, drop and add. Pure.

Everything follows from a person's outlook and the products of the day, so another budget or price
needs no new recommendation. A platform without any evidence adds nothing: a guess from other
platforms is no reason to pay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommend.decision import bundles, certainty
from recommend.decision.bundles import MOST_OFFERS, AllChoices, Choice, ProductOffer, Solution, Step
from recommend.decision.outlook import ABSENT, THERE, Outlook

RIVALS = 32  # the best choice is compared with this many that have the most films


@dataclass(frozen=True)
class Marginal:
    """A product of a choice, and the films that are lost without it."""

    product: str
    monthly_price: int
    films: float


@dataclass(frozen=True)
class Certainty:
    """How sure the best choice is.

    `flip_probability`: P(another choice within the budget turns out better); `beats_runner_up`:
    P(the best choice has more films than the runner-up), None without a runner-up.
    """

    flip_probability: float
    beats_runner_up: float | None

    @property
    def is_toss_up(self) -> bool:
        """Whether the runner-up is about as good."""
        return self.beats_runner_up is not None and self.beats_runner_up < certainty.TOSS_UP


@dataclass(frozen=True)
class Market:
    """The products that are worth considering for a person; `choices` has every set of them."""

    outlook: Outlook
    offers: Sequence[ProductOffer]
    choices: AllChoices

    @cached_property
    def outcomes(self) -> certainty.Outcomes:
        return certainty.simulate(self.outlook)

    def interval(self, choice: Choice) -> tuple[float, float]:
        """Expected films of a choice if every unknown film is absent, and if every one is there."""
        outlook, counted = self.outlook, self._counted(choice)
        states = outlook.states[:, [slug in counted for slug in outlook.platforms]]
        is_there, may_be_there = (states == THERE).any(axis=1), (states != ABSENT).any(axis=1)
        return float(outlook.expected @ is_there), float(outlook.expected @ may_be_there)

    def platforms_of(self, choice: Choice) -> frozenset[str]:
        """All platforms that its products give, with or without evidence."""
        chosen = [offer for offer in self.offers if offer.product in choice.products]
        return frozenset().union(*(offer.platforms for offer in chosen))

    def _counted(self, choice: Choice) -> frozenset[str]:
        """The platforms of a choice that have evidence."""
        return self.platforms_of(choice) & frozenset(self.choices.platforms)

    def marginals(self, choice: Choice) -> list[Marginal]:
        """What each product of a choice adds to the others."""
        prices = {offer.product: offer.monthly_price for offer in self.offers}
        rows = []
        for product in choice.products:
            others = self.choices.of([one for one in choice.products if one != product])
            rows.append(Marginal(product, prices[product], choice.coverage - others.coverage))
        return rows

    def certainty_of(self, solution: Solution, budget: int | None) -> Certainty:
        """How sure the solution is against the choices within the budget with the most films."""
        choices, best = self.choices, self._counted(solution.best)
        affordable = choices.within(budget)
        _sets, first = np.unique(choices.given[affordable], return_index=True)
        rivals = affordable[first]
        rivals = rivals[np.argsort(-choices.coverages[rivals], kind="stable")][:RIVALS]
        others = [self._counted(choices[int(place)]) for place in rivals]
        compared = [best, *(other for other in others if other != best)]
        if solution.runner_up:
            compared.append(self._counted(solution.runner_up))
        values = self.outcomes.of_sets(compared)
        return Certainty(
            flip_probability=1.0 - certainty.sureness(values, 0),
            beats_runner_up=certainty.beats(values, 0, -1) if solution.runner_up else None,
        )


@dataclass(frozen=True)
class Decision:
    """The answer at one budget; without a budget, at the knee of the ladder.

    `solution` has the best choice and the runner-up, `low` and `high` its interval. `current` is
    the cheapest choice that gives every platform that the person pays for, of those that are on
    sale and have evidence; None if there is none. `keep`, `drop` and `add` lead from it to the
    best choice; `change` is the best choice that is one product away from it.
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
    """The market of a person; of more than 20 useful products the most expensive are left out."""
    columns = outlook.columns()
    kept = bundles.worth_considering(offers, columns)[:MOST_OFFERS]
    return Market(outlook, kept, bundles.all_choices(kept, outlook.expected, columns))


def decide(market: Market, *, budget: int | None, subscribed: Collection[str] = ()) -> Decision:
    """The best products within the budget, and how to get there from `subscribed`."""
    steps = bundles.ladder(market.choices)
    limit = knee_price(steps) if budget is None else budget
    solution = bundles.solve(market.choices, limit)
    low, high = market.interval(solution.best)
    sold = set(subscribed) & set(market.choices.platforms)
    current = bundles.cheapest_giving(market.choices, sold) if sold or not subscribed else None
    has = current.products if current else ()
    paid = market.marginals(current) if current else []
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
        drop=[one for one in paid if one.product not in solution.best.products],
        change=bundles.best_change(market.choices, current, limit) if current else None,
    )


def knee_price(steps: Sequence[Step]) -> int:
    """The budget if none is given: the price of the knee, or of the last step without one."""
    return next((step for step in steps if step.is_knee), steps[-1]).choice.monthly_price
