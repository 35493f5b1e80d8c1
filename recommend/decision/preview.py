"""How many people would get another answer under other products, weights or availability. Pure.

An answer is the first platform by score and the products of the best bundle within the person's
budget (the knee of the ladder if they named none): what the top of a result page says. It is
computed from what is stored of a result, so the films keep their order and P(like); what would
rank them anew can not be told from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from common.arrays import Ints
from recommend.decision.bundles import AllChoices, ProductOffer, coverage_of_sets, ladder, solve
from recommend.decision.decide import knee_price, market_of
from recommend.decision.outlook import STATE_OF, THERE, UNKNOWN, Outlook
from recommend.decision.platform import PlatformScore, choose_platform, reweighted, stored_scores

States = Mapping[str, bool | None]

MOST_SHIFTS = 5


@dataclass(frozen=True)
class Simulated:
    """A person with their stored answer. `budget` in won a month, None if none was named.

    `scores` are the platforms as scored, `ratios` the usage ratios behind each weight, `likely`
    P(like) by film of the likeliest films, as far as it was read.
    """

    outlook: Outlook
    scores: Sequence[PlatformScore]
    ratios: Mapping[str, Sequence[float]]
    budget: int | None = None
    likely: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def read(cls, parts: Mapping[str, Any], budget: int | None) -> Simulated:
        """From the stored shape of a result."""
        return cls(
            outlook=Outlook.from_json(parts["outlook"]),
            scores=stored_scores(parts["platforms"]),
            ratios={slug: [row["ratio"] for row in rows] for slug, rows in parts["usage"].items()},
            budget=budget,
            likely=dict(parts["likely"]),
        )


@dataclass(frozen=True)
class FilmMove:
    """A film that is somewhere else than when the answers were stored.

    `before` is its state by platform then, `after` the other one; no key is "unknown". `heard`
    are platforms of which it is the first thing that is known, `unheard` those of which nothing
    is known any more.
    """

    movie: int
    before: States
    after: States
    heard: frozenset[str] = frozenset()
    unheard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Conditions:
    """What an answer hangs on beside the person: products, lambda, where one film is."""

    offers: Sequence[ProductOffer]
    exponent: float
    film: FilmMove | None = None


@dataclass(frozen=True)
class Answer:
    """`platform` is "" where none is compared; no products: nothing is worth its price.

    Products are in the order of their names: that of the offers changes with their prices.
    """

    platform: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class Shift:
    """So many people get `after` in place of `before`."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class Changes:
    """How many of `people` get another platform, other products, or either.

    The shifts are the most frequent ones first. `touched`: how many have the film among their
    likely ones; None where the change is not one of a film.
    """

    people: int
    platform: int
    subscription: int
    either: int
    platform_shifts: Sequence[Shift]
    subscription_shifts: Sequence[Shift]
    touched: int | None = None


def compare(people: Sequence[Simulated], before: Conditions, after: Conditions) -> Changes:
    """The answers under both conditions, person by person."""
    pairs = list(zip(answers(people, before), answers(people, after), strict=True))
    platforms = [
        ((was.platform,), (now.platform,)) for was, now in pairs if was.platform != now.platform
    ]
    bundles = [(was.products, now.products) for was, now in pairs if was.products != now.products]
    film = after.film
    return Changes(
        people=len(pairs),
        platform=len(platforms),
        subscription=len(bundles),
        either=sum(was != now for was, now in pairs),
        platform_shifts=_most_frequent(platforms),
        subscription_shifts=_most_frequent(bundles),
        touched=None if film is None else sum(film.movie in one.likely for one in people),
    )


def answers(people: Sequence[Simulated], conditions: Conditions) -> list[Answer]:
    """Everybody's answer.

    Which sets of products can be bought, and for how much, is the same for all people of whose
    platforms the same is known; so it is worked out once for them, and only the films are not.
    """
    markets: dict[tuple[tuple[str, ...], frozenset[str]], AllChoices] = {}
    found = []
    for person in people:
        outlook = _outlook_under(person, conditions.film)
        key = tuple(outlook.platforms), outlook.evidence
        if key not in markets:
            markets[key] = market_of(outlook, conditions.offers).choices
        choices = _for_films_of(outlook, markets[key])
        found.append(
            Answer(_first_platform(person, outlook, conditions), _bundle(choices, person.budget))
        )
    return found


def moved(outlook: Outlook, chance: float, before: States, after: States) -> Outlook:
    """The outlook with a film of P(like) `chance` in the group of its new states.

    A film goes from the group of films that are where it was to that of films that are where it
    is now, which is new if there is none; the sum of `expected` stays the same. Where it becomes
    unknown, the platform's rate is how likely it is there. The outlook stays as it is if it has no
    group of films in the states `before`.
    """
    was, now = (_row(outlook, states) for states in (before, after))
    sources = np.flatnonzero((outlook.states == was).all(axis=1))
    if not len(sources) or (was == now).all():
        return outlook
    source = int(sources[0])
    # Both are rounded where they are stored: a group has no fewer films than none.
    worth = min(chance, float(outlook.expected[source]))
    rates = [outlook.rates[platform][1] for platform in outlook.platforms]
    prior = np.where(was == UNKNOWN, outlook.carried[source], rates)
    carried = np.where(now == UNKNOWN, prior, np.asarray(now == THERE, np.float64))
    grown = _with_group(outlook, now, like=source)
    target = int(np.flatnonzero((grown.states == now).all(axis=1))[0])
    total = grown.expected[target] + worth
    share = worth / total if total > 0 else 1.0
    mean = (1.0 - share) * grown.carried[target] + share * carried
    grown.carried[target] = np.where(now == UNKNOWN, mean, carried)
    grown.expected[source] -= worth
    grown.expected[target] = total
    grown.films[source] -= 1
    grown.films[target] += 1
    return grown


def _with_group(outlook: Outlook, states: Ints, *, like: int) -> Outlook:
    """A copy that has a group of these states, empty if it is new, as sure as the group `like`."""
    new = not (outlook.states == states).all(axis=1).any()
    places = [*range(len(outlook.films)), *([like] if new else [])]
    grown = replace(
        outlook,
        films=outlook.films[places],
        expected=outlook.expected[places],
        noise=outlook.noise[places],
        states=outlook.states[places],
        carried=outlook.carried[places],
    )
    if new:
        grown.films[-1], grown.expected[-1], grown.states[-1] = 0, 0.0, states
    return grown


def _row(outlook: Outlook, states: States) -> Ints:
    return np.array([STATE_OF[states.get(slug)] for slug in outlook.platforms], np.int64)


def _outlook_under(person: Simulated, film: FilmMove | None) -> Outlook:
    if film is None:
        return person.outlook
    outlook = person.outlook
    if film.movie in person.likely:
        outlook = moved(outlook, person.likely[film.movie], film.before, film.after)
    return replace(outlook, evidence=(outlook.evidence | film.heard) - film.unheard)


def _for_films_of(outlook: Outlook, choices: AllChoices) -> AllChoices:
    columns = outlook.columns()
    coverages = coverage_of_sets(outlook.expected, [columns[one] for one in choices.platforms])
    return replace(choices, coverages=coverages[choices.given])


def _bundle(choices: AllChoices, budget: int | None) -> tuple[str, ...]:
    limit = knee_price(ladder(choices)) if budget is None else budget
    return tuple(sorted(solve(choices, limit).best.products))


def _first_platform(person: Simulated, outlook: Outlook, conditions: Conditions) -> str:
    """Scored anew where a film is said to be elsewhere; else only the weights are others."""
    if conditions.film is not None:
        scores = choose_platform(outlook, person.ratios, exponent=conditions.exponent)
    else:
        scores = reweighted(person.scores, person.ratios, exponent=conditions.exponent)
    return scores[0].platform if scores else ""


def _most_frequent(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[Shift]:
    """Of equally frequent ones in the order of their names."""
    counted = sorted(Counter(pairs).items(), key=lambda item: (-item[1], item[0]))
    return [Shift(was, now, people) for (was, now), people in counted[:MOST_SHIFTS]]
