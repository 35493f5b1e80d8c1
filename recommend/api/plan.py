"""The plan of the next months in the API, with all parts of it. Prices in won."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from movies.api import attribution, attribution_field
from recommend.results.stored import StoredResult, stored_result
from recommend.results.year_plan import (
    HOURS_OF_A_FILM,
    LARGEST_HOURS,
    LARGEST_RENTAL_PRICE,
    RENTAL_PRICE,
    Planned,
    Verdict,
    Wish,
    plan_of,
)
from recommend.rotation.plan import MOST_MONTHS, Goal
from survey.models import LARGEST_BUDGET


class PlanInput(serializers.Serializer[Any]):
    budget = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_BUDGET,
        required=False,
        help_text="Won a month; without it as answered, else the knee of the ladder",
    )
    hours = serializers.IntegerField(
        min_value=HOURS_OF_A_FILM,
        max_value=LARGEST_HOURS,
        required=False,
        help_text="Of films a month; without it as assumed of how often the person watches",
    )
    months = serializers.IntegerField(min_value=1, max_value=MOST_MONTHS, default=MOST_MONTHS)
    goal = serializers.ChoiceField(
        [goal.value for goal in Goal],
        default=Goal.CHEAPER.value,
        help_text="As many liked films for less, or more of them for as much",
    )
    rent = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_RENTAL_PRICE,
        default=RENTAL_PRICE,
        help_text="Won for one film; the default is an assumption",
    )

    def wish(self) -> Wish:
        given = self.validated_data
        return Wish(
            budget=given.get("budget"),
            hours=given.get("hours"),
            months=given["months"],
            goal=Goal(given["goal"]),
            rental_price=given["rent"],
        )


class AlwaysOutput(serializers.Serializer[Any]):
    """The best products within the budget in every month."""

    products = serializers.ListField(child=serializers.SlugField())
    monthly_price = serializers.IntegerField()
    cost = serializers.IntegerField(help_text="Of all months")
    expected = serializers.FloatField(help_text="Liked films of all months")


class RotateOutput(serializers.Serializer[Any]):
    cost = serializers.IntegerField()
    expected = serializers.FloatField()
    gap = serializers.FloatField(
        help_text="The share by which it may fall short of the best plan; 0 is proven optimal"
    )


class RentOutput(serializers.Serializer[Any]):
    films = serializers.ListField(child=serializers.IntegerField(), help_text="Likeliest first")
    cost = serializers.IntegerField()
    expected = serializers.FloatField()


class WaysOutput(serializers.Serializer[Any]):
    always = AlwaysOutput()
    rotate = RotateOutput()
    rent = RentOutput(allow_null=True, help_text="Null if all films together are not enough")


class PlanFilmOutput(serializers.Serializer[Any]):
    movie_id = serializers.IntegerField()
    title = serializers.CharField()
    title_ko = serializers.CharField(allow_blank=True)
    liked = serializers.FloatField(help_text="P(like)")


class PlanMonthOutput(serializers.Serializer[Any]):
    starts_on = serializers.DateField()
    products = serializers.ListField(child=serializers.SlugField(), help_text="None: a break")
    price = serializers.IntegerField()
    expected = serializers.FloatField(help_text="Liked films of the month")
    films = PlanFilmOutput(many=True)


class PlanOutput(serializers.Serializer[Any]):
    """A plan, what it is compared with, and everything that was assumed."""

    sample = serializers.BooleanField(help_text="Ratings and availability are invented")
    attribution = attribution_field()
    user_id = serializers.UUIDField()
    budget = serializers.IntegerField()
    hours = serializers.IntegerField()
    hours_of_a_film = serializers.IntegerField()
    films_a_month = serializers.IntegerField()
    goal = serializers.ChoiceField([goal.value for goal in Goal])
    rental_price = serializers.IntegerField()
    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])
    ways = WaysOutput()
    months = PlanMonthOutput(many=True)


@extend_schema(parameters=[PlanInput], responses=PlanOutput)
@api_view(["GET"])
def plan(request: Request, user_id: UUID) -> Response:
    """What to pay for in which month, beside always paying for the same and renting."""
    given = PlanInput(data=request.query_params)
    given.is_valid(raise_exception=True)
    stored = stored_result(user_id)
    if stored is None:
        raise Http404
    planned = plan_of(stored, given.wish(), day=timezone.localdate())
    output = PlanOutput(_plan(stored, planned))
    return Response(output.data, headers={"Cache-Control": "no-store"})


def _plan(stored: StoredResult, planned: Planned) -> Mapping[str, Any]:
    return {
        "sample": stored.is_sample,
        "attribution": attribution(sample=stored.is_sample),
        "user_id": stored.respondent.pk,
        "budget": planned.budget,
        "hours": planned.hours,
        "hours_of_a_film": HOURS_OF_A_FILM,
        "films_a_month": planned.films_a_month,
        "goal": planned.wish.goal.value,
        "rental_price": planned.wish.rental_price,
        "verdict": planned.verdict.value,
        "ways": {
            "always": {
                "products": planned.bundle.products,
                "monthly_price": planned.bundle.monthly_price,
                "cost": planned.always.cost,
                "expected": planned.always.expected,
            },
            "rotate": planned.rotated,
            "rent": planned.rental,
        },
        "months": [
            {
                "starts_on": start,
                "products": month.products,
                "price": month.price,
                "expected": month.expected,
                "films": [_film(planned, number) for number in month.films],
            }
            for start, month in zip(planned.starts, planned.rotated.months, strict=True)
        ],
    }


def _film(planned: Planned, number: int) -> dict[str, Any]:
    movie = planned.movies[number]
    return {
        "movie_id": number,
        "title": movie.title,
        "title_ko": movie.title_ko,
        "liked": planned.liked[number],
    }
