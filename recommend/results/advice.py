"""The last stage of an answer: what to subscribe to, among the products on sale. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from movies.models import Platform, Product
from recommend.decision.bundles import ProductOffer
from recommend.decision.certainty import platform_sureness
from recommend.decision.decide import Decision, Market, decide, market_of
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore

TIERS = (Product.Kind.PLAN, Product.Kind.AD_TIER)


@dataclass(frozen=True)
class Advice:
    """A decision, and by slug the products on sale that it names.

    `unpriced` products are on sale without a known price. `unheard` are platforms that the person
    pays for but whose catalogue is unknown. `platform_sureness`: the probability that no platform
    turns out better than the first one.
    """

    market: Market
    decision: Decision
    products: Mapping[str, Product]
    unpriced: Sequence[Product]
    unheard: Sequence[str]
    platform_sureness: float


def products_on(day: date) -> list[Product]:
    """Products on sale by price, then slug; those without a known price last."""
    platforms = Prefetch("platforms", Platform.objects.named())
    products = list(Product.objects.on_sale(day).defer("shipped").prefetch_related(platforms))
    return sorted(
        products, key=lambda one: (one.monthly_price is None, one.monthly_price or 0, one.slug)
    )


def offers_of(products: Iterable[Product]) -> list[ProductOffer]:
    """Products with a price; plans and ad tiers of the same platforms exclude each other."""
    priced = [
        (product, frozenset(one.pk for one in product.platforms.all()), product.monthly_price)
        for product in products
        if product.monthly_price is not None
    ]
    tiers: dict[frozenset[str], set[str]] = defaultdict(set)
    for product, platforms, _price in priced:
        if product.kind in TIERS:
            tiers[platforms].add(product.slug)
    return [
        ProductOffer(
            product.slug,
            price,
            platforms,
            excludes=frozenset(tiers[platforms] - {product.slug})
            if product.kind in TIERS
            else frozenset(),
        )
        for product, platforms, price in priced
    ]


def advise(
    outlook: Outlook,
    scores: Sequence[PlatformScore],
    *,
    budget: int | None,
    subscribed: Collection[str],
    day: date,
) -> Advice:
    """Advice for `budget` won a month (None: no budget); `scores` of the platforms, best first."""
    products = products_on(day)
    market = market_of(outlook, offers_of(products))
    weights = {row.platform: row.weight for row in scores}
    return Advice(
        market=market,
        decision=decide(market, budget=budget, subscribed=subscribed),
        products={product.slug: product for product in products},
        unpriced=[product for product in products if product.monthly_price is None],
        unheard=sorted(set(subscribed) - outlook.evidence),
        platform_sureness=platform_sureness(
            market.outcomes, weights, scores[0].platform, outlook.evidence
        )
        if scores
        else 0.0,
    )
