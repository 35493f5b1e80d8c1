"""How many people would get another answer under other products, weights or availability. Pure.

An answer is what the top of a result page says: the first platform by score, and the products of
the best bundle within the person's budget (without one, up to the knee of the ladder). It is
computed from the stored parts of a result: films keep their order and P(like), so changes that rank
them differently cannot be previewed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from common.arrays import Ints
from recommend.decision.bundles import AllChoices, coverage_of_sets, ladder, solve
from recommend.decision.decide import NO_WISHES, knee_price, market_of
from recommend.decision.offers import ProductOffer, Wishes
from recommend.decision.outlook import STATE_OF, THERE, UNKNOWN, Outlook
from recommend.decision.platform import PlatformScore, choose_platform, reweighted

States = Mapping[str, bool | None]

MOST_SHIFTS = 5


@dataclass(frozen=True)
class Simulated:
    """A person with their stored answer. `budget` in won a month, None if none was named.

    `ratios` are the usage ratios behind each weight; `likely` has P(like) by film, as far as it
    was read.
    """

    outlook: Outlook
    scores: Sequence[PlatformScore]
    ratios: Mapping[str, Sequence[float]]
    budget: int | None = None
    likely: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FilmMove:
    """A film whose availability differs from when the answers were stored.

    `before` is its state by platform then, `after` the new one; no key is "unknown". `heard` are
    platforms that gain evidence by it, `unheard` those that lose their only evidence.
    """

    movie: int
    before: States
    after: States
    heard: frozenset[str] = frozenset()
    unheard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AgeingChange:
    """Another `share` and `turnover` of a platform (`recommend.decision.availability.presence`)."""

    platform: str
    share: tuple[float, float]
    turnover: tuple[float, float]


@dataclass(frozen=True)
class Conditions:
    """What an answer depends on besides the person: products, lambda, where one film is, how fast
    a platform ages.

    `wishes` are those of every person.
    """

    offers: Sequence[ProductOffer]
    exponent: float
    film: FilmMove | None = None
    ageing: AgeingChange | None = None
    wishes: Wishes = NO_WISHES


@dataclass(frozen=True)
class TopAnswer:
    """`platform` is "" if none is compared; no products: nothing is worth its price.

    Products are sorted by name, because the order of the offers changes with their prices.
    """

    platform: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class Shift:
    """`people` get `after` instead of `before`."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class AnswerChanges:
    """How many of `people` get another platform, other products, or either.

    Shifts are ordered by frequency. `touched`: how many have the film among their likely ones;
    None if the change is not about a film.
    """

    people: int
    platform: int
    subscription: int
    either: int
    platform_shifts: Sequence[Shift]
    subscription_shifts: Sequence[Shift]
    touched: int | None = None


def compare(people: Sequence[Simulated], before: Conditions, after: Conditions) -> AnswerChanges:
    """The answers under both conditions, person by person."""
    pairs = list(zip(answers(people, before), answers(people, after), strict=True))
    platforms = [
        ((was.platform,), (now.platform,)) for was, now in pairs if was.platform != now.platform
    ]
    bundles = [(was.products, now.products) for was, now in pairs if was.products != now.products]
    film = after.film
    return AnswerChanges(
        people=len(pairs),
        platform=len(platforms),
        subscription=len(bundles),
        either=sum(was != now for was, now in pairs),
        platform_shifts=_most_frequent(platforms),
        subscription_shifts=_most_frequent(bundles),
        touched=None if film is None else sum(film.movie in one.likely for one in people),
    )


def answers(people: Sequence[Simulated], conditions: Conditions) -> list[TopAnswer]:
    """Each person's answer.

    Which sets of products can be bought, and for how much, depends only on the platforms and their
    evidence, so it is computed once for all people who share these; only the films differ.
    """
    markets: dict[tuple[tuple[str, ...], frozenset[str]], AllChoices] = {}
    found = []
    for person in people:
        outlook = _outlook_under(person, conditions)
        key = tuple(outlook.platforms), outlook.evidence
        if key not in markets:
            markets[key] = market_of(outlook, conditions.offers, conditions.wishes).choices
        choices = _for_films_of(outlook, markets[key])
        found.append(
            TopAnswer(_first_platform(person, outlook, conditions), _bundle(choices, person.budget))
        )
    return found


def moved(outlook: Outlook, chance: float, before: States, after: States) -> Outlook:
    """The outlook with a film of P(like) `chance` in the group of its new states.

    The film leaves the group of the states `before` and joins the group of the states `after`,
    which is added if there is none; the sum of `expected` stays the same. Where its state becomes
    unknown, P(there) is the platform's rate. Without a group of the states `before` the outlook is
    returned unchanged.
    """
    was, now = (_row(outlook, states) for states in (before, after))
    sources = np.flatnonzero((outlook.states == was).all(axis=1))
    if not len(sources) or (was == now).all():
        return outlook
    source = int(sources[0])
    # Both are rounded separately when stored, and a group cannot expect less than nothing.
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
    """A copy with a group of these states; a new one is empty, with the noise of `like`."""
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


def aged(outlook: Outlook, change: AgeingChange) -> Outlook:
    """The outlook under another ageing of a platform (`before, after` in each pair).

    What is left of the memory of what was seen follows from P(there); a platform that has not aged
    at all says nothing of how old its words are, and stays.
    """
    if change.platform not in outlook.platforms or not change.turnover[0]:
        return outlook
    column = list(outlook.platforms).index(change.platform)
    states, there = outlook.states[:, column], outlook.carried[:, column]
    seen = (states == THERE).astype(np.float64)
    apart = seen - change.share[0]
    memory = np.clip((there - change.share[0]) / np.where(apart == 0, 1.0, apart), 0.0, 1.0)
    later = np.power(memory, change.turnover[1] / change.turnover[0])
    carried = outlook.carried.copy()
    new = change.share[1] + (seen - change.share[1]) * later
    carried[:, column] = np.where(states == UNKNOWN, there, new)
    return replace(outlook, carried=carried)


def _outlook_under(person: Simulated, conditions: Conditions) -> Outlook:
    outlook, film = person.outlook, conditions.film
    if conditions.ageing is not None:
        outlook = aged(outlook, conditions.ageing)
    if film is None:
        return outlook
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
    """Scored again if films have moved; otherwise only the weights differ."""
    if conditions.film is not None or conditions.ageing is not None:
        scores = choose_platform(outlook, person.ratios, exponent=conditions.exponent)
    else:
        scores = reweighted(person.scores, person.ratios, exponent=conditions.exponent)
    return scores[0].platform if scores else ""


def _most_frequent(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[Shift]:
    """Ties are ordered by name."""
    counted = sorted(Counter(pairs).items(), key=lambda item: (-item[1], item[0]))
    return [Shift(was, now, people) for (was, now), people in counted[:MOST_SHIFTS]]
