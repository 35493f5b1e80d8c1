"""The plan of the next months for a stored result. Reads only.

Collects the films and offers that `recommend.rotation.plan` plans with, and what the plan is
compared with. Every assumption is a constant below; the person can replace all of them but the
length of a film. Of the person's wishes for products the plan keeps all but the must-haves.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from movies.models import Movie, Product
from recommend.decision import bundles
from recommend.decision.bundles import Choice
from recommend.decision.decide import knee_price, market_of
from recommend.decision.offers import ProductOffer, allowed, worth_considering
from recommend.results.advice import offers_of, products_on
from recommend.results.stored import StoredResult
from recommend.results.wishes import wishes_on
from recommend.rotation import plan as rotation
from recommend.rotation.plan import MOST_MONTHS, Goal, Rental, RotationFilm, RotationPlan
from survey.models import OttFrequency

# Hours of films a month by how often a person watches; no survey asks for hours of films alone.
USUAL_HOURS: Mapping[str, int] = {
    OttFrequency.DAILY: 30,
    OttFrequency.SEVERAL_A_WEEK: 15,
    OttFrequency.WEEKLY: 8,
    OttFrequency.MONTHLY: 4,
    OttFrequency.RARELY: 2,
}
HOURS_IF_NOT_ANSWERED = 8
HOURS_OF_A_FILM = 2
RENTAL_PRICE = 2_500  # won to rent one film; no average is published
LARGEST_HOURS = 300
LARGEST_RENTAL_PRICE = 100_000
NOTICEABLE = 0.05  # films; less is shown as 0.0
MOVIE_FIELDS = ("title", "title_ko", "year", "genres", "poster_path", "platforms")


@dataclass(frozen=True)
class Wish:
    """What a person wants from a plan; None: as answered in the survey, else as assumed.

    `budget` in won a month, `hours` of films a month.
    """

    budget: int | None = None
    hours: int | None = None
    months: int = MOST_MONTHS
    goal: Goal = Goal.CHEAPER
    rental_price: int = RENTAL_PRICE


class Verdict(StrEnum):
    """What is best, in one word.

    NOTHING: no likely film is known to be in a subscription; TOO_LITTLE: every product costs more
    than the budget; STAY: changing products saves nothing and adds no films.
    """

    NOTHING = "nothing"
    TOO_LITTLE = "too_little"
    RENT = "rent"
    ROTATE = "rotate"
    STAY = "stay"


@dataclass(frozen=True)
class Planned:
    """The plan `rotated`, and what it is compared with.

    That is `always`, paying for the best `bundle` within the budget in every month, and `rental`,
    renting films until as many are liked. `starts` are the first days of the months. `offers` were
    considered; `products` are on sale, by slug. `movies` and `liked`, P(like), are the likeliest
    films, `carried` is how many of them are known to be on a platform of an offer.
    """

    wish: Wish
    budget: int
    hours: int
    films_a_month: int
    starts: Sequence[date]
    bundle: Choice
    always: RotationPlan
    rotated: RotationPlan
    rental: Rental | None
    offers: Sequence[ProductOffer]
    products: Mapping[str, Product]
    movies: Mapping[int, Movie]
    liked: Mapping[int, float]
    carried: int

    @property
    def verdict(self) -> Verdict:
        if max(self.always.expected, self.rotated.expected) < NOTICEABLE:
            cheapest = min((offer.monthly_price for offer in self.offers), default=0)
            return Verdict.TOO_LITTLE if self.budget < cheapest else Verdict.NOTHING
        if self.rental and self.rental.cost < self.rotated.cost:
            return Verdict.RENT
        if self.saved > 0 or self.more_films >= NOTICEABLE:
            return Verdict.ROTATE
        return Verdict.STAY

    def last_day(self, month: int) -> date:
        """Of a month, by its place from 0."""
        return month_later(self.starts[0], month + 1) - timedelta(days=1)

    @property
    def saved(self) -> int:
        """In won, against the same bundle in every month."""
        return self.always.cost - self.rotated.cost

    @property
    def more_films(self) -> float:
        return self.rotated.expected - self.always.expected

    @property
    def always_gives(self) -> set[str]:
        """The platforms of the bundle."""
        return self.platforms_of(self.bundle.products)

    @property
    def turns_give(self) -> set[str]:
        """The platforms of all months of the plan together."""
        return self.platforms_of({slug for month in self.rotated.months for slug in month.products})

    def platforms_of(self, products: Iterable[str]) -> set[str]:
        return {one.pk for slug in products for one in self.products[slug].platforms.all()}


@dataclass(frozen=True)
class PaidSpan:
    """Consecutive months in which a product is paid for, by place."""

    product: str
    first: int
    last: int


def plan_of(result: StoredResult, wish: Wish, *, day: date) -> Planned:
    """The plan that starts on `day`, at prices that hold until its last month."""
    products = products_on(day)
    wishes = wishes_on(day, replace(result.respondent.wishes, must_have=()), products).wishes
    priced = allowed(offers_of(products, month_later(day, wish.months - 1)), wishes)
    market = market_of(result.outlook, priced, wishes)
    budget, hours = wish.budget, wish.hours
    if budget is None:
        budget = result.respondent.monthly_budget
    if budget is None:
        budget = knee_price(bundles.ladder(market.choices))
    if hours is None:
        hours = usual_hours(result.respondent.ott_frequency)
    movies = Movie.objects.only(*MOVIE_FIELDS).in_bulk(result.likely)
    films, offers = _films_and_offers(movies, result.likely, priced, wishes.owned)
    bundle = bundles.solve(market.choices, budget).best
    bought = [offer for offer in market.offers if offer.product in bundle.products]
    a_month = hours // HOURS_OF_A_FILM
    kept = rotation.always(bought, films, months=wish.months, films_a_month=a_month)
    rotated = rotation.rotate(
        offers,
        films,
        monthly_cap=budget,
        months=wish.months,
        films_a_month=a_month,
        against=kept,
        goal=wish.goal,
    )
    as_many = (kept if wish.goal is Goal.CHEAPER else rotated).expected
    return Planned(
        wish=wish,
        budget=budget,
        hours=hours,
        films_a_month=a_month,
        starts=[month_later(day, number) for number in range(wish.months)],
        bundle=bundle,
        always=kept,
        rotated=rotated,
        rental=rotation.rental(films, expected=as_many, price_of_one=wish.rental_price),
        offers=offers,
        products={product.slug: product for product in products},
        movies=movies,
        liked={film.movie_id: film.liked for film in films},
        carried=sum(bool(film.platforms) for film in films),
    )


def usual_hours(frequency: str) -> int:
    """Hours of films a month that are assumed for an answer of the survey."""
    return USUAL_HOURS.get(frequency, HOURS_IF_NOT_ANSWERED)


def paid_spans(plan: RotationPlan) -> list[PaidSpan]:
    """When each product is paid for, in order of the first month."""
    found: list[PaidSpan] = []
    paid = [set(month.products) for month in plan.months]
    for first, month in enumerate(plan.months):
        for product in month.products:
            if first and product in paid[first - 1]:
                continue
            last = first
            while last + 1 < len(paid) and product in paid[last + 1]:
                last += 1
            found.append(PaidSpan(product, first, last))
    return found


def month_later(day: date, months: int) -> date:
    """The same day this many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _films_and_offers(
    movies: Mapping[int, Movie],
    liked: Mapping[int, float],
    priced: Sequence[ProductOffer],
    owned: Sequence[ProductOffer],
) -> tuple[list[RotationFilm], list[ProductOffer]]:
    """Films with the platforms known to carry them today, and the offers with these platforms.

    Keeps the platforms with the most liked films, up to a plan's limit. Films on a platform that
    the person owns need no plan.
    """
    sold = {platform for offer in priced for platform in offer.platforms}
    where = {
        number: {slug for slug, there in movie.platforms.items() if there is True and slug in sold}
        for number, movie in movies.items()
        if not any(movie.platforms.get(slug) is True for one in owned for slug in one.platforms)
    }
    worth: defaultdict[str, float] = defaultdict(float)
    for number, platforms in where.items():
        for slug in platforms:
            worth[slug] += liked[number]
    ordered = sorted(worth, key=lambda slug: (-worth[slug], slug))
    counted = frozenset(ordered[: rotation.MOST_PLATFORMS])
    films = [RotationFilm(number, liked[number], counted & where[number]) for number in where]
    return films, worth_considering(priced, counted)
