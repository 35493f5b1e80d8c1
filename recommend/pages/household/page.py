"""One set of products for two to four people, in ready texts.

It must say nothing about the other people but numbers and the films that all have in common: no
answer and no product of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from movies.models import Movie, Product
from recommend.decision.bundles import Choice
from recommend.decision.household import Household, Part, Shared
from recommend.pages.wording import films_there, named, platforms_of, whole_films, won
from recommend.results.household import Housemate
from recommend.results.whereabouts import Whereabouts
from recommend.results.year_plan import NOTICEABLE

MOST_FILMS = 12  # that all like


@dataclass(frozen=True)
class PersonRow:
    """What a person has with the set; `width` of the bar is in percent of what they have alone."""

    name: str
    shared: str
    alone: str
    share: str
    width: str


@dataclass(frozen=True)
class SetCard:
    """A set of products for all, and what it means for each of them."""

    title: str
    products: str
    price: str
    platforms: str
    total: str
    saved: str
    people: Sequence[PersonRow]


@dataclass(frozen=True)
class HouseholdPage:
    """`cards` are one or two, or none if nothing is worth buying; `note` adds to the verdict;
    `lacking` says that must-haves are missing, not which or whose; `hint`: where the budget comes
    from."""

    verdict: str
    note: str
    lacking: str
    cards: Sequence[SetCard]
    budget: int
    hint: str


def household_page(
    household: Household,
    products: Mapping[str, Product],
    whereabouts: Sequence[Whereabouts],
    *,
    names: Sequence[str],
    budget: int,
    hint: str,
) -> HouseholdPage:
    """`whereabouts` are those of each person's own list of films, in the order of the people, as
    `names` have what each is called or ""."""
    most, fairest = household.most_together(budget), household.fairest(budget)
    verdict, note = _verdict(most, products), ""
    if most.choice.coverage < NOTICEABLE and not most.met:
        price = {"price": won(budget)}
        verdict = _("For %(price)s a month nothing is worth paying for together") % price
        note, shown = _("No subscription within it is known to have films that you like."), []
    elif most.choice.products == fairest.choice.products:
        shown = [(_("Most films together, and fairest too"), most)]
    else:
        note = _("The fairest gives the most to the person who gets the least.")
        shown = [(_("Most films together"), most), (_("Fairest"), fairest)]
    cards = [_card(title, one, products, whereabouts, names) for title, one in shown]
    lacking = ""
    if most.lacking:
        lacking = _("Within this budget not all of your must-haves fit.")
    return HouseholdPage(verdict, note, lacking, cards, budget, hint)


def films_of_all(people: Sequence[Housemate]) -> list[Movie]:
    """The first films that are in everybody's list, in the order of their places added up."""
    places = [{film.pk: place for place, film in enumerate(one.films)} for one in people]
    common = [film for film in people[0].films if all(film.pk in place for place in places)]
    return sorted(common, key=lambda film: sum(place[film.pk] for place in places))[:MOST_FILMS]


def person_name(number: int, name: str = "") -> str:
    """As it was written, else by number, from 1; the first is the owner of the page."""
    if name:
        return name
    if number == 1:
        return _("You")
    return _("Person %(number)s") % {"number": number}


def _verdict(shared: Shared, products: Mapping[str, Product]) -> str:
    words = {"products": named(products, shared.choice.products), "price": won(abs(shared.saved))}
    if shared.saved > 0:
        return _("Share %(products)s: %(price)s a month less than each on their own") % words
    if shared.saved < 0:
        return _("Share %(products)s: %(price)s a month more than each on their own") % words
    return _("Share %(products)s: it costs as much as each on their own") % words


def _card(
    title: str,
    shared: Shared,
    products: Mapping[str, Product],
    whereabouts: Sequence[Whereabouts],
    names: Sequence[str],
) -> SetCard:
    alone = sum(part.alone.monthly_price for part in shared.parts)
    rows = [
        _row(person_name(number, name), part, own, shared.choice, products)
        for number, (part, own, name) in enumerate(
            zip(shared.parts, whereabouts, names, strict=True), start=1
        )
    ]
    added_up = sum(one.on(_platforms(shared.choice, products)).total for one in whereabouts)
    return SetCard(
        title=title,
        products=named(products, shared.choice.products),
        price=won(shared.choice.monthly_price),
        platforms=platforms_of(products, shared.choice.products),
        total=_("%(films)s of all your lists, added up") % {"films": whole_films(added_up)},
        saved=_("Each on their own, it would be %(alone)s a month.") % {"alone": won(alone)},
        people=rows,
    )


def _platforms(choice: Choice, products: Mapping[str, Product]) -> set[str]:
    return {one.pk for slug in choice.products for one in products[slug].platforms.all()}


def _row(
    name: str, part: Part, whereabouts: Whereabouts, choice: Choice, products: Mapping[str, Product]
) -> PersonRow:
    figure = whereabouts.on(_platforms(choice, products))
    alone = whereabouts.on(_platforms(part.alone, products))
    share = figure.total / alone.total if alone.total else 1.0
    words = {"films": films_there(alone), "price": won(part.alone.monthly_price)}
    return PersonRow(
        name=name,
        shared=films_there(figure),
        alone=_("alone %(films)s, for %(price)s") % words,
        share=_("%(percent)s%% of what they have alone") % {"percent": f"{100 * share:.0f}"}
        if alone.total
        else _("nothing to expect alone either"),
        width=f"{min(100 * share, 100.0):.1f}",
    )
