"""Random markets with wishes, and every set of products that can be bought in them, one by one."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from hypothesis import strategies as st

from recommend.decision.offers import MustHave, ProductOffer, Wishes
from recommend.decision.outlook import Outlook
from tests.recommend.decision.outlooks import outlook_with

PLATFORMS = "abcd"  # nothing is ever known about the films of d


class Wished(NamedTuple):
    outlook: Outlook
    offers: list[ProductOffer]
    wishes: Wishes
    budget: int | None


class Tried(NamedTuple):
    """A set of products: what it costs and offers."""

    places: tuple[int, ...]
    products: tuple[str, ...]
    price: int
    platforms: frozenset[str]
    films: float
    met: tuple[bool, ...]

    @property
    def rank(self) -> tuple[int, float, int, int, tuple[int, ...]]:
        """The smallest is the best."""
        return (-sum(self.met), -self.films, self.price, len(self.places), self.places)


@st.composite
def cases(draw: st.DrawFn) -> Wished:
    """Few products with prices that often tie; some exclude or require each other."""
    names = [f"p{number}" for number in range(draw(st.integers(0, 6)))]
    offers = [
        ProductOffer(
            name,
            draw(st.sampled_from([0, 500, 1000, 1500])),
            draw(st.frozensets(st.sampled_from(PLATFORMS), max_size=2)),
            draw(st.frozensets(st.sampled_from([*names, "gone"]), max_size=1)),
            requires=draw(st.sampled_from(["", "", "", "gone", "mine", *names[:place]])),
            has_ads=draw(st.booleans()),
            streams=draw(st.sampled_from([None, 1, 2, 4])),
            resolution=draw(st.sampled_from([None, 720, 1080, 2160])),
        )
        for place, name in enumerate(names)
    ]
    way = st.tuples(st.sampled_from(PLATFORMS), st.sampled_from(["", "", "gone", "mine", *names]))
    owned = [
        ProductOffer("mine", 90_000, draw(st.frozensets(st.sampled_from(PLATFORMS), max_size=2))),
        *offers[:1],
    ]
    wishes = Wishes(
        no_ads=draw(st.sampled_from([False, False, True])),
        min_streams=draw(st.sampled_from([0, 0, 2])),
        min_resolution=draw(st.sampled_from([0, 0, 1080])),
        must_have=tuple(
            MustHave(f"show {number}", draw(st.frozensets(way, min_size=1, max_size=3)))
            for number in range(draw(st.integers(0, 3)))
        ),
        owned=tuple(one for one in owned if draw(st.sampled_from([False, False, True]))),
    )
    groups = st.text("01?", min_size=4, max_size=4)
    expected = st.sampled_from([0.0, 0.5, 1.0, 2.5])
    outlook = outlook_with(
        PLATFORMS, draw(st.dictionaries(groups, expected, max_size=4)), prior=0.25, evidence="abc"
    )
    return Wished(outlook, offers, wishes, draw(st.sampled_from([None, 0, 700, 1000, 2000, 4000])))


def every_set(case: Wished) -> list[Tried]:
    """All sets that can be bought, whatever they cost, as the rules of the wishes say."""
    return [
        _tried(case, places)
        for size in range(len(case.offers) + 1)
        for places in itertools.combinations(range(len(case.offers)), size)
        if _can_be_bought(case, [case.offers[place] for place in places])
    ]


def _can_be_bought(case: Wished, chosen: list[ProductOffer]) -> bool:
    wishes, owned = case.wishes, {one.product for one in case.wishes.owned}
    names = {one.product for one in chosen}
    for one in chosen:
        if one.product in owned or (wishes.no_ads and one.has_ads):
            return False
        if wishes.min_streams and (one.streams is None or one.streams < wishes.min_streams):
            return False
        lines = one.resolution
        if wishes.min_resolution and (lines is None or lines < wishes.min_resolution):
            return False
        if one.requires and one.requires not in names | owned:
            return False
        if one.excludes & (names - {one.product}):
            return False
    return True


def _tried(case: Wished, places: tuple[int, ...]) -> Tried:
    chosen = [case.offers[place] for place in places]
    had = [*chosen, *case.wishes.owned]
    names = {one.product for one in had}
    platforms = frozenset(platform for one in had for platform in one.platforms)
    columns, films = case.outlook.columns(), 0.0
    for group, expected in enumerate(case.outlook.expected):
        nowhere = 1.0
        for platform in platforms & columns.keys():
            nowhere *= 1.0 - columns[platform][group]
        films += expected * (1.0 - nowhere)
    met = tuple(
        any(product in names if product else platform in platforms for platform, product in ways)
        for ways in (one.ways for one in case.wishes.must_have)
    )
    price = sum(one.monthly_price for one in chosen)
    products = tuple(one.product for one in chosen)
    return Tried(places, products, price, platforms, round(films, 9), met)
