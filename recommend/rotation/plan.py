"""Which products to pay for in which month, to pay less or to watch more. Pure.

A plan gives each month a set of products (or none) and films known to be on one of its platforms;
no film is watched twice. This module reduces the problem and lays out the months and films;
`recommend.rotation.search` finds the plan in between and proves how good it is. docs/algorithms.md
has the model.
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
from recommend.decision.bundles import AllChoices, all_choices
from recommend.decision.offers import ProductOffer, undominated
from recommend.rotation.bounds import SAME, RotationProblem
from recommend.rotation.search import RotationSearch, SetMonths

MOST_MONTHS = 12
MOST_PLATFORMS = 12  # kinds of platforms after the reduction; the search keeps 2^12 numbers


@dataclass(frozen=True)
class RotationFilm:
    """A film, its P(like), and the platforms where it is known to be."""

    movie_id: int
    liked: float
    platforms: frozenset[str]


@dataclass(frozen=True)
class Month:
    """The products of a month, their price in won, the films, likeliest first, and how many of
    them are expected to be liked."""

    products: tuple[str, ...]
    price: int
    films: tuple[int, ...]
    expected: float


@dataclass(frozen=True)
class RotationPlan:
    """The months in order. `gap`: the largest share by which the goal (cost or films) may fall
    short of the best plan; 0 is proven optimal."""

    months: tuple[Month, ...]
    gap: float

    @property
    def cost(self) -> int:
        """The price of all months, in won."""
        return sum(month.price for month in self.months)

    @property
    def expected(self) -> float:
        """The expected liked films of all months."""
        return fsum(month.expected for month in self.months)


class Goal(Enum):
    """As many liked films for less money, or more of them for the same money."""

    CHEAPER = "cheaper"
    MORE = "more"


@dataclass(frozen=True)
class Rental:
    """Films to rent one by one, likeliest first, their cost in won, and how many are expected to
    be liked."""

    films: tuple[int, ...]
    cost: int
    expected: float


class ReducedMarket(NamedTuple):
    """What can matter: the films, likeliest first, every set of the offers, and the problem of
    these films and of the sets that no other set dominates."""

    films: list[RotationFilm]
    choices: AllChoices
    problem: RotationProblem


NOTHING = Month((), 0, (), 0.0)


def always(
    bundle: Sequence[ProductOffer],
    films: Iterable[RotationFilm],
    *,
    months: int,
    films_a_month: int,
) -> RotationPlan:
    """The same products in every month, even when no film is left; the likeliest films first.

    Raises `ValueError` as `rotate` does.
    """
    ordered = _checked(films, months, films_a_month)
    carried = [film for film in ordered if film.platforms & _platforms(bundle)]
    chunks = [carried[films_a_month * month :][:films_a_month] for month in range(months)]
    return RotationPlan(tuple(_month(bundle, chunk) for chunk in chunks), 0.0)


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
    """The best plan whose months cost at most `monthly_cap` won each (None: no cap).

    CHEAPER: the cheapest plan with at least as many expected films as `against`, of equal cost the
    one with more films; if no plan within the cap has as many, the one with the most. MORE: the
    plan with the most expected films that costs no more than `against`, of equal films the
    cheapest. Differences below 1e-9 films are ties.

    Months of one set of products are consecutive, the likeliest films first. The sets are ordered
    by their best month, then price, then names; empty months come last. The order of the films
    passed in does not matter, and films with P(like) 0 are left out. Raises `ValueError` for
    months outside 0..12, a negative number of films a month or cap, a repeated film, P(like)
    outside 0..1, a product offered twice, and more than 12 kinds of platforms.
    """
    ordered = _checked(films, months, films_a_month)
    if monthly_cap is not None and monthly_cap < 0:
        raise ValueError(f"the cap of a month is below 0: {monthly_cap}")
    if len({offer.product for offer in offers}) < len(offers):
        raise ValueError("a product is offered twice")
    within = monthly_cap is None or all(month.price <= monthly_cap for month in against.months)
    own = against if within and len(against.months) == months else None
    market = _reduced_market(offers, ordered, monthly_cap, months, films_a_month)
    if market is None:
        plan, limit = RotationPlan((NOTHING,) * months, 0.0), 0.0
        for_films = goal is Goal.MORE or plan.expected < against.expected - SAME
    else:
        search = RotationSearch(market.problem)
        found, limit, for_films = _searched(search, against, own is not None, goal)
        plan = _laid_out(_chosen(market, offers, found), market.films, months, films_a_month)
    if own and _is_better(own, plan, goal, against):
        plan, for_films = own, goal is Goal.MORE
    if for_films:
        return replace(plan, gap=_share(limit - plan.expected, limit))
    return replace(plan, gap=_share(plan.cost - limit, plan.cost))


def rental(films: Iterable[RotationFilm], *, expected: float, price_of_one: int) -> Rental | None:
    """The fewest films, on any platform or none, that reach `expected` liked films.

    None if even all films have fewer. Raises `ValueError` for a price below 0 and for bad films.
    """
    if price_of_one < 0:
        raise ValueError(f"the price of a film is below 0: {price_of_one}")
    ordered = _checked(films, 0, 0)
    for count in range(len(ordered) + 1):
        liked = fsum(film.liked for film in ordered[:count])
        if liked >= expected - SAME:
            ids = tuple(film.movie_id for film in ordered[:count])
            return Rental(ids, price_of_one * count, liked)
    return None


def _checked(films: Iterable[RotationFilm], months: int, films_a_month: int) -> list[RotationFilm]:
    """The films with P(like) above 0, likeliest first, ties by id."""
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
    offers: Sequence[ProductOffer],
    films: Sequence[RotationFilm],
    cap: int | None,
    months: int,
    films_a_month: int,
) -> ReducedMarket | None:
    """The reduced problem; None if nothing can be watched.

    Platforms count if they carry a film and a product within the cap gives them; platforms that
    come with the same products are one kind. Of the films on the same kinds only the likeliest
    count, up to the plan's number of places; of the sets only those of `_undominated_sets`.
    """
    carrying = {platform for film in films for platform in film.platforms}
    affordable = [
        replace(offer, platforms=offer.platforms & carrying)
        for offer in offers
        if offer.platforms & carrying and (cap is None or offer.monthly_price <= cap)
    ]
    if not affordable or not months * films_a_month:
        return None
    useful = undominated(affordable)
    kind: dict[str, str] = {}
    first: dict[frozenset[str], str] = {}
    for platform in sorted(_platforms(useful)):
        giving = frozenset(offer.product for offer in useful if platform in offer.platforms)
        kind[platform] = first.setdefault(giving, platform)
    if len(first) > MOST_PLATFORMS:
        raise ValueError(f"at most {MOST_PLATFORMS} kinds of platforms, not {len(first)}")
    of_kinds = [replace(one, platforms=frozenset(kind[p] for p in one.platforms)) for one in useful]
    no_films = np.zeros(0)
    choices = all_choices(of_kinds, no_films, dict.fromkeys(first.values(), no_films))
    given, prices = _undominated_sets(choices, cap)
    kept, carried = _best_of_each_mask(films, kind, choices.platforms, months * films_a_month)
    liked = np.array([film.liked for film in kept])
    problem = RotationProblem(carried, liked, given, prices, len(first), months, films_a_month)
    return ReducedMarket(kept, choices, problem)


def _best_of_each_mask(
    films: Sequence[RotationFilm], kind: Mapping[str, str], kinds: Sequence[str], places: int
) -> tuple[list[RotationFilm], Ints]:
    """The first `places` films of each mask of kinds except 0, and the masks of these films."""
    kept: list[RotationFilm] = []
    masks: list[int] = []
    number: Counter[int] = Counter()
    for film in films:
        mask = sum(1 << kinds.index(one) for one in {kind[p] for p in film.platforms & kind.keys()})
        number[mask] += 1
        if mask and number[mask] <= places:
            kept.append(film)
            masks.append(mask)
    return kept, np.array(masks, dtype=np.int64)


def _undominated_sets(choices: AllChoices, cap: int | None) -> tuple[Ints, Ints]:
    """Masks and prices (sets,) of the platform sets that no wider set undercuts or equals."""
    never = int(choices.prices.max()) + 1
    least = np.full(1 << len(choices.platforms), never)
    np.minimum.at(least, choices.given, choices.prices)
    if cap is not None:
        least[least > cap] = never
    masks = np.arange(len(least))
    with_more, others = least.copy(), np.full(len(least), never)
    without = [masks[masks >> bit & 1 == 0] for bit in range(len(choices.platforms))]
    for bit, fewer in enumerate(without):
        np.minimum.at(with_more, fewer, with_more[fewer | 1 << bit])
    for bit, fewer in enumerate(without):
        np.minimum.at(others, fewer, with_more[fewer | 1 << bit])
    given = np.flatnonzero((least < others) & (least < never) & (masks > 0))
    return given, least[given]


def _searched(
    search: RotationSearch, against: RotationPlan, feasible: bool, goal: Goal
) -> tuple[SetMonths, float, bool]:
    """The best plan found, and a proven limit: of films if the last value is true, else of cost.

    Where there are too many plans to list, a greedy plan stands in; if it does not reach `against`,
    the caller answers with `against` itself.
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
) -> list[tuple[list[ProductOffer], int]]:
    """The bundles of the plan, each with the number of its months."""
    offered = {offer.product: offer for offer in offers}
    choices, problem = market.choices, market.problem
    chosen = []
    for place in np.flatnonzero(found.months).tolist():
        same = (choices.given == problem.given[place]) & (choices.prices == problem.prices[place])
        choice = choices[choices.best(np.flatnonzero(same))]
        bundle = [offered[product] for product in choice.products]
        chosen.append((bundle, int(found.months[place])))
    return chosen


def _laid_out(
    chosen: Sequence[tuple[Sequence[ProductOffer], int]],
    films: Sequence[RotationFilm],
    months: int,
    films_a_month: int,
) -> RotationPlan:
    """The months in order with their films; a month without a film buys nothing."""
    room = [films_a_month * times for _, times in chosen]
    shelves = _assigned(films, [_platforms(bundle) for bundle, _ in chosen], room)
    blocks = []
    for (bundle, _), shelf in zip(chosen, shelves, strict=True):
        ordered = sorted(shelf, key=lambda film: (-film.liked, film.movie_id))
        starts = range(0, len(ordered), films_a_month)
        blocks.append([_month(bundle, ordered[start:][:films_a_month]) for start in starts])
    filled = [block for block in blocks if block]
    filled.sort(key=lambda block: (-block[0].expected, block[0].price, block[0].products))
    paid = tuple(month for block in filled for month in block)
    return RotationPlan(paid + (NOTHING,) * (months - len(paid)), 0.0)


def _assigned(
    films: Sequence[RotationFilm], shelves: Sequence[frozenset[str]], room: Sequence[int]
) -> list[list[RotationFilm]]:
    """The placeable films with the most P(like), each on a shelf that has one of its platforms.

    Likeliest first, a film is placed if moving others from shelf to shelf makes room (augmenting
    paths). This greedy order is optimal, because the placeable sets of films form a matroid.
    """
    placed: list[list[RotationFilm]] = [[] for _ in shelves]
    fits: dict[frozenset[str], list[int]] = {film.platforms: [] for film in films}
    for platforms, places in fits.items():
        places += [place for place, given in enumerate(shelves) if given & platforms]
    full: set[int] = set()  # shelves whose films cannot move to a shelf with room either
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


def _platforms(bundle: Iterable[ProductOffer]) -> frozenset[str]:
    return frozenset(platform for offer in bundle for platform in offer.platforms)


def _month(bundle: Sequence[ProductOffer], films: Sequence[RotationFilm]) -> Month:
    return Month(
        tuple(offer.product for offer in bundle),
        sum(offer.monthly_price for offer in bundle),
        tuple(film.movie_id for film in films),
        fsum(film.liked for film in films),
    )


def _is_better(own: RotationPlan, plan: RotationPlan, goal: Goal, against: RotationPlan) -> bool:
    """Whether `own` serves the goal better than `plan`."""
    more = own.expected - plan.expected
    if goal is Goal.MORE:
        return more > SAME or (more >= -SAME and own.cost < plan.cost)
    if plan.expected < against.expected - SAME:
        return True
    return (own.cost, -more) < (plan.cost, -SAME)


def _share(part: float, whole: float) -> float:
    return max(0.0, part / whole) if part > SAME else 0.0
