"""What a change that staff consider would mean to the personas. Reads only, stores nothing.

The stored answers are those of the day when the personas were made; what is on sale, and where
the film in question is, are of today. Everything else that was changed since then is not seen
until the personas are made anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, FloatField, Func, JSONField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from movies.models import AvailabilityChange, Movie, Platform, Product
from recommend.decision.preview import Changes, Conditions, FilmMove, Shift, Simulated, compare
from recommend.models import RUN_ARRAYS, ModelRun, Persona
from recommend.results.advice import offers_of, products_on

PARTS = ("outlook", "platforms", "usage")  # what an answer needs
ROWS_AT_A_TIME = 50


@dataclass(frozen=True)
class NamedShift:
    """A shift in words for a page; no names: nothing is worth its price."""

    before: Sequence[str]
    after: Sequence[str]
    people: int


@dataclass(frozen=True)
class Preview:
    """Changes of the answers of a run's personas, with names. `day`: of the products on sale."""

    run: ModelRun
    made_at: datetime
    changes: Changes
    platform_shifts: Sequence[NamedShift]
    subscription_shifts: Sequence[NamedShift]
    day: date

    @property
    def untouched(self) -> int | None:
        """Personas to whom a film hardly matters; None where the change is not one of a film."""
        touched = self.changes.touched
        return None if touched is None else self.changes.people - touched


def preview_product(product: Product, platforms: Collection[Platform]) -> Preview | None:
    """If `product` were saved as it is here, giving these platforms; None without personas.

    Of today, or of the product's first day if that is still to come.
    """
    run = _live_run()
    if run is None or (crowd := _crowd(run)) is None:
        return None
    day = max(timezone.localdate(), product.valid_from)
    saved = products_on(day)
    others = [one for one in saved if one.pk != product.pk]
    # Only a saved product has platforms for Django: those entered take the place of what it reads.
    entered = copy(product)
    entered.pk = entered.pk or 0
    entered._prefetched_objects_cache = {"platforms": list(platforms)}  # type: ignore[attr-defined]
    sold = product.valid_to is None or product.valid_to >= day
    exponent = run.usage_exponent
    changes = compare(
        crowd.people,
        Conditions(offers_of(saved), exponent),
        Conditions(offers_of([*others, entered] if sold else others), exponent),
    )
    return crowd.preview(changes, day, names={product.slug: str(product)})


def preview_corrections(movie: Movie, corrections: Mapping[str, bool | None]) -> Preview | None:
    """If staff corrected where `movie` is; None in a correction is "as fetched".

    None without personas.
    """
    run = _live_run()
    if run is None or (crowd := _crowd(run, film=movie.pk)) is None:
        return None
    day = timezone.localdate()
    offers = offers_of(products_on(day))
    now: dict[str, bool | None] = dict(movie.platforms)
    fetched = {slug: movie.platforms_fetched.get(slug) for slug in corrections}
    entered = {
        slug: fetched[slug] if state is None else state for slug, state in corrections.items()
    }
    then = now | _states_at(movie, crowd.made_at)
    heard, unheard = _first_and_last_words(now, entered)
    changes = compare(
        crowd.people,
        Conditions(offers, run.usage_exponent, FilmMove(movie.pk, then, now)),
        Conditions(
            offers, run.usage_exponent, FilmMove(movie.pk, then, now | entered, heard, unheard)
        ),
    )
    return crowd.preview(changes, day)


def preview_exponent(run: ModelRun, *, before: float, after: float) -> Preview | None:
    """If the public statistics counted otherwise in that run; None if it has no personas."""
    if (crowd := _crowd(run)) is None:
        return None
    day = timezone.localdate()
    offers = offers_of(products_on(day))
    changes = compare(crowd.people, Conditions(offers, before), Conditions(offers, after))
    return crowd.preview(changes, day)


@dataclass(frozen=True)
class _Crowd:
    """A run's personas."""

    run: ModelRun
    made_at: datetime
    people: Sequence[Simulated]

    def preview(
        self, changes: Changes, day: date, *, names: Mapping[str, str] | None = None
    ) -> Preview:
        """With the names of platforms and products; `names` are those that are not saved yet."""
        platforms = {one.slug: str(one) for one in Platform.objects.all()}
        products = {one.slug: str(one) for one in Product.objects.all()} | dict(names or {})
        return Preview(
            run=self.run,
            made_at=self.made_at,
            changes=changes,
            platform_shifts=[_named(shift, platforms) for shift in changes.platform_shifts],
            subscription_shifts=[_named(shift, products) for shift in changes.subscription_shifts],
            day=day,
        )


def _named(shift: Shift, names: Mapping[str, str]) -> NamedShift:
    before, after = (
        [names.get(slug, slug) for slug in slugs if slug] for slugs in (shift.before, shift.after)
    )
    return NamedShift(before, after, shift.people)


def _live_run() -> ModelRun | None:
    return ModelRun.objects.defer(*RUN_ARRAYS).filter(state=ModelRun.State.LIVE).first()


def _crowd(run: ModelRun, *, film: int | None = None) -> _Crowd | None:
    """Its personas, with P(like) of that film alone: all of them are half of what is stored."""
    rows = (
        Persona.objects.filter(run=run)
        .order_by("number")
        .annotate(chance=_chance_of(film) if film is not None else Value(None, FloatField()))
        .values_list("made_at", "monthly_budget", "chance", *(F(f"parts__{key}") for key in PARTS))
    )
    people: list[Simulated] = []
    moment = None
    # Row by row: to keep what was read until all of it is there takes twice the time.
    for made_at, budget, chance, *parts in rows.iterator(ROWS_AT_A_TIME):
        moment = made_at
        likely = [] if chance is None else [(film, chance)]
        stored = dict(zip(PARTS, parts, strict=True)) | {"likely": likely}
        people.append(Simulated.read(stored, budget))
    return None if moment is None else _Crowd(run, moment, people)


def _chance_of(film: int) -> Cast:
    """Of the pairs of film and P(like); NULL if the film is none of the likely ones.

    Strict, or PostgreSQL would look into each pair for an element that is a pair.
    """
    pair = Func(
        F("parts"),
        Value("strict $.likely[*] ? (@[0] == $film)[1]"),
        Value({"film": film}, JSONField()),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    return Cast(pair, FloatField())


def _states_at(movie: Movie, moment: datetime) -> dict[str, bool | None]:
    """Where it was then, on the platforms that anything was said of since."""
    since = AvailabilityChange.objects.filter(movie=movie, changed_at__gt=moment)
    first = since.order_by("platform_id", "changed_at", "pk").distinct("platform_id")
    return dict(first.values_list("platform_id", "carried_before"))


def _first_and_last_words(
    now: Mapping[str, bool | None], entered: Mapping[str, bool | None]
) -> tuple[frozenset[str], frozenset[str]]:
    """Platforms of which something is known only with what was entered, and only without it."""
    known = dict(Platform.objects.filter(slug__in=entered).values_list("slug", "films_known"))
    heard, unheard = set(), set()
    for slug, films in known.items():
        had, has = now.get(slug) is not None, entered[slug] is not None
        if films == 0 and has:
            heard.add(slug)
        if films == 1 and had and not has:
            unheard.add(slug)
    return frozenset(heard), frozenset(unheard)
