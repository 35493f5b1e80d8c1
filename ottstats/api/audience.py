"""`GET /api/audience/…/`: what a cell of Seoul uses, who uses a service, where to advertise it.

For staff and advertisers only. Each answer names its sources; figures have six decimals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotReadyError
from common.web.output import DataOutput, private
from common.web.schema import ErrorOutput
from common.web.unavailable import not_ready
from movies.api import AttributionOutput, SearchThrottle
from movies.models import Gender
from ottstats.access import may_see_audience
from ottstats.api.queries import AdvertsQuery, AudienceQuery, ServicesQuery, TargetsQuery
from ottstats.living.figures import AGES, SERVICES, SOURCE, SOURCE_URL
from ottstats.living.formulas import (
    METHODS,
    WEIGHTED,
    WEIGHTED_NOTE,
    Correlation,
    ServiceScore,
    Target,
)
from ottstats.selectors.audience import Audience, audience
from survey.api.access import MembersToo

DECIMALS = 6
REFUSED = {
    401: OpenApiResponse(ErrorOutput, "Nobody is logged in, or the token is not valid"),
    403: OpenApiResponse(ErrorOutput, "Only for staff and advertisers"),
}


class Decimal6(serializers.FloatField):
    """A figure with six decimals; null for what is no number."""

    def to_representation(self, value: Any) -> float | None:  # type: ignore[override]
        return round(float(value), DECIMALS) + 0.0 if math.isfinite(value) else None


class ServiceOutput(DataOutput):
    service = serializers.ChoiceField(choices=SERVICES)
    score = Decimal6(help_text="What orders them, by `method`")
    z = Decimal6(
        help_text="`standard`: the same; `weighted`: of the cell's mean of the year among all cells"
    )


class TargetOutput(DataOutput):
    district = serializers.CharField(source="cell.district", help_text="Its Korean name")
    gender = serializers.ChoiceField(source="cell.gender", choices=Gender.choices)
    age = serializers.ChoiceField(
        source="cell.age", choices=AGES, help_text="First year of a decade"
    )
    z = Decimal6()


class AdvertOutput(DataOutput):
    service = serializers.ChoiceField(choices=SERVICES)
    r = Decimal6(allow_null=True, help_text="Pearson's; null where a service does not vary")
    low = Decimal6(allow_null=True, help_text="Of Fisher's 95 % interval; null under four dongs")
    high = Decimal6(allow_null=True)
    established = serializers.BooleanField(help_text="Whether the interval excludes 0")


@dataclass(frozen=True)
class OfMonths:
    """An answer from these months."""

    months: Sequence[str]

    @property
    def sources(self) -> list[dict[str, str]]:
        notice = (
            f"{self.months[0]} to {self.months[-1]}, people of 20 to 79. Netflix and YouTube are "
            "z-scores; the others are a use index, the days of several apps added up."
        )
        return [{"name": SOURCE, "url": SOURCE_URL, "notice": notice}]


@dataclass(frozen=True)
class ByMethod(OfMonths):
    method: str

    @property
    def note(self) -> str | None:
        return WEIGHTED_NOTE if self.method == WEIGHTED else None


@dataclass(frozen=True)
class ShownServices(ByMethod):
    month: str
    services: Sequence[ServiceScore]


@dataclass(frozen=True)
class ShownTargets(ByMethod):
    targets: Sequence[Target]


@dataclass(frozen=True)
class ShownAdverts(OfMonths):
    n: int
    adverts: Sequence[Correlation]


class ServicesOutput(DataOutput):
    services = ServiceOutput(many=True, help_text="Best first, ties by name")
    month = serializers.CharField()
    method = serializers.ChoiceField(choices=METHODS)
    note = serializers.CharField(allow_null=True, help_text="What is wrong with the method")
    sources = AttributionOutput(many=True)


class TargetsOutput(DataOutput):
    targets = TargetOutput(many=True, help_text="Best first, ties by district, gender and age")
    method = serializers.ChoiceField(choices=METHODS)
    note = serializers.CharField(allow_null=True, help_text="What is wrong with the method")
    sources = AttributionOutput(many=True)


class AdvertsOutput(DataOutput):
    n = serializers.IntegerField(help_text="Dongs of the cell")
    adverts = AdvertOutput(
        many=True, help_text="Established ones first, each part by falling r, ties by name"
    )
    sources = AttributionOutput(many=True)


class MaySeeAudience(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user:
            raise NotAuthenticated(_("Please log in."))
        if not may_see_audience(request.user):
            raise PermissionDenied(_("Only staff and advertisers can see this."))
        return True


class WithoutData(APIException):
    """503: nobody has loaded the living data."""

    status_code = 503

    def __init__(self, seconds: int) -> None:
        super().__init__(_("The living data of Seoul have not been loaded yet. Try again later."))
        self.wait = seconds


class AudienceView(MembersToo, APIView):
    """What all three operations have in common."""

    permission_classes = (MaySeeAudience,)
    throttle_classes = (SearchThrottle,)

    def asked(
        self, request: Request, query: type[AudienceQuery]
    ) -> tuple[Audience, dict[str, Any]]:
        """The data, and what was asked of them; 400 names all that is wrong."""
        try:
            found = audience()
        except NotReadyError as error:
            raise WithoutData(not_ready(error).seconds) from None  # its cause would answer
        given = query(data=request.query_params, context={"audience": found})
        given.is_valid(raise_exception=True)
        return found, given.validated_data


class ServicesView(AudienceView):
    @extend_schema(
        operation_id="audience_services_retrieve",
        parameters=[ServicesQuery],
        responses={200: ServicesOutput, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """The seven services by how much a district, gender and age uses them in a month.

        `weighted` is the rule of a published project, kept for comparison; `note` says what is
        wrong with it.
        """
        found, asked = self.asked(request, ServicesQuery)
        month, method = asked["month"] or found.months[-1], asked["method"]
        services = found.services(asked["cell"], month, method)
        return private(ServicesOutput(ShownServices(found.months, method, month, services)).data)


class TargetsView(AudienceView):
    @extend_schema(
        operation_id="audience_targets_retrieve",
        parameters=[TargetsQuery],
        responses={200: TargetsOutput, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Who uses a service most: districts by gender and age, over all months."""
        found, asked = self.asked(request, TargetsQuery)
        method = asked["method"]
        targets = found.targets(asked["service"], method, asked["limit"])
        return private(TargetsOutput(ShownTargets(found.months, method, targets)).data)


class AdvertsView(AudienceView):
    @extend_schema(
        operation_id="audience_adverts_retrieve",
        parameters=[AdvertsQuery],
        responses={200: AdvertsOutput, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Where to advertise a service to a district, gender and age: what is used beside it.

        Over the dongs of the district, Pearson's correlation with each other service.
        """
        found, asked = self.asked(request, AdvertsQuery)
        adverts = found.adverts(asked["service"], asked["cell"])
        shown = ShownAdverts(found.months, adverts.n, adverts.correlations)
        return private(AdvertsOutput(shown).data)


services = conditional_page(ServicesView.as_view())
targets = conditional_page(TargetsView.as_view())
adverts = conditional_page(AdvertsView.as_view())
