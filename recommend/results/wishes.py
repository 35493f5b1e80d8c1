"""What a person wishes of the products, as rows of today. Reads only.

The answers name attractions and products by slug. Rights end and products go off sale: what is not
offered any more is no wish of the decision, and is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from movies.models import Attraction, Product
from recommend.decision.offers import MustHave, ProductOffer, Wishes
from survey.models import AnsweredWishes

INCLUDED = (Product.Kind.TELECOM, Product.Kind.IPTV)  # with a line that a person pays for anyway


@dataclass(frozen=True)
class WishesToday:
    """The wishes of a decision, and the rows that they name, by slug.

    `ended` are must-haves that cannot be watched on any platform today.
    """

    wishes: Wishes
    attractions: Mapping[str, Attraction]
    owned: Mapping[str, Product]
    ended: Sequence[str]


def wishes_on(day: date, answered: AnsweredWishes, on_sale: Sequence[Product]) -> WishesToday:
    """Without must-haves and owned products no query. Unknown slugs are left out."""
    attractions = _attractions(answered)
    offered = _offered(answered, day)
    owned = _owned(answered, on_sale)
    return WishesToday(
        wishes=Wishes(
            no_ads=answered.no_ads,
            min_streams=answered.min_streams or 0,
            min_resolution=answered.min_resolution or 0,
            must_have=tuple(
                _must_have(attractions[slug]) for slug in attractions if slug in offered
            ),
            owned=tuple(
                ProductOffer(slug, 0, frozenset(one.pk for one in product.platforms.all()))
                for slug, product in owned.items()
            ),
        ),
        attractions=attractions,
        owned=owned,
        ended=[slug for slug in attractions if slug not in offered],
    )


def conditional_offers(
    on_sale: Sequence[Product], owned: Mapping[str, Product], day: date
) -> list[ProductOffer]:
    """What only some people can buy: with a phone or TV line, a card, as a member.

    What comes with a line costs nothing more to those who have it.
    """
    offers = []
    for product in on_sale:
        price = 0 if product.kind in INCLUDED else product.price_on(day)
        if product.is_for_everybody or price is None or product.slug in owned:
            continue
        offers.append(
            ProductOffer(
                product.slug,
                price,
                frozenset(one.pk for one in product.platforms.all()),
                requires=product.requires,
                has_ads=product.has_ads,
                streams=product.streams,
                resolution=product.max_resolution,
            )
        )
    return offers


def wished_names(answered: Iterable[AnsweredWishes]) -> dict[str, str]:
    """The names of all attractions and products that are wished, by slug."""
    wishes = list(answered)
    attractions = {slug for one in wishes for slug in one.must_have}
    owned = {slug for one in wishes for slug in one.owned}
    products = Product.objects.filter(slug__in=owned).order_by("valid_from")
    return {one.slug: str(one) for one in products} | {
        one.slug: str(one) for one in Attraction.objects.filter(slug__in=attractions)
    }


def _attractions(answered: AnsweredWishes) -> dict[str, Attraction]:
    """In the order of the answer."""
    if not answered.must_have:
        return {}
    rows = Attraction.objects.filter(slug__in=answered.must_have).prefetch_related("places")
    found = {row.slug: row for row in rows}
    return {slug: found[slug] for slug in answered.must_have if slug in found}


def _offered(answered: AnsweredWishes, day: date) -> set[str]:
    if not answered.must_have:
        return set()
    offered = Attraction.objects.offered(day).filter(slug__in=answered.must_have)
    return set(offered.values_list("slug", flat=True))


def _must_have(attraction: Attraction) -> MustHave:
    places = attraction.places.all()
    ways = frozenset((place.platform_id, place.product_slug) for place in places)
    return MustHave(attraction.slug, ways)


def _owned(answered: AnsweredWishes, on_sale: Sequence[Product]) -> dict[str, Product]:
    """Also what is not sold any more: a person may still have it, as in its newest row."""
    sold = {product.slug: product for product in on_sale}
    if left := [slug for slug in answered.owned if slug not in sold]:
        rows = Product.objects.filter(slug__in=left).order_by("valid_from")
        sold |= {row.slug: row for row in rows.prefetch_related("platforms")}
    return {slug: sold[slug] for slug in answered.owned if slug in sold}
