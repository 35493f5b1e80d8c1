"""The best set of products within a monthly budget, and what each larger budget buys. Pure.

The expected films of a set S of platforms, over films m (docs/algorithms.md has the reasoning):

    coverage(S) = sum over m of P(like m) * (1 - product over p in S of (1 - P(m on p)))

so a film counts once, however many platforms of S carry it. A set of products is judged by, in this
order: how many must-haves it meets, its coverage, its price, the number of products, the order of
the offers. What the person owns costs nothing and is part of every set; an add-on is only bought
with the product that it requires, or if that is owned.

The search is exact. Must-haves and coverage depend on the union of what the products give alone, so
`recommend.decision.unions` finds the best set of every union, for any number of products. The
coverage of all unions is fast because the platforms split into two halves A and B with

    coverage(A + B) = sum of P(like) - (missed by A * P(like)) . (missed by B)

so that all pairs of halves are one product of two small matrices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from common.arrays import Bools, Floats, Ints
from recommend.decision.offers import MustHave, Ways
from recommend.decision.offers import ProductOffer as ProductOffer  # also imported from here
from recommend.decision.offers import undominated as undominated
from recommend.decision.unions import MOST_BITS, Item, Unions, barred, best_of_unions

DIGITS = 9  # of coverage: smaller differences count as ties


@dataclass(frozen=True)
class Choice:
    """A set of products in the order of the offers, its price a month, and its expected films.

    Owned products are not named, but their films are counted.
    """

    products: tuple[str, ...]
    monthly_price: int
    coverage: float


@dataclass(frozen=True)
class Solution:
    """The best choice, and the best one that gives other platforms, if any.

    Both meet as many must-haves.
    """

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
    """The best set of offers for each union of what can be had, with its price and coverage.

    Arrays (n,): bit i of `given` is `platforms[i]`. Unions have further bits for what else meets a
    must-have: `marks` are its ways, by bit after the platforms. Any bit of `wanted[i]` meets
    `must_have[i]`. `items` are the offers in bits, `base` is what the person owns.
    """

    offers: Sequence[ProductOffer]
    platforms: Sequence[str]
    items: Sequence[Item]
    sets: Unions
    given: Ints
    coverages: Floats
    must_have: Sequence[MustHave]
    marks: Sequence[Ways]
    wanted: Sequence[int]
    base: int

    @property
    def prices(self) -> Ints:
        return self.sets.prices

    @cached_property
    def met(self) -> Ints:
        """How many must-haves each set meets."""
        numbers: Ints = self.fulfilled.sum(axis=1)
        return numbers

    @cached_property
    def fulfilled(self) -> Bools:
        """Whether a set meets a must-have, (n, must-haves)."""
        return self.fulfilled_by(self.sets.unions)

    def fulfilled_by(self, unions: Ints) -> Bools:
        """Whether these unions (m,) meet a must-have, (m, must-haves)."""
        met: Bools = unions[:, None] & np.array(self.wanted, np.int64) != 0
        return met

    def __getitem__(self, place: int) -> Choice:
        names = tuple(self.offers[item].product for item in self.sets.items_of(place))
        return Choice(names, int(self.prices[place]), float(self.coverages[place]))

    def of(self, products: Collection[str]) -> Choice:
        """The choice of exactly these products; `KeyError` if they cannot be bought together."""
        places = [place for place, one in enumerate(self.offers) if one.product in products]
        if len(places) < len(set(products)) or not self.can_be_bought(places):
            raise KeyError(f"not a choice: {', '.join(products)}")
        names = tuple(self.offers[place].product for place in places)
        price = sum(self.items[place].price for place in places)
        return Choice(names, price, float(self.coverages[self.row_of(places)]))

    def can_be_bought(self, places: Collection[int]) -> bool:
        """Whether none of these offers excludes another one, and none lacks what it requires."""
        for place in places:
            needs = self.items[place].needs
            if needs == place or not (needs is None or needs in places):
                return False
            if not self._barred[place].isdisjoint(places):
                return False
        return True

    def place_of(self, choice: Choice) -> int:
        """The place of what gives the same as this choice; it may be another, better set."""
        return self.row_of(
            [place for place, one in enumerate(self.offers) if one.product in choice.products]
        )

    def row_of(self, places: Iterable[int]) -> int:
        """The place of the union of what these offers give."""
        union = self.base
        for place in places:
            union |= self.items[place].gives
        return int(np.searchsorted(self.sets.unions, union))

    @cached_property
    def _barred(self) -> Sequence[frozenset[int]]:
        return barred(self.items)

    def within(self, budget: int | None) -> Ints:
        """Places of the sets up to `budget` won a month (None: all); `ValueError` below 0."""
        if budget is None:
            return np.arange(len(self.prices))
        if budget < 0:
            raise ValueError(f"the budget is below 0: {budget}")
        return np.flatnonzero(self.prices <= budget)

    def best(self, among: Ints) -> int:
        """The place in `among`, which is not empty, that meets the most must-haves.

        Ties: the most coverage, then the cheapest, the fewest products, the earlier offers.
        """
        for column in (-self.met, -self.coverages, self.prices, self.sets.sizes):
            values = column[among]
            among = among[values == values.min()]
        return int(min(among.tolist(), key=self.sets.items_of))


def all_choices(
    offers: Sequence[ProductOffer],
    liked: Floats,
    carried: Mapping[str, Floats],
    *,
    must_have: Sequence[MustHave] = (),
    owned: Sequence[ProductOffer] = (),
) -> AllChoices:
    """The best set of the offers for each union of what can be had.

    `liked` (n,) is P(like) of each film, `carried` maps platforms to P(film is there) (n,): 1 or 0
    where that is known, else its prior. A platform that `carried` lacks adds nothing. Raises
    `ValueError` for two offers of one product, and for more than 20 platforms and must-haves that
    other products meet.
    """
    if len({offer.product for offer in offers}) < len(offers):
        raise ValueError("products are offered each once, but one is there twice")
    sold = [*offers, *owned]
    platforms = sorted({one for offer in sold for one in offer.platforms} & carried.keys())
    wanted, marks = _marks(must_have, platforms)
    if len(platforms) + len(marks) > MOST_BITS:
        raise ValueError(f"at most {MOST_BITS} platforms and other must-haves")
    items = _items(offers, platforms, marks, {one.product for one in owned})
    base = 0
    for one in owned:
        base |= given_by(one, platforms, marks)
    sets = best_of_unions(items, base)
    given = sets.unions & ((1 << len(platforms)) - 1)
    coverages = coverage_of_sets(liked, [carried[platform] for platform in platforms])
    return AllChoices(
        offers=offers,
        platforms=platforms,
        items=items,
        sets=sets,
        given=given,
        coverages=coverages[given],
        must_have=must_have,
        marks=marks,
        wanted=wanted,
        base=base,
    )


def most_telling(worth: Mapping[str, float], must_have: Sequence[MustHave] = ()) -> list[str]:
    """The platforms with the most expected films, as many as one search can hold.

    That is all of them, unless there are more than 20 platforms and other must-haves.
    """
    kept = sorted(worth, key=lambda platform: (-worth[platform], platform))
    while kept and len(kept) + len(_marks(must_have, kept)[1]) > MOST_BITS:
        kept.pop()
    return kept


def solve(choices: AllChoices, budget: int | None = None) -> Solution:
    """The best choice `within` a budget, which may be to buy nothing."""
    affordable = choices.within(budget)
    best = choices.best(affordable)
    others = affordable[
        (choices.given[affordable] != choices.given[best])
        & (choices.met[affordable] == choices.met[best])
    ]
    return Solution(choices[best], choices[choices.best(others)] if len(others) else None)


def ladder(choices: AllChoices) -> list[Step]:
    """The best choice at every price, from the lowest up, that buys more than any lower one.

    Only choices that meet as many must-haves as can be met at all.
    """
    most = np.flatnonzero(choices.met == choices.met.max())
    order = most[_by_price(choices.prices[most])]
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
    has = [place for place, one in enumerate(choices.offers) if one.product in current.products]
    others = [place for place in range(len(choices.offers)) if place not in has]
    found = []
    for dropped in (None, *has):
        kept = [place for place in has if place != dropped]
        for added in ([], *([other] for other in others)):
            places = sorted([*kept, *added])
            price = sum(choices.items[place].price for place in places)
            if places != has and budget is not None and price > budget:
                continue
            if choices.can_be_bought(places):
                row = choices.row_of(places)
                worth = -int(choices.met[row]), -float(choices.coverages[row])
                found.append((*worth, price, len(places), places))
    *_worth, places = min(found)
    best = choices.of([choices.offers[place].product for place in places])
    return None if best == current else best


def coverage_of_sets(liked: Floats, carried: Sequence[Floats]) -> Floats:
    """Expected films of every set of platforms, (2^k,); bit i of an index is `carried[i]`."""
    half = len(carried) // 2
    low, high = _missed(carried[:half], len(liked)), _missed(carried[half:], len(liked))
    missed = (high * liked) @ low.T
    covered: Floats = np.round(liked.sum() - missed.ravel(), DIGITS)
    return covered


def _marks(must_have: Sequence[MustHave], platforms: Sequence[str]) -> tuple[list[int], list[Ways]]:
    """The bits that meet each must-have, and the ways behind the bits after the platforms."""
    wanted, marks = [], []
    for one in must_have:
        anywhere = {platform for platform, product in one.ways if not product} & set(platforms)
        bits = _bits(platforms, anywhere)
        others = frozenset(way for way in one.ways if way[1] or way[0] not in anywhere)
        if others:
            if others not in marks:
                marks.append(others)
            bits |= 1 << (len(platforms) + marks.index(others))
        wanted.append(bits)
    return wanted, marks


def given_by(offer: ProductOffer, platforms: Sequence[str], marks: Sequence[Ways]) -> int:
    """What an offer gives, in the bits of `AllChoices`."""
    bits = _bits(platforms, offer.platforms)
    for bit, ways in enumerate(marks, start=len(platforms)):
        bits |= MustHave("", ways).met_by([offer.product], offer.platforms) << bit
    return bits


def _items(
    offers: Sequence[ProductOffer],
    platforms: Sequence[str],
    marks: Sequence[Ways],
    owned: Collection[str],
) -> list[Item]:
    """The offers in bits and places. What requires a product that nobody sells needs itself."""
    places = {offer.product: place for place, offer in enumerate(offers)}
    return [
        Item(
            gives=given_by(offer, platforms, marks),
            price=offer.monthly_price,
            bars=frozenset(places[one] for one in offer.excludes & places.keys()),
            needs=places.get(offer.requires, place)
            if offer.requires and offer.requires not in owned
            else None,
        )
        for place, offer in enumerate(offers)
    ]


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


def _bits(names: Sequence[str], chosen: Collection[str]) -> int:
    return sum(1 << bit for bit, name in enumerate(names) if name in chosen)


def _knee(rungs: Sequence[Choice]) -> Choice | None:
    """The rung above which money buys much less: farthest above the line from first to last.

    Both axes are scaled to 0..1, as in V. Satopaa et al., "Finding a 'kneedle' in a haystack",
    ICDCS workshops 2011. None for fewer than three rungs.
    """
    if len(rungs) < 3:
        return None
    first, last = rungs[0], rungs[-1]
    films, won = last.coverage - first.coverage, last.monthly_price - first.monthly_price
    return max(
        rungs[1:-1],
        key=lambda rung: (
            (rung.coverage - first.coverage) / films
            - (rung.monthly_price - first.monthly_price) / won
        ),
    )
