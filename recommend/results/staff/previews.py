"""What a change that staff consider would mean for the personas. Reads only.

The stored answers date from the day the personas were made; the products on sale and where the
film in question is are today's. Other changes since then show only after `make_personas` has run
again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import F, Value
from django.utils import timezone

from movies.models import Attraction, AvailabilityChange, Movie, Platform, Product
from movies.services import platform_rates
from ottstats.selectors.usage import ratios_of
from recommend.decision.availability import CatalogueRate, ageing
from recommend.decision.offers import MustHave, Ways, Wishes
from recommend.decision.outlook import Outlook
from recommend.decision.preview import (
    AgeingChange,
    AnswerChanges,
    Conditions,
    FilmMove,
    Shift,
    Simulated,
    compare,
)
from recommend.models import RUN_ARRAYS, ModelRun, Persona
from recommend.results.advice import offers_of, products_on
from recommend.results.forecast import catalogue_rates
from recommend.results.parts import scores_from_json, usage_from_json
from recommend.scoring.packed_chances import chance_of

PARTS = ("outlook", "platforms", "usage")  # what an answer needs
ROWS_AT_A_TIME = 50


@dataclass(frozen=True)
class PersonaPreview:
    """How the answers of a run's personas change. `day`: the day of the products on sale.

    The shifts here have names in place of slugs; no names: nothing is worth its price.
    """

    run: ModelRun
    made_at: datetime
    changes: AnswerChanges
    platform_shifts: Sequence[Shift]
    subscription_shifts: Sequence[Shift]
    day: date

    @property
    def untouched(self) -> int | None:
        """Personas to whom a film hardly matters; None if the change is not about a film."""
        touched = self.changes.touched
        return None if touched is None else self.changes.people - touched


def preview_product(product: Product, platforms: Collection[Platform]) -> PersonaPreview | None:
    """The effect of saving `product` as it is, with these platforms; None without personas.

    Compares as of today, or as of the product's first day if that is still to come. Of the rows of
    its slug only the newest of that day counts.
    """
    if (run := _live_run()) is None:
        return None
    day = max(timezone.localdate(), product.valid_from)
    saved = products_on(day)
    others = [one for one in saved if one.slug != product.slug]
    newest = _newest_of_slug(product, platforms, day)
    sold = newest.valid_to is None or newest.valid_to >= day
    before = Conditions(offers_of(saved, day), run.usage_exponent)
    after = replace(before, offers=offers_of([*others, newest] if sold else others, day))
    return _preview(run, before, after, day, names={product.slug: str(newest)})


def _newest_of_slug(product: Product, platforms: Collection[Platform], day: date) -> Product:
    """The row that would count on that day: what was entered, or a saved one that is newer."""
    saved = Product.objects.filter(slug=product.slug, valid_from__lte=day).exclude(pk=product.pk)
    newest = saved.prefetch_related("platforms").order_by("-valid_from").first()
    if newest is not None and newest.valid_from > product.valid_from:
        return newest
    # Django reads platforms of saved products only; what was entered takes their place.
    entered = copy(product)
    entered.pk = entered.pk or 0
    entered._prefetched_objects_cache = {"platforms": list(platforms)}  # type: ignore[attr-defined]
    return entered


def preview_attraction(attraction: Attraction, ways: Ways) -> PersonaPreview | None:
    """The effect of saving `attraction` with these places, if every persona had to see it.

    `ways` are platforms, and the product that it takes there. What is not offered today is nobody's
    wish. None without personas.
    """
    if (run := _live_run()) is None:
        return None
    day = timezone.localdate()
    compared = set(Platform.objects.offered().values_list("slug", flat=True))
    entered = {way for way in ways if way[0] in compared}
    is_offered = attraction.can_be_seen_on(day) and entered
    saved = Attraction.objects.offered(day).filter(pk=attraction.pk)
    before = Conditions(
        offers_of(products_on(day), day),
        run.usage_exponent,
        wishes=_wish(saved.values_list("places__platform", "places__product_slug")),
    )
    after = replace(before, wishes=_wish(ways if is_offered else ()))
    return _preview(run, before, after, day)


def _wish(ways: Iterable[tuple[str, str]]) -> Wishes:
    """The wish to see something in one of these ways, if there is any."""
    found = frozenset(ways)
    return Wishes(must_have=(MustHave("previewed", found),) if found else ())


def preview_corrections(
    movie: Movie, corrections: Mapping[str, bool | None]
) -> PersonaPreview | None:
    """The effect of correcting where `movie` is; None in a correction is "as fetched".

    None without personas.
    """
    run = _live_run()
    if run is None or (made_at := _made_at(run)) is None:
        return None
    day = timezone.localdate()
    now: dict[str, bool | None] = dict(movie.platforms)
    entered = {
        slug: movie.platforms_fetched.get(slug) if state is None else state
        for slug, state in corrections.items()
    }
    stays = FilmMove(movie.pk, now | _states_at(movie, made_at), now)
    heard, unheard = _first_and_last_words(now, entered)
    moves = replace(stays, after=now | entered, heard=heard, unheard=unheard)
    before = Conditions(offers_of(products_on(day), day), run.usage_exponent, stays)
    return _preview(run, before, replace(before, film=moves), day)


def preview_exponent(run: ModelRun, *, before: float, after: float) -> PersonaPreview | None:
    """The effect of another lambda, the weight of statistics, in `run`; None without personas."""
    day = timezone.localdate()
    offers = offers_of(products_on(day), day)
    return _preview(run, Conditions(offers, before), Conditions(offers, after), day)


def preview_ageing(platform: Platform, *, before: Platform) -> PersonaPreview | None:
    """The effect of other rates of ageing; `before` is the platform as stored. None without
    personas."""
    if (run := _live_run()) is None:
        return None
    day = timezone.localdate()
    rates = catalogue_rates()
    stored = Conditions(offers_of(products_on(day), day), run.usage_exponent)
    shares, turnovers = zip(*(_ageing_with(rates, one) for one in (before, platform)), strict=True)
    change = AgeingChange(platform.slug, shares, turnovers)
    return _preview(run, stored, replace(stored, ageing=change), day)


def _ageing_with(rates: Mapping[str, CatalogueRate], platform: Platform) -> tuple[float, float]:
    """The share and the turnover that count with this row of the platform."""
    own = rates.get(platform.slug, CatalogueRate(0, 0))
    own = replace(own, share=platform.stationary_share, turnover=platform.turnover)
    share, turnover = ageing({**rates, platform.slug: own})
    place = list({**rates, platform.slug: own}).index(platform.slug)
    return float(share[place]), float(turnover[place])


def _preview(
    run: ModelRun,
    before: Conditions,
    after: Conditions,
    day: date,
    *,
    names: Mapping[str, str] | None = None,
) -> PersonaPreview | None:
    """`names` has, by slug, the names of products that are not saved yet. None without personas."""
    if (made_at := _made_at(run)) is None:
        return None
    changes = compare(_people(run, after.film), before, after)
    platforms = {one.slug: str(one) for one in Platform.objects.all()}
    products = {one.slug: str(one) for one in Product.objects.all()} | dict(names or {})
    return PersonaPreview(
        run=run,
        made_at=made_at,
        changes=changes,
        platform_shifts=[_named(shift, platforms) for shift in changes.platform_shifts],
        subscription_shifts=[_named(shift, products) for shift in changes.subscription_shifts],
        day=day,
    )


def _named(shift: Shift, names: Mapping[str, str]) -> Shift:
    before = tuple(names.get(slug, slug) for slug in shift.before if slug)
    after = tuple(names.get(slug, slug) for slug in shift.after if slug)
    return Shift(before, after, shift.people)


def _live_run() -> ModelRun | None:
    return ModelRun.objects.defer(*RUN_ARRAYS).filter(state=ModelRun.State.LIVE).first()


def _made_at(run: ModelRun) -> datetime | None:
    return Persona.objects.filter(run=run).values_list("made_at", flat=True).first()


def _people(run: ModelRun, film: FilmMove | None) -> list[Simulated]:
    """The personas; `likely`, which is half of what is stored, is read only for `film`."""
    likely = Value("") if film is None else F("parts__likely")
    rows = (
        Persona.objects.filter(run=run)
        .order_by("number")
        .values_list("monthly_budget", likely, *(f"parts__{name}" for name in PARTS))
    )
    # Row by row: keeping all rows until the last one is read takes twice the time.
    return [
        Simulated(
            outlook=Outlook.from_json(outlook),
            scores=scores_from_json(scores),
            ratios=ratios_of(usage_from_json(usage)),
            budget=budget,
            likely=_chance_at(chances, film),
        )
        for budget, chances, outlook, scores, usage in rows.iterator(ROWS_AT_A_TIME)
    ]


def _chance_at(chances: str, film: FilmMove | None) -> dict[int, float]:
    """P(like) of the film, if it is among those stored."""
    chance = None if film is None else chance_of(chances, film.movie)
    return {} if film is None or chance is None else {film.movie: chance}


def _states_at(movie: Movie, moment: datetime) -> dict[str, bool | None]:
    """The film's states at that moment, for the platforms where they have changed since."""
    since = AvailabilityChange.objects.filter(movie=movie, changed_at__gt=moment)
    first = since.order_by("platform_id", "changed_at", "pk").distinct("platform_id")
    return dict(first.values_list("platform_id", "carried_before"))


def _first_and_last_words(
    now: Mapping[str, bool | None], entered: Mapping[str, bool | None]
) -> tuple[frozenset[str], frozenset[str]]:
    """Platforms that can be compared only with what was entered, and those only without it."""
    known = dict(Platform.objects.filter(slug__in=entered).values_list("slug", "surveyed_known"))
    heard, unheard = set(), set()
    for slug, films in known.items():
        had, has = now.get(slug) is not None, entered[slug] is not None
        if films == platform_rates.FEWEST_SURVEYED - 1 and has and not had:
            heard.add(slug)
        if films == platform_rates.FEWEST_SURVEYED and had and not has:
            unheard.add(slug)
    return frozenset(heard), frozenset(unheard)
