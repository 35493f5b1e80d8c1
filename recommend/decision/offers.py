"""What can be bought, and what a person wishes of it. Pure.

Wishes are exact, and what is not published does not meet them:

- `no_ads`: no product with advertising is bought, free tiers included.
- `min_streams`: every product that is bought allows at least so many streams at a time.
- `min_resolution`: every product that is bought has at least so many lines (4K is 2160).
- `owned`: products that the person has and that cost nothing more (with a phone plan, by a
  membership). They are part of every set, give their platforms even if they break a wish, meet
  must-haves, and are what an add-on may require. They exclude nothing: a person may buy a better
  tier beside one that they own.
- `must_have`: a set offers each of these, if money and products allow it. A platform about whose
  films nothing is known is bought for a must-have like any other, and adds no films.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

# A platform and the product that it takes there; with "" any product that gives the platform.
Ways = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class ProductOffer:
    """A product: its price a month in won, and the platforms that it gives.

    `excludes`: products that are never bought with it, such as another tier of the same plan;
    naming it on one of the two is enough. `requires`: the product without which it is not sold, or
    "". What is not published of streams at a time and resolution (lines) is None.
    """

    product: str
    monthly_price: int
    platforms: frozenset[str]
    excludes: frozenset[str] = frozenset()
    requires: str = ""
    has_ads: bool = False
    streams: int | None = None
    resolution: int | None = None


@dataclass(frozen=True)
class MustHave:
    """Something that a set has to offer, in one of these ways."""

    slug: str
    ways: Ways

    def met_by(self, products: Collection[str], platforms: Collection[str]) -> bool:
        return bool(self.platforms_of(products, platforms))

    def platforms_of(self, products: Collection[str], platforms: Collection[str]) -> list[str]:
        """Where a set of these products and platforms offers it."""
        return sorted(
            {
                platform
                for platform, product in self.ways
                if (product in products if product else platform in platforms)
            }
        )


class WishKind(StrEnum):
    """What a person may wish, by the names of the answers."""

    MUST_HAVE = "must_have"
    NO_ADS = "no_ads"
    MIN_STREAMS = "min_streams"
    MIN_RESOLUTION = "min_resolution"


@dataclass(frozen=True)
class Wishes:
    """What a person wishes of the products; without any, everything is allowed."""

    no_ads: bool = False
    min_streams: int = 0
    min_resolution: int = 0
    must_have: tuple[MustHave, ...] = ()
    owned: tuple[ProductOffer, ...] = ()

    def allows(self, offer: ProductOffer) -> bool:
        """Whether a product may be bought."""
        return (
            not (self.no_ads and offer.has_ads)
            and (offer.streams or 0) >= self.min_streams
            and (offer.resolution or 0) >= self.min_resolution
        )

    @property
    def of_products(self) -> list[WishKind]:
        """The wishes that rule products out."""
        kinds = (WishKind.NO_ADS, WishKind.MIN_STREAMS, WishKind.MIN_RESOLUTION)
        return [kind for kind in kinds if getattr(self, kind)]

    def without(self, kind: WishKind) -> Wishes:
        """The same without one of the wishes that rule products out."""
        changes: dict[str, bool | int] = {kind: False if kind is WishKind.NO_ADS else 0}
        return replace(self, **changes)  # type: ignore[arg-type]


def allowed(offers: Sequence[ProductOffer], wishes: Wishes) -> list[ProductOffer]:
    """The offers that the wishes allow and that the person does not have yet.

    What the person owns need not be bought as a requirement.
    """
    owned = {one.product for one in wishes.owned}
    return [
        replace(offer, requires="") if offer.requires in owned else offer
        for offer in offers
        if wishes.allows(offer) and offer.product not in owned
    ]


def undominated(offers: Sequence[ProductOffer], named: Collection[str] = ()) -> list[ProductOffer]:
    """The offers for which no other one gives as much, costs no more and excludes no more.

    Leaving the others out makes no choice worse. Of two equal offers the earlier one stays. A
    product that is `named` or that another one requires counts as something that only it gives. An
    add-on that gives no more platforms than the product it requires is left out first.
    """
    offers = _adding_something(offers, named)
    barred_by = _barred(offers)
    asked = {*named, *(offer.requires for offer in offers)}
    gives = {
        offer.product: offer.platforms
        | (frozenset([f"product:{offer.product}"]) if offer.product in asked else frozenset())
        for offer in offers
    }
    kept: list[ProductOffer] = []
    for offer in sorted(offers, key=lambda offer: (offer.monthly_price, -len(offer.platforms))):
        if not any(
            gives[other.product] >= gives[offer.product]
            and other.requires in ("", offer.requires)
            and barred_by[other.product] - {offer.product} <= barred_by[offer.product]
            for other in kept  # none is more expensive
        ):
            kept.append(offer)
    return [offer for offer in offers if offer in kept]


def worth_considering(
    offers: Sequence[ProductOffer],
    platforms: Collection[str],
    must_have: Sequence[MustHave] = (),
) -> list[ProductOffer]:
    """The undominated offers that give one of these platforms or meet a must-have, cheapest first.

    With the products that these require.
    """
    sold = {offer.product: offer for offer in offers}
    rest = [
        offer
        for offer in offers
        if not offer.platforms.isdisjoint(platforms)
        or any(one.met_by([offer.product], offer.platforms) for one in must_have)
    ]
    useful: set[str] = set()
    while rest:
        offer = rest.pop()
        if offer.product not in useful:
            useful.add(offer.product)
            rest += [sold[offer.requires]] if offer.requires in sold else []
    named = {product for one in must_have for _platform, product in one.ways}
    kept = undominated([offer for offer in offers if offer.product in useful], named)
    return sorted(kept, key=lambda offer: (offer.monthly_price, offer.product))


def _adding_something(offers: Sequence[ProductOffer], named: Collection[str]) -> list[ProductOffer]:
    """Without add-ons that nobody asks for and that give no more than what they require."""
    sold = {offer.product: offer for offer in offers}
    asked = {*named, *(offer.requires for offer in offers)}
    return [
        offer
        for offer in offers
        if offer.product in asked
        or offer.requires not in sold
        or not offer.platforms <= sold[offer.requires].platforms
    ]


def _barred(offers: Sequence[ProductOffer]) -> dict[str, set[str]]:
    """For each product those that cannot be bought with it, whichever of the two says so."""
    names = [offer.product for offer in offers]
    barred_by: dict[str, set[str]] = {name: set() for name in names}
    for offer in offers:
        for other in offer.excludes & (barred_by.keys() - {offer.product}):
            barred_by[offer.product].add(other)
            barred_by[other].add(offer.product)
    return barred_by
