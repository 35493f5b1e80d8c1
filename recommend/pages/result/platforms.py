"""The recommended platform: why, how sure that is, and how the others compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Gender, Platform, Product
from ottstats.models import UsageStatistic
from ottstats.selectors import UsageRatio, group_name
from recommend.decision.certainty import LIKELY, Level, level_of_platform, rivals
from recommend.decision.platform import PlatformScore
from recommend.pages.wording import is_old, percent
from recommend.results.stored import StoredResult


@dataclass(frozen=True)
class PlatformFigures:
    """The numbers of a row as text, because template filters are slow.

    `likely` and `unknown` are what the bar adds to the films that are surely there; `whole` is
    the coverage in whole films.
    """

    score: str
    coverage: str
    low: str
    high: str
    weight: str
    films_on: str
    films_unknown: str
    known_rate: str
    whole: str
    about: str
    sure: str
    likely: str
    unknown: str
    times: str


@dataclass(frozen=True)
class CoverageBar:
    """Ends of the parts of a bar, in percent of the longest one, as SVG wants them."""

    sure: str
    likely: str
    unknown: str


@dataclass(frozen=True)
class PlatformRow:
    """A platform with every factor of its score. `nothing_known`: its coverage is only a guess.

    `usage` has the ratios behind its weight, each with the source of its figures.
    """

    platform: Platform
    score: PlatformScore
    figures: PlatformFigures
    usage: Sequence[tuple[str, str]]
    bar: CoverageBar
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
    over_budget: bool | None
    is_old: bool


def platform_rows(result: StoredResult, exponent: float | None = None) -> list[PlatformRow]:
    """The compared platforms, best first, with the weights of `exponent` (None: as stored).

    A platform that no longer exists is left out.
    """
    scores = [row for row in result.platforms_at(exponent) if row.platform in result.compared]
    longest = max((row.coverage_high for row in scores), default=0.0) or 1.0
    return [
        PlatformRow(
            platform=result.compared[score.platform],
            score=score,
            figures=_figures(score),
            usage=[_usage_line(row) for row in result.usage.get(score.platform, [])],
            bar=CoverageBar(
                sure=f"{100 * score.coverage_low / longest:.2f}",
                likely=f"{100 * score.coverage / longest:.2f}",
                unknown=f"{100 * score.coverage_high / longest:.2f}",
            ),
            is_best=place == 0,
            is_subscribed=score.platform in result.subscribed,
            nothing_known=not score.evidence,
        )
        for place, score in enumerate(scores)
    ]


def _usage_line(row: UsageRatio) -> tuple[str, str]:
    text = _("%(axis)s (%(group)s): %(percent)s%% against %(overall)s%% of all = %(ratio)s") % {
        "axis": dict(UsageStatistic.Dimension.choices).get(row.dimension, row.dimension),
        "group": group_name(row.dimension, row.group),
        "percent": f"{row.percent:.1f}",
        "overall": f"{row.percent_overall:.1f}",
        "ratio": f"{row.ratio:.2f}",
    }
    return text, row.source


def _figures(score: PlatformScore) -> PlatformFigures:
    low, coverage, high = score.coverage_low, score.coverage, score.coverage_high
    return PlatformFigures(
        score=f"{score.score:.2f}",
        coverage=f"{coverage:.2f}",
        low=f"{low:.2f}",
        high=f"{high:.2f}",
        weight=f"{score.weight:.3f}",
        films_on=str(score.films_on),
        films_unknown=str(score.films_unknown),
        known_rate=f"{score.known_rate:.3f}",
        whole=f"{coverage:.0f}",
        about=f"{coverage:.1f}",
        sure=f"{low:.1f}",
        likely=f"{coverage - low:.1f}",
        unknown=f"{high - coverage:.1f}",
        times=f"{score.weight:.2f}",
    )


def reason(rows: Sequence[PlatformRow]) -> str:
    """One plain sentence why the first platform was recommended."""
    best = rows[0]
    words = {"platform": best.platform, "coverage": best.figures.whole}
    known = (row for row in rows if not row.nothing_known)
    most = max(known, key=lambda row: row.score.coverage, default=best)
    if best.score.films_on == 0:
        text = _(
            "None of your films is known to be there yet. It comes first by estimate only: "
            "about %(coverage)s films that you would like."
        )
    elif best.score.coverage >= most.score.coverage:
        text = _("It has about %(coverage)s films that you would like. No other platform has more.")
    else:
        text = _(
            "It has about %(coverage)s films that you would like. %(other)s has slightly more, but "
            "people like you use %(platform)s more."
        )
    return text % (words | {"other": most.platform})


def certainty(rows: Sequence[PlatformRow], sureness: float) -> CertaintyText:
    """Whether the films of unknown availability could give another platform the first place.

    `sureness`: how likely none of them does.
    """
    scores = [row.score for row in rows]
    level = level_of_platform(scores)
    if level is Level.GUESS:
        why = _("We do not know which of your films it has.")
        return CertaintyText(level, _("We do not know yet."), why)
    times = {"times": percent(sureness)}
    often = _("In about %(times)s of 100 cases no other turns out to be better.") % times
    if level is Level.OPEN:
        others = rivals(scores)
        names = [str(row.platform) for row in rows if row.score.platform in others]
        why = _(
            "It is not known yet where some of your films are. "
            "These could still come first: %(others)s."
        ) % {"others": ", ".join(names)}
        text = _("Likely, but not certain.") if sureness >= LIKELY else _("Not certain yet.")
        return CertaintyText(level, text, why, often)
    if unheard_of(rows):
        why = _(
            "Of the platforms with known films, none can overtake it, wherever the unknown films "
            "are."
        )
    else:
        why = _("No other platform can overtake it, wherever the unknown films are.")
    return CertaintyText(level, _("Almost certain."), why, often)


def peers(result: StoredResult, platform: Platform) -> str:
    """How many people of the same age, or else gender, use the platform; "" without figures."""
    figures = {row.dimension: row for row in result.usage.get(platform.pk, [])}
    row = figures.get(UsageStatistic.Dimension.AGE) or figures.get(UsageStatistic.Dimension.GENDER)
    if row is None:
        return ""
    return _("%(percent)s%% of %(people)s use it (%(source)s).") % {
        "percent": f"{row.percent:.0f}",
        "people": _people(row.dimension, row.group),
        "source": row.source,
    }


def _people(dimension: str, group: str) -> str:
    if dimension == UsageStatistic.Dimension.GENDER:
        names = {Gender.FEMALE.value: _("women"), Gender.MALE.value: _("men")}
        return names.get(group, group)
    low, _dash, high = group.partition("-")
    if low.endswith("0") and high.endswith("9") and int(high) - int(low) == 9:
        return _("people in their %(decade)ss") % {"decade": low}
    return _("people %(aged)s") % {"aged": group_name(dimension, group)}


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
        sources=", ".join(sources),
        same_order=order == [row.platform for row in result.platforms if row.platform in order],
    )


def neutral_axes(result: StoredResult) -> list[str]:
    """Answers that do not change the comparison, each with the reason."""
    respondent = result.respondent
    published = {row.dimension for rows in result.usage.values() for row in rows}
    unpublished = _("no figures are published")
    unanswered = _("you gave no answer")
    answers = (
        ("gender", _("Gender"), bool(respondent.gender)),
        ("age", _("Age"), respondent.age is not None),
        ("education", _("Education"), True),
        ("income", _("Income"), True),
        ("ott_frequency", _("How often you watch OTT"), True),
    )
    return [
        f"{label} ({unpublished if answered else unanswered})"
        for dimension, label, answered in answers
        if dimension not in published
    ]


def cheapest(
    products: Iterable[Product], *, budget: int | None, today: date
) -> CheapestPrice | None:
    """The first product that an answer may propose, of products that are sorted by price."""
    for product in products:
        price = product.price_on(today)
        if product.is_candidate and not product.required_product and price is not None:
            over = None if budget is None else price > budget
            return CheapestPrice(product, over, is_old(product, today))
    return None


def more_than(platform: Platform, product: Product) -> str:
    """What the price of the product pays for besides the platform; "" if nothing."""
    others = [str(other) for other in product.platforms.all() if other != platform]
    if others:
        return _("A bundle price that includes %(others)s.") % {"others": ", ".join(others)}
    if product.kind == Product.Kind.MEMBERSHIP:
        return _("The price of a whole membership that includes it.")
    return ""
