"""What the member's page says about this month, in ready texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from movies.models import Product
from recommend.pages.wording import won
from recommend.results.members.this_month import Move, ThisMonth


@dataclass(frozen=True)
class MonthText:
    """`title` says what to do, `effect` what that saves or costs; each change has its kind."""

    title: str
    effect: str
    changes: Sequence[tuple[str, str, str]]  # kind ("keep", "drop" or "add"), label, products


def month_text(month: ThisMonth) -> MonthText:
    kinds = (
        ("keep", _("Keep"), month.keep),
        ("drop", _("Drop"), month.drop),
        ("add", _("Add"), month.add),
    )
    switches = month.move is Move.SWITCH
    return MonthText(
        title=_title(month),
        effect=_effect(month),
        changes=[(kind, label, _named(rows)) for kind, label, rows in kinds if rows and switches],
    )


def _named(products: Sequence[Product]) -> str:
    return " + ".join(map(str, products))


def _title(month: ThisMonth) -> str:
    words = {"products": _named([*month.keep, *month.add])}
    match month.move:
        case Move.KEEP:
            return _("This month: keep what you have")
        case Move.SWITCH if month.keep and not month.drop:
            return _("This month: add %(products)s") % {"products": _named(month.add)}
        case Move.SWITCH:
            return _("This month: switch to %(products)s") % words
        case Move.START:
            return _("This month: start with %(products)s") % words
        case Move.STOP:
            return _("This month: pay for nothing")
        case Move.UNSURE:
            return _("This month: we would choose %(products)s") % words


def _effect(month: ThisMonth) -> str:
    price = {"price": won(abs(month.saves))}
    if month.move is Move.UNSURE:
        return _("We cannot tell what you pay today, so we compare nothing with it.")
    if month.saves > 0:
        return _("That saves %(price)s a month.") % price
    if month.saves < 0:
        return _("That costs %(price)s a month more, and brings more films.") % price
    if month.move is Move.SWITCH:
        return _("It costs the same, and brings more films.")
    if month.move is Move.STOP:
        return _("Nothing within your budget brings enough films.")
    return _("%(price)s a month") % {"price": won(month.monthly_price)}
