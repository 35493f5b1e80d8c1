"""Every number behind a plan: assumptions, prices, and how likely each film is liked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommend.pages.wording import Explained, ProductPrice, films, product_price, won
from recommend.results.year_plan import HOURS_IF_NOT_ANSWERED, HOURS_OF_A_FILM, USUAL_HOURS, Planned
from survey.models import OttFrequency


@dataclass(frozen=True)
class MonthFilms:
    """The films of a month, each with its chance; `total` is the sum of the chances."""

    month: str
    films: Sequence[tuple[str, str]]
    total: str


@dataclass(frozen=True)
class PlanNumbers:
    """`hours`: answers, the hours assumed for them, and how many films that makes.

    `prices`: the products of the plan and of the bundle, and for how many months each is paid.
    """

    terms: Sequence[Explained]
    hours: Sequence[tuple[str, str, str]]
    prices: Sequence[tuple[ProductPrice, str]]
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
            _chances(planned, date_format(start, "DATE_FORMAT"), month.films, month.expected)
            for start, month in months
            if month.films
        ],
        rented=_chances(planned, _("To rent"), rental.films, rental.expected)
        if rental and rental.films
        else None,
    )


def _sums(planned: Planned) -> list[Explained]:
    time = (
        ngettext("%(films)s film a month", "%(films)s films a month", planned.films_a_month)
        % {"films": planned.films_a_month},
        _("%(hours)s hours, divided by %(each)s hours for a film.")
        % {"hours": planned.hours, "each": HOURS_OF_A_FILM},
    )
    always = (
        _("Always the same: %(price)s") % {"price": won(planned.always.cost)},
        _(
            "%(price)s a month, %(months)s times: what has most films for a budget of "
            "%(budget)s a month."
        )
        % {
            "price": won(planned.bundle.monthly_price),
            "months": len(planned.starts),
            "budget": won(planned.budget),
        },
    )
    turns = (
        _("In turns: %(price)s") % {"price": won(planned.rotated.cost)},
        _("The prices of all months added up. No month costs more than the budget."),
    )
    return [time, always, turns, *_renting(planned)]


def _renting(planned: Planned) -> list[Explained]:
    rental = planned.rental
    if rental is None:
        return []
    text = _(
        "%(films)s times %(price)s, wherever the films are: the fewest that are expected to give "
        "as many liked ones. What it costs to rent a film is our assumption, as no average price "
        "is published; you can change it above."
    ) % {"films": len(rental.films), "price": won(planned.wish.rental_price)}
    return [(_("Rent instead: %(price)s") % {"price": won(rental.cost)}, text)]


def _rules(planned: Planned) -> list[Explained]:
    return [
        (
            _("Films that you like: %(films)s") % {"films": films(planned.rotated.expected)},
            _(
                "The chances of all films of the plan added up. Of the %(films)s films that you "
                "are most likely to like %(known)s are known to be in a subscription today; films "
                "of unknown availability are in no month."
            )
            % {"films": f"{len(planned.liked):,}", "known": f"{planned.carried:,}"},
        ),
        (
            _("How good the plan is"),
            _(
                "Every set of products is considered for every month, and no film is watched "
                "twice. Where the search stops early, we say by how much the plan may fall short."
            ),
        ),
        (
            _("What may change"),
            _(
                "Prices and where films are stay as they are today, a subscription lasts a month "
                "and can be cancelled at its end. Series are not counted, nor films that you "
                "watch again."
            ),
        ),
    ]


def _hours() -> list[tuple[str, str, str]]:
    rows = [(OttFrequency(name).label, hours) for name, hours in USUAL_HOURS.items()]
    return [
        (str(answer), str(hours), str(hours // HOURS_OF_A_FILM))
        for answer, hours in [*rows, (_("Not answered"), HOURS_IF_NOT_ANSWERED)]
    ]


def _prices(planned: Planned, today: date) -> list[tuple[ProductPrice, str]]:
    months = [slug for month in planned.rotated.months for slug in month.products]
    return [
        (product_price(planned.products[slug], today), str(months.count(slug)))
        for slug in dict.fromkeys([*months, *planned.bundle.products])
    ]


def _chances(planned: Planned, month: str, numbers: Iterable[int], expected: float) -> MonthFilms:
    movies, liked = planned.movies, planned.liked
    rows = [(movies[one].display_title, f"{100 * liked[one]:.0f}%") for one in numbers]
    return MonthFilms(month, rows, films(expected))
