"""The plan of the next months in the API, with all its parts. Prices in won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from common.web.input import OneOf, StrictInput, WholeNumber
from common.web.output import DataOutput, Slugs
from movies.api import Sourced, SourcedOutput
from movies.models import Movie
from recommend.api.decision import PROBABLY, SURELY
from recommend.results import year_plan
from recommend.results.stored import stored_result
from recommend.results.whereabouts import FilmsThere, Whereabouts, current_whereabouts
from recommend.rotation.plan import MOST_MONTHS, Goal, Month
from survey.models import LARGEST_BUDGET


class PlanInput(StrictInput):
    budget = WholeNumber(
        min_value=0,
        max_value=LARGEST_BUDGET,
        required=False,
        help_text="Won a month; without it as answered, else the knee of the ladder",
    )
    hours = WholeNumber(
        min_value=year_plan.HOURS_OF_A_FILM,
        max_value=year_plan.LARGEST_HOURS,
        required=False,
        help_text="Of films a month; without it as assumed of how often the person watches",
    )
    months = WholeNumber(min_value=1, max_value=MOST_MONTHS, default=MOST_MONTHS)
    goal = OneOf(
        [goal.value for goal in Goal],
        default=Goal.CHEAPER.value,
        help_text="As many liked films for less, or more of them for as much",
    )
    rent = WholeNumber(
        source="rental_price",
        min_value=0,
        max_value=year_plan.LARGEST_RENTAL_PRICE,
        default=year_plan.RENTAL_PRICE,
        help_text="Won for one film; the default is an assumption",
    )

    def wish(self) -> year_plan.Wish:
        given = self.validated_data
        return year_plan.Wish(**given | {"goal": Goal(given["goal"])})


class PlanFilm(NamedTuple):
    movie: Movie
    liked: float


class PlanMonth(NamedTuple):
    starts_on: date
    month: Month
    films: Sequence[PlanFilm]


@dataclass(frozen=True)
class ShownPlan(Sourced):
    """What `PlanOutput` shows."""

    user_id: UUID
    planned: year_plan.Planned
    whereabouts: Whereabouts
    hours_of_a_film: int = year_plan.HOURS_OF_A_FILM

    @property
    def always_films(self) -> FilmsThere:
        return self.whereabouts.on(self.planned.always_gives)

    @property
    def turns_films(self) -> FilmsThere:
        return self.whereabouts.on(self.planned.turns_give)

    @property
    def months(self) -> list[PlanMonth]:
        movies, liked = self.planned.movies, self.planned.liked
        return [
            PlanMonth(
                start, month, [PlanFilm(movies[number], liked[number]) for number in month.films]
            )
            for start, month in zip(self.planned.starts, self.planned.rotated.months, strict=True)
        ]


class AlwaysOutput(DataOutput):
    """The best products within the budget in every month."""

    products = Slugs(source="planned.bundle.products")
    monthly_price = serializers.IntegerField(source="planned.bundle.monthly_price")
    cost = serializers.IntegerField(source="planned.always.cost", help_text="Of all months")
    expected = serializers.FloatField(
        source="planned.always.expected", help_text="Liked films of all months"
    )
    surely = serializers.IntegerField(source="always_films.surely", help_text=SURELY)
    probably = serializers.IntegerField(source="always_films.probably", help_text=PROBABLY)


class RotateOutput(DataOutput):
    cost = serializers.IntegerField(source="planned.rotated.cost")
    expected = serializers.FloatField(source="planned.rotated.expected")
    surely = serializers.IntegerField(source="turns_films.surely", help_text=SURELY)
    probably = serializers.IntegerField(source="turns_films.probably", help_text=PROBABLY)
    gap = serializers.FloatField(
        source="planned.rotated.gap",
        help_text="The share by which it may fall short of the best plan; 0 is proven optimal",
    )


class RentOutput(DataOutput):
    films = serializers.ListField(child=serializers.IntegerField(), help_text="Likeliest first")
    cost = serializers.IntegerField()
    expected = serializers.FloatField()


class WaysOutput(DataOutput):
    always = AlwaysOutput(source="*")
    rotate = RotateOutput(source="*")
    rent = RentOutput(
        source="planned.rental",
        allow_null=True,
        help_text="Null if all films together are not enough",
    )


class PlanFilmOutput(DataOutput):
    movie_id = serializers.IntegerField(source="movie.movie_id")
    title = serializers.CharField(source="movie.title")
    title_ko = serializers.CharField(source="movie.title_ko", allow_blank=True)
    liked = serializers.FloatField(help_text="P(like)")


class PlanMonthOutput(DataOutput):
    starts_on = serializers.DateField()
    products = Slugs(source="month.products", help_text="None: a break")
    price = serializers.IntegerField(source="month.price")
    expected = serializers.FloatField(source="month.expected", help_text="Liked films of the month")
    films = PlanFilmOutput(many=True)


class PlanOutput(SourcedOutput):
    """A plan, what it is compared with, and everything that was assumed."""

    user_id = serializers.UUIDField()
    budget = serializers.IntegerField(source="planned.budget")
    hours = serializers.IntegerField(source="planned.hours")
    hours_of_a_film = serializers.IntegerField()
    films_a_month = serializers.IntegerField(source="planned.films_a_month")
    goal = serializers.ChoiceField([goal.value for goal in Goal], source="planned.wish.goal.value")
    rental_price = serializers.IntegerField(source="planned.wish.rental_price")
    verdict = serializers.ChoiceField(
        [verdict.value for verdict in year_plan.Verdict], source="planned.verdict"
    )
    ways = WaysOutput(source="*")
    months = PlanMonthOutput(many=True)


@extend_schema(parameters=[PlanInput], responses=PlanOutput)
@api_view(["GET"])
def plan(request: Request, user_id: UUID) -> Response:
    """What to pay for in which month, compared with always paying for the same and with renting."""
    given = PlanInput(data=request.query_params)
    given.is_valid(raise_exception=True)
    stored = stored_result(user_id)
    if stored is None:
        raise Http404
    planned = year_plan.plan_of(stored, given.wish(), day=timezone.localdate())
    whereabouts = current_whereabouts([film.movie for film in stored.films], planned.starts[0])
    output = PlanOutput(ShownPlan(stored.is_sample, user_id, planned, whereabouts))
    return Response(output.data, headers={"Cache-Control": "no-store"})
