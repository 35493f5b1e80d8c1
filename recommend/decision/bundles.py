"""The best set of products under a monthly budget, and what each step of money buys. Exact. Pure.

For a set S of platforms and films m (docs/algorithms.md has the reasoning):

    coverage(S) = sum over m of P(like m) * (1 - product over p in S of (1 - P(m on p)))

so a film counts once, however many platforms of S carry it. Every set of products is looked at.
That is fast because the coverage of a set hangs on its platforms alone, and because a set of
platforms falls into two halves A and B with

    coverage(A + B) = sum of P(like) - (missed by A * P(like)) . (missed by B)

so that all halves against all halves are one product of two small matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from common.arrays import Floats, Ints

MOST_OFFERS = 20
DIGITS = 9  # of coverage: what differs by less is the same


@dataclass(frozen=True)
class ProductOffer:
    """A product: what it costs a month in won, and the platforms that it gives.

    `excludes`: products that nobody buys beside it, such as another tier of the same plan; to say
    it of one of the two is enough.
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
    """The best choice, and the best one that gives other platforms; None: there is none."""

    best: Choice
    runner_up: Choice | None

    @property
    def gap(self) -> float | None:
        """In expected films."""
        return None if self.runner_up is None else self.best.coverage - self.runner_up.coverage


@dataclass(frozen=True)
class Step:
    """A choice on the ladder, and what it brings and costs more than the one before it."""

    choice: Choice
    more_films: float
    more_won: int
    is_knee: bool


@dataclass(frozen=True)
class AllChoices:
    """All sets of offers that can be bought together, each with its price and its coverage.

    Arrays (n,): bit i of `products` is `offers[i]`, bit i of `given` is `platforms[i]`.
    """

    offers: Sequence[ProductOffer]
    platforms: Sequence[str]
    products: Ints
    given: Ints
    prices: Ints
    coverages: Floats

    def __getitem__(self, place: int) -> Choice:
        chosen = int(self.products[place])
        names = (offer.product for bit, offer in enumerate(self.offers) if chosen >> bit & 1)
        return Choice(tuple(names), int(self.prices[place]), float(self.coverages[place]))

    def of(self, products: Collection[str]) -> Choice:
        """The choice of exactly these products; `KeyError` if they can not be bought together."""
        wanted = _bits([offer.product for offer in self.offers], products)
        place = int(np.searchsorted(self.products, wanted))
        if place == len(self.products) or self.products[place] != wanted:
            raise KeyError(f"not a choice: {', '.join(products)}")
        return self[place]

    def best(self, among: Ints) -> int:
        """Of these places, one at least, that with the most coverage.

        Of equal coverage the cheapest, then the fewest products, then the earlier offers.
        """
        among = among[self.coverages[among] == self.coverages[among].max()]
        among = among[self.prices[among] == self.prices[among].min()]
        best: int = min(among.tolist(), key=self._size_and_order)
        return best

    def _size_and_order(self, place: int) -> tuple[int, list[int]]:
        chosen = int(self.products[place])
        bits = [bit for bit in range(len(self.offers)) if chosen >> bit & 1]
        return len(bits), bits


def all_choices(
    offers: Sequence[ProductOffer], liked: Floats, carried: Mapping[str, Floats]
) -> AllChoices:
    """Every set of the offers that can be bought together.

    `liked` (n,) is P(like) of each film, `carried` by platform P(film is there) (n,): 1 where it
    is known to be there, 0 where it is known not to be, else its prior. A platform that is not in
    `carried` adds nothing. Raises `ValueError` for more than 20 offers, or two of one product.
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
    """Without those for which another one gives as much, costs no more and excludes no more.

    No choice gets worse without them. Of two that are equal the earlier one stays.
    """
    barred = _barred(offers)
    ordered = sorted(offers, key=lambda offer: (offer.monthly_price, -len(offer.platforms)))
    kept: list[ProductOffer] = []
    for offer in ordered:
        if not any(_dominates(other, offer, barred) for other in kept):
            kept.append(offer)
    return [offer for offer in offers if offer in kept]


def worth_considering(
    offers: Sequence[ProductOffer], platforms: Collection[str]
) -> list[ProductOffer]:
    """Those that give one of these platforms and that no other one beats, the cheapest first.

    Of more than can be searched (`MOST_OFFERS`) a caller takes the first.
    """
    giving = undominated([offer for offer in offers if not offer.platforms.isdisjoint(platforms)])
    return sorted(giving, key=lambda offer: (offer.monthly_price, offer.product))


def solve(choices: AllChoices, budget: int | None = None) -> Solution:
    """The most coverage for at most `budget` won a month; None: for whatever it costs.

    To buy nothing is one of the choices. Raises `ValueError` for a budget below 0.
    """
    if budget is not None and budget < 0:
        raise ValueError(f"the budget is below 0: {budget}")
    affordable = np.arange(len(choices.prices))
    if budget is not None:
        affordable = np.flatnonzero(choices.prices <= budget)
    best = choices.best(affordable)
    others = affordable[choices.given[affordable] != choices.given[best]]
    return Solution(choices[best], choices[choices.best(others)] if len(others) else None)


def ladder(choices: AllChoices) -> list[Step]:
    """Every sum of money for which more can be had than for any smaller one, from 0 won on."""
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
    """The cheapest choice that gives all these platforms; None if there is none."""
    wanted = _bits(choices.platforms, platforms)
    if not set(platforms) <= set(choices.platforms):
        return None
    giving = np.flatnonzero(choices.given & wanted == wanted)
    if not len(giving):  # what gives them excludes each other
        return None
    giving = giving[choices.prices[giving] == choices.prices[giving].min()]
    return choices[choices.best(giving)]


def best_change(choices: AllChoices, current: Choice, budget: int | None = None) -> Choice | None:
    """The best choice that is one product away: one more, one less, or one instead of another.

    None where nothing within the budget is better than what is there.
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
    """Expected films of every set of platforms, (2^k,): bit i of the place is `carried[i]`."""
    half = len(carried) // 2
    low, high = _missed(carried[:half], len(liked)), _missed(carried[half:], len(liked))
    missed = (high * liked) @ low.T
    covered: Floats = np.round(liked.sum() - missed.ravel(), DIGITS)
    return covered


def _by_price(prices: Ints) -> Ints:
    """Places in the order of the prices; of numbers of 16 bits the sort takes a fifth as long."""
    unit = int(np.gcd.reduce(prices)) or 1
    small = prices // unit
    if small.max() <= np.iinfo(np.uint16).max:
        small = small.astype(np.uint16)
    return np.argsort(small, kind="stable")


def _missed(carried: Sequence[Floats], films: int) -> Floats:
    """P(film is nowhere in the set) for every set, (2^k, films)."""
    missed = np.ones((1 << len(carried), films))
    for bit, one in enumerate(carried):
        np.multiply(missed[: 1 << bit], 1.0 - one, out=missed[1 << bit : 2 << bit])
    return missed


def _of_sets(combine: Callable[[Ints, int], Ints], values: Sequence[int]) -> Ints:
    """Of every set of places (2^k,) the values combined; of the empty set 0."""
    combined = np.zeros(1 << len(values), dtype=np.int64)
    for bit, value in enumerate(values):
        combined[1 << bit : 2 << bit] = combine(combined[: 1 << bit], value)
    return combined


def _possible(offers: Sequence[ProductOffer]) -> npt.NDArray[np.bool_]:
    """Whether nothing in a set (2^k,) excludes something else in it."""
    names = [offer.product for offer in offers]
    barred = _barred(offers)
    possible = np.ones(1 << len(offers), dtype=np.bool_)
    places = np.arange(len(possible))
    for bit, name in enumerate(names):
        if others := _bits(names, barred[name]):
            possible &= (places >> bit & 1 == 0) | (places & others == 0)
    return possible


def _barred(offers: Sequence[ProductOffer]) -> dict[str, set[str]]:
    """By product those that can not be bought beside it, whichever of the two says so."""
    barred: dict[str, set[str]] = {offer.product: set() for offer in offers}
    for offer in offers:
        for other in offer.excludes & (barred.keys() - {offer.product}):
            barred[offer.product].add(other)
            barred[other].add(offer.product)
    return barred


def _bits(names: Sequence[str], chosen: Collection[str]) -> int:
    return sum(1 << bit for bit, name in enumerate(names) if name in chosen)


def _dominates(one: ProductOffer, other: ProductOffer, barred: Mapping[str, set[str]]) -> bool:
    return (
        one.platforms >= other.platforms
        and one.monthly_price <= other.monthly_price
        and barred[one.product] - {other.product} <= barred[other.product]
    )


def _knee(rungs: Sequence[Choice]) -> Choice | None:
    """Where more money begins to bring much less: farthest above the line from first to last.

    Both axes are scaled to 0..1, as in V. Satopaa et al., "Finding a 'kneedle' in a haystack",
    ICDCS workshops 2011. None for fewer than three choices.
    """
    if len(rungs) < 3:
        return None
    most, dearest = rungs[-1].coverage, rungs[-1].monthly_price
    return max(rungs[1:-1], key=lambda r: r.coverage / most - r.monthly_price / dearest)
