"""Must-haves and other wishes: where each is, what it costs, and which cannot be met. Tips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Attraction, Platform, Product
from recommend.decision.decide import Dropped, MustHaveAnswer, Tip, Unmet
from recommend.decision.offers import WishKind
from recommend.pages.wording import price_warnings, sourced, won
from recommend.results.advice import Advice

SHOWN_TIPS = 3


@dataclass(frozen=True)
class WishLine:
    """A must-have: where it is and what it costs, with the source of that."""

    title: str
    text: str
    source: str
    is_met: bool


@dataclass(frozen=True)
class TipLine:
    """Something cheaper that not everybody can buy; `note` says more, as staff wrote it."""

    condition: str
    text: str
    note: str
    source: str


@dataclass(frozen=True)
class WishSection:
    """`unmet` says what meeting all wishes takes, `dropping` what giving up each would change."""

    must_have: Sequence[WishLine]
    unmet: Sequence[str]
    dropping: Sequence[str]
    owned: Sequence[str]
    tips: Sequence[TipLine]
    more_tips: Sequence[TipLine]


def wish_section(advice: Advice, platforms: Mapping[str, Platform], today: date) -> WishSection:
    """`platforms` are the compared ones, by slug."""
    attractions = advice.today.attractions
    lines = [_must_have(row, attractions[row.slug], platforms) for row in advice.decision.must_have]
    lines += [_ended(attractions[slug]) for slug in advice.today.ended]
    tips = [_tip(tip, advice.products[tip.product], today) for tip in advice.tips]
    unmet = advice.decision.unmet
    return WishSection(
        must_have=lines,
        unmet=_unmet(advice, unmet) if unmet else [],
        dropping=[_dropped(row, attractions) for row in unmet.dropping] if unmet else [],
        owned=[_owned(product) for product in advice.today.owned.values()],
        tips=tips[:SHOWN_TIPS],
        more_tips=tips[SHOWN_TIPS:],
    )


def _must_have(
    row: MustHaveAnswer, attraction: Attraction, platforms: Mapping[str, Platform]
) -> WishLine:
    parts = []
    if row.is_met:
        words = {"platforms": _names(row.platforms, platforms)}
        parts.append(_("You see it on %(platforms)s.") % words)
        if row.saves > 0:
            text = _("Without it you would save %(price)s a month.")
            parts.append(text % {"price": won(row.saves)})
        else:
            parts.append(_("It makes the choice no dearer."))
        also = _("It is also on %(platforms)s.")
    else:
        parts.append(_("Not in this choice."))
        also = _("It is on %(platforms)s.")
    if row.elsewhere:
        parts.append(also % {"platforms": _names(row.elsewhere, platforms)})
    if attraction.elsewhere:
        text = _("Elsewhere, which we do not compare: %(places)s.")
        parts.append(text % {"places": attraction.elsewhere})
    source = sourced(attraction.checked_on, attraction.source)
    return WishLine(str(attraction), " ".join(parts), source, row.is_met)


def _ended(attraction: Attraction) -> WishLine:
    text = _("Today it is on none of the platforms that we compare.")
    source = sourced(attraction.checked_on, attraction.source)
    return WishLine(str(attraction), text, source, is_met=False)


def _unmet(advice: Advice, unmet: Unmet) -> list[str]:
    texts = []
    if unmet.impossible:
        names = _titles(unmet.impossible, advice.today.attractions)
        texts.append(
            _("Nothing on sale that fits your other wishes has: %(names)s.") % {"names": names}
        )
    if unmet.monthly_price is None:
        texts.append(_("Nothing on sale fits all your wishes."))
    elif unmet.monthly_price > advice.decision.best.monthly_price:
        words = {"price": won(unmet.monthly_price)}
        texts.append(_("All the wishes that can be met cost %(price)s a month.") % words)
    return texts


def _dropped(row: Dropped, attractions: Mapping[str, Attraction]) -> str:
    words = {"wish": _wish(row, attractions), "price": won(row.monthly_price or 0)}
    if row.monthly_price is None:
        return _("Even without %(wish)s nothing on sale fits.") % words
    if row.saves is None:
        text = _("Without %(wish)s others can be met: from %(price)s a month.")
        return text % words
    if row.saves <= 0:
        return _("Without %(wish)s it costs as much.") % words
    text = _("Without %(wish)s it is %(less)s a month less, %(price)s.")
    return text % (words | {"less": won(row.saves)})


def _wish(row: Dropped, attractions: Mapping[str, Attraction]) -> str:
    match row.wish:
        case WishKind.NO_ADS:
            return _("“no ads”")
        case WishKind.MIN_STREAMS:
            return _("“several screens at a time”")
        case WishKind.MIN_RESOLUTION:
            return _("“a sharper picture”")
        case _:
            return _("“%(title)s”") % {"title": _titles([row.slug], attractions)}


def _owned(product: Product) -> str:
    words = {"product": product, "platforms": _listed(product.platforms.all())}
    return _("You have %(product)s already: %(platforms)s at no extra cost.") % words


def _tip(tip: Tip, product: Product, today: date) -> TipLine:
    words = {
        "product": product,
        "price": won(tip.saves),
        "platforms": _listed(product.platforms.all()),
    }
    text = _("%(product)s gives %(platforms)s: %(price)s a month less.") % words
    return TipLine(
        condition=_condition(tip.requires, product),
        text=" ".join([text, *price_warnings(product, today)]),
        note=" ".join(filter(None, (product.condition, product.closure_warning))),
        source=sourced(product.checked_on, product.cited),
    )


def _condition(requires: str, product: Product) -> str:
    """For whom a tip is; `requires` as `Product.requires` has it."""
    kind, _colon, who = requires.partition(":")
    match kind:
        case "phone_or_tv_line" if who == "any":
            return _("If you have a phone or TV line with it")
        case "phone_or_tv_line":
            return _("If your phone or TV line is with %(who)s") % {"who": who}
        case "credit_card":
            return _("If you have the credit card")
        case "existing_members":
            return _("If you are a member already")
        case "student":
            return _("If you are a student")
        case "military":
            return _("If you serve in the forces")
        case "in_app_purchase":
            return _("If you pay inside the app")
        case _:
            return _("If you have %(product)s") % {"product": product}


def _titles(slugs: Iterable[str], attractions: Mapping[str, Attraction]) -> str:
    return ", ".join(str(attractions.get(slug, slug)) for slug in slugs)


def _names(slugs: Iterable[str], platforms: Mapping[str, Platform]) -> str:
    return ", ".join(str(platforms.get(slug, slug)) for slug in slugs)


def _listed(platforms: Iterable[Platform]) -> str:
    return ", ".join(str(one) for one in platforms)
