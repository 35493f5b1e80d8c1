"""The rotation search as one integer programme for `scipy.optimize.milp` (HiGHS), as a yardstick.

Films flow from their kind (films on the same platforms) through a platform to the sets of products
that include it, at most K films for each month of a set. Only the numbers of months are integer
variables: once they are fixed, an optimal flow is integral. This takes about 1,000 columns instead
of one for each pair of film and set; equal months are one number, so there is no symmetry. Films
that cannot matter are left out. Ties are not resolved, which favours `milp`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, vstack

from common.arrays import Bools, Floats, Ints
from recommend.rotation.bounds import RotationProblem
from recommend.rotation.search import RotationSearch, SetMonths

INFEASIBLE = 2
SMALLEST_PRICE_STEP = 1  # won: costs are whole


class FlowModel(NamedTuple):
    """Columns: months of each set, then films, then films by kind and platform, then by set."""

    cost: Floats
    value: Floats
    constraints: list[LinearConstraint]
    upper: Floats
    whole: Floats


class MilpSearch(RotationSearch):
    """Replaces `RotationSearch` in `recommend.rotation.plan`.

    If `milp` finds no plan in time, the greedy plan stands in, and `unanswered` counts it.
    """

    time_limit = 0.5  # seconds
    relative_gap = 0.0
    unanswered = 0

    def cheapest(self, target: float, budget: float) -> tuple[SetMonths | None, float]:
        """The cheapest plan found, and the proven bound on cost."""
        model = flow_model(self.problem, self.gives)
        result = self._solved(model, model.cost, (model.value, target, np.inf), budget)
        if result.status == INFEASIBLE:
            return None, np.inf
        bound = max(0.0, result.mip_dual_bound or 0.0)
        found = self._found(result)
        if found and found.cost - bound < SMALLEST_PRICE_STEP:
            bound = found.cost
        return found, bound

    def most(self, budget: float) -> tuple[SetMonths, float]:
        """The plan with the most films found, and the proven bound on films."""
        problem = self.problem
        model = flow_model(problem, self.gives)
        result = self._solved(model, -model.value, None, budget)
        bound = float(problem.liked[: problem.months * problem.films_a_month].sum())
        if result.mip_dual_bound is not None:
            bound = min(bound, -result.mip_dual_bound)
        found = self._found(result) or self.greedy(np.inf, budget)
        return found, max(bound, found.value)

    def _solved(
        self,
        model: FlowModel,
        objective: Floats,
        further: tuple[Floats, float, float] | None,
        budget: float,
    ) -> OptimizeResult:
        rows = [(model.cost, -np.inf, budget), *([further] if further else [])]
        options: Any = {"time_limit": self.time_limit, "mip_rel_gap": self.relative_gap}
        result = milp(
            objective,
            integrality=model.whole,
            bounds=Bounds(0, model.upper),
            constraints=[
                *model.constraints,
                *(LinearConstraint(csr_array(row[None]), low, high) for row, low, high in rows),
            ],
            options=options,
        )
        if result.x is None and result.status != INFEASIBLE:
            type(self).unanswered += 1
        return result

    def _found(self, result: OptimizeResult) -> SetMonths | None:
        if result.x is None:
            return None
        months = np.rint(result.x[: len(self.problem.given)]).astype(np.int64)
        cost = int(months @ self.problem.prices)
        return SetMonths(months, cost, self.add_line(months.astype(np.float64)))


def flow_model(problem: RotationProblem, gives: Bools) -> FlowModel:
    """The model without the limits on cost and value; `gives` has shape (sets, platforms)."""
    masks, kinds = np.unique(problem.carried, return_inverse=True)
    films = films_that_matter(problem, masks, kinds)
    kind, by = np.nonzero(masks[:, None] >> np.arange(problem.platforms) & 1)
    taker, source = np.nonzero(gives)
    sizes = [len(problem.given), len(films), len(kind), len(taker)]
    months, watched, shown, taken = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])

    def rows(count: int, *entries: tuple[Ints, Ints, float]) -> csr_array:
        """`count` rows; an entry has row numbers, columns, and their coefficient."""
        data = np.concatenate([np.full(len(columns), factor) for _, columns, factor in entries])
        of = np.concatenate([numbers for numbers, _, _ in entries])
        columns = np.concatenate([columns for _, columns, _ in entries])
        return csr_array((data, (of, columns)), shape=(count, sum(sizes)))

    kept_flow = vstack(
        [
            rows(len(masks), (kinds[films], watched, 1.0), (kind, shown, -1.0)),
            rows(problem.platforms, (by, shown, 1.0), (source, taken, -1.0)),
        ]
    )
    places = rows(
        len(months), (taker, taken, 1.0), (np.arange(len(months)), months, -problem.films_a_month)
    )
    all_months = rows(1, (np.zeros(len(months), dtype=np.int64), months, 1.0))
    cost, value, whole = np.zeros((3, sum(sizes)))
    cost[months], value[watched], whole[months] = problem.prices, problem.liked[films], 1
    upper = np.full(sum(sizes), np.inf)
    upper[months], upper[watched] = problem.months, 1
    constraints = [
        LinearConstraint(kept_flow, 0, 0),
        LinearConstraint(places, -np.inf, 0),
        LinearConstraint(all_months, 0, problem.months),
    ]
    return FlowModel(cost, value, constraints, upper, whole)


def films_that_matter(problem: RotationProblem, masks: Ints, kinds: Ints) -> Ints:
    """Places of the films without enough likelier films on all of their platforms."""
    wider = masks[:, None] & masks == masks[:, None]
    is_of = kinds[:, None] == np.arange(len(masks))
    likelier = np.cumsum(is_of, axis=0) - is_of
    before = np.einsum("fk,fk->f", likelier, wider[kinds])
    return np.flatnonzero(before < problem.months * problem.films_a_month)
