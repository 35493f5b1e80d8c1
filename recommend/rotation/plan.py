"""Which products to pay for in which month, so as to pay less or to see more. Pure.

A person watches about so many films a month and need not pay for the same products all year. A
plan gives each month a set of products (or none) and films that are known to be on one of its
platforms; no film is watched twice. `recommend.rotation.search` finds the plan and proves how good
it is; here the problem is made small before, and the months and films are laid out after.
docs/algorithms.md has the model.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import fsum
from typing import NamedTuple

import numpy as np

from common.arrays import Ints
from recommend.decision.bundles import AllChoices, ProductOffer, all_choices, undominated
from recommend.rotation.bounds import SAME, RotationProblem
from recommend.rotation.search import RotationSearch, SetMonths

MOST_MONTHS = 12
MOST_PLATFORMS = 12  # kinds of platforms, after the reduction; the search keeps 2^this numbers


@dataclass(frozen=True)
class RotationFilm:
    """A film, P(like), and the platforms where it is known to be."""

    movie_id: int
    liked: float
    platforms: frozenset[str]


@dataclass(frozen=True)
class Month:
    """What is paid for in a month, its price in won, the films of the month, likeliest first, and
    how many of them are expected to be liked."""

    products: tuple[str, ...]
    price: int
    films: tuple[int, ...]
    expected: float


@dataclass(frozen=True)
class RotationPlan:
    """The months in order. `gap`: by what share of it the first goal may fall short of the best
    plan there is, at most; 0 is proven optimal."""

    months: tuple[Month, ...]
    gap: float

    @property
    def cost(self) -> int:
        """Of all months, in won."""
        return sum(month.price for month in self.months)

    @property
    def expected(self) -> float:
        """Liked films of all months."""
        return fsum(month.expected for month in self.months)


class Goal(Enum):
    """As many liked films for less, or more of them for as much."""

    CHEAPER = "cheaper"
    MORE = "more"


@dataclass(frozen=True)
class Rental:
    """Films to rent one by one, likeliest first, what that costs in won, and how many are expected
    to be liked."""

    films: tuple[int, ...]
    cost: int
    expected: float


class Bought(NamedTuple):
    """A set of products, its price a month in won, and the platforms that it gives."""

    products: tuple[str, ...]
    price: int
    platforms: frozenset[str]


class ReducedMarket(NamedTuple):
    """What can matter: the films, likeliest first, with the kinds of platforms of each as a mask;
    every set of the offers; and the masks and prices of the sets that no other one dominates."""

    films: list[RotationFilm]
    carried: list[int]
    choices: AllChoices
    given: Ints
    prices: Ints


NOTHING = Month((), 0, (), 0.0)


def always(
    bundle: Sequence[ProductOffer],
    films: Iterable[RotationFilm],
    *,
    months: int,
    films_a_month: int,
) -> RotationPlan:
    """The same products in every month, paid for even when no film is left.

    The likeliest films that they carry, in this order. Raises `ValueError` as `rotate` does.
    """
    ordered = _checked(films, months, films_a_month)
    bought = Bought(
        tuple(offer.product for offer in bundle),
        sum(offer.monthly_price for offer in bundle),
        frozenset(platform for offer in bundle for platform in offer.platforms),
    )
    carried = [film for film in ordered if film.platforms & bought.platforms]
    chunks = [carried[films_a_month * month :][:films_a_month] for month in range(months)]
    return RotationPlan(tuple(_month(bought, chunk) for chunk in chunks), 0.0)


def rotate(
    offers: Sequence[ProductOffer],
    films: Iterable[RotationFilm],
    *,
    months: int,
    films_a_month: int,
    monthly_cap: int | None,
    against: RotationPlan,
    goal: Goal,
) -> RotationPlan:
    """The best plan whose months cost at most `monthly_cap` each (None: whatever they cost).

    CHEAPER: of the plans with at least as many expected films as `against` the one of least cost,
    of equal cost that with more films. If no plan within the cap has as many, that with the most.
    MORE: of the plans that cost no more than `against` the one with the most expected films, of
    equal films the cheapest. What differs by less than 1e-9 films is the same.

    Months of one set of products stand together, the likeliest films first; the sets follow each
    other by their best month, then the cheaper, then by name; months without anything are last.
    The same input in any order of the films gives the same plan. Films with P(like) 0 are not
    watched. Raises `ValueError` for months outside 0..12, fewer than 0 films a month, a cap below
    0, a film that is there twice or whose P(like) is outside 0..1, for more than 20 offers, a
    product offered twice, and more than 12 kinds of platforms.
    """
    ordered = _checked(films, months, films_a_month)
    if monthly_cap is not None and monthly_cap < 0:
        raise ValueError(f"the cap of a month is below 0: {monthly_cap}")
    if len({offer.product for offer in offers}) < len(offers):
        raise ValueError("a product is offered twice")
    within = monthly_cap is None or all(month.price <= monthly_cap for month in against.months)
    own = against if within and len(against.months) == months else None
    market = _reduced_market(offers, ordered, monthly_cap, months * films_a_month)
    if market is None:
        plan, limit = RotationPlan((NOTHING,) * months, 0.0), 0.0
        for_films = goal is Goal.MORE or plan.expected < against.expected - SAME
    else:
        search = RotationSearch(_problem(market, months, films_a_month))
        found, limit, for_films = _searched(search, against, own is not None, goal)
        plan = _laid_out(_chosen(market, offers, found), market.films, months, films_a_month)
    if own and _is_better(own, plan, goal, against):
        plan, for_films = own, goal is Goal.MORE
    if for_films:
        return replace(plan, gap=_share(limit - plan.expected, limit))
    return replace(plan, gap=_share(plan.cost - limit, plan.cost))


def rental(films: Iterable[RotationFilm], *, expected: float, price_of_one: int) -> Rental | None:
    """The fewest films, wherever they are, that are expected to give as many liked ones.

    None if all of them together do not. Raises `ValueError` for a price below 0 and for bad films.
    """
    if price_of_one < 0:
        raise ValueError(f"the price of a film is below 0: {price_of_one}")
    rented: list[RotationFilm] = []
    for film in [*_checked(films, 0, 0), None]:
        sum_so_far = fsum(one.liked for one in rented)
        if sum_so_far >= expected - SAME:
            ids = tuple(one.movie_id for one in rented)
            return Rental(ids, price_of_one * len(ids), sum_so_far)
        if film:
            rented.append(film)
    return None


def _checked(films: Iterable[RotationFilm], months: int, films_a_month: int) -> list[RotationFilm]:
    """Those that may be liked, likeliest first, of equal ones by id."""
    if not 0 <= months <= MOST_MONTHS:
        raise ValueError(f"a plan has 0 to {MOST_MONTHS} months, not {months}")
    if films_a_month < 0:
        raise ValueError(f"the films of a month are below 0: {films_a_month}")
    ordered = sorted(films, key=lambda film: (-film.liked, film.movie_id))
    if len({film.movie_id for film in ordered}) < len(ordered):
        raise ValueError("a film is there twice")
    if bad := [film.movie_id for film in ordered if not 0 <= film.liked <= 1]:
        raise ValueError(f"P(like) is outside 0..1 for {bad[:5]}")
    return [film for film in ordered if film.liked > 0]


def _reduced_market(
    offers: Sequence[ProductOffer], films: Sequence[RotationFilm], cap: int | None, places: int
) -> ReducedMarket | None:
    """The reduced instance; None where nothing can be watched.

    Only platforms count that carry a film and that something within the cap gives; platforms that
    come with the same products are of one kind; of the films on the same kinds only the likeliest
    `places` count; a set counts if no wider one costs as little.
    """
    carrying = {platform for film in films for platform in film.platforms}
    affordable = [
        replace(offer, platforms=offer.platforms & carrying)
        for offer in offers
        if offer.platforms & carrying and (cap is None or offer.monthly_price <= cap)
    ]
    if not affordable or not places:
        return None
    useful = undominated(affordable)
    kind: dict[str, str] = {}
    first: dict[frozenset[str], str] = {}
    for platform in sorted({platform for offer in useful for platform in offer.platforms}):
        giving = frozenset(offer.product for offer in useful if platform in offer.platforms)
        kind[platform] = first.setdefault(giving, platform)
    if len(first) > MOST_PLATFORMS:
        raise ValueError(f"at most {MOST_PLATFORMS} kinds of platforms, not {len(first)}")
    kept, masks = _best_of_each_mask(films, kind, sorted(first.values()), places)
    of_kinds = [replace(one, platforms=frozenset(kind[p] for p in one.platforms)) for one in useful]
    nobody = np.zeros(0)
    choices = all_choices(of_kinds, nobody, dict.fromkeys(first.values(), nobody))
    return ReducedMarket(kept, masks, choices, *_undominated_sets(choices, cap))


def _best_of_each_mask(
    films: Sequence[RotationFilm], kind: Mapping[str, str], kinds: Sequence[str], places: int
) -> tuple[list[RotationFilm], list[int]]:
    kept: list[RotationFilm] = []
    masks: list[int] = []
    number: Counter[int] = Counter()
    for film in films:
        mask = sum(1 << kinds.index(one) for one in {kind[p] for p in film.platforms & kind.keys()})
        number[mask] += 1
        if mask and number[mask] <= places:
            kept.append(film)
            masks.append(mask)
    return kept, masks


def _undominated_sets(choices: AllChoices, cap: int | None) -> tuple[Ints, Ints]:
    """Masks and prices (sets,) for which no mask with more platforms costs as little."""
    never = int(choices.prices.max()) + 1
    least = np.full(1 << len(choices.platforms), never)
    np.minimum.at(least, choices.given, choices.prices)
    if cap is not None:
        least[least > cap] = never
    masks = np.arange(len(least))
    with_more, others = least.copy(), np.full(len(least), never)
    for bit in range(len(choices.platforms)):
        without = masks[masks >> bit & 1 == 0]
        np.minimum.at(with_more, without, with_more[without | 1 << bit])
    for bit in range(len(choices.platforms)):
        without = masks[masks >> bit & 1 == 0]
        np.minimum.at(others, without, with_more[without | 1 << bit])
    given = np.flatnonzero((least < others) & (least < never) & (masks > 0))
    return given, least[given]


def _problem(market: ReducedMarket, months: int, films_a_month: int) -> RotationProblem:
    return RotationProblem(
        carried=np.array(market.carried, dtype=np.int64),
        liked=np.array([film.liked for film in market.films]),
        given=market.given,
        prices=market.prices,
        platforms=len(market.choices.platforms),
        months=months,
        films_a_month=films_a_month,
    )


def _searched(
    search: RotationSearch, against: RotationPlan, feasible: bool, goal: Goal
) -> tuple[SetMonths, float, bool]:
    """The best found; the limit that is proven for its cost, or, if the last is true, its films.

    Where more plans would have to be listed than are, a greedy plan stands in; it may not reach
    `against`, which is then the answer itself.
    """
    if goal is Goal.MORE:
        return (*search.most(against.cost), True)
    problem = search.problem
    budget = against.cost if feasible else problem.months * int(problem.prices.max())
    found, limit = search.cheapest(against.expected, budget)
    if found:
        return found, limit, False
    greedy = search.greedy(against.expected, budget)
    if feasible or greedy.value >= against.expected - SAME:
        return greedy, min(limit, budget), False
    return (*search.most(budget), True)


def _chosen(
    market: ReducedMarket, offers: Sequence[ProductOffer], found: SetMonths
) -> list[tuple[Bought, int]]:
    """The sets of the plan and the number of their months."""
    platforms = {offer.product: offer.platforms for offer in offers}
    chosen = []
    for place in np.flatnonzero(found.months).tolist():
        same = market.choices.given == market.given[place]
        among = np.flatnonzero(same & (market.choices.prices == market.prices[place]))
        choice = market.choices[market.choices.best(among)]
        given = frozenset(one for product in choice.products for one in platforms[product])
        bought = Bought(choice.products, choice.monthly_price, given)
        chosen.append((bought, int(found.months[place])))
    return chosen


def _laid_out(
    chosen: Sequence[tuple[Bought, int]],
    films: Sequence[RotationFilm],
    months: int,
    films_a_month: int,
) -> RotationPlan:
    """The films of each month, and the months in order; a month without a film buys nothing."""
    room = [films_a_month * times for _, times in chosen]
    shelves = _assigned(films, [bought.platforms for bought, _ in chosen], room)
    blocks = []
    for (bought, _), shelf in zip(chosen, shelves, strict=True):
        ordered = sorted(shelf, key=lambda film: (-film.liked, film.movie_id))
        starts = range(0, len(ordered), films_a_month)
        blocks.append([_month(bought, ordered[start:][:films_a_month]) for start in starts])
    filled = [block for block in blocks if block]
    filled.sort(key=lambda block: (-block[0].expected, block[0].price, block[0].products))
    paid = tuple(month for block in filled for month in block)
    return RotationPlan(paid + (NOTHING,) * (months - len(paid)), 0.0)


def _assigned(
    films: Sequence[RotationFilm], shelves: Sequence[frozenset[str]], room: Sequence[int]
) -> list[list[RotationFilm]]:
    """The films of most P(like) that find room, each on a shelf with one of its platforms.

    Likeliest first, each takes a place if a chain of films that move from shelf to shelf makes
    one (augmenting paths). That is best: the sets of films that can be placed form a matroid.
    """
    placed: list[list[RotationFilm]] = [[] for _ in shelves]
    fits: dict[frozenset[str], list[int]] = {film.platforms: [] for film in films}
    for platforms, places in fits.items():
        places += [place for place, given in enumerate(shelves) if given & platforms]
    full: set[int] = set()  # and no film on it can move to another that is not
    for film in films:
        places = [place for place in fits[film.platforms] if place not in full]
        came: dict[int, tuple[int, RotationFilm]] = {place: (-1, film) for place in places}
        queue = deque(sorted(places, key=lambda place: len(placed[place]) >= room[place]))
        while queue and len(placed[queue[0]]) >= room[queue[0]]:
            place = queue.popleft()
            for other in placed[place]:
                for further in fits[other.platforms]:
                    if further not in came and further not in full:
                        came[further] = (place, other)
                        queue.append(further)
        if not queue:
            full |= came.keys()
            continue
        place = queue[0]
        while place >= 0:
            before, moved = came[place]
            placed[place].append(moved)
            if before >= 0:
                placed[before].remove(moved)
            place = before
    return placed


def _month(bought: Bought, films: Sequence[RotationFilm]) -> Month:
    ids = tuple(film.movie_id for film in films)
    return Month(bought.products, bought.price, ids, fsum(film.liked for film in films))


def _is_better(own: RotationPlan, plan: RotationPlan, goal: Goal, against: RotationPlan) -> bool:
    """Whether the first plan serves the goal better than the second."""
    more = own.expected - plan.expected
    if goal is Goal.MORE:
        return more > SAME or (more >= -SAME and own.cost < plan.cost)
    if plan.expected < against.expected - SAME:
        return True
    return (own.cost, -more) < (plan.cost, -SAME)


def _share(part: float, whole: float) -> float:
    return max(0.0, part / whole) if part > SAME else 0.0
