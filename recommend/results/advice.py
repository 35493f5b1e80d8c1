"""The last stage of an answer: what to subscribe to, among the products on sale. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from movies.models import Platform, Product
from recommend.decision.certainty import platform_sureness
from recommend.decision.decide import Decision, Market, Tip, decide, market_of, tips
from recommend.decision.offers import ProductOffer
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore
from recommend.results.wishes import WishesToday, conditional_offers, wishes_on
from survey.models import AnsweredWishes

KINDS_OF_TIERS = {  # products of one of these for the same platforms are never bought together
    Product.Kind.PLAN: "plan",
    Product.Kind.AD_TIER: "plan",
    Product.Kind.BUNDLE: "bundle",
    Product.Kind.MEMBERSHIP: "membership",
}

NOTHING_WISHED = AnsweredWishes()


@dataclass(frozen=True)
class Advice:
    """A decision, and by slug the products on sale that it names.

    `unpriced` products are on sale without a known price. `unheard` are platforms that the person
    pays for but whose catalogue is unknown. `platform_sureness`: the probability that no platform
    turns out better than the first one. `today` has the wishes. `tips` are products that not
    everybody can buy; the decision names only what anybody can.
    """

    market: Market
    decision: Decision
    today: WishesToday
    tips: Sequence[Tip]
    products: Mapping[str, Product]
    unpriced: Sequence[Product]
    unheard: Sequence[str]
    platform_sureness: float


def products_on(day: date) -> list[Product]:
    """Products on sale by price that day, then slug; those without a known price last.

    Among them are some that no answer proposes (`Product.is_candidate`).
    """
    platforms = Prefetch("platforms", Platform.objects.named())
    products = list(Product.objects.on_sale(day).defer("shipped").prefetch_related(platforms))
    prices = {product: product.price_on(day) for product in products}
    return sorted(products, key=lambda one: (prices[one] is None, prices[one] or 0, one.slug))


def offers_of(products: Iterable[Product], day: date) -> list[ProductOffer]:
    """The candidates among the products, at their prices of that day.

    For the same platforms these exclude each other: plans and ad tiers, bundles (one bundle has
    tiers too), and memberships (variants of one membership).
    """
    tiers: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    candidates = []
    for product in products:
        price = product.price_on(day)
        if not product.is_candidate or price is None:
            continue
        platforms = frozenset(one.pk for one in product.platforms.all())
        tier = (KINDS_OF_TIERS.get(Product.Kind(product.kind), product.slug), platforms)
        tiers[tier].add(product.slug)
        candidates.append((product, price, tier))
    return [
        ProductOffer(
            product.slug,
            price,
            tier[1],
            excludes=frozenset(tiers[tier] - {product.slug}),
            requires=product.required_product,
            has_ads=product.has_ads,
            streams=product.streams,
            resolution=product.max_resolution,
        )
        for product, price, tier in candidates
    ]


def advise(
    outlook: Outlook,
    scores: Sequence[PlatformScore],
    *,
    budget: int | None,
    subscribed: Collection[str],
    day: date,
    wishes: AnsweredWishes = NOTHING_WISHED,
) -> Advice:
    """Advice for `budget` won a month (None: no budget); `scores` of the platforms, best first."""
    products = products_on(day)
    today = wishes_on(day, wishes, products)
    market = market_of(outlook, offers_of(products, day), today.wishes)
    decision = decide(market, budget=budget, subscribed=subscribed)
    weights = {row.platform: row.weight for row in scores}
    return Advice(
        market=market,
        decision=decision,
        today=today,
        tips=tips(market, decision.best, conditional_offers(products, today.owned, day)),
        products={product.slug: product for product in products},
        unpriced=[product for product in products if product.monthly_price is None],
        unheard=sorted(set(subscribed) - outlook.evidence),
        platform_sureness=platform_sureness(
            market.outcomes, weights, scores[0].platform, outlook.evidence
        )
        if scores
        else 0.0,
    )
