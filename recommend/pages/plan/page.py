"""The plan of the next months in ready texts, which render fast: answer, ways and months."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movies.models.pictures import Picture
from recommend.pages.plan.fields import PlanField, plan_fields, plan_goals, plan_query
from recommend.pages.plan.numbers import PlanNumbers, plan_numbers
from recommend.pages.wording import films_there, named, won
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import FilmsThere, Whereabouts
from recommend.results.year_plan import NOTICEABLE, Planned, Verdict, paid_spans

IN_A_ROW = 8  # films of a month that are shown at once


@dataclass(frozen=True)
class Way:
    """One of the three ways. `films`: how many of the person's list it gives; `width` of its bar is
    in percent of the most expensive; `mark` says that it is the best, and is "" for the others."""

    name: str
    what: str
    cost: str
    films: str
    width: str
    mark: str


@dataclass(frozen=True)
class Tile:
    """A film of the plan; takes the place of the film in `_poster.html`. `address`: of its page."""

    address: str
    display_title: str
    year: str
    picture: Picture


@dataclass(frozen=True)
class TileRow:
    """Films in order; `more` are shown on demand, `more_text` says how many."""

    films: Sequence[Tile]
    more: Sequence[Tile]
    more_text: str


@dataclass(frozen=True)
class MonthRow:
    """A month; `steps`: what to do when it begins."""

    name: str
    until: str
    products: str
    price: str
    steps: Sequence[str]
    expected: str
    row: TileRow


@dataclass(frozen=True)
class PlanPage:
    """`verdict` is the answer in one sentence, `why` adds to it; `basis`: what the `ways` are
    counted for. `rented`: the films, if renting is best. Without `months` there is nothing to plan
    or compare; `calendar` is the query of the file's address."""

    verdict: str
    why: str
    ways: Sequence[Way]
    basis: str
    fields: Sequence[PlanField]
    goals: Sequence[tuple[str, str, bool]]
    goal_fault: str
    rented: TileRow | None
    months: Sequence[MonthRow]
    heading: str
    gap: str
    old_prices: str
    calendar: str
    numbers: PlanNumbers | None


def plan_page(
    result: StoredResult,
    planned: Planned,
    whereabouts: Whereabouts,
    faults: Mapping[str, str],
    today: date,
) -> PlanPage:
    """`faults` say, by field, why an entry was refused; `whereabouts` are those of the result."""
    ways = _films_of_ways(planned, whereabouts)
    verdict, why = _verdict(planned, ways)
    is_empty = planned.verdict in (Verdict.NOTHING, Verdict.TOO_LITTLE)
    months = [] if is_empty else _months(planned, whereabouts)
    numbers = None if is_empty else plan_numbers(planned, today)
    pays = any(month.products for month in planned.rotated.months)
    return PlanPage(
        verdict=verdict,
        why=why,
        ways=[] if is_empty else _ways(planned, ways),
        basis="" if is_empty else _basis(planned),
        fields=plan_fields(result, planned, faults),
        goals=plan_goals(planned),
        goal_fault=faults.get("goal", ""),
        rented=_row_of(planned, planned.rental.films, 2 * IN_A_ROW)
        if planned.rental and planned.verdict is Verdict.RENT
        else None,
        months=months,
        heading=_("If you subscribe after all, this is the best order")
        if planned.verdict is Verdict.RENT
        else _("Month by month"),
        gap="" if is_empty else gap_text(planned.rotated.gap),
        old_prices=_("Some of the prices may change or have changed; see every number below.")
        if numbers and any(price.warnings or price.closure for price, _months in numbers.prices)
        else "",
        calendar=f"?{plan_query(planned)}" if months and pays else "",
        numbers=numbers,
    )


def month_count(months: int) -> str:
    return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}


def gap_text(gap: float) -> str:
    """The share that may be missing, rounded up so that the sentence is true."""
    if not gap:
        return _("Proven: there is no better plan.")
    percent = math.ceil(1000 * gap) / 10
    return _("At most %(percent)s%% short of the best plan there is.") % {"percent": f"{percent:g}"}


# --- the answer ----------------------------------------------------------------------------------


def _films_of_ways(
    planned: Planned, whereabouts: Whereabouts
) -> tuple[FilmsThere, FilmsThere, FilmsThere]:
    """How many films of the list come with the same bundle always, in turns, and by renting."""
    rented = set(planned.rental.films if planned.rental else ()) & set(whereabouts.movies)
    return (
        whereabouts.on(planned.always_gives),
        whereabouts.on(planned.turns_give),
        FilmsThere(len(whereabouts.movies), len(rented), 0),
    )


def _verdict(planned: Planned, ways: tuple[FilmsThere, FilmsThere, FilmsThere]) -> tuple[str, str]:
    match planned.verdict:
        case Verdict.NOTHING:
            return _("Nothing is worth paying for"), _(
                "Of the films that you may like none is known to be in a subscription today."
            )
        case Verdict.TOO_LITTLE:
            return _("No subscription costs as little as %(price)s a month") % {
                "price": won(planned.budget)
            }, _cheapest(planned)
        case Verdict.RENT:
            return _("Do not subscribe. To rent the films is %(price)s cheaper") % {
                "price": won(planned.rotated.cost - (planned.rental.cost if planned.rental else 0))
            }, _("In %(months)s, for about as many films that you like.") % {
                "months": month_count(len(planned.starts))
            }
        case Verdict.ROTATE:
            return _rotating(planned, ways), _only_probable(ways)
        case _:
            return _("To change subscriptions saves nothing"), _(
                "Keep the same in every month: %(products)s."
            ) % {"products": named(planned.products, planned.bundle.products)}


def _cheapest(planned: Planned) -> str:
    offer = min(planned.offers, key=lambda one: one.monthly_price)
    words = {"product": planned.products[offer.product], "price": won(offer.monthly_price)}
    text = _("The cheapest with films for you is %(product)s for %(price)s a month.") % words
    price = planned.wish.rental_price
    rented = min(planned.budget // price, planned.films_a_month) if price else 0
    if not rented:
        return text
    renting = ngettext(
        "Your budget rents %(films)s film a month.",
        "Your budget rents %(films)s films a month.",
        rented,
    ) % {"films": rented}
    return f"{text} {renting}"


def _rotating(planned: Planned, ways: tuple[FilmsThere, FilmsThere, FilmsThere]) -> str:
    """What it saves, what it brings, or both."""
    always, turns, _rented = ways
    words = {
        "months": month_count(len(planned.starts)),
        "before": won(planned.always.cost),
        "after": won(planned.rotated.cost),
        "fewer": always.total,
        "more": turns.total,
        "films": turns.films,
    }
    if planned.more_films < NOTICEABLE:
        text = _(
            "Taking turns, you pay %(after)s instead of %(before)s in %(months)s, for as many "
            "films that are known to be there"
        )
    elif planned.saved > 0 and turns.total > always.total:
        text = _(
            "Taking turns, you pay %(after)s instead of %(before)s in %(months)s, with %(more)s "
            "of your %(films)s films instead of %(fewer)s"
        )
    elif planned.saved > 0:
        text = _(
            "Taking turns, you pay %(after)s instead of %(before)s in %(months)s, with more films "
            "beyond your list"
        )
    elif turns.total > always.total:
        text = _(
            "Taking turns, you have %(more)s of your %(films)s films instead of %(fewer)s in "
            "%(months)s, for the same money"
        )
    else:
        text = _(
            "Taking turns, you have more films beyond your list in %(months)s, for the same money"
        )
    return text % words


def _only_probable(ways: tuple[FilmsThere, FilmsThere, FilmsThere]) -> str:
    """Why taking turns is as good although it has fewer films of the list."""
    always, turns, _rented = ways
    if turns.total >= always.total:
        return ""
    return _(
        "Of your %(films)s films it has %(turns)s instead of %(always)s: whether the others are "
        "there at all is not certain, so the plan does not count them."
    ) % {"films": turns.films, "turns": turns.total, "always": always.total}


def _basis(planned: Planned) -> str:
    return ngettext(
        "For %(films)s film a month in %(months)s, of those known to be there today. Series are "
        "not counted.",
        "For %(films)s films a month in %(months)s, of those known to be there today. Series are "
        "not counted.",
        planned.films_a_month,
    ) % {"films": planned.films_a_month, "months": month_count(len(planned.starts))}


def _ways(planned: Planned, films: tuple[FilmsThere, FilmsThere, FilmsThere]) -> list[Way]:
    best = {Verdict.RENT: 2, Verdict.ROTATE: 1, Verdict.STAY: 0}.get(planned.verdict)
    months, rental = planned.rotated.months, planned.rental
    breaks = sum(not month.products for month in months)
    words = {"months": month_count(len(months) - breaks), "breaks": month_count(breaks)}
    turns = _("%(months)s with something, %(breaks)s without") % words
    if not breaks:
        turns = _("Something in every month")
    same = named(planned.products, planned.bundle.products)
    always = _("%(products)s in every month") % {"products": same}
    rows = [
        (_("Always the same"), always, planned.always.cost),
        (_("In turns"), turns, planned.rotated.cost),
    ]
    if rental:
        number = len(rental.films)
        renting = ngettext(
            "%(films)s film at %(price)s", "%(films)s films at %(price)s each", number
        ) % {"films": number, "price": won(planned.wish.rental_price)}
        rows.append((_("Rent instead"), renting, rental.cost))
    dearest = max(cost for _name, _what, cost in rows) or 1
    return [
        Way(
            name=name,
            what=what,
            cost=won(cost),
            films=films_there(films[place]),
            width=f"{100 * cost / dearest:.1f}",
            mark=_("best plan") if place == best else "",
        )
        for place, (name, what, cost) in enumerate(rows)
    ]


# --- the months ----------------------------------------------------------------------------------


def _months(planned: Planned, whereabouts: Whereabouts) -> list[MonthRow]:
    steps = _steps(planned)
    months = zip(planned.starts, planned.rotated.months, strict=True)
    return [
        MonthRow(
            name=date_format(start, "DATE_FORMAT"),
            until=_("to %(day)s")
            % {"day": date_format(planned.last_day(place), "MONTH_DAY_FORMAT")},
            products=named(planned.products, month.products) if month.products else "",
            price=won(month.price),
            steps=steps[place],
            expected=films_there(whereabouts.on(planned.platforms_of(month.products))),
            row=_row_of(planned, month.films, IN_A_ROW),
        )
        for place, (start, month) in enumerate(months)
    ]


def _row_of(planned: Planned, numbers: Sequence[int], shown: int) -> TileRow:
    tiles = [
        Tile(
            reverse("film", args=[movie.pk]),
            movie.display_title,
            str(movie.year or ""),
            movie.picture,
        )
        for movie in (planned.movies[number] for number in numbers)
    ]
    more = len(tiles) - shown
    text = ngettext("%(films)s more film", "%(films)s more films", more) % {"films": more}
    return TileRow(tiles[:shown], tiles[shown:], text if more > 0 else "")


def _steps(planned: Planned) -> list[list[str]]:
    """What to do at the beginning of each month."""
    steps: list[list[str]] = [[] for _month in planned.starts]
    for span in paid_spans(planned.rotated):
        words = {"product": planned.products[span.product]}
        steps[span.first].append(_("Subscribe: %(product)s") % words)
        if span.last + 1 < len(steps):
            steps[span.last + 1].append(_("Cancel by the day before: %(product)s") % words)
    return steps
