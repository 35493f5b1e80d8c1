"""Every number behind a plan: assumptions, prices, and how likely each film is liked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movies.models import PRICE_OLD_AFTER
from recommend.pages.wording import films, won
from recommend.results.year_plan import HOURS_IF_NOT_ANSWERED, HOURS_OF_A_FILM, USUAL_HOURS, Planned
from survey.models import OttFrequency


@dataclass(frozen=True)
class Term:
    term: str
    text: str


@dataclass(frozen=True)
class UsualHours:
    """A row of the table of what is assumed."""

    answer: str
    hours: str
    films: str


@dataclass(frozen=True)
class Price:
    """A product of the plan or of the bundle, what it costs, and where that was read."""

    product: str
    price: str
    months: str
    checked: str
    source: str
    is_old: bool


@dataclass(frozen=True)
class FilmChance:
    title: str
    chance: str


@dataclass(frozen=True)
class MonthFilms:
    """The films of a month; `total` is the sum of their chances."""

    month: str
    films: Sequence[FilmChance]
    total: str


@dataclass(frozen=True)
class PlanNumbers:
    terms: Sequence[Term]
    hours: Sequence[UsualHours]
    prices: Sequence[Price]
    months: Sequence[MonthFilms]
    rented: MonthFilms | None


def plan_numbers(planned: Planned, today: date) -> PlanNumbers:
    rental = planned.rental
    months = zip(planned.starts, planned.rotated.months, strict=True)
    return PlanNumbers(
        terms=[*_sums(planned), *_rules(planned)],
        hours=_hours(),
        prices=_prices(planned, today),
        months=[
            _chances(planned, date_format(start, "YEAR_MONTH_FORMAT"), month.films, month.expected)
            for start, month in months
            if month.films
        ],
        rented=_chances(planned, _("To rent"), rental.films, rental.expected)
        if rental and rental.films
        else None,
    )


def _sums(planned: Planned) -> list[Term]:
    months = len(planned.starts)
    always = [
        Term(
            _("Always the same: %(price)s") % {"price": won(planned.always.cost)},
            _(
                "%(price)s a month, %(months)s times: what has most films for a budget of "
                "%(budget)s a month."
            )
            % {
                "price": won(planned.bundle.monthly_price),
                "months": months,
                "budget": won(planned.budget),
            },
        )
    ]
    turns = Term(
        _("In turns: %(price)s") % {"price": won(planned.rotated.cost)},
        _("The prices of all months added up. No month costs more than the budget."),
    )
    time = Term(
        ngettext("%(films)s film a month", "%(films)s films a month", planned.films_a_month)
        % {"films": planned.films_a_month},
        _("%(hours)s hours, divided by %(each)s hours for a film.")
        % {"hours": planned.hours, "each": HOURS_OF_A_FILM},
    )
    return [time, *always, turns, *_renting(planned)]


def _renting(planned: Planned) -> list[Term]:
    rental = planned.rental
    if rental is None:
        return []
    text = _(
        "%(films)s times %(price)s, wherever the films are: the fewest that are expected to give "
        "as many liked ones. What it costs to rent a film is our assumption, as no average price "
        "is published; you can change it above."
    ) % {"films": len(rental.films), "price": won(planned.wish.rental_price)}
    return [Term(_("Rent instead: %(price)s") % {"price": won(rental.cost)}, text)]


def _rules(planned: Planned) -> list[Term]:
    return [
        Term(
            _("Films that you like: %(films)s") % {"films": films(planned.rotated.expected)},
            _(
                "The chances of all films of the plan added up. Of the %(films)s films that you "
                "are most likely to like %(known)s are known to be in a subscription today; films "
                "of unknown availability are in no month."
            )
            % {"films": f"{len(planned.liked):,}", "known": f"{planned.carried:,}"},
        ),
        Term(
            _("How good the plan is"),
            _(
                "Every set of products is considered for every month, and no film is watched "
                "twice. Where the search stops early, we say by how much the plan may fall short."
            ),
        ),
        Term(
            _("What may change"),
            _(
                "Prices and where films are stay as they are today, a subscription lasts a month "
                "and can be cancelled at its end. Series are not counted, nor films that you "
                "watch again."
            ),
        ),
    ]


def _hours() -> list[UsualHours]:
    rows = [(OttFrequency(name).label, hours) for name, hours in USUAL_HOURS.items()]
    return [
        UsualHours(str(answer), str(hours), str(hours // HOURS_OF_A_FILM))
        for answer, hours in [*rows, (_("Not answered"), HOURS_IF_NOT_ANSWERED)]
    ]


def _prices(planned: Planned, today: date) -> list[Price]:
    months = [slug for month in planned.rotated.months for slug in month.products]
    rows = []
    for slug in dict.fromkeys([*months, *planned.bundle.products]):
        product = planned.products[slug]
        rows.append(
            Price(
                product=str(product),
                price=won(product.monthly_price or 0),
                months=str(months.count(slug)),
                checked=date_format(product.checked_on, "DATE_FORMAT"),
                source=product.source,
                is_old=product.checked_on < today - PRICE_OLD_AFTER,
            )
        )
    return rows


def _chances(planned: Planned, month: str, numbers: Iterable[int], expected: float) -> MonthFilms:
    return MonthFilms(
        month=month,
        films=[
            FilmChance(planned.movies[number].display_title, f"{100 * planned.liked[number]:.0f}%")
            for number in numbers
        ],
        total=films(expected),
    )
