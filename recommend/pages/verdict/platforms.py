"""The recommended platform: why, how sure that is, and how the others compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from movies.models import Platform, Product
from ottstats.selectors.usage import source_name
from recommend.decision.certainty import LIKELY, Level, level_of_platform, rivals, told
from recommend.decision.platform import PlatformScore
from recommend.pages.verdict.habits import usage_line
from recommend.pages.wording import ProductPrice, films, films_there, percent, product_price
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import FilmsThere, Whereabouts


@dataclass(frozen=True)
class PlatformFigures:
    """The numbers of a row as text, because template filters are slow."""

    score: str
    coverage: str
    low: str
    high: str
    weight: str
    films_on: str
    films_unknown: str
    known_rate: str
    times: str


@dataclass(frozen=True)
class WhereaboutsBar:
    """Ends of the parts of a bar, in percent of all films of the list, as SVG wants them."""

    sure: str
    likely: str
    most: str


@dataclass(frozen=True)
class PlatformRow:
    """A platform with every factor of its score. `nothing_known`: its coverage is only a guess.

    `films` says how many films of the list are there. `usage` has the ratios behind its weight,
    each with the source of its figures.
    """

    platform: Platform
    score: PlatformScore
    figures: PlatformFigures
    films_there: FilmsThere
    films: str
    usage: Sequence[tuple[str, str]]
    bar: WhereaboutsBar
    is_best: bool
    is_subscribed: bool
    nothing_known: bool


@dataclass(frozen=True)
class CertaintyText:
    """How sure the first place is; `often` says it with a number."""

    level: Level
    text: str
    why: str
    often: str = ""


@dataclass(frozen=True)
class WeightChoice:
    """The slider: what is chosen and what the result was stored with, in percent.

    `same_order`: both rank the platforms alike, except those about which nothing is known.
    """

    percent: int
    stored: int
    sources: str
    same_order: bool


@dataclass(frozen=True)
class CheapestPrice:
    """The cheapest way to pay for a platform. `over_budget` is None without a budget."""

    product: Product
    text: ProductPrice
    over_budget: bool | None


@dataclass(frozen=True)
class ProductRow:
    """A product that gives the first platform."""

    text: ProductPrice
    is_priced: bool
    has_ads: bool
    platforms: str
    over_budget: bool


def platform_rows(
    result: StoredResult, whereabouts: Whereabouts, exponent: float | None = None
) -> list[PlatformRow]:
    """The compared platforms, best first, with the weights of `exponent` (None: as stored).

    A platform that no longer exists is left out.
    """
    scores = [row for row in result.platforms_at(exponent) if row.platform in result.compared]
    rows = []
    for place, score in enumerate(scores):
        figure = whereabouts.on([score.platform])
        rows.append(
            PlatformRow(
                platform=result.compared[score.platform],
                score=score,
                figures=_figures(score),
                films_there=figure,
                films=films_there(figure),
                usage=[usage_line(row) for row in result.usage.get(score.platform, [])],
                bar=_bar(figure),
                is_best=place == 0,
                is_subscribed=score.platform in result.subscribed,
                nothing_known=not score.evidence,
            )
        )
    return rows


def _bar(figure: FilmsThere) -> WhereaboutsBar:
    films = figure.films or 1
    ends = (figure.surely, figure.total, figure.total + figure.unknown)
    return WhereaboutsBar(*(f"{100 * end / films:.2f}" for end in ends))


def _figures(score: PlatformScore) -> PlatformFigures:
    low, coverage, high = score.coverage_low, score.coverage, score.coverage_high
    return PlatformFigures(
        score=films(score.score),
        coverage=films(coverage),
        low=films(low),
        high=films(high),
        weight=f"{score.weight:.3f}",
        films_on=str(score.films_on),
        films_unknown=str(score.films_unknown),
        known_rate=f"{score.known_rate:.3f}",
        times=f"{score.weight:.2f}",
    )


def reason(rows: Sequence[PlatformRow]) -> str:
    """One plain sentence why the first platform comes first."""
    best = rows[0]
    words = {"platform": best.platform, "films": best.films}
    if best.score.films_on == 0:
        return _("None of your films is known to be there yet: it comes first by estimate only.")
    known = [row for row in rows if not row.nothing_known]
    most = max(known, key=lambda row: row.score.coverage, default=best)
    if best.score.coverage < most.score.coverage:
        text = _(
            "%(films)s. %(other)s has slightly more that you would like, but compared with "
            "everyone, people like you prefer %(platform)s."
        )
        return text % (words | {"other": most.platform})
    if best.films_there.total < max((row.films_there.total for row in known), default=0):
        return _("%(films)s. Beyond your list, too, it has more films worth watching.") % words
    return _("%(films)s. No other platform has more.") % words


def out_of_order(rows: Sequence[PlatformRow]) -> str:
    """Why the platforms are not in the order of the films of the list; "" if they are."""
    known = [row for row in rows if not row.nothing_known]
    for row, other in pairwise(known):
        if row.films_there.total >= other.films_there.total:
            continue
        words = {"platform": row.platform, "other": other.platform}
        if row.score.coverage >= other.score.coverage:
            text = _(
                "%(platform)s comes before %(other)s because it has more films worth watching "
                "beyond your list, too."
            )
        else:
            text = _(
                "%(platform)s comes before %(other)s because people like you choose it more often."
            )
        return text % words
    return ""


def certainty(
    rows: Sequence[PlatformRow], sureness: float, *, mostly_unknown: bool
) -> CertaintyText:
    """Whether the films of unknown availability could give another platform the first place.

    `sureness`: how likely none of them does; told as at most 90 % if most films are unknown.
    """
    scores = [row.score for row in rows]
    level = level_of_platform(scores, mostly_unknown=mostly_unknown)
    if level is Level.GUESS:
        why = _("We do not know which of your films it has.")
        return CertaintyText(level, _("We do not know yet."), why)
    times = {"times": percent(told(sureness, mostly_unknown=mostly_unknown))}
    often = _("In about %(times)s of 100 cases no other turns out to be better.") % times
    if level is Level.SURE:
        return CertaintyText(level, _("Almost certain."), _no_rival(rows), often)
    others = rivals(scores)
    names = [str(row.platform) for row in rows if row.score.platform in others]
    why = _("It is not known yet where most of your films are.")
    if names:
        why = _(
            "It is not known yet where some of your films are. "
            "These could still come first: %(others)s."
        ) % {"others": ", ".join(names)}
    likely = sureness >= LIKELY and not mostly_unknown
    text = _("Likely, but not certain.") if likely else _("Not certain yet.")
    return CertaintyText(level, text, why, often)


def _no_rival(rows: Sequence[PlatformRow]) -> str:
    if unheard_of(rows):
        return _(
            "Of the platforms with known films, none can overtake it, wherever the unknown films "
            "are."
        )
    return _("No other platform can overtake it, wherever the unknown films are.")


def unheard_of(rows: Sequence[PlatformRow]) -> list[Platform]:
    """Platforms for which nothing is known about any of the films."""
    return [row.platform for row in rows[1:] if row.nothing_known]


def weight_choice(
    result: StoredResult, rows: Sequence[PlatformRow], chosen: int | None
) -> WeightChoice | None:
    """The slider, or None if no published figures are behind this result.

    `rows` are those of the chosen weight.
    """
    sources = {row.source: None for rows in result.usage.values() for row in rows}
    if not sources:
        return None
    stored = round(result.exponent * 100)
    order = [row.score.platform for row in rows if not row.nothing_known]
    return WeightChoice(
        percent=stored if chosen is None else chosen,
        stored=stored,
        sources=", ".join(map(source_name, sources)),
        same_order=order == [row.platform for row in result.platforms if row.platform in order],
    )


def cheapest(
    products: Iterable[Product], *, budget: int | None, today: date
) -> CheapestPrice | None:
    """The first product that an answer may propose, of products that are sorted by price."""
    for product in products:
        price = product.price_on(today)
        if product.is_candidate and not product.required_product and price is not None:
            over = None if budget is None else price > budget
            return CheapestPrice(product, product_price(product, today), over)
    return None


def product_rows(
    products: Iterable[Product], platform: Platform, *, budget: int | None, today: date
) -> list[ProductRow]:
    """Every product that gives the platform, as sorted."""
    rows = []
    for product in products:
        platforms = list(product.platforms.all())
        if platform not in platforms:
            continue
        price = product.price_on(today)
        rows.append(
            ProductRow(
                text=product_price(product, today),
                is_priced=price is not None,
                has_ads=product.has_ads,
                platforms=", ".join(map(str, platforms)),
                over_budget=budget is not None and price is not None and price > budget,
            )
        )
    return rows


def more_than(platform: Platform, product: Product) -> str:
    """What the price of the product pays for besides the platform; "" if nothing."""
    others = [str(other) for other in product.platforms.all() if other != platform]
    if others:
        return _("A bundle price that includes %(others)s.") % {"others": ", ".join(others)}
    if product.kind == Product.Kind.MEMBERSHIP:
        return _("The price of a whole membership that includes it.")
    return ""
