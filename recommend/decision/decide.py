"""What to subscribe to: the best products within a budget; what to keep, drop and add. Pure.

Everything follows from a person's outlook, the products of the day and the person's wishes
(`recommend.decision.offers`), so another budget, price or wish needs no new recommendation. A
platform without any evidence adds nothing: a guess from other platforms is no reason to pay. Only a
must-have is one, and then the decision names the platform whose films are unknown.

The budget and the wishes that rule products out always hold. If not all must-haves can be had, the
answer has as many of them as possible, and `unmet` says what giving up each wish would change.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommend.decision import bundles, certainty
from recommend.decision.bundles import AllChoices, Choice, Solution, Step
from recommend.decision.offers import (
    ProductOffer,
    Wishes,
    WishKind,
    allowed,
    worth_considering,
)
from recommend.decision.outlook import ABSENT, THERE, Outlook

RIVALS = 32  # the best choice is compared with this many that have the most films


NO_WISHES = Wishes()


@dataclass(frozen=True)
class Marginal:
    """A product of a choice, and the films that are lost without it."""

    product: str
    monthly_price: int
    films: float


@dataclass(frozen=True)
class MustHaveAnswer:
    """A must-have, whether the best choice offers it, on which of its platforms, and where else
    it is.

    `saves`: won a month less without it, with as many films and all other must-haves; 0 if it is
    not met.
    """

    slug: str
    is_met: bool
    saves: int
    platforms: Sequence[str]
    elsewhere: Sequence[str]


@dataclass(frozen=True)
class Dropped:
    """What it would cost to meet the other wishes without this one; `slug` of a must-have or "".

    `monthly_price`: the lowest at which as many as possible are met; None if then nothing has a
    film. `saves`: won less than with the wish; None if that compares different must-haves. `unmet`
    are those that nothing on sale meets even then.
    """

    wish: WishKind
    slug: str
    monthly_price: int | None
    saves: int | None
    unmet: Sequence[str]


@dataclass(frozen=True)
class Unmet:
    """Why not all wishes are met: `must_have` are those that the best choice lacks.

    `monthly_price`: the lowest at which as many as possible are met, whatever the budget; None if
    nothing that the wishes allow has a film. `impossible` are those that it does not meet.
    """

    must_have: Sequence[str]
    monthly_price: int | None
    impossible: Sequence[str]
    dropping: Sequence[Dropped]


@dataclass(frozen=True)
class Tip:
    """A product under a condition (a phone plan, a card) that gives a part of the best choice.

    `requires` is the condition. `saves`: won a month less than the best choice with it.
    """

    product: str
    requires: str
    saves: int


@dataclass(frozen=True)
class Certainty:
    """How sure the best choice is.

    `flip_probability`: P(another choice within the budget turns out better); `beats_runner_up`:
    P(the best choice has more films than the runner-up), None without a runner-up.
    """

    flip_probability: float
    beats_runner_up: float | None

    @property
    def is_toss_up(self) -> bool:
        """Whether the runner-up is about as good."""
        return self.beats_runner_up is not None and self.beats_runner_up < certainty.TOSS_UP


@dataclass(frozen=True)
class Market:
    """The products that are worth considering for a person; `choices` has every union of them.

    `sold` are all offers, also those that the wishes rule out.
    """

    outlook: Outlook
    offers: Sequence[ProductOffer]
    choices: AllChoices
    wishes: Wishes = NO_WISHES
    sold: Sequence[ProductOffer] = ()

    @cached_property
    def outcomes(self) -> certainty.Outcomes:
        return certainty.simulate(self.outlook)

    def interval(self, choice: Choice) -> tuple[float, float]:
        """Expected films of a choice if every unknown film is absent, and if every one is there."""
        outlook, counted = self.outlook, self._counted(choice)
        states = outlook.states[:, [slug in counted for slug in outlook.platforms]]
        is_there, may_be_there = (states == THERE).any(axis=1), (states != ABSENT).any(axis=1)
        return float(outlook.expected @ is_there), float(outlook.expected @ may_be_there)

    def platforms_of(self, choice: Choice) -> frozenset[str]:
        """All platforms that its products and the owned ones give, with or without evidence."""
        chosen = [offer for offer in self.offers if offer.product in choice.products]
        return frozenset().union(*(one.platforms for one in [*chosen, *self.wishes.owned]))

    def _counted(self, choice: Choice) -> frozenset[str]:
        """The platforms of a choice that have evidence."""
        return self.platforms_of(choice) & frozenset(self.choices.platforms)

    def marginals(self, choice: Choice) -> list[Marginal]:
        """What each product of a choice adds to the others, with what is only sold with it."""
        prices = {offer.product: offer.monthly_price for offer in self.offers}
        rows = []
        for product in choice.products:
            lost = self._only_with(product)
            others = self.choices.of([one for one in choice.products if one not in lost])
            rows.append(Marginal(product, prices[product], choice.coverage - others.coverage))
        return rows

    def _only_with(self, product: str) -> set[str]:
        """The product and all that requires it, directly or through others."""
        lost, size = {product}, 0
        while len(lost) > size:
            size = len(lost)
            lost |= {offer.product for offer in self.offers if offer.requires in lost}
        return lost

    def certainty_of(self, solution: Solution, budget: int | None) -> Certainty:
        """How sure the solution is against the choices within the budget with the most films."""
        choices, best = self.choices, self._counted(solution.best)
        affordable = choices.within(budget)
        affordable = affordable[
            choices.met[affordable] == choices.met[choices.place_of(solution.best)]
        ]
        _sets, first = np.unique(choices.given[affordable], return_index=True)
        rivals = affordable[first]
        rivals = rivals[np.argsort(-choices.coverages[rivals], kind="stable")][:RIVALS]
        others = [self._counted(choices[int(place)]) for place in rivals]
        compared = [best, *(other for other in others if other != best)]
        if solution.runner_up:
            compared.append(self._counted(solution.runner_up))
        values = self.outcomes.of_sets(compared)
        return Certainty(
            flip_probability=1.0 - certainty.sureness(values, 0),
            beats_runner_up=certainty.beats(values, 0, -1) if solution.runner_up else None,
        )


@dataclass(frozen=True)
class Decision:
    """The answer at one budget; without a budget, at the knee of the ladder.

    `solution` has the best choice and the runner-up, `low` and `high` its interval. `current` is
    the cheapest choice that gives every platform that the person pays for, of those that are on
    sale and have evidence; None if there is none. `keep`, `drop` and `add` lead from it to the
    best choice; `change` is the best choice that is one product away from it. `unknown` are
    platforms of the best choice of whose films nothing is known. `unmet` is None if all wishes are
    met.
    """

    budget: int | None
    solution: Solution
    low: float
    high: float
    certainty: Certainty
    ladder: Sequence[Step]
    current: Choice | None
    keep: Sequence[Marginal]
    drop: Sequence[Marginal]
    add: Sequence[Marginal]
    change: Choice | None
    unknown: Sequence[str] = ()
    must_have: Sequence[MustHaveAnswer] = ()
    unmet: Unmet | None = None

    @property
    def best(self) -> Choice:
        return self.solution.best


def market_of(
    outlook: Outlook, offers: Sequence[ProductOffer], wishes: Wishes = NO_WISHES
) -> Market:
    """The market of a person with these wishes.

    Of more than 20 platforms (and must-haves that they do not meet) those with the fewest films are
    left out.
    """
    fitting = allowed(offers, wishes)
    given = {slug for one in [*fitting, *wishes.owned] for slug in one.platforms}
    columns = {slug: there for slug, there in outlook.columns().items() if slug in given}
    worth = {slug: float(outlook.expected @ there) for slug, there in columns.items()}
    counted = {slug: columns[slug] for slug in bundles.most_telling(worth, wishes.must_have)}
    kept = worth_considering(fitting, counted, wishes.must_have)
    choices = bundles.all_choices(
        kept, outlook.expected, counted, must_have=wishes.must_have, owned=wishes.owned
    )
    return Market(outlook, kept, choices, wishes, offers)


def decide(market: Market, *, budget: int | None, subscribed: Collection[str] = ()) -> Decision:
    """The best products within the budget, and how to get there from `subscribed`.

    What is subscribed is taken to fit the wishes too.
    """
    steps = bundles.ladder(market.choices)
    limit = knee_price(steps) if budget is None else budget
    solution = bundles.solve(market.choices, limit)
    best = solution.best
    low, high = market.interval(best)
    sold = set(subscribed) & set(market.choices.platforms)
    current = bundles.cheapest_giving(market.choices, sold) if sold or not subscribed else None
    has = current.products if current else ()
    paid = market.marginals(current) if current else []
    chosen = market.marginals(best)
    return Decision(
        budget=budget,
        solution=solution,
        low=low,
        high=high,
        certainty=market.certainty_of(solution, limit),
        ladder=steps,
        current=current,
        keep=[one for one in chosen if one.product in has],
        add=[one for one in chosen if one.product not in has],
        drop=[one for one in paid if one.product not in best.products],
        change=bundles.best_change(market.choices, current, limit) if current else None,
        unknown=sorted(market.platforms_of(best) - market.outlook.evidence),
        must_have=must_have_answers(market, best),
        unmet=unmet_wishes(market, best),
    )


def knee_price(steps: Sequence[Step]) -> int:
    """The budget if none is given: the price of the knee, or of the last step without one."""
    return next((step for step in steps if step.is_knee), steps[-1]).choice.monthly_price


def must_have_answers(market: Market, best: Choice) -> list[MustHaveAnswer]:
    """Each must-have, in the order of the wishes, and what it adds to the price."""
    choices = market.choices
    products = {*best.products, *(one.product for one in market.wishes.owned)}
    platforms = market.platforms_of(best)
    met = choices.fulfilled[choices.place_of(best)]
    enough = choices.coverages >= best.coverage
    answers = []
    for place, one in enumerate(choices.must_have):
        others = met.copy()
        others[place] = False
        without = choices.prices[enough & choices.fulfilled[:, others].all(axis=1)].min()
        where = one.platforms_of(products, platforms)
        answers.append(
            MustHaveAnswer(
                slug=one.slug,
                is_met=bool(met[place]),
                saves=best.monthly_price - int(without) if met[place] else 0,
                platforms=where,
                elsewhere=sorted({platform for platform, _product in one.ways} - {*where}),
            )
        )
    return answers


def unmet_wishes(market: Market, best: Choice) -> Unmet | None:
    """What giving up each wish would change, if the best choice lacks a must-have or is empty.

    None if all wishes are met, or if they are not the reason that there is nothing to buy.
    """
    choices, wishes = market.choices, market.wishes
    met = choices.fulfilled[choices.place_of(best)]
    missing = [one.slug for one, has in zip(choices.must_have, met, strict=True) if not has]
    nothing = not choices.must_have and best.coverage == 0
    if not missing and not (nothing and wishes.of_products):
        return None
    price, impossible = _lowest(choices)
    lowest = {
        (WishKind.MUST_HAVE, one.slug): _lowest(choices, one.slug) for one in choices.must_have
    }
    for kind in wishes.of_products:
        relaxed = market_of(market.outlook, market.sold, wishes.without(kind))
        lowest[kind, ""] = _lowest(relaxed.choices)
    dropping = [
        Dropped(
            wish=kind,
            slug=slug,
            monthly_price=other,
            saves=None
            if price is None or other is None or not {*impossible} - {slug} <= {*unmet}
            else price - other,
            unmet=unmet,
        )
        for (kind, slug), (other, unmet) in lowest.items()
    ]
    if not missing and all(one.monthly_price == price for one in dropping):
        return None
    return Unmet(missing, price, impossible, dropping)


def _lowest(choices: AllChoices, without: str = "") -> tuple[int | None, list[str]]:
    """The lowest price at which as many must-haves as possible are met, and those that are not.

    `without` one of them. If there never was one, the lowest price of any film.
    """
    if not choices.must_have:
        prices = choices.prices[choices.coverages > 0]
        return (int(prices.min()) if len(prices) else None), []
    kept = np.array([one.slug != without for one in choices.must_have])
    number = choices.fulfilled[:, kept].sum(axis=1)
    rows = np.flatnonzero(number == number.max())
    place = choices.best(rows[choices.prices[rows] == choices.prices[rows].min()])
    unmet = [
        one.slug
        for one, met in zip(choices.must_have, choices.fulfilled[place] | ~kept, strict=True)
        if not met
    ]
    return int(choices.prices[place]), unmet


def tips(market: Market, best: Choice, conditional: Sequence[ProductOffer]) -> list[Tip]:
    """Products that not everybody can buy but that would make the best choice cheaper.

    Each alone in place of what it gives: with as many platforms and must-haves. The one that saves
    most comes first; of those with the same condition and platforms only that one, or the first
    that was passed in.
    """
    choices = market.choices
    unions, place = choices.sets.unions, choices.place_of(best)
    met = choices.fulfilled[place]
    found: dict[tuple[str, frozenset[str]], Tip] = {}
    for offer in sorted(conditional, key=lambda offer: offer.monthly_price):
        if not market.wishes.allows(offer):
            continue
        having = unions | bundles.given_by(offer, choices.platforms, choices.marks)
        same = choices.given[place] & ~having == 0
        same &= choices.fulfilled_by(having)[:, met].all(axis=1)
        least = int(choices.prices[same].min()) + offer.monthly_price
        if (saves := best.monthly_price - least) > 0:
            found.setdefault(
                (offer.requires, offer.platforms), Tip(offer.product, offer.requires, saves)
            )
    return sorted(found.values(), key=lambda tip: (-tip.saves, tip.product))
