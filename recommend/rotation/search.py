"""How many months of which set of products: the exact search behind a rotation plan. Pure.

`relax` solves a linear programme over fractional months (HiGHS) and adds lines of
`recommend.rotation.bounds` until the least cost of a target hardly rises. The dual prices leave few
sets for a plan of about that cost, so all integer plans within a percent or so of the bound are
listed and valued exactly, in the order of their cost. Every unlisted plan costs more, which is the
proof. All limits count rows and rounds, not seconds, so the answer is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from common.arrays import Bools, Floats, Ints
from recommend.rotation.bounds import SAME, Lines, weighted

CLOSE = 2e-3  # of the target: where the linear programme may stop
ROUNDS = 60  # of the linear programme
NEW_ROWS = 3  # rounding bounds added in a round
MOST_PLANS = 15_000  # held at once
MOST_STEPS = 150_000  # plans and parts of plans looked at for one list
FIRST_MARGIN = 0.005  # of the least cost: how far above it the first list goes; doubled each time
HALVINGS = 3
NEAR = 1e-3  # of the limit: where the search for more films may stop
GREEDY_SETS = 12  # sets that a greedy plan chooses from


class SetMonths(NamedTuple):
    """Months of each set (sets,), their cost in won and their value in expected films."""

    months: Ints
    cost: int
    value: float


@dataclass(frozen=True)
class CostBound:
    """A bound on cost: every plan n has rows @ n >= needs, so it costs at least cost + reduced @ n.

    `rows` (rows, sets), `needs` and `active` (rows,), `reduced` (sets,) >= 0.
    """

    cost: float
    rows: Floats
    needs: Floats
    active: Bools
    reduced: Floats


class ListedPlans(NamedTuple):
    """Integer plans: places of their sets (chosen,), months (plans, chosen), costs (plans,)."""

    places: Ints
    months: Floats
    costs: Floats


class TooMany(Exception):
    """There are more plans than may be listed."""


class RotationSearch(Lines):
    """Searches of one problem; all of them share its lines."""

    def relax(self, target: float, budget: float) -> CostBound | None:
        """The best bound on the cost of `target` films; None if `budget` cannot buy them."""
        problem = self.problem
        fewest = self.fewest_months(target)
        if fewest.max() > problem.months:
            return None
        used = [1 << p for p in range(problem.platforms)] + [len(fewest) - 1]
        cheapest = [np.where(gives, problem.prices, np.inf).argmin() for gives in self.gives.T]
        active: Bools = np.isin(np.arange(len(problem.given)), cheapest)
        best: CostBound | None = None
        for _ in range(ROUNDS):
            rows = np.vstack([*self.slopes, self.meets[:, used].T])
            needs = np.concatenate([target - np.array(self.constants), fewest[used]])
            months, missing, now = self._fractional(rows, needs, target, active)
            best = now if best is None or now.cost > best.cost else best
            if best.cost > budget * (1 + SAME):
                return None
            value = self.add_line(months)
            short = fewest - weighted(months, self.meets)
            new = np.argsort(-short, kind="stable")[:NEW_ROWS]
            new = new[(short[new] > 1e-6) & ~np.isin(new, used)]
            used += new.tolist()
            if (now.reduced[~active] < 0).any():
                active[np.argsort(now.reduced, kind="stable")[:8]] = True
            elif not len(new) and not missing and value >= target * (1 - CLOSE):
                break
        return best

    def _fractional(
        self, rows: Floats, needs: Floats, target: float, active: Bools
    ) -> tuple[Floats, bool, CostBound]:
        """Fractional months of the active sets at the least cost, whether a need stays unmet, and
        the bound that the dual prices prove for all sets, rounding errors included."""
        problem = self.problem
        scale = np.where(np.arange(len(rows)) < len(self.slopes), 1 / max(target, 1.0), 1.0)
        places = np.flatnonzero(active)
        penalty = 4.0 * max(1, problem.months * int(problem.prices.max()))
        left = np.column_stack([rows[:, places] * -scale[:, None], np.full(len(rows), -1.0)])
        result = linprog(
            np.append(problem.prices[places], penalty),
            A_ub=np.vstack([left, np.append(np.ones(len(places)), 0.0)]),
            b_ub=np.append(-needs * scale, problem.months),
            method="highs-ds",
        )
        duals = np.maximum(-result.ineqlin.marginals, 0.0)
        prices, month = duals[:-1] * scale, float(duals[-1])
        reduced = problem.prices - weighted(prices, rows) + month
        least = min(0.0, float(reduced.min()))
        cost = float(prices @ needs) + problem.months * (least - month)
        months = np.zeros(len(active))
        months[places] = np.maximum(result.x[:-1], 0.0)
        tidy = np.where(np.abs(reduced) < 1e-6, 0.0, reduced)
        bound = CostBound(cost, rows, needs, prices > 0, tidy)
        return months, bool(result.x[-1] > SAME), bound

    def plans(self, bound: CostBound, budget: float) -> ListedPlans:
        """All integer plans for at most `budget` that meet the active rows.

        Goes set by set, from the highest reduced cost down, and drops a plan as soon as the
        remaining sets cannot meet one of its rows. Raises `TooMany`.
        """
        problem, reduced = self.problem, np.maximum(bound.reduced, 0.0)
        places = np.flatnonzero(reduced <= budget - bound.cost + 1e-6)
        places = places[np.lexsort((-problem.prices[places], -reduced[places]))]
        prices = problem.prices[places]
        rows = bound.rows[bound.active][:, places]
        short = bound.needs[bound.active][:, None]
        months, costs = np.zeros((1, len(places))), np.zeros(1)
        used, spare, steps = np.zeros(1), np.array([budget - bound.cost + 1e-6]), 0
        for place, price in enumerate(prices.tolist()):
            most = np.minimum(problem.months - used, _times(budget - costs, price))
            most = np.minimum(most, _times(spare, reduced[places[place]])).astype(np.int64) + 1
            steps += int(most.sum())
            if steps > MOST_STEPS:
                raise TooMany
            of = np.repeat(np.arange(len(most)), most)
            times = np.arange(len(of)) - np.repeat(np.cumsum(most) - most, most)
            costs, used = costs[of] + price * times, used[of] + times
            spare = spare[of] - reduced[places[place]] * times
            short = short[:, of] - rows[:, place, None] * times
            later = self._at_most(rows[:, place + 1 :], prices[place + 1 :], used, budget - costs)
            kept = (short <= later + SAME).all(axis=0)
            months = months[of[kept]]
            months[:, place] = times[kept]
            costs, used, spare, short = costs[kept], used[kept], spare[kept], short[:, kept]
            if len(costs) > MOST_PLANS:
                raise TooMany
        return ListedPlans(places, months, costs)

    def _at_most(self, rows: Floats, prices: Ints, used: Floats, money: Floats) -> Floats:
        """The most that these sets can add to each row (rows, plans) with what is left."""
        if not len(prices):
            return np.zeros((len(rows), 1))
        free = (rows[:, prices == 0] > 0).any(axis=1, keepdims=True)
        rates = (rows / np.maximum(prices, 1)).max(axis=1, keepdims=True)
        by_money = np.where(free, np.inf, rates * money)
        by_months: Floats = rows.max(axis=1)[:, None] * (self.problem.months - used)
        return np.minimum(by_months, by_money)

    def best(self, plans: ListedPlans, target: float, *, by_value: bool) -> SetMonths | None:
        """The cheapest plan that reaches the target, of equal cost the one of most value; or, with
        `by_value`, the one of most value, then the cheapest. None if no plan reaches the target.

        Values the plan that looks best by the lines so far, which adds a line, until the best is
        one that is valued already.
        """
        places, months, costs = plans
        slopes = np.array(self.slopes)[:, places]
        values = (np.array(self.constants)[:, None] + np.einsum("ls,ps->lp", slopes, months)).min(
            axis=0
        )
        exact = np.zeros(len(costs), dtype=np.bool_)
        while True:
            kept = values >= target - SAME
            months, costs, values, exact = months[kept], costs[kept], values[kept], exact[kept]
            if not len(costs):
                return None
            worst_first = (costs, -values.round(9)) if by_value else (-values.round(9), costs)
            first = int(np.lexsort(worst_first)[0])
            every = np.zeros(len(self.problem.given))
            every[places] = months[first]
            if exact[first]:
                return SetMonths(every.astype(np.int64), round(costs[first]), float(values[first]))
            value = self.add_line(every)
            values = np.minimum(
                values, self.constants[-1] + weighted(self.slopes[-1][places], months.T)
            )
            values[first], exact[first] = value, True

    def cheapest(self, target: float, budget: float) -> tuple[SetMonths | None, float]:
        """The cheapest plan of `target` expected films, of equal cost the one with most films; and
        a cost that no such plan goes below, infinite if the budget cannot buy one.

        No plan but a finite cost: there were too many plans to list.
        """
        found, listed = self._first_listed(target, budget, by_value=False)
        return found, found.cost if found else listed

    def most(self, budget: float) -> tuple[SetMonths, float]:
        """The plan with most expected films, of equal films the cheapest; and a number of films
        that no plan exceeds.

        Halves the interval between the best plan and the limit. If no plan reaches the target in
        the middle, that target is the new limit; otherwise the best plan found is the new best.
        """
        problem = self.problem
        limit = float(problem.liked[: problem.months * problem.films_a_month].sum())
        found, _ = self.cheapest(limit, budget)
        if found:
            return found, max(limit, found.value)
        best = self.greedy(np.inf, budget)
        ceiling = limit
        for halving in range(HALVINGS + 1):
            last = halving == HALVINGS or limit - best.value <= NEAR * limit
            target = best.value if last else (best.value + ceiling) / 2
            margin = np.inf if last else FIRST_MARGIN
            found, listed = self._first_listed(target, budget, by_value=True, margin=margin)
            complete = listed == np.inf
            if complete and found:
                return found, found.value
            if last:
                break
            if complete:
                limit = target
            if found and (found.value, -found.cost) > (best.value, -best.cost):
                best = found
            else:
                ceiling = target
        return best, limit

    def _first_listed(
        self, target: float, budget: float, *, by_value: bool, margin: float = FIRST_MARGIN
    ) -> tuple[SetMonths | None, float]:
        """The `best` plan of the first list that has one; and the cost up to which every plan was
        listed, infinite if that is all that the budget can buy.

        A list goes `margin` above the least cost, and the next one twice as far.
        """
        bound = self.relax(target, budget)
        if bound is None:
            return None, np.inf
        listed = least = max(bound.cost, 0.0)
        while True:
            step = margin * max(least, float(self.problem.prices.max()), 1.0)
            limit = min(budget, least + step)
            try:
                found = self.best(self.plans(bound, limit), target, by_value=by_value)
            except TooMany:
                return None, listed
            if found or limit >= budget:
                return found, np.inf if limit >= budget else limit
            listed, margin = limit, 2 * margin

    def greedy(self, target: float, budget: float) -> SetMonths:
        """A plan within the budget: each month gets the set that adds most films for its price."""
        problem = self.problem
        months = np.zeros(len(problem.given))
        value, cost = 0.0, 0
        slopes = np.array(self.slopes)
        rated = (slopes / (problem.prices + 1)).max(axis=0)
        places = np.argsort(-rated, kind="stable")[:GREEDY_SETS].tolist()
        for _ in range(problem.months):
            options = []
            for place in places:
                price = int(problem.prices[place])
                if value < target and cost + price <= budget:
                    months[place] += 1
                    new = self.add_line(months)
                    months[place] -= 1
                    options.append(((new - value) / (price + 1), -place, new, price))
            if not options or max(options)[0] <= SAME:
                break
            _, place, value, price = max(options)
            months[-place] += 1
            cost += price
        return SetMonths(months.astype(np.int64), cost, value)


def _times(money: Floats, price: float) -> Floats:
    """How many times the money pays the price."""
    return np.floor(money / price) if price > SAME else np.full(len(money), np.inf)
