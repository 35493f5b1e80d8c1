"""All the numbers on what to subscribe to, and the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Product
from recommend.decision.certainty import OUTCOMES, TOSS_UP, is_mostly_unknown, told
from recommend.pages.wording import (
    Explained,
    ProductPrice,
    films,
    percent,
    platforms_of,
    product_price,
    won,
)
from recommend.results.advice import Advice

NAMES_AT_MOST = 12


@dataclass(frozen=True)
class AdviceNumbers:
    """`own_films`: each chosen product with its price and the films that only it brings.

    `prices`: each product considered, the platforms that it gives, and whether it is chosen.
    """

    own_films: Sequence[tuple[str, str, str]]
    explained: Sequence[Explained]
    prices: Sequence[tuple[ProductPrice, str, bool]]


def advice_numbers(advice: Advice, today: date) -> AdviceNumbers:
    decision = advice.decision
    return AdviceNumbers(
        own_films=[
            (str(advice.products[row.product]), won(row.monthly_price), films(row.films))
            for row in sorted((*decision.keep, *decision.add), key=lambda row: -row.films)
        ],
        explained=[
            *(_forecast(advice) if decision.best.products else []),
            (
                _("Films of unknown availability"),
                _(
                    "They count by how many films of the same decade and genres the platform is "
                    "known to have. A platform without any known films adds nothing."
                ),
            ),
            *([_sureness(advice)] if decision.best.products else []),
            *_rules(advice),
            *_left_out(advice),
        ],
        prices=[
            (
                product_price(advice.products[slug], today),
                platforms_of(advice.products, [slug]),
                slug in decision.best.products,
            )
            for slug in (offer.product for offer in advice.market.offers)
        ],
    )


def _forecast(advice: Advice) -> list[Explained]:
    """Where the expected films and their interval come from."""
    decision, outlook = advice.decision, advice.market.outlook
    return [
        (
            _("Films that you would like"),
            _(
                "Of each of the %(films)s films in the catalogue we estimate how likely you are to "
                "like it. %(expected)s is the sum over those that the choice gives; a film on two "
                "platforms counts once."
            )
            % {"films": f"{int(outlook.films.sum()):,}", "expected": films(decision.best.coverage)},
        ),
        (
            _("From %(low)s to %(high)s films")
            % {"low": films(decision.low), "high": films(decision.high)},
            _(
                "The low end counts only films known to be there, the high end also all films of "
                "unknown availability."
            ),
        ),
    ]


def _sureness(advice: Advice) -> Explained:
    certainty = advice.decision.certainty
    mostly_unknown = is_mostly_unknown(advice.market.outlook)
    stays = told(1.0 - certainty.flip_probability, mostly_unknown=mostly_unknown)
    simulated = _(
        "In about %(percent)s%% of %(outcomes)s simulated outcomes another choice for this money "
        "has more films. In each, chance decides which films you like, how far you differ from "
        "the forecast (by %(spread)s%%, as measured with other people), and how many of the films "
        "of unknown availability are really there."
    ) % {
        "percent": percent(1.0 - stays),
        "outcomes": OUTCOMES,
        "spread": f"{100 * advice.market.outlook.spread:.0f}",
    }
    if certainty.beats_runner_up is None:
        return _("How sure it is"), simulated
    beats = told(certainty.beats_runner_up, mostly_unknown=mostly_unknown)
    beaten = _(
        "Against the next best alone the first has more in about %(percent)s%%; below %(limit)s%% "
        "we say that either will do."
    ) % {"percent": percent(beats), "limit": f"{100 * TOSS_UP:.0f}"}
    return _("How sure it is"), f"{simulated} {beaten}"


def _rules(advice: Advice) -> list[Explained]:
    one_of = _("Of the tiers of a plan that give the same only one is bought.")
    if tiers := _tiers(advice):
        one_of += " " + "; ".join(tiers) + "."
    return [
        (
            _("If two are equal"),
            _("Of choices with as many films the cheapest comes first, then that of fewer parts."),
        ),
        (
            _("Steps of money"),
            _(
                "Every price that buys more films than any lower one. The marked step is "
                "where the curve of films over money is farthest above a straight line."
            ),
        ),
        (_("Tiers that exclude each other"), one_of),
    ]


def _tiers(advice: Advice) -> list[str]:
    """The tiers among the products considered that cannot be bought together."""
    tiers = [offer for offer in advice.market.offers if offer.excludes]
    groups = dict.fromkeys(frozenset((tier.product, *tier.excludes)) for tier in tiers)
    return [
        " / ".join(str(product) for slug, product in advice.products.items() if slug in group)
        for group in groups
    ]


def _left_out(advice: Advice) -> list[Explained]:
    """Products on sale that are part of no choice, and why."""
    considered = {offer.product for offer in advice.market.offers}
    evidence = advice.market.outlook.evidence
    sold = {slug: one for slug, one in advice.products.items() if one.is_for_everybody}
    others = [one for slug, one in sold.items() if slug not in considered]
    priced = [one for one in others if one.monthly_price is not None]
    unheard = [
        one for one in priced if evidence.isdisjoint(gives.pk for gives in one.platforms.all())
    ]
    dominated = [one for one in priced if one not in unheard]
    reasons = {
        _("Products without a known price"): advice.unpriced,
        _("Products without any known films"): unheard,
        _("No better than another that costs no more"): dominated,
    }
    return [(term, _names(products)) for term, products in reasons.items() if products]


def _names(products: Iterable[Product]) -> str:
    names = [str(product) for product in products]
    shown = ", ".join(names[:NAMES_AT_MOST])
    if (more := len(names) - NAMES_AT_MOST) > 0:
        return _("%(names)s and %(more)s more") % {"names": shown, "more": more}
    return shown
