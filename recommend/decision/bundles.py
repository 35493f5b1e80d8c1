"""The best set of products within a monthly budget, and what each larger budget buys. Pure.

The expected films of a set S of platforms, over films m (docs/algorithms.md has the reasoning):

    coverage(S) = sum over m of P(like m) * (1 - product over p in S of (1 - P(m on p)))

so a film counts once, however many platforms of S carry it. The search is exact: it looks at every
set of products. That is fast because coverage depends on the platforms alone, and because the
platforms split into two halves A and B with

    coverage(A + B) = sum of P(like) - (missed by A * P(like)) . (missed by B)

so that all pairs of halves are one product of two small matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Bools, Floats, Ints

MOST_OFFERS = 20
DIGITS = 9  # of coverage: smaller differences count as ties


@dataclass(frozen=True)
class ProductOffer:
    """A product: its price a month in won, and the platforms that it gives.

    `excludes`: products that are never bought with it, such as another tier of the same plan;
    naming it on one of the two is enough.
    """

    product: str
    monthly_price: int
    platforms: frozenset[str]
    excludes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Choice:
    """A set of products in the order of the offers, its price a month, and its expected films."""

    products: tuple[str, ...]
    monthly_price: int
    coverage: float


@dataclass(frozen=True)
class Solution:
    """The best choice, and the best one that gives other platforms, if any."""

    best: Choice
    runner_up: Choice | None

    @property
    def gap(self) -> float | None:
        """The lead of the best choice in expected films."""
        return None if self.runner_up is None else self.best.coverage - self.runner_up.coverage


@dataclass(frozen=True)
class Step:
    """A choice on the ladder, and how much more it brings and costs than the one below it."""

    choice: Choice
    more_films: float
    more_won: int
    is_knee: bool


@dataclass(frozen=True)
class AllChoices:
    """Every set of offers that can be bought together, with its price and its coverage.

    Arrays (n,): bit i of `products` is `offers[i]`, bit i of `given` is `platforms[i]`.
    """

    offers: Sequence[ProductOffer]
    platforms: Sequence[str]
    products: Ints
    given: Ints
    prices: Ints
    coverages: Floats

    def __getitem__(self, place: int) -> Choice:
        names = tuple(self.offers[bit].product for bit in self._bits_of(place))
        return Choice(names, int(self.prices[place]), float(self.coverages[place]))

    def _bits_of(self, place: int) -> list[int]:
        chosen = int(self.products[place])
        return [bit for bit in range(len(self.offers)) if chosen >> bit & 1]

    def of(self, products: Collection[str]) -> Choice:
        """The choice of exactly these products; `KeyError` if they cannot be bought together."""
        wanted = _bits([offer.product for offer in self.offers], products)
        place = int(np.searchsorted(self.products, wanted))
        if place == len(self.products) or self.products[place] != wanted:
            raise KeyError(f"not a choice: {', '.join(products)}")
        return self[place]

    def within(self, budget: int | None) -> Ints:
        """Places of the sets up to `budget` won a month (None: all); `ValueError` below 0."""
        if budget is None:
            return np.arange(len(self.prices))
        if budget < 0:
            raise ValueError(f"the budget is below 0: {budget}")
        return np.flatnonzero(self.prices <= budget)

    def best(self, among: Ints) -> int:
        """The place in `among`, which is not empty, that has the most coverage.

        Ties: the cheapest, then the fewest products, then the earlier offers.
        """
        among = among[self.coverages[among] == self.coverages[among].max()]
        among = among[self.prices[among] == self.prices[among].min()]
        best: int = min(
            among.tolist(), key=lambda place: (len(self._bits_of(place)), self._bits_of(place))
        )
        return best


def all_choices(
    offers: Sequence[ProductOffer], liked: Floats, carried: Mapping[str, Floats]
) -> AllChoices:
    """Every set of the offers that can be bought together.

    `liked` (n,) is P(like) of each film, `carried` maps platforms to P(film is there) (n,): 1 or 0
    where that is known, else its prior. A platform that `carried` lacks adds nothing. Raises
    `ValueError` for more than 20 offers, or two of one product.
    """
    names = [offer.product for offer in offers]
    if len(names) > MOST_OFFERS or len(set(names)) < len(names):
        raise ValueError(f"at most {MOST_OFFERS} products, each once, not {', '.join(names)}")
    platforms = sorted({one for offer in offers for one in offer.platforms} & carried.keys())
    gives = [_bits(platforms, offer.platforms) for offer in offers]
    products = np.flatnonzero(_possible(offers))
    given = _of_sets(np.bitwise_or, gives)[products]
    coverages = coverage_of_sets(liked, [carried[platform] for platform in platforms])
    return AllChoices(
        offers=offers,
        platforms=platforms,
        products=products,
        given=given,
        prices=_of_sets(np.add, [offer.monthly_price for offer in offers])[products],
        coverages=coverages[given],
    )


def undominated(offers: Sequence[ProductOffer]) -> list[ProductOffer]:
    """The offers for which no other one gives as much, costs no more and excludes no more.

    Leaving the others out makes no choice worse. Of two equal offers the earlier one stays.
    """
    barred = _barred(offers)
    kept: list[ProductOffer] = []
    for offer in sorted(offers, key=lambda offer: (offer.monthly_price, -len(offer.platforms))):
        if not any(
            other.platforms >= offer.platforms
            and barred[other.product] - {offer.product} <= barred[offer.product]
            for other in kept  # none is more expensive
        ):
            kept.append(offer)
    return [offer for offer in offers if offer in kept]


def worth_considering(
    offers: Sequence[ProductOffer], platforms: Collection[str]
) -> list[ProductOffer]:
    """The undominated offers that give one of these platforms, the cheapest first."""
    giving = undominated([offer for offer in offers if not offer.platforms.isdisjoint(platforms)])
    return sorted(giving, key=lambda offer: (offer.monthly_price, offer.product))


def solve(choices: AllChoices, budget: int | None = None) -> Solution:
    """The choice with the most coverage `within` a budget, which may be to buy nothing."""
    affordable = choices.within(budget)
    best = choices.best(affordable)
    others = affordable[choices.given[affordable] != choices.given[best]]
    return Solution(choices[best], choices[choices.best(others)] if len(others) else None)


def ladder(choices: AllChoices) -> list[Step]:
    """The best choice at every price, from 0 won up, that buys more than any lower one."""
    order = _by_price(choices.prices)
    prices, coverages = choices.prices[order], choices.coverages[order]
    starts = np.flatnonzero(np.diff(prices, prepend=-1))
    tops = np.maximum.reduceat(coverages, starts)
    rises = np.flatnonzero(np.diff(np.maximum.accumulate(tops), prepend=-1.0) > 0)
    ends = np.append(starts[1:], len(prices))
    rungs = [choices[choices.best(order[starts[rise] : ends[rise]])] for rise in rises]
    knee = _knee(rungs)
    return [
        Step(
            choice=rung,
            more_films=rung.coverage - before.coverage,
            more_won=rung.monthly_price - before.monthly_price,
            is_knee=rung is knee,
        )
        for before, rung in zip([rungs[0], *rungs], rungs, strict=False)
    ]


def cheapest_giving(choices: AllChoices, platforms: Collection[str]) -> Choice | None:
    """The cheapest choice that gives all these platforms, if any."""
    if not set(platforms) <= set(choices.platforms):
        return None
    wanted = _bits(choices.platforms, platforms)
    giving = np.flatnonzero(choices.given & wanted == wanted)
    if not len(giving):  # the products that give them exclude each other
        return None
    giving = giving[choices.prices[giving] == choices.prices[giving].min()]
    return choices[choices.best(giving)]


def best_change(choices: AllChoices, current: Choice, budget: int | None = None) -> Choice | None:
    """The best choice that is one product away: one more, one less, or one instead of another.

    None if `current` is as good as any of these within the budget.
    """
    products = _bits([offer.product for offer in choices.offers], current.products)
    added = np.bitwise_count(choices.products & ~products)
    dropped = np.bitwise_count(products & ~choices.products)
    near = (added <= 1) & (dropped <= 1)
    if budget is not None:
        near &= (choices.prices <= budget) | (choices.products == products)
    best = choices[choices.best(np.flatnonzero(near))]
    return None if best == current else best


def coverage_of_sets(liked: Floats, carried: Sequence[Floats]) -> Floats:
    """Expected films of every set of platforms, (2^k,); bit i of an index is `carried[i]`."""
    half = len(carried) // 2
    low, high = _missed(carried[:half], len(liked)), _missed(carried[half:], len(liked))
    missed = (high * liked) @ low.T
    covered: Floats = np.round(liked.sum() - missed.ravel(), DIGITS)
    return covered


def _by_price(prices: Ints) -> Ints:
    """Places in the order of the prices; sorting numbers of 16 bits takes a fifth of the time."""
    unit = int(np.gcd.reduce(prices)) or 1
    small = prices // unit
    if small.max() <= np.iinfo(np.uint16).max:
        small = small.astype(np.uint16)
    return np.argsort(small, kind="stable")


def _missed(carried: Sequence[Floats], films: int) -> Floats:
    """P(film is on no platform of the set) for every set, (2^k, films)."""
    missed = np.ones((1 << len(carried), films))
    for bit, one in enumerate(carried):
        np.multiply(missed[: 1 << bit], 1.0 - one, out=missed[1 << bit : 2 << bit])
    return missed


def _of_sets(combine: Callable[[Ints, int], Ints], values: Sequence[int]) -> Ints:
    """The combined values of every set of places (2^k,); 0 for the empty set."""
    combined = np.zeros(1 << len(values), dtype=np.int64)
    for bit, value in enumerate(values):
        combined[1 << bit : 2 << bit] = combine(combined[: 1 << bit], value)
    return combined


def _possible(offers: Sequence[ProductOffer]) -> Bools:
    """Whether no offer of a set (2^k,) excludes another one in it."""
    names = [offer.product for offer in offers]
    places = np.arange(1 << len(offers))
    possible = np.ones(len(places), dtype=np.bool_)
    for bit, barred in enumerate(_barred(offers).values()):
        if others := _bits(names, barred):
            possible &= (places >> bit & 1 == 0) | (places & others == 0)
    return possible


def _barred(offers: Sequence[ProductOffer]) -> dict[str, set[str]]:
    """For each product those that cannot be bought with it, whichever of the two says so."""
    barred: dict[str, set[str]] = {offer.product: set() for offer in offers}
    for offer in offers:
        for other in offer.excludes & (barred.keys() - {offer.product}):
            barred[offer.product].add(other)
            barred[other].add(offer.product)
    return barred


def _bits(names: Sequence[str], chosen: Collection[str]) -> int:
    return sum(1 << bit for bit, name in enumerate(names) if name in chosen)


def _knee(rungs: Sequence[Choice]) -> Choice | None:
    """The rung above which money buys much less: farthest above the line from first to last.

    Both axes are scaled to 0..1, as in V. Satopaa et al., "Finding a 'kneedle' in a haystack",
    ICDCS workshops 2011. None for fewer than three rungs.
    """
    if len(rungs) < 3:
        return None
    most, dearest = rungs[-1].coverage, rungs[-1].monthly_price
    return max(rungs[1:-1], key=lambda r: r.coverage / most - r.monthly_price / dearest)
